package io.gatun.autograd;

import static io.gatun.autograd.Gradient.A;
import static io.gatun.autograd.Gradient.B;
import static io.gatun.autograd.Gradient.C;
import static io.gatun.autograd.Gradient.OUT;
import static io.gatun.autograd.Rule.with;

import io.gatun.tensor.DType;
import io.gatun.tensor.ScatterReduction;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.ScatterKind;

/**
 * Gradients of {@code scatter} and its reducing kinds: (x, index, source), where the index may be smaller than the
 * source, whose elements outside it were never read.
 */
final class Scatters {
    private Scatters() {}

    static Rule of(int dim, ScatterKind kind) {
        if (kind == ScatterKind.PUT) {
            return Rule.of(with(B, (n, g) -> kept(n, g, dim)), null, with(B, (n, g) -> put(n, g, dim)));
        }
        if (kind == ScatterKind.ADD) {
            return Rule.of(with((n, g) -> g), null, with(B, (n, g) -> added(n, g, dim)));
        }
        if (kind == ScatterKind.MULTIPLY) {
            return Rule.of(
                    with(A | B | C, (n, g) -> g.mul(Factors.of(n, dim).others(n.a(), n.a().eq(0)))),
                    null,
                    with(A | B | C, (n, g) -> multiplied(n, g, dim)));
        }
        return Rule.of( // the extremes
                with(A | B | C | OUT, (n, g) -> g.div(winners(n, dim)).mul(isWinner(n.a(), n.out()))),
                null,
                with(A | B | C | OUT, (n, g) -> {
                    Tensor share = g.div(winners(n, dim)).gather(dim, n.b());
                    return padded(n, share.mul(isWinner(read(n), n.out().gather(dim, n.b()))));
                }));
    }

    /** The elements of the source that the index reaches. */
    private static Tensor read(OperatorNode n) {
        Tensor source = n.c();
        for (int i = 0; i < source.dim(); i++) {
            source = source.narrow(i, 0, n.b().size(i));
        }
        return source;
    }

    private static Tensor isWinner(Tensor x, Tensor out) {
        return x.eq(out).to(x.dtype());
    }

    /** How many elements share each extreme, and its gradient. */
    private static Tensor winners(OperatorNode n, int dim) {
        Tensor brought = isWinner(read(n), n.out().gather(dim, n.b()));
        return isWinner(n.a(), n.out()).scatterAdd(dim, n.b(), brought);
    }

    /** In every place the product of the factors that are not zero, and how many are. */
    private record Factors(Tensor product, Tensor zeros) {
        static Factors of(OperatorNode n, int dim) {
            Tensor source = read(n);
            Tensor none = source.eq(0);
            Tensor product = n.a().maskedFill(n.a().eq(0), 1)
                    .scatterReduce(dim, n.b(), source.maskedFill(none, 1), ScatterReduction.PROD);
            Tensor zeros = n.a().eq(0).to(DType.I64).scatterAdd(dim, n.b(), none.to(DType.I64));
            return new Factors(product, zeros);
        }

        /** The product of all factors but x: divided out, unless it is the only zero. */
        Tensor others(Tensor x, Tensor isZero) {
            Tensor rest = product.div(x.maskedFill(isZero, 1));
            return rest.maskedFill(zeros.ne(isZero.to(DType.I64)), 0);
        }
    }

    private static Tensor multiplied(OperatorNode n, Tensor g, int dim) {
        Factors all = Factors.of(n, dim);
        Factors there = new Factors(all.product.gather(dim, n.b()), all.zeros.gather(dim, n.b()));
        Tensor source = read(n);
        return padded(n, g.gather(dim, n.b()).mul(there.others(source, source.eq(0))));
    }

    /** Of an added source: what flows into the places it was added to. */
    private static Tensor added(OperatorNode n, Tensor g, int dim) {
        return padded(n, g.gather(dim, n.b()));
    }

    /** Of a source that was put: of several elements put in one place the last stayed, and only it has a gradient. */
    private static Tensor put(OperatorNode n, Tensor g, int dim) {
        Tensor index = n.b();
        Tensor numbers = Tensor.arange(index.numel()).to(index.device()).reshape(index.shape());
        Tensor stayed = Tensor.zeros(n.shape(0), DType.I64, index.device())
                .scatter(dim, index, numbers)
                .gather(dim, index)
                .eq(numbers);
        return padded(n, g.gather(dim, index).maskedFill(stayed.logicalNot(), 0));
    }

    /** Of what was put into: nothing where something was put. */
    private static Tensor kept(OperatorNode n, Tensor g, int dim) {
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
