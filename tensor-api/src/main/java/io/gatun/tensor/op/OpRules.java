package io.gatun.tensor.op;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.spi.TensorView;
import java.util.ArrayList;
import java.util.List;

/**
 * The shape and dtype rule of every kernel and composite, stated once: backends and gradient rules rely on it and check
 * nothing again. Views have theirs in {@link io.gatun.tensor.Layout}.
 */
public final class OpRules {
    /** Grows whenever an operator is added or changes its meaning; a backend built for another is refused. */
    public static final int OP_SET_VERSION = 12;

    private static final int GRADIENT = 1; // among the operands of a step

    private OpRules() {}

    /**
     * What {@code op} gives for these operands.
     *
     * @throws ShapeException if the shapes do not fit the operator
     * @throws DTypeException if the operator is not defined for the dtypes
     */
    public static OutputSpec[] outputs(Op.Kernel op, TensorView... in) {
        if (anyComplex(in) && !ComplexRules.defined(op)) {
            throw undefined(op.operatorName(), complexOf(in));
        }
        return switch (op) {
            case Op.Unary(var kind) -> one(shape(in[0]), unary(kind, in[0].dtype()));
            case Op.Binary(var kind) -> one(same(op, in[0], in[1]), binary(kind, same(op, in)));
            case Op.Compare _ -> {
                same(op, in);
                yield one(same(op, in[0], in[1]), DType.BOOL);
            }
            case Op.Where _ -> {
                require(op, DType.BOOL, in[0].dtype(), "the condition");
                same(op, in[0], in[1]);
                yield one(same(op, in[1], in[2]), same(op, in[1].dtype(), in[2].dtype()));
            }
            case Op.Clamp _ -> {
                same(op, in[0], in[1]);
                yield one(same(op, in[0], in[2]), notBool(op, same(op, in)));
            }
            case Op.Cast(var dtype) -> one(shape(in[0]), dtype);
            case Op.Copy _ -> one(shape(in[0]), in[0].dtype());
            case Op.Fill(var value, var shape, var dtype) -> {
                if (value.category() == DType.Category.COMPLEX && !dtype.isComplex()) {
                    throw new DTypeException("fill: the value " + value + " does not fit a tensor of " + dtype
                            + ": it is complex: cast the tensor first");
                }
                yield one(shape, dtype);
            }
            case Op.Arange(var _, var _, var count, var dtype) -> one(Shape.of(count), real(op, notBool(op, dtype)));
            case Op.Random(var kind, var _, var _, var _, var _, var shape, var dtype) ->
                one(
                        shape,
                        kind == RandomKind.INTEGER
                                ? real(op, notBool(op, dtype))
                                : kind == RandomKind.BERNOULLI ? real(op, dtype) : floating(op, dtype));
            case Op.Reduce(var kind, var axes, var keep) ->
                one(reduced(op, kind, shape(in[0]), axes, keep), reduce(kind, in[0].dtype()));
            case Op.ArgReduce(var _, var dim, var keep) -> {
                notBool(op, in[0].dtype());
                yield one(reduced(op, null, shape(in[0]), Axes.of(dim), keep), DType.I64);
            }
            case Op.Scan _ -> one(shape(in[0]), notBool(op, in[0].dtype()));
            case Op.ArgScan _ -> one(shape(in[0]), DType.I64);
            case Op.Sort sort -> {
                Shape part =
                        shape(in[0]).rank() == 0 ? shape(in[0]) : shape(in[0]).with(sort.dim(), sort.count());
                yield new OutputSpec[] {new OutputSpec(part, in[0].dtype()), new OutputSpec(part, DType.I64)};
            }
            case Op.MatMul _ -> one(matmul(shape(in[0]), shape(in[1])), notBool(op, same(op, in)));
            case Op.Gather(var dim) -> {
                index(op, in[1]);
                indexFits(op, shape(in[0]), shape(in[1]), dim);
                yield one(shape(in[1]), in[0].dtype());
            }
            case Op.Scatter(var dim, var _) -> {
                index(op, in[1]);
                indexFits(op, shape(in[0]), shape(in[1]), dim);
                indexWithin(op, shape(in[1]), shape(in[2]));
                yield one(shape(in[0]), same(op, in[0].dtype(), in[2].dtype()));
            }
            case Op.IndexSelect(var dim) -> {
                index(op, in[1]);
                yield one(shape(in[0]).with(dim, rowIndex(op, in[1])), in[0].dtype());
            }
            case Op.IndexAdd(var dim) -> {
                index(op, in[1]);
                Shape expected = shape(in[0]).with(dim, rowIndex(op, in[1]));
                if (!expected.equals(shape(in[2]))) {
                    throw new ShapeException("indexAdd: the source has shape " + shape(in[2]) + ", expected " + expected
                            + " for " + shape(in[0]) + " and " + rowIndex(op, in[1]) + " indices at dimension " + dim);
                }
                yield one(shape(in[0]), same(op, in[0].dtype(), in[2].dtype()));
            }
            case Op.Nonzero(var count) -> one(Shape.of(count, shape(in[0]).rank()), DType.I64);
        };
    }

