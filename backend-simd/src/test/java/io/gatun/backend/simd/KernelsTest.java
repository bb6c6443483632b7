package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.backend.simd.TestTensor.Pattern;
import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.op.OutputSpec;
import io.gatun.tensor.op.PoolGeometry;
import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.op.ScatterKind;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.Backends;
import io.gatun.tensor.spi.TensorView;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything that is not element-wise, in all dtypes and layouts, against the reference backend. */
final class KernelsTest {
    private static final SimdBackend BACKEND = new SimdBackend();
    private static final Backend REFERENCE = Backends.backend("reference");

    private final Random random = new Random(7);

    private static boolean isDefined(Op.Kernel op, TensorView... in) {
        try {
            OpRules.outputs(op, in);
            return true;
        } catch (DTypeException e) {
            return false;
        }
    }

    private static List<TestTensor> execute(Backend backend, Op.Kernel op, Pattern pattern, TensorView... in) {
        List<TestTensor> outs = new ArrayList<>();
        for (OutputSpec spec : OpRules.outputs(op, in)) {
            outs.add(TestTensor.of(spec.dtype(), spec.shape(), pattern));
        }
        backend.execute(op, in, outs.toArray(TensorView[]::new));
        return outs;
    }

    /** Executes on both backends, into outputs of several layouts, and compares up to {@code tolerance}, relatively. */
    private static void check(Op.Kernel op, double tolerance, TensorView... in) {
        List<byte[]> before = new ArrayList<>();
        for (TensorView view : in) {
            before.add(((TestTensor) view).bytes());
        }
        List<TestTensor> expected = execute(REFERENCE, op, Pattern.CONTIGUOUS, in);
        for (Pattern pattern : List.of(Pattern.CONTIGUOUS, Pattern.STEPPED)) {
            List<TestTensor> actual = execute(BACKEND, op, pattern, in);
            for (int k = 0; k < actual.size(); k++) {
                compare(op, tolerance, actual.get(k), expected.get(k), in);
            }
        }
        for (int i = 0; i < in.length; i++) {
            assertThat(((TestTensor) in[i]).bytes())
                    .as("operand %d of %s", i, op)
                    .isEqualTo(before.get(i));
        }
    }

    private static void compare(Op op, double tolerance, TestTensor actual, TestTensor expected, TensorView... in) {
        for (long i = 0; i < expected.numel(); i++) {
            double a = actual.getDouble(i);
            double e = expected.getDouble(i);
            boolean equal = actual.dtype().isFloatingPoint()
                    ? a == e
                            || Double.isNaN(a) && Double.isNaN(e)
                            || Math.abs(a - e) <= tolerance * (Math.abs(e) + Float.MIN_NORMAL)
                    : actual.getLong(i) == expected.getLong(i);
            assertThat(equal)
                    .as("%s of %s: %s, expected %s at %s", op, List.of(in), a, e, i)
                    .isTrue();
        }
    }

    private static double tolerance(DType dtype) {
        return switch (dtype) {
            case F16 -> 2e-3;
            case BF16 -> 2e-2;
            case F32 -> 2e-6;
            default -> 1e-14;
        };
    }

    /** Positive numbers, whose sums and products are well conditioned. */
    private TestTensor positive(DType dtype, Shape shape, Pattern pattern) {
        TestTensor tensor = TestTensor.of(dtype, shape, pattern);
        for (long i = 0; i < shape.numel(); i++) {
            if (dtype.isFloatingPoint()) {
                tensor.set(i, random.nextDouble() / 4 + 0.875);
            } else {
                tensor.set(i, dtype == DType.BOOL ? random.nextInt(8) / 7 : random.nextLong());
            }
        }
        return tensor;
    }

    private static final List<Shape> SHAPES = List.of(
            Shape.scalar(),
            Shape.of(1),
            Shape.of(7),
            Shape.of(70),
            Shape.of(1000),
            Shape.of(9000),
            Shape.of(0),
            Shape.of(5, 33),
            Shape.of(130, 3),
            Shape.of(4, 5, 40),
            Shape.of(20, 3, 17));

