package io.gatun.backend.cuda;

import io.gatun.backend.cuda.RowKernels.Operator;
import io.gatun.tensor.Axes;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;

/**
 * Composites by kernels of their own: softmax, cross entropy and normalisation by {@link RowKernels}, GELU by element-wise
 * kernels, dropout by {@link Creation}, steps of optimisers by {@link OptimizerSteps} and recurrent layers by {@link Lstm};
 * {@link Attention}, {@link Convolutions} and {@link Pools}. Of any strides; halves are
 * computed in float, and what stays in registers is rounded once.
 */
final class Fusions {

    private final DeviceContext device;
    private final MatMuls products;

    Fusions(DeviceContext device, MatMuls products) {
        this.device = device;
        this.products = products;
    }

    /** Whether one of these executes {@code op}. */
    static boolean claims(Op.Composite op, TensorView[] in) {
        return switch (op) {
            case Op.Softmax(var dim) -> rows(in[0], Axes.of(dim));
            case Op.LogSoftmax(var dim) -> rows(in[0], Axes.of(dim));
            case Op.SoftmaxGradient(var dim, var _) -> rows(in[0], Axes.of(dim));
            case Op.CrossEntropy _ -> rows(in[0], Axes.of(1));
            case Op.CrossEntropyGradient _ -> rows(in[1], Axes.of(1));
            case Op.Normalize _, Op.ChannelScale _ -> rows(in[0], normalized(in[0]));
            case Op.NormalizeGradient _ -> rows(in[1], normalized(in[1]));
            case Op.NormalizeWeight _ -> rows(in[1], weighted(in[1]));
            case Op.Dropout _ -> true;
            case Op.Gelu _, Op.GeluGradient _ -> !in[0].layout().shape().isEmpty();
            case Op.Step _ -> true;
            case Op.Attention _ -> Attention.claims(in[0], in[1], in[2]);
            case Op.AttentionGradient _ -> Attention.claims(in[1], in[2], in[3]);
            case Op.Convolution(var geometry) -> Convolutions.claims(geometry, in);
            case Op.ConvolutionInput(var geometry, var _) -> Convolutions.claims(geometry, in);
            case Op.ConvolutionWeight(var geometry, var _) -> Convolutions.claims(geometry, in);
            case Op.MaxPool(var geometry) ->
                Pools.claims(geometry, in[0].layout().shape());
            case Op.AveragePool(var geometry, var _, var _) ->
                Pools.claims(geometry, in[0].layout().shape());
            case Op.AveragePoolInput(var pool, var spatial) ->
                Pools.claims(pool.geometry(), in[0].layout().shape().slice(0, 2).concat(spatial));
            case Op.LstmSteps _, Op.LstmStepsGradient _ ->
                !in[0].layout().shape().isEmpty() && !in[2].layout().shape().isEmpty();
            default -> false;
        };
    }

    private static boolean rows(TensorView x, Axes axes) {
        return !x.layout().shape().isEmpty()
                && Rows.within(x.layout(), axes).shape().numel() <= RowKernels.LONGEST;
    }

    /** Executes one that is claimed. */
    void execute(Op.Composite op, TensorView[] in, TensorView[] out) {
        switch (op) {
            case Op.Softmax(var dim) -> softmax("softmax", dim, in[0], out[0]);
            case Op.LogSoftmax(var dim) -> softmax("logSoftmax", dim, in[0], out[0]);
            case Op.SoftmaxGradient(var dim, var log) ->
                softmax(log ? "logSoftmaxGradient" : "softmaxGradient", dim, in[0], in[1], out[0]);
            case Op.CrossEntropy loss -> crossEntropy(loss, in, out);
            case Op.CrossEntropyGradient gradient -> crossEntropyGradient(gradient, in, out[0]);
            case Op.Normalize(var eps) -> normalize(eps, in, out);
            case Op.NormalizeGradient(var eps) -> normalizeGradient(eps, in, out[0]);
            case Op.NormalizeWeight(var eps) -> normalizeWeight(eps, in, out[0]);
            case Op.ChannelScale _ -> channelScale(in, out[0]);
            case Op.Dropout dropout -> Creation.dropout(device, dropout, in[0], out[0]);
            case Op.Gelu(var tanh) -> gelu("gelu", tanh, out[0], in[0]);
            case Op.GeluGradient(var tanh) -> gelu("geluGradient", tanh, out[0], in[0], in[1]);
            case Op.Step step -> OptimizerSteps.run(device, step, in, out);
            case Op.Attention attention -> attention(attention, in, out);
            case Op.AttentionGradient gradient -> attentionGradient(gradient, in, out);
            case Op.Convolution(var geometry) -> convolutions(geometry, out).forward(in[0], in[1], out[0]);
            case Op.ConvolutionInput(var geometry, var _) ->
                convolutions(geometry, out).input(in[0], in[1], out[0]);
            case Op.ConvolutionWeight(var geometry, var _) ->
                convolutions(geometry, out).weight(in[0], in[1], out[0]);
            case Op.MaxPool(var geometry) -> Pools.pool(device, geometry, in[0], out[0], out[1]);
            case Op.AveragePool pool -> Pools.average(device, pool, in[0], out[0]);
            case Op.AveragePoolInput(var pool, var _) -> Pools.averageInput(device, pool, in[0], out[0]);
            case Op.LstmSteps(var reverse) ->
                Lstm.of(device, products, reverse, in[0], in[2]).forward(in, out);
            case Op.LstmStepsGradient(var reverse) ->
                Lstm.of(device, products, reverse, in[0], in[2]).gradient(in, out);
            default -> throw new IllegalStateException(op.operatorName() + " is not claimed");
        }
    }