    /** What a composite gives for these operands; see {@link #outputs(Op.Kernel, TensorView...)}. */
    public static OutputSpec[] outputs(Op.Composite op, TensorView... in) {
        if (anyComplex(in) && !ComplexRules.defined(op)) {
            throw undefined(op.operatorName(), complexOf(in));
        }
        return switch (op) {
            case Op.Concat(var dim) -> one(concatenated(dim, in), same(op, in));
            case Op.Pad(var before, var after, var _) -> {
                long[] sizes = shape(in[0]).toArray();
                for (int i = 0; i < sizes.length; i++) {
                    sizes[i] += before.get(i) + after.get(i);
                }
                yield one(Shape.of(sizes), in[0].dtype());
            }
            case Op.Conj _, Op.Fft _ -> one(shape(in[0]), complex(op, in[0].dtype()));
            case Op.Softmax _, Op.LogSoftmax _ -> one(shape(in[0]), floating(op, in[0].dtype()));
            case Op.SoftmaxGradient _ -> one(same(op, in[0], in[1]), floating(op, same(op, in)));
            case Op.CrossEntropy _ -> {
                OutputSpec each = new OutputSpec(rows(op, in[0], in[1]), floating(op, in[0].dtype()));
                yield new OutputSpec[] {each, each};
            }
            case Op.CrossEntropyGradient _ -> {
                rows(op, in[1], in[3]);
                yield one(shape(in[1]), floating(op, same(op, in[0], in[1], in[2])));
            }
            case Op.Normalize _ -> {
                Shape shape = normalized(op, in[0], in[1], in[2]);
                DType dtype = floating(op, same(op, in));
                OutputSpec each = new OutputSpec(Shape.of(shape.size(shape.rank() - 2)), dtype);
                yield new OutputSpec[] {new OutputSpec(shape, dtype), each, each};
            }
            case Op.NormalizeGradient _ -> one(normalized(op, in[1], in[4]), floating(op, same(op, in)));
            case Op.NormalizeWeight _ -> one(Shape.of(shape(in[1]).size(1)), floating(op, same(op, in)));
            case Op.ChannelScale _ -> one(normalized(op, in[0], in[1], in[2]), floating(op, same(op, in)));
            case Op.Step step -> steps(step, in);
            case Op.LstmSteps _ -> {
                Shape x = shape(in[0]);
                Shape state = states(op, 4, x, shape(in[4]), in[1], in[2]);
                long gates = shape(in[4]).size(0);
                if (!shape(in[3]).equals(Shape.of(gates, x.size(2)))
                        || !shape(in[5]).equals(Shape.of(gates))) {
                    throw new ShapeException(
                            op.operatorName() + ": steps of shape " + x + " do not fit a weight of shape "
                                    + shape(in[3]) + " and a bias of shape " + shape(in[5]) + ": expected ("
                                    + gates + ", " + x.size(2) + ") and (" + gates + ")");
                }
                DType dtype = floating(op, same(op, in));
                OutputSpec each = new OutputSpec(state, dtype);
                yield new OutputSpec[] {each, each, new OutputSpec(state.with(2, gates), dtype)};
            }
            case Op.LstmStepsGradient _ -> {
                Shape gates = shape(in[5]);
                Shape state = states(op, 4, gates, shape(in[3]), in[1], in[2]);
                same(op, in[0], in[4]);
                if (!shape(in[0]).equals(state) || gates.size(2) != 4 * state.size(2)) {
                    throw new ShapeException(op.operatorName() + ": the gradient of shape " + shape(in[0])
                            + " does not fit gates of shape " + gates + ": expected " + state);
                }
                DType dtype = floating(op, same(op, in));
                OutputSpec each = new OutputSpec(state.slice(1, 3), dtype);
                yield new OutputSpec[] {new OutputSpec(gates, dtype), each, each};
            }
            case Op.Gelu _, Op.Dropout _ -> one(shape(in[0]), floating(op, in[0].dtype()));
            case Op.GeluGradient _ -> one(same(op, in[0], in[1]), floating(op, same(op, in)));
            case Op.Attention _ -> attended(op, in[0], in[1], in[2], in, 3);
            case Op.AttentionGradient _ -> {
                OutputSpec[] results = attended(op, in[1], in[2], in[3], in, 5);
                fits(op, in[0], results[0].shape(), in);
                fits(op, in[4], results[1].shape(), in);
                DType dtype = same(op, in[0], in[1], in[4]);
                yield new OutputSpec[] {
                    new OutputSpec(shape(in[1]), dtype),
                    new OutputSpec(shape(in[2]), dtype),
                    new OutputSpec(shape(in[3]), dtype)
                };
            }
            case Op.Convolution(var geometry) ->
                one(ConvolutionRules.output(geometry, shape(in[0]), shape(in[1])), notBool(op, same(op, in)));
            case Op.ConvolutionInput(var geometry, var spatial) ->
                one(ConvolutionRules.input(geometry, spatial, shape(in[0]), shape(in[1])), notBool(op, same(op, in)));
            case Op.ConvolutionWeight(var geometry, var kernel) ->
                one(ConvolutionRules.weight(geometry, kernel, shape(in[0]), shape(in[1])), notBool(op, same(op, in)));
            case Op.MaxPool(var geometry) -> {
                Shape pooled = ConvolutionRules.pooled("maxPool", geometry, shape(in[0]));
                yield new OutputSpec[] {
                    new OutputSpec(pooled, notBool(op, in[0].dtype())), new OutputSpec(pooled, DType.I64)
                };
            }
            case Op.MaxPoolGradient(var geometry, var spatial) -> {
                index(op, in[1]);
                Shape x = shape(in[0]).slice(0, 2).concat(spatial);
                Shape pooled = ConvolutionRules.pooled(op.operatorName(), geometry, x);
                if (!same(op, in[0], in[1]).equals(pooled)) {
                    throw new ShapeException(op.operatorName() + ": the gradient of shape " + shape(in[0])
                            + " does not fit: pooling " + x + " gives " + pooled);
                }
                yield one(x, floating(op, in[0].dtype()));
            }
            case Op.AveragePool(var geometry, var _, var _) ->
                one(ConvolutionRules.pooled("avgPool", geometry, shape(in[0])), inexact(op, in[0].dtype()));
            case Op.AveragePoolInput(var pool, var spatial) ->
                one(ConvolutionRules.unpooled(pool.geometry(), spatial, shape(in[0])), inexact(op, in[0].dtype()));
            case Op.LinearAlgebra algebra -> MatrixRules.outputs(algebra, in);
            case Op.Pinv pinv -> MatrixRules.outputs(pinv, in[0]);
        };
    }

