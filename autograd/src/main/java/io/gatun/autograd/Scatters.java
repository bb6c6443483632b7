package io.gatun.autograd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Tensor;

/**
 * Gradients of {@code scatter} and {@code scatterAdd}: (x, index, source), where the index may be smaller than the
 * source, whose elements outside it were never read.
 */
final class Scatters {
    private Scatters() {}

    /** Of an added source: what flows into the places it was added to. */
    static Tensor added(OperatorNode n, Tensor g, int dim) {
        return padded(n, g.gather(dim, n.b()));
    }

    /** Of a source that was put: of several elements put in one place the last stayed, and only it has a gradient. */
    static Tensor put(OperatorNode n, Tensor g, int dim) {
        Tensor index = n.b();
        Tensor numbers = Tensor.arange(index.numel()).to(index.device()).reshape(index.shape());
        Tensor stayed = Tensor.zeros(n.shape(0), DType.I64, index.device())
                .scatter(dim, index, numbers)
                .gather(dim, index)
                .eq(numbers);
        return padded(n, g.gather(dim, index).maskedFill(stayed.logicalNot(), 0));
    }

    /** Of what was put into: nothing where something was put. */
    static Tensor kept(OperatorNode n, Tensor g, int dim) {
        return g.scatter(dim, n.b(), Rules.zeros(n.b().shape(), g));
    }

    private static Tensor padded(OperatorNode n, Tensor g) {
        long[] after = n.shape(2).toArray();
        boolean same = true;
        for (int i = 0; i < after.length; i++) {
            after[i] -= g.size(i);
            same &= after[i] == 0;
        }
        return same ? g : g.pad(new long[after.length], after, 0);
    }
}
