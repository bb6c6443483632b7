package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.backend.simd.TestTensor.Pattern;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.op.OutputSpec;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.Elements;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every element-wise operator, dtype, access pattern and size around the vector widths, against {@link Oracle}. */
final class ElementwiseTest {
    private static final SimdBackend BACKEND = new SimdBackend();
    private static final int[] SIZES = {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 1000};
    private static final MemorySegment ONE = Arena.ofAuto().allocate(8, 8);

    private final Random random = new Random(42);

    private static final int[] FEW_SIZES = {1, 7, 17, 65, 1000};

    /** All sizes as vectors where the operands are contiguous, else a few; some matrices, and a scalar. */
    private static List<Shape> shapes(Pattern pattern) {
        List<Shape> shapes = new ArrayList<>();
        for (int size : pattern == Pattern.CONTIGUOUS ? SIZES : FEW_SIZES) {
            shapes.add(Shape.of(size));
        }
        shapes.add(Shape.scalar());
        shapes.add(Shape.of(5, 3));
        shapes.add(Shape.of(3, 70));
        shapes.add(Shape.of(2, 3, 4));
        return shapes;
    }

    private static boolean isDefined(Op.Kernel op, TensorView... in) {
        try {
            OpRules.outputs(op, in);
            return true;
        } catch (DTypeException e) {
            return false;
        }
    }

    /** Executes into an output of each writable pattern; checks that inputs, and memory around the output, stay. */
    private static TestTensor execute(Op.Kernel op, Pattern outPattern, TensorView... in) {
        OutputSpec spec = OpRules.outputs(op, in)[0];
        TestTensor out = TestTensor.of(spec.dtype(), spec.shape(), outPattern);
        List<byte[]> before = new ArrayList<>();
        for (TensorView view : in) {
            before.add(((TestTensor) view).bytes());
        }
        BACKEND.execute(op, in, new TensorView[] {out});
        for (int i = 0; i < in.length; i++) {
            assertThat(((TestTensor) in[i]).bytes())
                    .as("operand %d of %s", i, op)
                    .isEqualTo(before.get(i));
        }
        return out;
    }

    /** As the dtype stores it: arithmetic of half floats is in F32. */
    private static double rounded(DType dtype, double value) {
        double single = Halves.isHalf(dtype) ? (float) value : value;
        Elements.setDouble(dtype, ONE, 0, single);
        return Elements.getDouble(dtype, ONE, 0);
    }

    private static long wrapped(DType dtype, long value) {
        Elements.setLong(dtype, ONE, 0, value);
        return Elements.getLong(dtype, ONE, 0);
    }

    private static void assertClose(
            DType dtype, double actual, double exact, double ulps, Object what, Object operands) {
        double expected = rounded(dtype, exact);
        if (Double.compare(actual, expected) == 0 || actual == expected) {
            return;
        }
        double unit = switch (dtype) {
            case F64 -> Math.ulp(expected);
            case F32 -> Math.ulp((float) expected);
            case F16 -> Math.max(Math.ulp((float) expected) * 8192, 0x1p-24);
            default -> Math.ulp((float) expected) * 65536;
        };
        double allowed = Halves.isHalf(dtype) ? 1 : ulps;
        assertThat(Math.abs(actual - exact) <= allowed * unit)
                .as("%s of %s as %s: %s, expected %s", what, operands, dtype, actual, expected)
                .isTrue();
    }

    /** Equal by bits, any NaN being one. */
    private static void assertSame(double actual, double expected, Object what) {
        assertThat(Double.doubleToLongBits(actual))
                .as("%s: %s, expected %s", what, actual, expected)
                .isEqualTo(Double.doubleToLongBits(expected));
    }

    @ParameterizedTest
    @EnumSource(UnaryKind.class)
    void everyUnaryFunctionOfEveryDTypeAndLayout(UnaryKind kind) {
        Op.Unary op = new Op.Unary(kind);
        for (DType dtype : TestTensor.DTYPES) {
            for (Pattern pattern : Pattern.values()) {
                for (Shape shape : shapes(pattern)) {
                    TestTensor x = TestTensor.random(dtype, shape, pattern, random);
                    if (isDefined(op, x)) {
                        Pattern to = pattern.isWritable() ? pattern : Pattern.STEPPED;
                        checkUnary(kind, x, execute(op, to, x));
                    }
                }
            }
        }
    }