    /** For each parameter of an optimiser's all that is about it, but the gradient. */
    private static OutputSpec[] steps(Op.Step op, TensorView... in) {
        int operands = op.operands();
        if (in.length == 0 || in.length % operands != 0) {
            throw new ShapeException(op.operatorName() + ": there are " + in.length + " operands, expected " + operands
                    + " for each parameter");
        }
        DType dtype = floating(op, in[0].dtype());
        List<OutputSpec> outputs = new ArrayList<>();
        for (int i = 0; i < in.length; i++) {
            TensorView parameter = in[i - i % operands];
            if (op.counts() && i % operands == operands - 1) {
                outputs.add(count(op, in[i]));
                continue;
            }
            OutputSpec output = new OutputSpec(same(op, parameter, in[i]), same(op, dtype, in[i].dtype()));
            if (i % operands != GRADIENT) {
                outputs.add(output);
            }
        }
        return outputs.toArray(OutputSpec[]::new);
    }

    private static OutputSpec count(Op.Step op, TensorView count) {
        OutputSpec expected = new OutputSpec(Shape.scalar(), DType.F64);
        if (!shape(count).equals(expected.shape()) || count.dtype() != expected.dtype()) {
            throw new ShapeException(op.operatorName() + ": the number of steps taken is " + count.dtype()
                    + shape(count) + ", expected " + expected.dtype() + expected.shape());
        }
        return expected;
    }