    // ---- softmax

    private void softmax(String name, int dim, TensorView... views) {
        int sums = name.endsWith("Gradient") ? 1 : 2;
        RowKernels.run(device, new Operator("softmax", name, views.length, sums, true, 0, 0), Axes.of(dim), views);
    }

    private void crossEntropy(Op.CrossEntropy op, TensorView[] in, TensorView[] out) {
        TensorView targets =
                CheckedIndex.targets(device, op, in[1], in[0].layout().shape().size(1), op.ignored());
        Operator operator = new Operator("softmax", "crossEntropy", 1, 2, false, 0, op.ignored());
        RowKernels.run(device, operator, Axes.of(1), in[0], targets, out[0], out[1]);
    }

    private void crossEntropyGradient(Op.CrossEntropyGradient op, TensorView[] in, TensorView out) {
        TensorView targets =
                CheckedIndex.targets(device, op, in[3], in[1].layout().shape().size(1), op.ignored());
        Operator operator = new Operator("softmax", "crossEntropyGradient", 2, 0, true, 0, op.ignored());
        RowKernels.run(device, operator, Axes.of(1), in[1], out, in[0], in[2], targets);
    }

    // ---- normalisation of (M, N) by rows, or of (N, C, S) by channels

    private static Axes normalized(TensorView x) {
        return isColumns(x) ? Axes.of(1) : Axes.of(0, 2);
    }

    /** What a sum for one element of the weight is taken over. */
    private static Axes weighted(TensorView x) {
        return isColumns(x) ? Axes.of(0) : Axes.of(0, 2);
    }

    private static boolean isColumns(TensorView x) {
        return x.layout().rank() == 2;
    }

    /** (N), or (C), or with dimension 0 (M), in the shape of {@code x}. */
    private static TensorView beside(TensorView x, int dim, TensorView each) {
        long[] strides = new long[x.layout().rank()];
        strides[dim] = each.layout().stride(0);
        return Copies.as(
                each, Layout.of(x.layout().shape(), strides, each.layout().offset()));
    }

    private void normalize(double eps, TensorView[] in, TensorView[] out) {
        TensorView x = in[0];
        Operator operator = new Operator("normalize", "normalize", 4, 3, true, eps, 0);
        RowKernels.run(
                device, operator, normalized(x), x, out[0], beside(x, 1, in[1]), beside(x, 1, in[2]), out[1], out[2]);
    }

    private void normalizeGradient(double eps, TensorView[] in, TensorView out) {
        TensorView x = in[1];
        Operator operator = new Operator("normalize", "normalizeGradient", 4, 2, true, eps, 0);
        RowKernels.run(device, operator, normalized(x), x, in[0], out, beside(x, 1, in[4]), in[2], in[3]);
    }

    private void normalizeWeight(double eps, TensorView[] in, TensorView out) {
        TensorView x = in[1];
        boolean columns = isColumns(x);
        Operator operator = new Operator("normalize", "normalizeWeight", 4, 1, false, eps, columns ? 0 : 1);
        TensorView means = beside(x, columns ? 0 : 1, in[2]);
        TensorView variances = beside(x, columns ? 0 : 1, in[3]);
        RowKernels.run(device, operator, weighted(x), x, in[0], means, variances, out);
    }

    private void channelScale(TensorView[] in, TensorView out) {
        TensorView x = in[0];
        Operator operator = new Operator("normalize", "channelScale", 4, 0, true, 0, 0);
        Axes last = Axes.of(x.layout().rank() - 1);
        RowKernels.run(device, operator, last, x, out, beside(x, 1, in[1]), beside(x, 1, in[2]));
    }

    // ---- by elements

    private void gelu(String name, boolean tanh, TensorView... views) {
        Kernel kernel = device.kernel("gelu", name, views[0].dtype());
        Elementwise.run(device, kernel, tanh ? 1 : 0, views); // as in gelu.cu
    }

    // ---- attention and convolutions

    private void attention(Op.Attention op, TensorView[] in, TensorView[] out) {
        TensorView mask = in.length > 3 ? in[3] : null;
        new Attention(device, op.scale(), op.causal(), in[0], in[1], in[2], mask, out[1]).forward(out[0]);
    }

    private void attentionGradient(Op.AttentionGradient op, TensorView[] in, TensorView[] out) {
        TensorView mask = in.length > 5 ? in[5] : null;
        new Attention(device, op.scale(), op.causal(), in[1], in[2], in[3], mask, in[4])
                .gradient(in[0], out[0], out[1], out[2]);
    }

    private Convolutions convolutions(ConvolutionGeometry geometry, TensorView[] out) {
        return new Convolutions(device, geometry, out[0].dtype());
    }
}