    @ParameterizedTest
    @EnumSource(ReduceKind.class)
    void reductionsOverAllAxesDTypesAndLayouts(ReduceKind kind) {
        for (DType dtype : TestTensor.DTYPES) {
            for (Shape shape : SHAPES) {
                for (Pattern pattern : Pattern.values()) {
                    TestTensor x = positive(dtype, shape, pattern);
                    for (int mask = 0; mask < 1 << shape.rank(); mask++) {
                        Op.Reduce op = new Op.Reduce(kind, axes(mask), mask % 2 == 0);
                        if (kind.needsElements() && shape.isEmpty() || !isDefined(op, x)) {
                            continue;
                        }
                        // The factors' rounding errors add up, and where all factors are one number, in one direction.
                        check(op, kind == ReduceKind.PROD ? 200 * tolerance(dtype) : tolerance(dtype), x);
                    }
                }
            }
        }
    }

    private static Axes axes(int mask) {
        int[] dims = new int[Integer.bitCount(mask)];
        int at = 0;
        for (int dim = 0; dim < 8; dim++) {
            if ((mask >> dim & 1) != 0) {
                dims[at++] = dim;
            }
        }
        return Axes.of(dims);
    }

    @Test
    void extremesPropagateNan() {
        for (DType dtype : List.of(DType.F16, DType.F32, DType.F64)) {
            for (int size : new int[] {1, 5, 40, 1000, 5000}) {
                TestTensor x = positive(dtype, Shape.of(size, 20), Pattern.CONTIGUOUS);
                x.set(random.nextInt(size * 20), Double.NaN);
                x.set(random.nextInt(size * 20), Double.NEGATIVE_INFINITY);
                for (ReduceKind kind : List.of(ReduceKind.AMAX, ReduceKind.AMIN, ReduceKind.SUM)) {
                    check(new Op.Reduce(kind, Axes.of(0), false), tolerance(dtype), x);
                    check(new Op.Reduce(kind, Axes.of(1), false), tolerance(dtype), x);
                    check(new Op.Reduce(kind, Axes.of(0, 1), false), tolerance(dtype), x);
                }
            }
        }
    }