    /** The shape of the states after all of (L, N, ...) steps, if the weight is (gates H, H) and the first states (N, H). */
    private static Shape states(Op op, int gates, Shape steps, Shape weight, TensorView... first) {
        boolean fits = steps.rank() == 3 && weight.rank() == 2 && weight.size(0) == gates * weight.size(1);
        for (TensorView state : first) {
            fits = fits && shape(state).equals(Shape.of(steps.size(1), weight.size(1)));
        }
        if (!fits) {
            throw new ShapeException(op.operatorName() + ": steps of shape " + steps + ", a weight of shape " + weight
                    + " and a state of shape " + shape(first[0]) + " do not fit: expected (L, N, ...), (" + gates
                    + " H, H) and (N, H)");
        }
        return steps.with(2, weight.size(1));
    }

    /** The results of attention; {@code mask} is the place of the operand that may be left out. */
    private static OutputSpec[] attended(
            Op op, TensorView query, TensorView key, TensorView value, TensorView[] in, int mask) {
        DType dtype = floating(op, same(op, query, key, value));
        Shape shape = shape(query);
        if (shape.rank() < 2 || shape(key).rank() < 2 || shape(value).rank() < 1) {
            fits(op, query, Shape.scalar(), in);
        }
        long keys = shape(key).size(-2);
        fits(op, key, shape.with(-2, keys), in);
        fits(op, value, shape(key).with(-1, shape(value).size(-1)), in);
        if (in.length > mask) {
            fits(op, in[mask], shape.with(-1, keys), in);
            if (in[mask].dtype() != DType.BOOL) {
                require(op, dtype, in[mask].dtype(), "a mask that is not of bool");
            }
        }
        Shape sums = shape.with(-1, shape.size(-2)).with(-2, 2);
        return new OutputSpec[] {
            new OutputSpec(shape.with(-1, shape(value).size(-1)), dtype), new OutputSpec(sums, dtype)
        };
    }

    private static void fits(Op op, TensorView view, Shape expected, TensorView... in) {
        if (!shape(view).equals(expected) || expected.rank() < 2) {
            StringBuilder shapes = new StringBuilder();
            for (TensorView each : in) {
                shapes.append(' ').append(shape(each));
            }
            throw new ShapeException(
                    op.operatorName() + ": shapes" + shapes
                            + " do not fit: expected query (..., L, E), key (..., S, E), value (..., S, V) and mask (..., L, S)");
        }
    }

    private static DType unary(UnaryKind kind, DType dtype) {
        if (!kind.takes(dtype)) {
            throw undefined(kind.operatorName(), dtype);
        } else if (kind.isPredicate()) {
            return DType.BOOL;
        }
        return kind == UnaryKind.ABS ? dtype.toReal() : dtype;
    }