    private static void checkUnary(UnaryKind kind, TestTensor x, TestTensor out) {
        double ulps = switch (kind) {
            case ERF -> 16; // the oracle's own error in F64
            case ERFC -> 5; // a quotient, a polynomial and an exponential, each rounded; and the oracle's own
            case ERFINV -> 8; // four, and the oracle's four
            case LGAMMA, DIGAMMA -> 6; // the roundings of a reciprocal, a series and a logarithm, and the oracle's
            default -> 2.5;
        };
        for (long i = 0; i < x.numel(); i++) {
            if (x.dtype().isFloatingPoint()) {
                double exact = Oracle.unary(kind, x.getDouble(i));
                boolean sum = kind == UnaryKind.LGAMMA || kind == UnaryKind.DIGAMMA;
                if (sum && Math.abs(exact) < 8 && x.dtype() == DType.F64) {
                    // What is added, a logarithm for one, may cancel.
                    assertThat(Math.abs(out.getDouble(i) - exact) <= 8 * Math.ulp(8.0))
                            .as("%s of %s: %s, expected %s", kind, x.getDouble(i), out.getDouble(i), exact)
                            .isTrue();
                    continue;
                }
                assertClose(out.dtype(), out.getDouble(i), exact, ulps, kind, x.getDouble(i));
            } else {
                long exact = Oracle.unary(kind, x.getLong(i));
                boolean not = kind == UnaryKind.BITWISE_NOT && x.dtype() == DType.BOOL;
                long expected = not ? 1 - x.getLong(i) : wrapped(out.dtype(), exact);
                assertThat(out.getLong(i))
                        .as("%s of %s in %s", kind, x.getLong(i), x)
                        .isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(BinaryKind.class)
    void everyBinaryFunctionOfEveryDTypeAndLayout(BinaryKind kind) {
        Op.Binary op = new Op.Binary(kind);
        for (DType dtype : TestTensor.DTYPES) {
            for (Pattern pattern : Pattern.values()) {
                for (Shape shape : shapes(pattern)) {
                    TestTensor a = TestTensor.random(dtype, shape, Pattern.CONTIGUOUS, random);
                    TestTensor b = TestTensor.random(dtype, shape, pattern, random);
                    if (!isDefined(op, a, b)) {
                        continue;
                    }
                    if (!dtype.isFloatingPoint()) {
                        avoidZero(kind, a);
                        avoidZero(kind, b);
                    }
                    checkBinary(kind, a, b, execute(op, Pattern.CONTIGUOUS, a, b));
                    checkBinary(kind, b, a, execute(op, Pattern.STEPPED, b, a));
                    checkBinary(kind, b, b, execute(op, Pattern.TRANSPOSED, b, b));
                }
            }
        }
    }

    private static void avoidZero(BinaryKind kind, TestTensor x) {
        boolean divides = switch (kind) {
            case FLOOR_DIVIDE, TRUNC_DIVIDE, FMOD, REMAINDER -> true;
            default -> false;
        };
        for (long i = 0; divides && i < x.numel(); i++) {
            if (x.getLong(i) == 0) {
                x.set(i, 5L);
            }
        }
    }

    private static void checkBinary(BinaryKind kind, TestTensor a, TestTensor b, TestTensor out) {
        DType dtype = a.dtype();
        for (long i = 0; i < a.numel(); i++) {
            if (dtype.isFloatingPoint()) {
                double x = a.getDouble(i);
                double y = b.getDouble(i);
                assertClose(dtype, out.getDouble(i), expected(kind, dtype, x, y), 2.5, kind, List.of(x, y));
            } else {
                long x = a.getLong(i);
                long y = b.getLong(i);
                long exact = Oracle.binary(kind, x, y);
                long expected = dtype == DType.BOOL ? Math.min(1, exact) : wrapped(dtype, exact);
                assertThat(out.getLong(i))
                        .as("%s of %s and %s as %s", kind, x, y, dtype)
                        .isEqualTo(expected);
            }
        }
    }

    /** What rounds its quotient before it goes on is computed as the kernel's own dtype does. */
    private static double expected(BinaryKind kind, DType dtype, double x, double y) {
        boolean single = dtype != DType.F64;
        return switch (kind) {
            case TRUNC_DIVIDE -> Oracle.unary(UnaryKind.TRUNC, single ? (float) x / (float) y : x / y);
            case FLOOR_DIVIDE -> single ? singleFloorDivide((float) x, (float) y) : Oracle.binary(kind, x, y);
            case REMAINDER -> single ? singleRemainder((float) x, (float) y) : Oracle.binary(kind, x, y);
            default -> Oracle.binary(kind, x, y);
        };
    }

    private static float singleRemainder(float a, float b) {
        float r = a % b;
        return r != 0 && r < 0 != b < 0 ? r + b : r;
    }

    private static float singleFloorDivide(float a, float b) {
        if (b == 0) {
            return a / b;
        }
        float r = a % b;
        float q = (a - r) / b;
        q = r != 0 && r < 0 != b < 0 ? q - 1 : q;
        if (q == 0) {
            return Math.copySign(0, a / b);
        }
        float down = (float) Math.floor(q);
        return q - down > 0.5f ? down + 1 : down;
    }

    @ParameterizedTest
    @EnumSource(CompareKind.class)
    void everyComparisonOfEveryDTypeAndLayout(CompareKind kind) {
        Op.Compare op = new Op.Compare(kind);
        for (DType dtype : TestTensor.DTYPES) {
            for (Pattern pattern : Pattern.values()) {
                for (Shape shape : shapes(pattern)) {
                    TestTensor a = TestTensor.random(dtype, shape, Pattern.CONTIGUOUS, random);
                    TestTensor b = TestTensor.random(dtype, shape, pattern, random);
                    checkCompare(kind, a, b, execute(op, Pattern.CONTIGUOUS, a, b));
                    checkCompare(kind, b, a, execute(op, Pattern.STEPPED, b, a));
                    checkCompare(kind, a, a, execute(op, Pattern.TRANSPOSED, a, a));
                }
            }
        }
    }

    private static void checkCompare(CompareKind kind, TestTensor a, TestTensor b, TestTensor out) {
        for (long i = 0; i < a.numel(); i++) {
            boolean expected = a.dtype().isFloatingPoint()
                    ? Oracle.compare(kind, a.getDouble(i), b.getDouble(i))
                    : Oracle.compare(kind, a.getLong(i), b.getLong(i));
            assertThat(out.getLong(i))
                    .as("%s of %s and %s as %s", kind, a.getDouble(i), b.getDouble(i), a.dtype())
                    .isEqualTo(expected ? 1 : 0);
        }
    }

    @Test
    void whereChoosesByCondition() {
        for (DType dtype : TestTensor.DTYPES) {
            for (Pattern pattern : Pattern.values()) {
                for (Shape shape : shapes(pattern)) {
                    TestTensor condition = TestTensor.random(DType.BOOL, shape, pattern, random);
                    TestTensor a = TestTensor.random(dtype, shape, pattern, random);
                    TestTensor b = TestTensor.random(dtype, shape, Pattern.CONTIGUOUS, random);
                    TestTensor out = execute(new Op.Where(), Pattern.CONTIGUOUS, condition, a, b);
                    for (long i = 0; i < out.numel(); i++) {
                        TestTensor chosen = condition.getLong(i) != 0 ? a : b;
                        assertSame(out.getDouble(i), chosen.getDouble(i), pattern);
                        assertThat(out.getLong(i)).isEqualTo(chosen.getLong(i));
                    }
                }
            }
        }
    }

    @Test
    void clampKeepsNanAndBounds() {
        for (DType dtype : TestTensor.DTYPES) {
            if (dtype == DType.BOOL) {
                continue;
            }
            for (Pattern pattern : Pattern.values()) {
                for (Shape shape : shapes(pattern)) {
                    TestTensor x = TestTensor.random(dtype, shape, Pattern.CONTIGUOUS, random);
                    TestTensor low = TestTensor.random(dtype, shape, pattern, random);
                    TestTensor high = TestTensor.random(dtype, shape, pattern, random);
                    TestTensor out = execute(new Op.Clamp(), Pattern.CONTIGUOUS, x, low, high);
                    for (long i = 0; i < out.numel(); i++) {
                        if (dtype.isFloatingPoint()) {
                            double raised = Math.max(x.getDouble(i), low.getDouble(i));
                            assertSame(out.getDouble(i), Math.min(raised, high.getDouble(i)), pattern);
                        } else {
                            assertThat(out.getLong(i))
                                    .isEqualTo(Math.min(Math.max(x.getLong(i), low.getLong(i)), high.getLong(i)));
                        }
                    }
                }
            }
        }
    }

    @Test
    void everyCastOfEveryLayout() {
        for (DType from : TestTensor.DTYPES) {
            for (DType to : TestTensor.DTYPES) {
                for (Pattern pattern : Pattern.values()) {
                    for (Shape shape : shapes(pattern)) {
                        TestTensor x = TestTensor.random(from, shape, pattern, random);
                        boolean writable = pattern.isWritable();
                        checkCast(x, execute(new Op.Cast(to), writable ? pattern : Pattern.CONTIGUOUS, x));
                    }
                }
            }
        }
    }

    private static void checkCast(TestTensor x, TestTensor out) {
        for (long i = 0; i < x.numel(); i++) {
            if (out.dtype() == DType.BOOL) {
                assertThat(out.getLong(i)).isEqualTo(x.getDouble(i) != 0 ? 1 : 0);
            } else if (!x.dtype().isFloatingPoint()) {
                Elements.setLong(out.dtype(), ONE, 0, x.getLong(i));
                assertThat(out.getDouble(i)).as("%s to %s", x, out).isEqualTo(Elements.getDouble(out.dtype(), ONE, 0));
                assertThat(out.getLong(i)).isEqualTo(Elements.getLong(out.dtype(), ONE, 0));
            } else if (out.dtype().isFloatingPoint()) {
                assertSame(out.getDouble(i), rounded(out.dtype(), x.getDouble(i)), x + " to " + out);
            } else if (Math.abs(x.getDouble(i)) < 1e18) {
                assertThat(out.getLong(i)).isEqualTo(wrapped(out.dtype(), (long) x.getDouble(i)));
            }
        }
    }

    @Test
    void copiesBetweenAllLayouts() {
        List<Shape> shapes = new ArrayList<>(shapes(Pattern.CONTIGUOUS));
        shapes.add(Shape.of(50, 70));
        shapes.add(Shape.of(3, 40, 37));
        for (DType dtype : List.of(DType.I8, DType.BF16, DType.F32, DType.I64)) {
            for (Shape shape : shapes) {
                for (Pattern pattern : Pattern.values()) {
                    for (Pattern to : Pattern.values()) {
                        if (to.isWritable()) {
                            TestTensor x = TestTensor.random(dtype, shape, pattern, random);
                            TestTensor out = execute(new Op.Copy(), to, x);
                            for (long i = 0; i < x.numel(); i++) {
                                assertSame(out.getDouble(i), x.getDouble(i), x + " to " + out);
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void anOperandMayBeWrittenOver() {
        for (int size : SIZES) {
            for (Pattern pattern : List.of(Pattern.CONTIGUOUS, Pattern.STEPPED, Pattern.TRANSPOSED)) {
                TestTensor a = TestTensor.random(DType.F32, Shape.of(size), pattern, random);
                TestTensor b = TestTensor.random(DType.F32, Shape.of(size), Pattern.CONTIGUOUS, random);
                float[] expected = new float[size];
                for (int i = 0; i < size; i++) {
                    expected[i] = (float) a.getDouble(i) + (float) b.getDouble(i);
                }
                BACKEND.execute(new Op.Binary(BinaryKind.ADD), new TensorView[] {a, b}, new TensorView[] {a});
                for (int i = 0; i < size; i++) {
                    assertSame(a.getDouble(i), expected[i], a);
                }
            }
        }
    }

    @Test
    void integerDivisionByZeroIsRefusedByName() {
        TestTensor a = TestTensor.random(DType.I32, Shape.of(5), Pattern.CONTIGUOUS, random);
        TestTensor b = TestTensor.of(DType.I32, Shape.of(5), Pattern.CONTIGUOUS);
        TestTensor out = TestTensor.of(DType.I32, Shape.of(5), Pattern.CONTIGUOUS);
        assertThatThrownBy(() -> BACKEND.execute(
                        new Op.Binary(BinaryKind.FLOOR_DIVIDE), new TensorView[] {a, b}, new TensorView[] {out}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("floorDivide: integer division by zero");
    }
}
