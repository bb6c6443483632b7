package io.gatun.autograd;

import static io.gatun.autograd.Gradient.A;
import static io.gatun.autograd.Gradient.B;
import static io.gatun.autograd.Gradient.C;
import static io.gatun.autograd.Gradient.D;
import static io.gatun.autograd.Gradient.OUT;
import static io.gatun.autograd.Gradient.SECOND;
import static io.gatun.autograd.Gradient.THIRD;
import static io.gatun.autograd.Rule.with;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Decompositions;
import io.gatun.tensor.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The calculus: every operator's gradient, in one exhaustive switch. Adding an operator to {@link Op} is a compile error
 * here until it has a rule. The kinds of unary, binary and reducing operators have switches of their own beside this one
 * ({@link UnaryRules}, {@link BinaryRules}, {@link ReductionRules}), and so has linear algebra ({@link MatrixRules}).
 *
 * <p>How to read a line: {@code MatMul -> of(with(B, (n, g) -> g.matmul(transposed(n.b()))), ...)} says that for the
 * gradient of the first operand the second operand ({@code B}) is saved, and that from the result's gradient {@code g}
 * it is g·bᵀ. {@code n} is the recorded operator: {@code n.a()}, {@code n.b()}, {@code n.out()} are what was saved,
 * {@code n.shape(0)} the shape of an operand. An operand without a gradient, such as an index, has null.
 *
 * <p>Of complex operands the gradient is PyTorch's: the derivative by the real part plus i times that by the imaginary
 * one. For an analytic function f that makes it g times the conjugate of f': hence the {@code conj()} in the formulas,
 * which is nothing for real operands.
 *
 * <p>Formulas are tensor operations, which are recorded when a graph of the pass is asked for: second and higher orders
 * need no rules of their own. For that to be right, a formula may change in place only what it has just made and what no
 * recorded operator has read yet; what only in-place writes can express (the adjoints of views) is in {@link
 * ViewAdjoints}, as steps that know their own gradient.
 */
final class Rules {
    private Rules() {}