    private static DType binary(BinaryKind kind, DType dtype) {
        if (!kind.takes(dtype)) {
            throw undefined(kind.operatorName(), dtype);
        }
        return dtype;
    }

    private static DType reduce(ReduceKind kind, DType dtype) {
        if (!kind.takes(dtype)) {
            throw undefined(kind.operatorName(), dtype);
        }
        return dtype;
    }

    private static Shape reduced(
            Op op, @org.jspecify.annotations.Nullable ReduceKind kind, Shape in, Axes axes, boolean keep) {
        boolean needsElements = kind == null || kind.needsElements();
        long[] sizes = new long[keep ? in.rank() : Math.max(0, in.rank() - axes.count())];
        int at = 0;
        for (int i = 0; i < in.rank(); i++) {
            if (axes.contains(i)) {
                if (needsElements && in.size(i) == 0) {
                    throw new ShapeException(op.operatorName() + ": shape " + in + " has no elements along dimension "
                            + i + ", and nothing is the largest or smallest of none");
                }
                if (keep) {
                    sizes[at++] = 1;
                }
            } else {
                sizes[at++] = in.size(i);
            }
        }
        return Shape.of(sizes);
    }

    private static Shape matmul(Shape a, Shape b) {
        int rank = a.rank();
        if (rank < 2 || b.rank() != rank || !a.slice(0, rank - 2).equals(b.slice(0, rank - 2))) {
            throw new ShapeException("matmul: shapes " + a + " and " + b
                    + " need the same leading dimensions and two more: expand the smaller one");
        }
        if (a.size(-1) != b.size(-2)) {
            throw innerSizesDiffer("matmul", a, b);
        }
        return a.with(-1, b.size(-1));
    }

    /** The refusal of a matrix product, built from the shapes that the user gave. */
    public static ShapeException innerSizesDiffer(String operator, Shape a, Shape b) {
        return new ShapeException(operator + ": shapes " + a + " and " + b + " cannot be multiplied: inner sizes "
                + a.size(-1) + " and " + b.size(b.rank() > 1 ? -2 : -1) + " differ");
    }

    private static Shape concatenated(int dim, TensorView... in) {
        Shape first = shape(in[0]);
        long total = 0;
        for (TensorView view : in) {
            Shape shape = shape(view);
            if (shape.rank() != first.rank() || !shape.with(dim, 0).equals(first.with(dim, 0))) {
                throw new ShapeException("cat: shapes " + first + " and " + shape + " differ outside dimension " + dim
                        + ", along which they are joined");
            }
            total += shape.size(dim);
        }
        return first.with(dim, total);
    }

    private static void indexFits(Op op, Shape x, Shape index, int dim) {
        boolean fits = x.rank() == index.rank();
        for (int i = 0; fits && i < x.rank(); i++) {
            fits = i == dim || index.size(i) <= x.size(i);
        }
        if (!fits) {
            throw new ShapeException(op.operatorName() + ": the index of shape " + index + " does not fit shape " + x
                    + ": it needs the same rank and no larger sizes outside dimension " + dim);
        }
    }

    private static void indexWithin(Op op, Shape index, Shape source) {
        boolean fits = source.rank() == index.rank();
        for (int i = 0; fits && i < index.rank(); i++) {
            fits = index.size(i) <= source.size(i);
        }
        if (!fits) {
            throw new ShapeException(op.operatorName() + ": the index of shape " + index
                    + " is larger than the source of shape " + source);
        }
    }

    private static long rowIndex(Op op, TensorView index) {
        if (shape(index).rank() != 1) {
            throw new ShapeException(
                    op.operatorName() + ": the index has shape " + shape(index) + "; it must have one dimension");
        }
        return shape(index).numel();
    }

