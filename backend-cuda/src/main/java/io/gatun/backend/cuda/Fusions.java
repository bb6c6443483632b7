package io.gatun.backend.cuda;

import io.gatun.backend.cuda.RowKernels.Operator;
import io.gatun.tensor.Axes;
import io.gatun.tensor.Shape;
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
    private static final Operator SOFTMAX = new Operator("softmax", "softmax", 2, 2, true);
    private static final Operator LOG_SOFTMAX = new Operator("softmax", "logSoftmax", 2, 2, true);
    private static final Operator SOFTMAX_GRADIENT = new Operator("softmax", "softmaxGradient", 3, 1, true);
    private static final Operator LOG_SOFTMAX_GRADIENT = new Operator("softmax", "logSoftmaxGradient", 3, 1, true);
    private static final Operator CROSS_ENTROPY = new Operator("softmax", "crossEntropy", 1, 2, false);
    private static final Operator CROSS_ENTROPY_GRADIENT = new Operator("softmax", "crossEntropyGradient", 2, 0, true);
    private static final Operator NORMALIZE = new Operator("normalize", "normalize", 4, 3, true);
    private static final Operator NORMALIZE_GRADIENT = new Operator("normalize", "normalizeGradient", 4, 2, true);
    private static final Operator NORMALIZE_WEIGHT = new Operator("normalize", "normalizeWeight", 4, 1, false);
    private static final Operator CHANNEL_SCALE = new Operator("normalize", "channelScale", 4, 0, true);

    private static final Axes CLASSES = Axes.of(1);
    private static final Axes AROUND_CHANNELS = Axes.of(0, 2);

    private final DeviceContext device;
    private final MatMuls products;

    Fusions(DeviceContext device, MatMuls products) {
        this.device = device;
        this.products = products;
    }

    /** Whether one of these executes {@code op}. */
    static boolean claims(Op.Composite op, TensorView[] in) {
        return switch (op) {
            case Op.Softmax(var dim) -> rows(in[0], Rows.along(dim));
            case Op.LogSoftmax(var dim) -> rows(in[0], Rows.along(dim));
            case Op.SoftmaxGradient(var dim, var _) -> rows(in[0], Rows.along(dim));
            case Op.CrossEntropy _ -> rows(in[0], Rows.along(1));
            case Op.CrossEntropyGradient _ -> rows(in[1], Rows.along(1));
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
            case Op.MaxPoolGradient(var geometry, var spatial) -> Pools.claimsGradient(geometry, spatial, in[0]);
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
        return !x.layout().shape().isEmpty() && Rows.length(x.layout().shape(), axes) <= RowKernels.LONGEST;
    }

    /** Executes one that is claimed. */
    void execute(Op.Composite op, TensorView[] in, TensorView[] out) {
        switch (op) {
            case Op.Softmax(var dim) -> softmax(SOFTMAX, dim, in[0], out[0]);
            case Op.LogSoftmax(var dim) -> softmax(LOG_SOFTMAX, dim, in[0], out[0]);
            case Op.SoftmaxGradient(var dim, var log) -> softmaxGradient(log, dim, in[0], in[1], out[0]);
            case Op.CrossEntropy loss -> crossEntropy(loss, in, out);
            case Op.CrossEntropyGradient gradient -> crossEntropyGradient(gradient, in, out[0]);
            case Op.Normalize(var eps) -> normalize(eps, in, out);
            case Op.NormalizeGradient(var eps) -> normalizeGradient(eps, in, out[0]);
            case Op.NormalizeWeight(var eps) -> normalizeWeight(eps, in, out[0]);
            case Op.ChannelScale _ -> channelScale(in, out[0]);
            case Op.Dropout dropout -> Creation.dropout(device, dropout, in[0], out[0]);
            case Op.Gelu(var tanh) -> Elementwise.gelu(device, tanh, in[0], out[0]);
            case Op.GeluGradient(var tanh) -> Elementwise.geluGradient(device, tanh, in[0], in[1], out[0]);
            case Op.Step step -> OptimizerSteps.run(device, step, in, out);
            case Op.Attention attention -> Attention.run(device, attention, in, out);
            case Op.AttentionGradient gradient -> Attention.run(device, gradient, in, out);
            case Op.Convolution(var geometry) -> convolutions(geometry, out).forward(in[0], in[1], out[0]);
            case Op.ConvolutionInput(var geometry, var _) ->
                convolutions(geometry, out).input(in[0], in[1], out[0]);
            case Op.ConvolutionWeight(var geometry, var _) ->
                convolutions(geometry, out).weight(in[0], in[1], out[0]);
            case Op.MaxPool(var geometry) -> Pools.pool(device, geometry, in[0], out[0], out[1]);
            case Op.MaxPoolGradient(var geometry, var _) -> Pools.gradient(device, geometry, in[0], in[1], out[0]);
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

    private void softmax(Operator operator, int dim, TensorView x, TensorView out) {
        Axes axes = Rows.along(dim);
        try (Nest row = Nest.open();
                Nest kept = Nest.open()) {
            RowKernels.walk(row, kept, axes, x);
            RowKernels.walk(row, kept, axes, out);
            RowKernels.run(device, operator, 0, 0, row, kept);
        }
    }

    private void softmaxGradient(boolean log, int dim, TensorView g, TensorView y, TensorView out) {
        Axes axes = Rows.along(dim);
        try (Nest row = Nest.open();
                Nest kept = Nest.open()) {
            RowKernels.walk(row, kept, axes, g);
            RowKernels.walk(row, kept, axes, y);
            RowKernels.walk(row, kept, axes, out);
            RowKernels.run(device, log ? LOG_SOFTMAX_GRADIENT : SOFTMAX_GRADIENT, 0, 0, row, kept);
        }
    }

    private void crossEntropy(Op.CrossEntropy op, TensorView[] in, TensorView[] out) {
        long classes = in[0].layout().shape().size(1);
        TensorView targets = CheckedIndex.targets(device, op, in[1], classes, op.ignored());
        try (Nest row = Nest.open();
                Nest kept = Nest.open()) {
            RowKernels.walk(row, kept, CLASSES, in[0]);
            kept.add(targets).add(out[0]).add(out[1]);
            RowKernels.run(device, CROSS_ENTROPY, 0, op.ignored(), row, kept);
        }
    }

    private void crossEntropyGradient(Op.CrossEntropyGradient op, TensorView[] in, TensorView out) {
        long classes = in[1].layout().shape().size(1);
        TensorView targets = CheckedIndex.targets(device, op, in[3], classes, op.ignored());
        try (Nest row = Nest.open();
                Nest kept = Nest.open()) {
            RowKernels.walk(row, kept, CLASSES, in[1]);
            RowKernels.walk(row, kept, CLASSES, out);
            kept.add(in[0]).add(in[2]).add(targets);
            RowKernels.run(device, CROSS_ENTROPY_GRADIENT, 0, op.ignored(), row, kept);
        }
    }

    // ---- normalisation of (M, N) by rows, or of (N, C, S) by channels

    private static Axes normalized(TensorView x) {
        return isColumns(x) ? Rows.along(1) : AROUND_CHANNELS;
    }

    /** What a sum for one element of the weight is taken over. */
    private static Axes weighted(TensorView x) {
        return isColumns(x) ? Rows.along(0) : AROUND_CHANNELS;
    }

    private static boolean isColumns(TensorView x) {
        return x.layout().rank() == 2;
    }

    private void normalize(double eps, TensorView[] in, TensorView[] out) {
        TensorView x = in[0];
        Shape shape = x.layout().shape();
        Axes axes = normalized(x);
        try (Nest row = Nest.open();
                Nest kept = Nest.open()) {
            RowKernels.walk(row, kept, axes, x);
            RowKernels.walk(row, kept, axes, out[0]);
            RowKernels.walkBeside(row, kept, axes, shape, 1, in[1]);
            RowKernels.walkBeside(row, kept, axes, shape, 1, in[2]);
            kept.add(out[1]).add(out[2]);
            RowKernels.run(device, NORMALIZE, eps, 0, row, kept);
        }
    }

    private void normalizeGradient(double eps, TensorView[] in, TensorView out) {
        TensorView x = in[1];
        Axes axes = normalized(x);
        try (Nest row = Nest.open();
                Nest kept = Nest.open()) {
            RowKernels.walk(row, kept, axes, x);
            RowKernels.walk(row, kept, axes, in[0]);
            RowKernels.walk(row, kept, axes, out);
            RowKernels.walkBeside(row, kept, axes, x.layout().shape(), 1, in[4]);
            kept.add(in[2]).add(in[3]);
            RowKernels.run(device, NORMALIZE_GRADIENT, eps, 0, row, kept);
        }
    }

    private void normalizeWeight(double eps, TensorView[] in, TensorView out) {
        TensorView x = in[1];
        Shape shape = x.layout().shape();
        Axes axes = weighted(x);
        int dim = isColumns(x) ? 0 : 1;
        try (Nest row = Nest.open();
                Nest kept = Nest.open()) {
            RowKernels.walk(row, kept, axes, x);
            RowKernels.walk(row, kept, axes, in[0]);
            RowKernels.walkBeside(row, kept, axes, shape, dim, in[2]);
            RowKernels.walkBeside(row, kept, axes, shape, dim, in[3]);
            kept.add(out);
            RowKernels.run(device, NORMALIZE_WEIGHT, eps, dim, row, kept);
        }
    }

    private void channelScale(TensorView[] in, TensorView out) {
        TensorView x = in[0];
        Shape shape = x.layout().shape();
        Axes axes = Rows.along(shape.rank() - 1);
        try (Nest row = Nest.open();
                Nest kept = Nest.open()) {
            RowKernels.walk(row, kept, axes, x);
            RowKernels.walk(row, kept, axes, out);
            RowKernels.walkBeside(row, kept, axes, shape, 1, in[1]);
            RowKernels.walkBeside(row, kept, axes, shape, 1, in[2]);
            RowKernels.run(device, CHANNEL_SCALE, 0, 0, row, kept);
        }
    }

    // ---- convolutions

    private Convolutions convolutions(ConvolutionGeometry geometry, TensorView[] out) {
        return new Convolutions(device, geometry, out[0].dtype());
    }
}