    static Rule of(Op op) {
        return switch (op) {
            // views
            case Op.Permute(var order) ->
                Rule.of(0, (n, g) -> g.permute(order.inverse().toArray()));
            case Op.Expand _ -> Rule.of(0, (n, g) -> sumTo(g, n.shape(0)));
            case Op.ViewAs _ -> Rule.of(0, (n, g) -> g.reshape(n.shape(0)));
            case Op.Flip(var dims) -> Rule.of(0, (n, g) -> g.flip(dims.toArray()));
            case Op.Slice _, Op.Select _, Op.Diagonal _ ->
                Rule.of(0, (n, g) -> ViewAdjoints.of(op.getClass().getSimpleName(), n.shape(0), g, n::part));
            case Op.Unfold(var dim, var size, var step) ->
                Rule.of(0, (n, g) -> ViewAdjoints.unfold(n.shape(0), g, dim, size, step));
            case Op.ViewAsReal _ -> Rule.of(0, (n, g) -> pairs(g));
            case Op.ViewAsComplex _ -> Rule.of(0, (n, g) -> g.viewAsReal());
            case Op.AsStrided view -> Rule.of(0, (n, g) -> ViewAdjoints.asStrided(n.layout(0), g, view));

            // element by element
            case Op.Unary(var kind) -> UnaryRules.of(kind);
            case Op.Binary(var kind) -> BinaryRules.of(kind);
            case Op.Compare _ -> Rule.NONE;
            case Op.Where _ ->
                Rule.of(
                        null,
                        with(A, (n, g) -> g.maskedFill(n.a().logicalNot(), 0)),
                        with(A, (n, g) -> g.maskedFill(n.a(), 0)));
            case Op.Clamp _ -> BinaryRules.clamp();
            case Op.Cast(var dtype) -> dtype.isInexact() ? Rule.of(0, (n, g) -> g.to(n.dtype(0))) : Rule.NONE;
            case Op.Copy _ -> Rule.of(0, (n, g) -> g);
            case Op.Fill _, Op.Arange _, Op.Random _ -> Rule.NONE;

            // along dimensions
            case Op.Reduce reduce -> ReductionRules.of(reduce);
            case Op.ArgReduce _, Op.ArgScan _ -> Rule.NONE;
            case Op.Scan(var product, var dim) ->
                product
                        ? Rule.of(A | OUT, (n, g) -> Products.cumulativeGradient(n.a(), n.out(), g, dim))
                        : Rule.of(0, (n, g) -> Products.reversedSums(g, dim));
            case Op.Sort(var dim, var _, var _, var _) ->
                Rule.of(SECOND, (n, g) -> zeros(n.shape(0), g).scatter(dim, n.second(), g));

            // products and indices
            case Op.MatMul _ ->
                Rule.of(
                        with(B, (n, g) -> product(g, adjoint(n.b()), n.layout(0))),
                        with(A, (n, g) -> product(adjoint(n.a()), g, n.layout(1))));
            case Op.Gather(var dim) -> Rule.of(B, (n, g) -> scattered(n.shape(0), dim, n.b(), g));
            case Op.Scatter(var dim, var kind) -> Scatters.of(dim, kind);
            case Op.IndexSelect(var dim) ->
                Rule.of(B, (n, g) -> {
                    Tensor sum = zeros(n.shape(0), g);
                    return GradMode.isEnabled() ? sum.indexAdd(dim, n.b(), g) : sum.indexAdd_(dim, n.b(), g);
                });
            case Op.IndexAdd(var dim) -> Rule.of(with((n, g) -> g), null, with(B, (n, g) -> g.indexSelect(dim, n.b())));
            case Op.Nonzero _ -> Rule.NONE;

            // composites
            case Op.Concat(var dim) -> new Rule.ForEach(i -> with((n, g) -> part(n, g, dim, i)));
            case Op.Pad(var before, var after, var _) -> Rule.of(0, (n, g) -> g.pad(minus(before), minus(after), 0));
            case Op.Fft(var dims, var inverse, var scale) ->
                Rule.of(0, (n, g) -> Operators.run(new Op.Fft(dims, !inverse, scale), g));
            case Op.Conj _ -> Rule.of(0, (n, g) -> g.conj());
            case Op.Softmax(var dim) ->
                Rule.of(OUT, (n, g) -> unrecorded(new Op.SoftmaxGradient(dim, false), g, n.out()));
            case Op.LogSoftmax(var dim) ->
                Rule.of(OUT, (n, g) -> unrecorded(new Op.SoftmaxGradient(dim, true), g, n.out()));
            case Op.CrossEntropy(var ignored) ->
                Rule.of(A | B | SECOND, (n, g) -> {
                    Tensor logs = GradMode.isEnabled() ? n.a().logsumexp(1) : n.second();
                    return unrecorded(new Op.CrossEntropyGradient(ignored), g, n.a(), logs, n.b());
                });
            case Op.Normalize(var eps) ->
                Rule.of(
                        with(A | B | SECOND | THIRD, (n, g) -> {
                            Tensor[] of = moments(n);
                            return unrecorded(new Op.NormalizeGradient(eps), g, n.a(), of[0], of[1], n.b());
                        }),
                        with(A | SECOND | THIRD, (n, g) -> {
                            Tensor[] of = moments(n);
                            return unrecorded(new Op.NormalizeWeight(eps), g, n.a(), of[0], of[1]);
                        }),
                        with((n, g) -> aside(g)));
            case Op.ChannelScale _ ->
                Rule.of(
                        with(B, (n, g) -> g.mul(n.b().unsqueeze(1))),
                        with(A, (n, g) -> aside(g.mul(n.a()))),
                        with((n, g) -> aside(g)));
            case Op.Gelu(var tanh) -> Rule.of(A, (n, g) -> unrecorded(new Op.GeluGradient(tanh), g, n.a()));
            case Op.Dropout dropout -> Rule.of(0, (n, g) -> Operators.run(dropout, g));
            case Op.Attention attention ->
                new Rule.Together(A | B | C | D | SECOND, (n, g) -> attention(attention, n, g));
            case Op.Unrecorded _ -> throw new IllegalStateException(op.operatorName() + " was recorded");

            // A convolution is linear in each operand, and with its two adjoints closed under differentiation:
            // y = conv(x, w), x' = input(y', w), w' = weight(x, y'); each is one of the others in every operand.
            case Op.Convolution(var how) ->
                Rule.of(
                        with(B, (n, g) -> Operators.run(new Op.ConvolutionInput(how, spatial(n.shape(0))), g, n.b())),
                        with(A, (n, g) -> Operators.run(new Op.ConvolutionWeight(how, spatial(n.shape(1))), n.a(), g)));
            case Op.ConvolutionInput(var how, var _) ->
                Rule.of(
                        with(B, (n, g) -> Operators.run(new Op.Convolution(how), g, n.b())),
                        with(A, (n, g) -> Operators.run(new Op.ConvolutionWeight(how, spatial(n.shape(1))), g, n.a())));
            case Op.ConvolutionWeight(var how, var _) ->
                Rule.of(
                        with(B, (n, g) -> Operators.run(new Op.ConvolutionInput(how, spatial(n.shape(0))), n.b(), g)),
                        with(A, (n, g) -> Operators.run(new Op.Convolution(how), n.a(), g)));
            case Op.MaxPool(var how) ->
                Rule.of(SECOND, (n, g) -> unrecorded(new Op.MaxPoolGradient(how, spatial(n.shape(0))), g, n.second()));
            case Op.AveragePool pool ->
                Rule.of(0, (n, g) -> Operators.run(new Op.AveragePoolInput(pool, spatial(n.shape(0))), g));
            case Op.AveragePoolInput(var pool, var _) -> Rule.of(0, (n, g) -> Operators.run(pool, g));
            case Op.LinearAlgebra algebra -> MatrixRules.of(algebra);
            case Op.Pinv _ -> Rule.of(A | OUT, (n, g) -> MatrixRules.pseudoInverse(n.a(), n.out(), g));
        };
    }

