package io.gatun.backend.simd;

import io.gatun.backend.simd.FusedPass.Operand;
import io.gatun.tensor.DType;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * Composites along rows (softmax, cross entropy and their gradients), each row in a few passes while it is in the
 * first-level cache. Rows go to threads; a row's result does not depend on where it is computed.
 *
 * <p>For F32 and F64 along the last dimension. Operands that are not contiguous are copied first.
 */
final class RowFusions {
    private static final long SHORT = 32;

    private final DType dtype;
    private final long rows;
    private final long n;
    private final Operand[] in;
    private final Operand[] out;

    private RowFusions(TensorView like, TensorView[] in, TensorView[] out) {
        this.dtype = like.dtype();
        this.n = like.layout().shape().size(-1);
        this.rows = like.layout().shape().numel() / n;
        this.in = operands(in);
        this.out = operands(out);
    }

    /** Where contiguous views lie. */
    static Operand[] operands(TensorView... views) {
        Operand[] operands = new Operand[views.length];
        for (int i = 0; i < views.length; i++) {
            operands[i] = new Operand(
                    views[i].storage().segment(),
                    views[i].layout().offset() * views[i].dtype().byteSize());
        }
        return operands;
    }

    /** Whether rows of {@code x} along {@code dim} can be computed here. */
    static boolean claims(TensorView x, int dim) {
        return (x.dtype() == DType.F32 || x.dtype() == DType.F64)
                && dim == x.layout().rank() - 1
                && !x.layout().shape().isEmpty();
    }

    /** The same for what other operators compute faster where rows are so short that many are in a vector. */
    static boolean claimsLong(TensorView x, int dim) {
        return claims(x, dim) && x.layout().shape().size(dim) >= SHORT;
    }

    /** Executes one of the composites that are claimed. */
    static void run(HostPool pool, Op.Composite op, TensorView[] in, TensorView[] out) {
        List<Temporary> copies = new ArrayList<>();
        try {
            TensorView[] operands = new TensorView[in.length];
            for (int i = 0; i < in.length; i++) {
                operands[i] = in[i].layout().isContiguous() ? in[i] : copied(pool, in[i], copies);
            }
            RowFusions rows =
                    new RowFusions(operands[in.length > 2 && op instanceof Op.Unrecorded ? 1 : 0], operands, out);
            switch (op) {
                case Op.Softmax _ -> rows.each(rows::softmax);
                case Op.LogSoftmax _ -> rows.each(rows::logSoftmax);
                case Op.SoftmaxGradient(var _, var log) ->
                    rows.each(log ? rows::logSoftmaxGradient : rows::softmaxGradient);
                case Op.CrossEntropy(var ignored) -> {
                    rows.checkTargets(op, 1, ignored);
                    rows.each((pass, row) -> rows.crossEntropy(pass, row, ignored));
                }
                case Op.CrossEntropyGradient(var ignored) ->
                    rows.each((pass, row) -> rows.crossEntropyGradient(pass, row, ignored));
                case Op.Normalize _, Op.NormalizeGradient _, Op.NormalizeWeight _, Op.ChannelScale _ ->
                    Normalization.run(pool, op, operands, out);
                default -> throw new IllegalStateException(op.operatorName() + " is not claimed");
            }
        } finally {
            copies.forEach(Temporary::giveBack);
        }
    }

    private static Temporary copied(HostPool pool, TensorView view, List<Temporary> copies) {
        Temporary copy = Temporary.allocate(pool, view.layout().shape(), view.dtype());
        copies.add(copy);
        Copies.copy(copy, view);
        return copy;
    }

    private void each(ObjLongConsumer<FusedPass> work) {
        Workers.shared().run(rows, Math.max(1, Elementwise.GRAIN / 4 / n), (from, to) -> {
            FusedPass pass = new FusedPass(dtype);
            for (long row = from; row < to; row++) {
                work.accept(pass, row);
            }
        });
    }

    private void softmax(FusedPass pass, long row) {
        long first = row * n;
        pass.largest(in[0], first, n);
        double sum = pass.run(Fusion.EXPONENTIALS, out[0], in[0], first, n);
        pass.with(1 / sum).run(Fusion.SCALED, out[0], out[0], first, n);
    }

    private void logSoftmax(FusedPass pass, long row) {
        double max = pass.largest(in[0], row * n, n);
        double log = exponentialSum(pass, row);
        pass.with(max, log).run(Fusion.SHIFTED, out[0], in[0], row * n, n);
    }

    /** The logarithm of the sum of exponentials, relative to p. */
    private double exponentialSum(FusedPass pass, long row) {
        return StrictMath.log(pass.run(Fusion.EXPONENTIAL_SUM, in[0], in[0], row * n, n) / FusedPass.RAISED);
    }

    /** y (g - sum(g y)). */
    private void softmaxGradient(FusedPass pass, long row) {
        double sum = pass.run(Fusion.PRODUCT_SUM, out[0], in[0], in[1], row * n, n);
        pass.with(sum).run(Fusion.CENTRED_PRODUCT, out[0], in[0], in[1], row * n, n);
    }

    /** g - exp(y) sum(g). */
    private void logSoftmaxGradient(FusedPass pass, long row) {
        double sum = pass.sum(in[0], row * n, n);
        pass.with(sum / FusedPass.RAISED).run(Fusion.LESS_EXPONENTIALS, out[0], in[0], in[1], row * n, n);
    }

    private void crossEntropy(FusedPass pass, long row, long ignored) {
        double max = pass.largest(in[0], row * n, n);
        double log = exponentialSum(pass, row);
        long target = target(1, row);
        pass.put(out[0], row, target == ignored ? 0 : max - pass.get(in[0], row * n + target) + log);
        pass.put(out[1], row, max + log);
    }

    /** (softmax(x) - 1 at the target) g. */
    private void crossEntropyGradient(FusedPass pass, long row, long ignored) {
        long target = target(3, row);
        double g = target == ignored ? 0 : pass.get(in[0], row);
        if (g == 0) {
            int size = dtype.byteSize();
            out[0].segment().asSlice(out[0].at() + row * n * size, n * size).fill((byte) 0);
            return;
        }
        pass.with(pass.get(in[2], row), g / FusedPass.RAISED)
                .run(Fusion.WEIGHTED_EXPONENTIALS, out[0], in[1], row * n, n);
        pass.put(out[0], row * n + target, pass.get(out[0], row * n + target) - g);
    }

    private void checkTargets(Op op, int operand, long ignored) {
        for (long row = 0; row < rows; row++) {
            long target = target(operand, row);
            if (target != ignored && (target < 0 || target >= n)) {
                throw new TensorIndexException(op.operatorName() + ": the target " + target + " at position " + row
                        + " is out of range for " + n + " classes: expected 0 to " + (n - 1));
            }
        }
    }

    private long target(int operand, long row) {
        return in[operand].segment().get(Lanes.LONG, in[operand].at() + row * Long.BYTES);
    }
}
