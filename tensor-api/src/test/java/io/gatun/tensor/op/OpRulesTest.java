package io.gatun.tensor.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The shape, the dtype and the refusals of every kernel and composite. */
class OpRulesTest {
    private static final Set<DType> REALS = EnumSet.of(DType.F16, DType.BF16, DType.F32, DType.F64);
    private static final Set<DType> INTEGERS = EnumSet.of(DType.I8, DType.U8, DType.I16, DType.I32, DType.I64);
    private static final Set<DType> NUMBERS = union(REALS, INTEGERS);
    private static final Set<DType> WITH_BOOL = union(NUMBERS, EnumSet.of(DType.BOOL));

    /** Rules see shapes and dtypes, never memory. */
    private record Operand(Layout layout, DType dtype) implements TensorView {
        @Override
        public Storage storage() {
            throw new AssertionError("a rule looked at memory");
        }
    }

    private static Set<DType> union(Set<DType> a, Set<DType> b) {
        EnumSet<DType> both = EnumSet.copyOf(a);
        both.addAll(b);
        return both;
    }

    private static Operand of(DType dtype, long... sizes) {
        return new Operand(Layout.contiguous(Shape.of(sizes)), dtype);
    }

    private static Operand f32(long... sizes) {
        return of(DType.F32, sizes);
    }

    private static Operand i64(long... sizes) {
        return of(DType.I64, sizes);
    }

    private static OutputSpec spec(DType dtype, long... sizes) {
        return new OutputSpec(Shape.of(sizes), dtype);
    }

    private static void gives(Op.Kernel op, List<Operand> in, OutputSpec... expected) {
        assertThat(OpRules.outputs(op, in.toArray(TensorView[]::new)))
                .as("%s", op)
                .containsExactly(expected);
    }

    private static void gives(Op.Composite op, List<Operand> in, OutputSpec... expected) {
        assertThat(OpRules.outputs(op, in.toArray(TensorView[]::new)))
                .as("%s", op)
                .containsExactly(expected);
    }