    /** Zeros with g added at the indices: where nothing is recorded into the very same memory. */
    private static Tensor scattered(Shape shape, int dim, Tensor index, Tensor g) {
        Tensor sum = zeros(shape, g);
        return GradMode.isEnabled() ? sum.scatterAdd(dim, index, g) : sum.scatterAdd_(dim, index, g);
    }

    /** By an operator that has no rule, or where the pass is recorded, by those that it consists of, which have. */
    static Tensor unrecorded(Op.Unrecorded op, Tensor... in) {
        return GradMode.isEnabled() ? Decompositions.decompose(op, in)[0] : Operators.run(op, in);
    }

    /** The gradient of an added mask is that of the scores: where it is wanted they are computed as a whole. */
    private static Tensor[] attention(Op.Attention of, OperatorNode n, Tensor g) {
        List<Tensor> in = new ArrayList<>(List.of(n.a(), n.b(), n.c()));
        Tensor mask = n.d();
        if (mask != null) {
            in.add(mask);
        }
        boolean recorded = GradMode.isEnabled();
        Tensor sums = recorded ? Decompositions.decompose(of, in.toArray(Tensor[]::new))[1] : n.second();
        in.add(0, g);
        in.add(4, sums);
        Tensor[] operands = in.toArray(Tensor[]::new);
        return recorded || mask != null && n.inputs[3] != null
                ? Decompositions.attentionGradient(of.scale(), of.causal(), operands)
                : Arrays.copyOf(
                        Operators.runAll(new Op.AttentionGradient(of.scale(), of.causal()), operands), n.inputs.length);
    }

    /** The means and variances of what was normalised; with their history where the pass is recorded. */
    private static Tensor[] moments(OperatorNode n) {
        if (!GradMode.isEnabled()) {
            return new Tensor[] {n.second(), n.third()};
        }
        Axes axes = Decompositions.normalized(n.a());
        Tensor mean = n.a().mean(axes, true);
        Tensor variance = n.a().sub(mean).square().mean(axes, false);
        return new Tensor[] {mean.reshape(-1), variance};
    }

    /** The sum of what one number for each column, or channel, was added to. */
    private static Tensor aside(Tensor g) {
        return g.sum(g.dim() == 2 ? Axes.of(0) : Axes.of(0, 2), false);
    }

    private static Tensor adjoint(Tensor matrix) {
        return matrix.transpose(-1, -2).conj();
    }

    /** a b, laid out as the operand that it is the gradient of: that of a transposed weight is then one without a copy. */
    private static Tensor product(Tensor a, Tensor b, Layout like) {
        int rank = like.rank();
        return like.stride(rank - 2) == 1 && like.stride(rank - 1) != 1
                ? b.transpose(-1, -2).matmul(a.transpose(-1, -2)).transpose(-1, -2)
                : a.matmul(b);
    }

    /** The adjoint of a broadcast: sums over the dimensions that were stretched or added. */
    static Tensor sumTo(Tensor g, Shape shape) {
        int added = g.dim() - shape.rank();
        int[] axes = new int[g.dim()];
        int count = 0;
        for (int i = 0; i < g.dim(); i++) {
            if (i < added || shape.size(i - added) == 1 && g.size(i) != 1) {
                axes[count++] = i;
            }
        }
        if (count == 0) {
            return g;
        }
        int[] summed = Arrays.copyOf(axes, count);
        return g.sum(Axes.of(summed), true).reshape(shape);
    }

    static Tensor zeros(Shape shape, Tensor like) {
        return Tensor.zeros(shape, like.dtype(), like.device());
    }

    static Tensor zero(Tensor like) {
        return Tensor.full(Shape.scalar(), Scalar.of(0), like.dtype(), like.device());
    }

    /** Parts, however they lie, as complex numbers. */
    static Tensor pairs(Tensor parts) {
        return parts.contiguous().viewAsComplex();
    }

    private static Tensor part(OperatorNode n, Tensor g, int dim, int input) {
        long start = 0;
        for (int i = 0; i < input; i++) {
            start += n.shape(i).size(dim);
        }
        return g.narrow(dim, start, n.shape(input).size(dim));
    }

    private static long[] minus(List<Long> sizes) {
        return sizes.stream().mapToLong(size -> -size).toArray();
    }

    private static Shape spatial(Shape shape) {
        return shape.slice(2, shape.rank());
    }
}
