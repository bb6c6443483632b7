package io.gatun.autograd;

import static io.gatun.autograd.Gradient.A;
import static io.gatun.autograd.Gradient.OUT;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;

/** Gradients of reductions: what flows into one result flows back to all the elements it was made of. */
final class ReductionRules {
    private ReductionRules() {}

    static Rule of(Op.Reduce reduce) {
        Axes axes = reduce.axes();
        ReduceKind kind = reduce.kind();
        if (kind == ReduceKind.SUM) {
            return Rule.of(0, (n, g) -> kept(reduce, n.shape(0), g).expand(n.shape(0)));
        }
        if (kind == ReduceKind.MEAN) {
            return Rule.of(
                    0,
                    (n, g) -> kept(reduce, n.shape(0), g)
                            .div((double) count(axes, n.shape(0)))
                            .expand(n.shape(0)));
        }
        if (kind == ReduceKind.PROD) {
            return Rule.of(A, (n, g) -> Products.gradient(n.a(), kept(reduce, n.shape(0), g), axes));
        }
        if (kind == ReduceKind.ALL || kind == ReduceKind.ANY) {
            return Rule.NONE;
        }
        return Rule.of(A | OUT, (n, g) -> { // the extremes
            Tensor winners =
                    n.a().eq(kept(reduce, n.shape(0), n.out().detach())).to(g.dtype());
            Tensor shares = axes.count() == 0 ? winners : winners.sum(axes, true);
            return kept(reduce, n.shape(0), g).div(shares).mul(winners);
        });
    }

    /** A result, or its gradient, with the reduced dimensions as dimensions of size 1. */
    private static Tensor kept(Op.Reduce reduce, Shape operand, Tensor result) {
        if (reduce.keepDims() || reduce.axes().count() == 0) {
            return result;
        }
        long[] sizes = operand.toArray();
        for (int i = 0; i < reduce.axes().count(); i++) {
            sizes[reduce.axes().get(i)] = 1;
        }
        return result.reshape(sizes);
    }

    private static long count(Axes axes, Shape operand) {
        long count = 1;
        for (int i = 0; i < axes.count(); i++) {
            count *= operand.size(axes.get(i));
        }
        return count;
    }
}
