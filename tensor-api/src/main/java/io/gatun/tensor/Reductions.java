package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;

/** From the calls of {@link ReductionOps} to the reduction primitives, and those built of several. */
final class Reductions {
    private Reductions() {}

    static Tensor accumulable(Tensor x) {
        return x.dtype().isInexact() ? x : x.to(DType.I64);
    }

    static Tensor reduce(ReduceKind kind, Tensor x, Axes axes, boolean keepDim) {
        Axes resolved = resolve(kind.operatorName(), x, axes);
        return Dispatch.run(new Op.Reduce(kind, resolved, keepDim), x);
    }

    static Tensor truth(ReduceKind kind, Tensor x, Axes axes, boolean keepDim) {
        Tensor truth = reduce(kind, x.to(DType.BOOL), axes, keepDim);
        return x.dtype() == DType.U8 ? truth.to(DType.U8) : truth; // as in PyTorch, from before it had bool
    }

    private static Axes resolve(String operator, Tensor x, Axes axes) {
        if (x.dim() == 0) { // a number's only dimension is none: its reduction is itself
            axes.normalise(operator, x.shape());
            return Axes.of();
        }
        return axes.count() == 0
                ? Axes.all(x.dim())
                : axes.normalise(operator, x.shape()).sorted();
    }

    static Tensor argReduce(Tensor x, boolean largest, int dim, boolean keepDim) {
        if (x.dim() == 0) {
            x.shape().normalise(largest ? "argmax" : "argmin", dim);
            return argReduce(x.reshape(1), largest, 0, false);
        }
        int at = x.shape().normalise(largest ? "argmax" : "argmin", dim);
        return Dispatch.run(new Op.ArgReduce(largest, at, keepDim), x);
    }

    static ValuesAndIndices extremes(Tensor x, boolean largest, int dim, boolean keepDim) {
        String operator = largest ? "max" : "min";
        int at = x.shape().normalise(operator, dim);
        if (x.dim() == 0) {
            return new ValuesAndIndices(x.clone(), Tensor.zeros(Shape.scalar(), DType.I64, x.device()));
        }
        Tensor comparable = x.dtype() == DType.BOOL ? x.to(DType.U8) : x;
        Tensor indices = argReduce(comparable, largest, at, true);
        Tensor values = x.gather(at, indices);
        return keepDim
                ? new ValuesAndIndices(values, indices)
                : new ValuesAndIndices(values.squeeze(at), indices.squeeze(at));
    }

    /** The extremes so far and where they are. */
    static ValuesAndIndices runningExtremes(Tensor x, boolean largest, int dim) {
        int at = x.shape().normalise(largest ? "cummax" : "cummin", dim);
        if (x.dim() == 0) {
            return new ValuesAndIndices(x.clone(), Tensor.zeros(Shape.scalar(), DType.I64, x.device()));
        }
        Tensor indices = Dispatch.run(new Op.ArgScan(largest, at), x);
        return new ValuesAndIndices(x.gather(at, indices), indices);
    }

    static Tensor variance(String operator, Tensor x, Axes axes, long correction, boolean keepDim) {
        if (!x.dtype().isFloatingPoint()) {
            throw new DTypeException(
                    operator + ": wants a floating-point dtype, not " + x.dtype() + ": cast with toFloat() first");
        }
        Axes resolved = resolve(operator, x, axes);
        long count = 1;
        for (int i = 0; i < resolved.count(); i++) {
            count *= x.size(resolved.get(i));
        }
        Tensor deviation = x.sub(reduce(ReduceKind.MEAN, x, resolved, true));
        Tensor sum = reduce(ReduceKind.SUM, deviation.square(), resolved, keepDim);
        return sum.div((double) Math.max(0, count - correction));
    }

    static Tensor logSumExp(Tensor x, Axes axes, boolean keepDim) {
        Tensor floating = x.to(Promotion.floating(x.dtype()));
        Axes resolved = resolve("logsumexp", floating, axes);
        if (floating.numel() == 0) { // nothing is the largest of none, and the logarithm of an empty sum is -inf
            return reduce(ReduceKind.SUM, floating.exp(), resolved, keepDim).log();
        }
        Tensor largest = reduce(ReduceKind.AMAX, floating.detach(), resolved, true);
        Tensor shift = largest.maskedFill(largest.isinf(), 0); // inf - inf would be NaN
        Tensor sum = reduce(ReduceKind.SUM, floating.sub(shift).exp(), resolved, true);
        Tensor result = sum.log().add(shift);
        return keepDim ? result : result.reshape(reducedShape(result.shape(), resolved));
    }

    private static Shape reducedShape(Shape kept, Axes axes) {
        Shape shape = kept;
        for (int i = axes.count() - 1; i >= 0; i--) {
            shape = shape.without(axes.get(i));
        }
        return shape;
    }

    static Tensor norm(Tensor x, double p, Axes axes, boolean keepDim) {
        if (x.dtype().isComplex()) {
            return norm(x.abs(), p, axes, keepDim);
        }
        if (!x.dtype().isFloatingPoint()) {
            throw new DTypeException(
                    "norm: wants a floating-point dtype, not " + x.dtype() + ": cast with toFloat() first");
        }
        if (p == 0) {
            return reduce(ReduceKind.SUM, x.ne(0).to(x.dtype()), axes, keepDim);
        }
        if (p == 1) {
            return reduce(ReduceKind.SUM, x.abs(), axes, keepDim);
        }
        if (Double.isInfinite(p)) {
            return reduce(p > 0 ? ReduceKind.AMAX : ReduceKind.AMIN, x.abs(), axes, keepDim);
        }
        Tensor sum = reduce(ReduceKind.SUM, p == 2 ? x.square() : x.abs().pow(p), axes, keepDim);
        if (p == 2) {
            return root(sum);
        }
        Tensor zero = sum.eq(0);
        return sum.maskedFill(zero, 1).pow(1 / p).maskedFill(zero, 0);
    }

    /** The square root of a sum of squares: its slope at 0 is infinite, but the gradient of what was squared is 0. */
    static Tensor root(Tensor sum) {
        Tensor zero = sum.eq(0);
        return sum.maskedFill(zero, 1).sqrt().maskedFill(zero, 0);
    }

    static Tensor scan(Tensor x, boolean product, int dim) {
        String operator = product ? "cumprod" : "cumsum";
        int at = x.shape().normalise(operator, dim);
        Tensor operand = accumulable(x);
        if (x.dim() == 0) {
            return operand.clone();
        }
        return Dispatch.run(new Op.Scan(product, at), operand);
    }
}