    /** The shape of one number for each row of a matrix, as {@code index} has it. */
    private static Shape rows(Op op, TensorView matrix, TensorView index) {
        index(op, index);
        Shape shape = shape(matrix);
        if (shape.rank() != 2 || !shape(index).equals(Shape.of(shape.size(0)))) {
            throw new ShapeException(op.operatorName() + ": shapes " + shape + " and " + shape(index)
                    + " do not fit: expected (M, C) and (M)");
        }
        return shape(index);
    }

    /** A shape (M, N) or (N, C, S), for each column or channel of which each of {@code weights} has a number. */
    private static Shape normalized(Op op, TensorView x, TensorView... weights) {
        Shape shape = shape(x);
        for (TensorView each : weights) {
            boolean fits = shape.rank() == 2 || shape.rank() == 3;
            if (!fits || !shape(each).equals(Shape.of(shape.size(1)))) {
                throw new ShapeException(op.operatorName() + ": shapes " + shape + " and " + shape(each)
                        + " do not fit: expected (M, N) and (N), or (N, C, S) and (C)");
            }
        }
        return shape;
    }

    private static void index(Op op, TensorView index) {
        require(op, DType.I64, index.dtype(), "the index");
    }

    private static void require(Op op, DType expected, DType actual, String what) {
        if (expected != actual) {
            throw new DTypeException(op.operatorName() + ": " + what + " must be " + expected + ", not " + actual);
        }
    }

    private static Shape same(Op op, TensorView a, TensorView b) {
        if (!shape(a).equals(shape(b))) {
            throw new ShapeException(op.operatorName() + ": shapes " + shape(a) + " and " + shape(b)
                    + " differ: a primitive takes equal shapes, expand the operands first");
        }
        return shape(a);
    }

    static DType same(Op op, TensorView... in) {
        for (TensorView view : in) {
            same(op, in[0].dtype(), view.dtype());
        }
        return in[0].dtype();
    }

    private static DType same(Op op, DType a, DType b) {
        if (a != b) {
            throw new DTypeException(op.operatorName() + ": dtypes " + a + " and " + b
                    + " differ: a primitive takes equal dtypes, cast the operands first");
        }
        return a;
    }

    private static DType notBool(Op op, DType dtype) {
        return notBool(op.operatorName(), dtype);
    }

    /** {@code dtype}, unless it is bool, which {@code operator} is refused for. */
    public static DType notBool(String operator, DType dtype) {
        if (dtype == DType.BOOL) {
            throw undefined(operator, dtype);
        }
        return dtype;
    }

    private static DType floating(Op op, DType dtype) {
        if (!dtype.isFloatingPoint()) {
            throw undefined(op.operatorName(), dtype);
        }
        return dtype;
    }

    private static DType inexact(Op op, DType dtype) {
        return dtype.isComplex() ? dtype : floating(op, dtype);
    }

    private static DType complex(Op op, DType dtype) {
        if (!dtype.isComplex()) {
            throw undefined(op.operatorName(), dtype);
        }
        return dtype;
    }

    private static DType real(Op op, DType dtype) {
        if (dtype.isComplex()) {
            throw undefined(op.operatorName(), dtype);
        }
        return dtype;
    }

    private static boolean anyComplex(TensorView... in) {
        boolean any = false;
        for (TensorView view : in) {
            any |= view.dtype().isComplex();
        }
        return any;
    }

    private static DType complexOf(TensorView... in) {
        for (TensorView view : in) {
            if (view.dtype().isComplex()) {
                return view.dtype();
            }
        }
        throw new IllegalStateException("no operand is complex");
    }

    private static DTypeException undefined(String operator, DType dtype) {
        return new DTypeException(operator + ": not defined for " + dtype
                + (dtype.isComplex()
                        ? ": take real(), imag(), abs() or angle() first"
                        : ": cast with to(DType) first"));
    }

    private static Shape shape(TensorView view) {
        return view.layout().shape();
    }

    private static OutputSpec[] one(Shape shape, DType dtype) {
        return new OutputSpec[] {new OutputSpec(shape, dtype)};
    }
}