    /** Numbers of one sign, zeros of both, infinities, NaNs with a sign: anything that bits can be, in turns. */
    @Test
    void extremesMindSignsOfZerosAndOfNans() {
        int rows = 70;
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            for (int n : new int[] {1, 3, 4, 16, 17, 31, 33, 64, 100}) {
                TestTensor x = TestTensor.of(dtype, Shape.of(rows, n), Pattern.CONTIGUOUS);
                for (int i = 0; i < rows * n; i++) {
                    x.set(i, number(i / n % 7, dtype == DType.F32));
                }
                for (ReduceKind kind : List.of(ReduceKind.AMAX, ReduceKind.AMIN)) {
                    Op.Reduce op = new Op.Reduce(kind, Axes.of(1), false);
                    TestTensor actual =
                            execute(BACKEND, op, Pattern.CONTIGUOUS, x).getFirst();
                    for (int row = 0; row < rows; row++) {
                        double expected = x.getDouble((long) row * n);
                        for (int i = 1; i < n; i++) {
                            double next = x.getDouble((long) row * n + i);
                            expected = kind == ReduceKind.AMAX ? Math.max(expected, next) : Math.min(expected, next);
                        }
                        assertThat(actual.getDouble(row))
                                .as("%s, row %d of %s", op, row, x)
                                .isEqualTo(Double.valueOf(expected));
                    }
                }
            }
        }
    }

    private double number(int row, boolean single) {
        double any = single ? Float.intBitsToFloat(random.nextInt()) : Double.longBitsToDouble(random.nextLong());
        double magnitude = Double.isNaN(any) ? 1 : Math.abs(any);
        double zero = random.nextBoolean() ? 0.0 : -0.0;
        double nan = single ? Float.intBitsToFloat(0xFFC0_0001) : Double.longBitsToDouble(0xFFF8_0000_0000_0001L);
        return switch (row) {
            case 0 -> magnitude;
            case 1 -> -magnitude;
            case 2 -> zero;
            case 3 -> random.nextBoolean() ? zero : magnitude;
            case 4 -> random.nextBoolean() ? zero : -magnitude;
            case 5 -> random.nextInt(20) == 0 ? nan : random.nextInt(20) == 0 ? Double.NaN : any;
            default -> Double.isNaN(any) ? Double.NEGATIVE_INFINITY : any;
        };
    }

    @Test
    void longSumsAreAccurate() {
        int n = 1 << 22;
        TestTensor x = TestTensor.of(DType.F32, Shape.of(n), Pattern.CONTIGUOUS);
        for (int i = 0; i < n; i++) {
            x.set(i, 0.1f);
        }
        double exact = (double) n * 0.1f;
        double row = execute(BACKEND, new Op.Reduce(ReduceKind.SUM, Axes.of(0), false), Pattern.CONTIGUOUS, x)
                .getFirst()
                .getDouble(0);
        assertThat(Math.abs(row - exact) / exact).isLessThan(1e-7);
        TestTensor tall = new TestTensor(x.storage(), Layout.contiguous(Shape.of(n / 32, 32)), DType.F32);
        double column = execute(BACKEND, new Op.Reduce(ReduceKind.SUM, Axes.of(0), false), Pattern.CONTIGUOUS, tall)
                .getFirst()
                .getDouble(31);
        assertThat(Math.abs(column - exact / 32) / exact * 32).isLessThan(1e-6);
    }

    @Test
    void argReductionsScansAndSorts() {
        for (DType dtype : TestTensor.DTYPES) {
            for (Shape shape : SHAPES) {
                for (Pattern pattern : Pattern.values()) {
                    TestTensor x = TestTensor.random(dtype, shape, pattern, random);
                    TestTensor positive = positive(dtype, shape, pattern);
                    for (int dim = 0; dim < Math.max(1, shape.rank()); dim++) {
                        for (boolean flag : new boolean[] {false, true}) {
                            if (!shape.isEmpty() && dtype != DType.BOOL) {
                                check(new Op.ArgReduce(flag, dim, !flag), 0, x);
                            }
                            if (dtype != DType.BOOL) {
                                check(new Op.Scan(flag, dim), 4 * tolerance(dtype), positive);
                            }
                            long n = shape.rank() == 0 ? 1 : shape.size(dim);
                            check(new Op.Sort(dim, flag, 0, n), 0, x);
                            check(new Op.Sort(dim, flag, n / 3, Math.min(n - n / 3, 5)), 0, x);
                        }
                    }
                }
            }
        }
    }

    @Test
    void gathersAndSelections() {
        for (DType dtype : TestTensor.DTYPES) {
            for (Pattern pattern : Pattern.values()) {
                TestTensor x = TestTensor.random(dtype, Shape.of(6, 5, 40), pattern, random);
                for (int dim = 0; dim < 3; dim++) {
                    long size = x.layout().shape().size(dim);
                    check(new Op.Gather(dim), 0, x, index(Shape.of(5, 3, 33).with(dim, 12), size, pattern));
                    check(new Op.IndexSelect(dim), 0, x, index(Shape.of(9), size, pattern));
                    check(new Op.IndexSelect(dim), 0, x, index(Shape.of(0), size, pattern));
                }
            }
        }
        TestTensor vector = TestTensor.random(DType.F32, Shape.of(100), Pattern.STEPPED, random);
        check(new Op.Gather(0), 0, vector, index(Shape.of(100_000), 100, Pattern.CONTIGUOUS));
    }

    private TestTensor index(Shape shape, long bound, Pattern pattern) {
        TestTensor index = TestTensor.of(DType.I64, shape, pattern);
        for (long i = 0; i < shape.numel(); i++) {
            index.set(i, random.nextLong(bound));
        }
        return index;
    }

    @Test
    void scattersAndAdditionsByIndex() {
        for (DType dtype : TestTensor.DTYPES) {
            for (Pattern pattern : Pattern.values()) {
                TestTensor x = positive(dtype, Shape.of(6, 5, 40), Pattern.CONTIGUOUS);
                for (int dim = 0; dim < 3; dim++) {
                    long size = x.layout().shape().size(dim);
                    Shape shape = Shape.of(5, 3, 33).with(dim, 12);
                    TestTensor source = positive(dtype, shape.with(0, 14), pattern);
                    check(new Op.Scatter(dim, ScatterKind.PUT), 0, x, index(shape, size, pattern), source);
                    check(
                            new Op.Scatter(dim, ScatterKind.ADD),
                            tolerance(dtype),
                            x,
                            index(shape, size, pattern),
                            source);
                    TestTensor rows = positive(dtype, x.layout().shape().with(dim, 9), pattern);
                    check(new Op.IndexAdd(dim), tolerance(dtype), x, index(Shape.of(9), size, pattern), rows);
                }
            }
        }
    }

    @Test
    void anIndexOutOfRangeIsRefusedBeforeAnythingIsWritten() {
        TestTensor x = TestTensor.random(DType.F32, Shape.of(4, 5), Pattern.CONTIGUOUS, random);
        TestTensor index = index(Shape.of(2, 3), 4, Pattern.TRANSPOSED);
        index.set(4, 4L);
        TestTensor out = TestTensor.of(DType.F32, Shape.of(2, 3), Pattern.CONTIGUOUS);
        byte[] before = out.bytes();
        assertThatThrownBy(() -> BACKEND.execute(new Op.Gather(0), new TensorView[] {x, index}, new TensorView[] {out}))
                .isInstanceOf(TensorIndexException.class)
                .hasMessage(
                        "gather: index 4 at position (1, 1) is out of range for dimension 0 of size 4: expected 0 to 3");
        assertThat(out.bytes()).isEqualTo(before);
    }

    @Test
    void productsOfAllDTypesAndLayouts() {
        for (DType dtype : TestTensor.DTYPES) {
            if (dtype == DType.BOOL) {
                continue;
            }
            for (Pattern pattern : Pattern.values()) {
                for (int[] size : new int[][] {
                    {1, 1, 1},
                    {3, 4, 5},
                    {17, 33, 9},
                    {40, 1, 50},
                    {2, 0, 3},
                    {1, 64, 70},
                    {70, 131, 1},
                    {1, 37, 4200},
                    {5, 0, 1}
                }) {
                    TestTensor a = positive(dtype, Shape.of(size[0], size[1]), pattern);
                    TestTensor b = positive(dtype, Shape.of(size[1], size[2]), pattern);
                    check(new Op.MatMul(), 2 * tolerance(dtype), a, b);
                    TestTensor batchA = positive(dtype, Shape.of(2, 3, size[0], size[1]), pattern);
                    TestTensor batchB = positive(dtype, Shape.of(2, 3, size[1], size[2]), pattern);
                    check(new Op.MatMul(), 2 * tolerance(dtype), batchA, batchB);
                }
            }
        }
    }

    @Test
    void copiesWithAShortInnermostLoopGoAlongTheLongest() {
        for (DType dtype : List.of(DType.F64, DType.F32, DType.I16, DType.U8)) {
            for (int n : new int[] {32, 33, 512, 1300}) {
                TestTensor x = TestTensor.random(dtype, Shape.of(3, n), Pattern.CONTIGUOUS, new Random(n));
                for (int repeats = 2; repeats < 9; repeats += 3) {
                    Layout repeated = Layout.of(Shape.of(3, n, repeats), new long[] {n, 1, 0}, 0);
                    check(new Op.Copy(), 0, new TestTensor(x.storage(), repeated, dtype));
                    Layout turned = Layout.of(Shape.of(n, 3, 1), new long[] {1, n, 0}, 0);
                    check(new Op.Copy(), 0, new TestTensor(x.storage(), turned, dtype));
                }
            }
        }
    }

    @Test
    void creationAndPositions() {
        for (DType dtype : TestTensor.DTYPES) {
            for (Shape shape : SHAPES) {
                check(new Op.Fill(Scalar.of(3.7), shape, dtype), 0);
                check(new Op.Fill(Scalar.of(-2), shape, dtype), 0);
                check(new Op.Fill(Scalar.of(0), shape, dtype), 0);
                TestTensor x = TestTensor.random(dtype, shape, Pattern.TRANSPOSED, random);
                long count = 0;
                for (long i = 0; i < x.numel(); i++) {
                    count += x.getDouble(i) != 0 ? 1 : 0;
                }
                check(new Op.Nonzero(count), 0, x);
                if (dtype.isFloatingPoint()) {
                    check(new Op.Random(RandomKind.NORMAL, Scalar.of(1), Scalar.of(2), 5, 9, shape, dtype), 0);
                    check(new Op.Random(RandomKind.UNIFORM, Scalar.of(1), Scalar.of(2), 5, 9, shape, dtype), 0);
                }
                if (dtype != DType.BOOL) {
                    check(new Op.Random(RandomKind.INTEGER, Scalar.of(1), Scalar.of(99), 5, 9, shape, dtype), 0);
                    check(new Op.Arange(Scalar.of(2), Scalar.of(3), shape.numel(), dtype), 0);
                    check(new Op.Arange(Scalar.of(2.5), Scalar.of(-0.25), shape.numel(), dtype), 0);
                }
            }
        }
        check(new Op.Fill(Scalar.of(1.5), Shape.of(300_000), DType.F32), 0);
        check(new Op.Random(RandomKind.NORMAL, Scalar.of(0), Scalar.of(1), 5, 9, Shape.of(30_001), DType.F32), 0);
    }

    /** Against the obvious loops over a window. */
    @Test
    void poolsMaximaWithTheirPositions() {
        for (DType dtype : List.of(DType.F32, DType.F64, DType.F16, DType.I32, DType.U8)) {
            for (Pattern pattern : Pattern.values()) {
                for (int dilation = 1; dilation < 3; dilation++) {
                    TestTensor x = TestTensor.random(dtype, Shape.of(2, 3, 9, 8), pattern, random);
                    PoolGeometry geometry = new PoolGeometry(
                            List.of(3, 2), List.of(2, 1), List.of(1, 0), List.of(dilation, dilation), false);
                    checkPool(geometry, x);
                }
            }
        }
    }

    private static void checkPool(PoolGeometry geometry, TestTensor x) {
        OutputSpec spec = OpRules.outputs(new Op.MaxPool(geometry), x)[0];
        TestTensor values = TestTensor.of(spec.dtype(), spec.shape(), Pattern.STEPPED);
        TestTensor indices = TestTensor.of(DType.I64, spec.shape(), Pattern.TRANSPOSED);
        BACKEND.execute(new Op.MaxPool(geometry), new TensorView[] {x}, new TensorView[] {values, indices});
        long rows = spec.shape().size(2);
        long columns = spec.shape().size(3);
        for (long i = 0; i < values.numel(); i++) {
            long plane = i / (rows * columns);
            long best = -1;
            for (long tap = 0; tap < 6; tap++) {
                long dilation = geometry.dilation().get(0);
                long row = i / columns % rows * 2 - 1 + tap / 2 * dilation;
                long column = i % columns + tap % 2 * dilation;
                if (row >= 0 && row < 9) {
                    long at = row * 8 + column;
                    double value = x.getDouble(plane * 72 + at);
                    double largest = best < 0 ? 0 : x.getDouble(plane * 72 + best);
                    boolean wins = x.dtype().isFloatingPoint()
                            ? value > largest || Double.isNaN(value) && !Double.isNaN(largest)
                            : best >= 0 && x.getLong(plane * 72 + at) > x.getLong(plane * 72 + best);
                    best = best < 0 || wins ? at : best;
                }
            }
            assertThat(indices.getLong(i)).as("%s of %s at %s", geometry, x, i).isEqualTo(best);
            assertThat(Double.doubleToLongBits(values.getDouble(i)))
                    .isEqualTo(Double.doubleToLongBits(x.getDouble(plane * 72 + best)));
        }
    }

    /** Inside a chunk of the workers an operator runs on one thread: the same bits must come out as with all of them. */
    @Test
    void theNumberOfThreadsDoesNotShow() {
        TestTensor x = positive(DType.F32, Shape.of(700, 900), Pattern.CONTIGUOUS);
        TestTensor tall = new TestTensor(x.storage(), Layout.contiguous(Shape.of(630_000 / 20, 20)), DType.F32);
        for (TestTensor operand : List.of(x, tall)) {
            for (Op.Kernel op : List.<Op.Kernel>of(
                    new Op.Reduce(ReduceKind.SUM, Axes.of(0), false),
                    new Op.Reduce(ReduceKind.SUM, Axes.of(1), false),
                    new Op.Reduce(ReduceKind.MEAN, Axes.of(0, 1), false),
                    new Op.Scan(false, 0),
                    new Op.Sort(1, true, 0, 20),
                    new Op.Unary(UnaryKind.SQRT))) {
                byte[] parallel = execute(BACKEND, op, Pattern.CONTIGUOUS, operand)
                        .getFirst()
                        .bytes();
                byte[][] alone = new byte[1][];
                new Workers(2).run(2, 1, (from, to) -> {
                    for (long i = from; i < to; i++) {
                        byte[] bytes = execute(BACKEND, op, Pattern.CONTIGUOUS, operand)
                                .getFirst()
                                .bytes();
                        if (i == 0) {
                            alone[0] = bytes;
                        }
                    }
                });
                assertThat(alone[0]).as("%s", op).isEqualTo(parallel);
            }
        }
    }
}