    private static void badShape(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ShapeException.class).hasMessage(message);
    }

    private static void badDType(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(DTypeException.class).hasMessageContaining(message);
    }

    /** For every real, integer and bool dtype: as {@code op} should, it is accepted or refused by name. */
    private static void definedFor(Set<DType> defined, Op.Kernel op, int operands) {
        for (DType dtype : WITH_BOOL) {
            TensorView[] in = new TensorView[operands];
            java.util.Arrays.fill(in, of(dtype, 2, 3));
            if (defined.contains(dtype)) {
                assertThat(OpRules.outputs(op, in)).as("%s of %s", op, dtype).isNotEmpty();
            } else {
                assertThatThrownBy(() -> OpRules.outputs(op, in))
                        .as("%s of %s", op, dtype)
                        .isInstanceOf(DTypeException.class)
                        .hasMessageContaining(op.operatorName())
                        .hasMessageContaining(dtype.toString());
            }
        }
    }

    @Test
    void unaryFunctionsKeepShapeAndDType() {
        for (UnaryKind kind : UnaryKind.values()) {
            Op.Unary op = new Op.Unary(kind);
            if (kind.isPredicate()) {
                gives(op, List.of(f32(2, 3)), spec(DType.BOOL, 2, 3));
                definedFor(kind == UnaryKind.LOGICAL_NOT ? WITH_BOOL : REALS, op, 1);
            } else if (kind == UnaryKind.BITWISE_NOT) {
                gives(op, List.of(i64(2, 3)), spec(DType.I64, 2, 3));
                definedFor(union(INTEGERS, EnumSet.of(DType.BOOL)), op, 1);
            } else {
                gives(op, List.of(of(DType.F16, 4)), spec(DType.F16, 4));
                definedFor(kind.isFloatingPoint() ? REALS : NUMBERS, op, 1);
            }
        }
    }

    @Test
    void binaryFunctionsTakeEqualShapesAndDTypes() {
        for (BinaryKind kind : BinaryKind.values()) {
            Op.Binary op = new Op.Binary(kind);
            Set<DType> defined = switch (kind) {
                case ADD, MUL, MAXIMUM, MINIMUM -> WITH_BOOL;
                case SUB, FLOOR_DIVIDE, TRUNC_DIVIDE, FMOD, REMAINDER, POW -> NUMBERS;
                case BITWISE_AND, BITWISE_OR, BITWISE_XOR -> union(INTEGERS, EnumSet.of(DType.BOOL));
                case SHIFT_LEFT, SHIFT_RIGHT, GCD -> INTEGERS;
                default -> REALS;
            };
            definedFor(defined, op, 2);
            DType one = defined.iterator().next();
            gives(op, List.of(of(one, 5, 1), of(one, 5, 1)), spec(one, 5, 1));
            assertThatThrownBy(() -> OpRules.outputs(op, of(one, 5, 1), of(one, 5)))
                    .isInstanceOf(ShapeException.class)
                    .hasMessage(op.operatorName()
                            + ": shapes (5, 1) and (5) differ: a primitive takes equal shapes, expand the operands"
                            + " first");
        }
        badDType(
                "add: dtypes F32 and I64 differ: a primitive takes equal dtypes, cast the operands first",
                () -> OpRules.outputs(new Op.Binary(BinaryKind.ADD), f32(2), i64(2)));
    }

    @Test
    void comparisonsGiveBool() {
        for (CompareKind kind : CompareKind.values()) {
            Op.Compare op = new Op.Compare(kind);
            gives(op, List.of(i64(3), i64(3)), spec(DType.BOOL, 3));
            assertThatThrownBy(() -> OpRules.outputs(op, f32(3), f32(4))).isInstanceOf(ShapeException.class);
            assertThatThrownBy(() -> OpRules.outputs(op, f32(3), i64(3))).isInstanceOf(DTypeException.class);
        }
    }

    @Test
    void whereTakesABoolAndTwoAlike() {
        Op.Where op = new Op.Where();
        gives(op, List.of(of(DType.BOOL, 2), f32(2), f32(2)), spec(DType.F32, 2));
        badDType("where: the condition must be BOOL, not F32", () -> OpRules.outputs(op, f32(2), f32(2), f32(2)));
        assertThatThrownBy(() -> OpRules.outputs(op, of(DType.BOOL, 3), f32(2), f32(2)))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> OpRules.outputs(op, of(DType.BOOL, 2), f32(2), f32(3)))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> OpRules.outputs(op, of(DType.BOOL, 2), f32(2), i64(2)))
                .isInstanceOf(DTypeException.class);
    }

    @Test
    void clampTakesThreeAlike() {
        Op.Clamp op = new Op.Clamp();
        gives(op, List.of(i64(2), i64(2), i64(2)), spec(DType.I64, 2));
        definedFor(NUMBERS, op, 3);
        assertThatThrownBy(() -> OpRules.outputs(op, f32(2), f32(3), f32(2))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> OpRules.outputs(op, f32(2), f32(2), f32(3))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> OpRules.outputs(op, f32(2), f32(2), i64(2))).isInstanceOf(DTypeException.class);
    }

    @Test
    void castsCopiesAndCreationSayTheirResult() {
        gives(new Op.Cast(DType.I8), List.of(f32(2, 0)), spec(DType.I8, 2, 0));
        gives(new Op.Copy(), List.of(of(DType.BOOL, 7)), spec(DType.BOOL, 7));
        gives(new Op.Fill(Scalar.of(1), Shape.of(4, 2), DType.U8), List.of(), spec(DType.U8, 4, 2));
        gives(new Op.Arange(Scalar.of(0), Scalar.of(1), 9, DType.I16), List.of(), spec(DType.I16, 9));
        badDType("arange", () -> OpRules.outputs(new Op.Arange(Scalar.of(0), Scalar.of(1), 9, DType.BOOL)));
    }

    @Test
    void randomNumbersAreFloatingPointOrIntegers() {
        for (RandomKind kind : RandomKind.values()) {
            for (DType dtype : WITH_BOOL) {
                Op.Random op = new Op.Random(kind, Scalar.of(0), Scalar.of(1), 1, 2, Shape.of(3), dtype);
                boolean defined = switch (kind) {
                    case INTEGER -> NUMBERS.contains(dtype);
                    case BERNOULLI -> !dtype.isComplex();
                    default -> REALS.contains(dtype);
                };
                if (defined) {
                    gives(op, List.of(), spec(dtype, 3));
                } else {
                    badDType("random", () -> OpRules.outputs(op));
                }
            }
        }
    }

    @Test
    void reductionsDropOrKeepTheirAxes() {
        Operand x = f32(2, 3, 4);
        Op.Reduce dropped = new Op.Reduce(ReduceKind.SUM, Axes.of(0, 2), false);
        gives(dropped, List.of(x), spec(DType.F32, 3));
        gives(new Op.Reduce(ReduceKind.SUM, Axes.of(0, 2), true), List.of(x), spec(DType.F32, 1, 3, 1));
        gives(new Op.Reduce(ReduceKind.SUM, Axes.of(0, 1, 2), false), List.of(x), spec(DType.F32));
        gives(new Op.Reduce(ReduceKind.SUM, Axes.of(), false), List.of(x), spec(DType.F32, 2, 3, 4));
        definedFor(NUMBERS, new Op.Reduce(ReduceKind.SUM, Axes.of(0), false), 1);
        definedFor(NUMBERS, new Op.Reduce(ReduceKind.PROD, Axes.of(0), false), 1);
        definedFor(REALS, new Op.Reduce(ReduceKind.MEAN, Axes.of(0), false), 1);
        definedFor(WITH_BOOL, new Op.Reduce(ReduceKind.AMAX, Axes.of(0), false), 1);
        definedFor(WITH_BOOL, new Op.Reduce(ReduceKind.AMIN, Axes.of(0), false), 1);
    }

    @Test
    void nothingIsTheLargestOfNone() {
        Operand none = f32(3, 0);
        gives(new Op.Reduce(ReduceKind.SUM, Axes.of(1), false), List.of(none), spec(DType.F32, 3));
        gives(new Op.Reduce(ReduceKind.AMAX, Axes.of(0), false), List.of(none), spec(DType.F32, 0));
        badShape(
                "amax: shape (3, 0) has no elements along dimension 1, and nothing is the largest or smallest of none",
                () -> OpRules.outputs(new Op.Reduce(ReduceKind.AMAX, Axes.of(1), false), none));
        badShape(
                "argmin: shape (3, 0) has no elements along dimension 1, and nothing is the largest or smallest of"
                        + " none",
                () -> OpRules.outputs(new Op.ArgReduce(false, 1, true), none));
        gives(new Op.ArgReduce(true, 0, true), List.of(none), spec(DType.I64, 1, 0));
    }

    @Test
    void whatGoesAlongADimensionKeepsTheShape() {
        gives(new Op.ArgReduce(true, 1, false), List.of(of(DType.I8, 2, 3)), spec(DType.I64, 2));
        gives(new Op.Scan(false, 1), List.of(f32(2, 3)), spec(DType.F32, 2, 3));
        definedFor(NUMBERS, new Op.Scan(true, 0), 1);
        gives(new Op.Sort(0, false, 0, 2), List.of(f32(2, 3)), spec(DType.F32, 2, 3), spec(DType.I64, 2, 3));
        gives(new Op.Sort(1, false, 2, 1), List.of(f32(2, 3)), spec(DType.F32, 2, 1), spec(DType.I64, 2, 1));
    }

    @Test
    void matricesAreMultipliedByTheirLastTwoDimensions() {
        Op.MatMul op = new Op.MatMul();
        gives(op, List.of(f32(2, 3), f32(3, 5)), spec(DType.F32, 2, 5));
        gives(op, List.of(i64(7, 2, 3), i64(7, 3, 1)), spec(DType.I64, 7, 2, 1));
        badShape(
                "matmul: shapes (2, 3) and (4, 5) cannot be multiplied: inner sizes 3 and 4 differ",
                () -> OpRules.outputs(op, f32(2, 3), f32(4, 5)));
        for (List<Operand> pair : List.of(
                List.of(f32(3), f32(3)), List.of(f32(2, 3), f32(1, 3, 5)), List.of(f32(2, 2, 3), f32(4, 3, 5)))) {
            assertThatThrownBy(() -> OpRules.outputs(op, pair.get(0), pair.get(1)))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageContaining("need the same leading dimensions and two more");
        }
        badDType("matmul", () -> OpRules.outputs(op, f32(2, 2), i64(2, 2)));
        badDType("matmul", () -> OpRules.outputs(op, of(DType.BOOL, 2, 2), of(DType.BOOL, 2, 2)));
        assertThat(OpRules.innerSizesDiffer("mv", Shape.of(2, 3), Shape.of(4)))
                .hasMessage("mv: shapes (2, 3) and (4) cannot be multiplied: inner sizes 3 and 4 differ");
    }

    @Test
    void indicesAreI64AndFit() {
        Op.Gather op = new Op.Gather(0);
        gives(op, List.of(f32(2, 3), i64(9, 3)), spec(DType.F32, 9, 3));
        gives(op, List.of(f32(2, 3), i64(9, 1)), spec(DType.F32, 9, 1));
        badDType("gather: the index must be I64, not I32", () -> OpRules.outputs(op, f32(2, 3), of(DType.I32, 1, 1)));
        badShape(
                "gather: the index of shape (2, 4) does not fit shape (2, 3): it needs the same rank and no larger"
                        + " sizes outside dimension 0",
                () -> OpRules.outputs(op, f32(2, 3), i64(2, 4)));
        assertThatThrownBy(() -> OpRules.outputs(op, f32(2, 3), i64(2))).isInstanceOf(ShapeException.class);
    }

    @Test
    void scatterTakesASourceAtLeastAsLargeAsItsIndex() {
        for (ScatterKind kind : ScatterKind.values()) {
            Op.Scatter op = new Op.Scatter(1, kind);
            String name = kind.operatorName();
            gives(op, List.of(f32(2, 3), i64(2, 8), f32(2, 8)), spec(DType.F32, 2, 3));
            gives(op, List.of(f32(2, 3), i64(1, 8), f32(4, 9)), spec(DType.F32, 2, 3));
            badShape(
                    name + ": the index of shape (2, 8) is larger than the source of shape (2, 7)",
                    () -> OpRules.outputs(op, f32(2, 3), i64(2, 8), f32(2, 7)));
            badShape(
                    name + ": the index of shape (2, 8) is larger than the source of shape (16)",
                    () -> OpRules.outputs(op, f32(2, 3), i64(2, 8), f32(16)));
            assertThatThrownBy(() -> OpRules.outputs(op, f32(2, 3), i64(3, 8), f32(3, 8)))
                    .isInstanceOf(ShapeException.class);
            badDType("must be I64", () -> OpRules.outputs(op, f32(2, 3), f32(2, 8), f32(2, 8)));
            badDType("differ", () -> OpRules.outputs(op, f32(2, 3), i64(2, 8), of(DType.F64, 2, 8)));
        }
    }

    @Test
    void rowsAreChosenByAVector() {
        gives(new Op.IndexSelect(1), List.of(f32(2, 3), i64(7)), spec(DType.F32, 2, 7));
        badShape(
                "indexSelect: the index has shape (1, 7); it must have one dimension",
                () -> OpRules.outputs(new Op.IndexSelect(1), f32(2, 3), i64(1, 7)));
        badDType("must be I64", () -> OpRules.outputs(new Op.IndexSelect(1), f32(2, 3), f32(7)));
        Op.IndexAdd op = new Op.IndexAdd(0);
        gives(op, List.of(f32(2, 3), i64(7), f32(7, 3)), spec(DType.F32, 2, 3));
        badShape(
                "indexAdd: the source has shape (6, 3), expected (7, 3) for (2, 3) and 7 indices at dimension 0",
                () -> OpRules.outputs(op, f32(2, 3), i64(7), f32(6, 3)));
        badDType("must be I64", () -> OpRules.outputs(op, f32(2, 3), f32(7), f32(7, 3)));
        badDType("differ", () -> OpRules.outputs(op, f32(2, 3), i64(7), i64(7, 3)));
    }

    @Test
    void positionsAreAMatrix() {
        gives(new Op.Nonzero(5), List.of(f32(2, 3, 4)), spec(DType.I64, 5, 3));
        gives(new Op.Nonzero(0), List.of(f32()), spec(DType.I64, 0, 0));
    }

    @Test
    void concatenationAddsUpOneDimension() {
        gives(new Op.Concat(1), List.of(f32(2, 3), f32(2, 0), f32(2, 4)), spec(DType.F32, 2, 7));
        badShape(
                "cat: shapes (2, 3) and (3, 3) differ outside dimension 1, along which they are joined",
                () -> OpRules.outputs(new Op.Concat(1), f32(2, 3), f32(3, 3)));
        assertThatThrownBy(() -> OpRules.outputs(new Op.Concat(0), f32(2, 3), f32(2)))
                .isInstanceOf(ShapeException.class);
        badDType("cat", () -> OpRules.outputs(new Op.Concat(0), f32(2), i64(2)));
    }

    @Test
    void paddingAddsToEachDimension() {
        gives(new Op.Pad(List.of(1L, 0L), List.of(2L, 5L), Scalar.of(0)), List.of(i64(2, 3)), spec(DType.I64, 5, 8));
        gives(new Op.Pad(List.of(-1L), List.of(0L), Scalar.of(0)), List.of(f32(3)), spec(DType.F32, 2));
    }

    @Test
    void softmaxIsOfFloatingPointNumbers() {
        gives(new Op.Softmax(0), List.of(f32(2, 3)), spec(DType.F32, 2, 3));
        gives(new Op.LogSoftmax(0), List.of(of(DType.F16, 2)), spec(DType.F16, 2));
        badDType("softmax: not defined for I64", () -> OpRules.outputs(new Op.Softmax(0), i64(2)));
        badDType("logSoftmax: not defined for BOOL", () -> OpRules.outputs(new Op.LogSoftmax(0), of(DType.BOOL, 2)));
    }

    @Test
    void convolutionsAndTheirAdjointsFitTogether() {
        ConvolutionGeometry geometry = new ConvolutionGeometry(List.of(2, 1), List.of(1, 0), List.of(1, 2), 1);
        Operand x = f32(5, 3, 9, 8);
        Operand weight = f32(4, 3, 3, 2);
        Operand result = f32(5, 4, 5, 6);
        gives(new Op.Convolution(geometry), List.of(x, weight), spec(DType.F32, 5, 4, 5, 6));
        gives(new Op.ConvolutionInput(geometry, Shape.of(9, 8)), List.of(result, weight), spec(DType.F32, 5, 3, 9, 8));
        gives(new Op.ConvolutionWeight(geometry, Shape.of(3, 2)), List.of(x, result), spec(DType.F32, 4, 3, 3, 2));
        badDType("convolution", () -> OpRules.outputs(new Op.Convolution(geometry), x, of(DType.F64, 4, 3, 3, 2)));
        badDType(
                "not defined for BOOL",
                () -> OpRules.outputs(
                        new Op.Convolution(geometry), of(DType.BOOL, 5, 3, 9, 8), of(DType.BOOL, 4, 3, 3, 2)));
        assertThatThrownBy(() -> OpRules.outputs(new Op.Convolution(geometry), x, f32(4, 2, 3, 2)))
                .isInstanceOf(ShapeException.class);
    }

    @Test
    void stepsGiveAllButGradientsAndCountInDouble() {
        Op.Step step = new Op.CountedAdamStep(0.9, 0.99, 1e-3, 0.1, 0.95, 0.02);
        Operand x = f32(2, 3);
        Operand half = of(DType.F16, 4);
        Operand taken = of(DType.F64);
        OutputSpec same = spec(DType.F32, 2, 3);
        gives(step, List.of(x, x, x, x, taken), same, same, same, spec(DType.F64));
        badShape(
                "countedAdamStep: the number of steps taken is F32(), expected F64()",
                () -> OpRules.outputs(step, x, x, x, x, f32()));
        badShape(
                "countedAdamStep: the number of steps taken is F64(1), expected F64()",
                () -> OpRules.outputs(step, x, x, x, x, of(DType.F64, 1)));
        badShape(
                "countedAdamStep: there are 4 operands, expected 5 for each parameter",
                () -> OpRules.outputs(step, x, x, x, x));
        badShape(
                "countedAdamStep: shapes (2, 3) and (4) differ: a primitive takes equal shapes, expand the operands first",
                () -> OpRules.outputs(step, x, x, x, f32(4), taken));
        badDType("F32 and F16 differ", () -> OpRules.outputs(step, x, x, x, x, taken, half, half, half, half, taken));
        Op.Step momentum = new Op.MomentumStep(0.9, 1, 0, 0.1, false);
        gives(momentum, List.of(x, x, x, x, x, x), same, same, same, same);
        badDType("not defined for I64", () -> OpRules.outputs(momentum, i64(2), i64(2), i64(2)));
    }

    @Test
    void poolingGivesValuesAndPositions() {
        PoolGeometry geometry = new PoolGeometry(List.of(2, 2), List.of(2, 2), List.of(0, 0), List.of(1, 1), false);
        gives(
                new Op.MaxPool(geometry),
                List.of(f32(1, 2, 6, 5)),
                spec(DType.F32, 1, 2, 3, 2),
                spec(DType.I64, 1, 2, 3, 2));
        badDType("maxPool", () -> OpRules.outputs(new Op.MaxPool(geometry), of(DType.BOOL, 1, 2, 6, 5)));
        Op.Composite gradient = new Op.MaxPoolGradient(geometry, Shape.of(6, 5));
        gives(gradient, List.of(f32(1, 2, 3, 2), i64(1, 2, 3, 2)), spec(DType.F32, 1, 2, 6, 5));
        badShape(
                "maxPoolGradient: the gradient of shape (1, 2, 3, 3) does not fit: pooling (1, 2, 6, 5) gives (1, 2, 3, 2)",
                () -> OpRules.outputs(gradient, f32(1, 2, 3, 3), i64(1, 2, 3, 3)));
        badDType("the index must be I64", () -> OpRules.outputs(gradient, f32(1, 2, 3, 2), f32(1, 2, 3, 2)));
        badDType("not defined for I64", () -> OpRules.outputs(gradient, i64(1, 2, 3, 2), i64(1, 2, 3, 2)));
    }
}
