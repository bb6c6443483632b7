package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.backend.simd.TestTensor.Pattern;
import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What argmax and cumsum must keep to where vectors see elements in another order than a loop would. */
final class ScanAndArgTest {
    private static final SimdBackend BACKEND = new SimdBackend();
    private static final int LONG = 70_001; // more than a chunk of a thread, and not a multiple of any vector

    private static TestTensor tensor(DType dtype, Shape shape, IntToDoubleFunction element) {
        TestTensor tensor = TestTensor.of(dtype, shape, Pattern.CONTIGUOUS);
        for (int i = 0; i < shape.numel(); i++) {
            if (dtype.isFloatingPoint()) {
                tensor.set(i, element.applyAsDouble(i));
            } else {
                tensor.set(i, (long) element.applyAsDouble(i));
            }
        }
        return tensor;
    }

    private static TestTensor execute(Op.Kernel op, TestTensor x) {
        var spec = OpRules.outputs(op, x)[0];
        TestTensor out = TestTensor.of(spec.dtype(), spec.shape(), Pattern.CONTIGUOUS);
        BACKEND.execute(op, new TestTensor[] {x}, new TestTensor[] {out});
        return out;
    }

    private static long winner(boolean largest, TestTensor x) {
        return execute(new Op.ArgReduce(largest, 0, false), x).getLong(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F16", "BF16", "F32", "F64", "I8", "U8", "I16", "I32", "I64"})
    void theFirstOfEqualsWinsWhereverItIs(DType dtype) {
        for (int n : new int[] {1, 31, 32, 33, 1023, 1024, 1025, 5000, LONG}) {
            for (int first : new int[] {0, n / 3, n - 1}) {
                for (boolean largest : new boolean[] {true, false}) {
                    TestTensor x = tensor(dtype, Shape.of(n), i -> i >= first == largest ? 100 : 3);
                    int expected = n == 1 || first == 0 ? 0 : first;
                    assertThat(winner(largest, x))
                            .as("%s of %s %s from %s on", largest, n, dtype, first)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F16", "BF16", "F32", "F64"})
    void theFirstNanWinsOverAll(DType dtype) {
        for (int n : new int[] {20, 40, 1030, LONG}) {
            for (int first : new int[] {0, 7, n - 3}) {
                TestTensor x = tensor(
                        dtype,
                        Shape.of(n),
                        i -> i == first || i == n - 1
                                ? Double.NaN
                                : i == 1 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
                assertThat(winner(true, x)).isEqualTo(first);
                assertThat(winner(false, x)).isEqualTo(first);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F16", "F32", "F64", "U8", "I32", "I64"})
    void columnsAgreeWithRows(DType dtype) {
        Random random = new Random(5);
        for (int rows : new int[] {2, 31, 50}) {
            for (int columns : new int[] {3, 8, 17, 40, 1024, 1030}) {
                TestTensor x = tensor(dtype, Shape.of(rows, columns), i -> random.nextInt(9));
                boolean nan = dtype.isFloatingPoint();
                for (int column = 0; nan && column < columns; column += 5) {
                    x.set((long) random.nextInt(rows) * columns + column, Double.NaN);
                }
                TestTensor turned = new TestTensor(x.storage(), x.layout().permute(Axes.of(1, 0)), dtype);
                for (boolean largest : new boolean[] {true, false}) {
                    TestTensor down = execute(new Op.ArgReduce(largest, 0, false), x);
                    TestTensor along = execute(new Op.ArgReduce(largest, 1, false), turned);
                    for (int column = 0; column < columns; column++) {
                        long expected = byHand(x, largest, rows, columns, column);
                        assertThat(down.getLong(column)).isEqualTo(expected);
                        assertThat(along.getLong(column)).isEqualTo(expected);
                    }
                }
            }
        }
    }

    private static long byHand(TestTensor x, boolean largest, int rows, int columns, int column) {
        long best = 0;
        for (int row = 1; row < rows; row++) {
            double a = x.getDouble((long) row * columns + column);
            double b = x.getDouble(best * columns + column);
            if (!Double.isNaN(b) && (Double.isNaN(a) || (largest ? a > b : a < b))) {
                best = row;
            }
        }
        return best;
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F64"})
    void aSumThatOverflowsStaysWhatALoopMakesOfIt(DType dtype) {
        double huge = dtype == DType.F64 ? Double.MAX_VALUE : Double.POSITIVE_INFINITY;
        double[] special = {1, 2, huge, huge, -huge, -huge, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
        for (int at = 0; at < 20; at++) {
            int shift = at;
            TestTensor x =
                    tensor(dtype, Shape.of(60), i -> i >= shift && i < shift + special.length ? special[i - shift] : 1);
            TestTensor sums = execute(new Op.Scan(false, 0), x);
            double sum = 0;
            for (int i = 0; i < 60; i++) {
                sum += x.getDouble(i);
                assertThat(sums.getDouble(i)).as("%s from %s", i, at).isEqualTo(Double.valueOf(sum)); // NaN is NaN
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F64"})
    void aProductThatLeavesTheNormalNumbersStaysWhatALoopMakesOfIt(DType dtype) {
        double tiny = dtype == DType.F64 ? 1e-200 : 1e-30;
        double huge = 1 / tiny;
        double[][] specials = {
            {huge, tiny, tiny, huge, huge, tiny, tiny, tiny, huge, huge, huge, tiny},
            {huge, huge, huge, huge, tiny, tiny, tiny, 3},
            {tiny, tiny, tiny, tiny, huge, huge, huge, 3},
            {dtype == DType.F64 ? Double.MIN_VALUE * 3 : Float.MIN_VALUE * 3, huge, huge, tiny},
            {2, 0, 3, Double.NaN, 5},
            {2, Double.POSITIVE_INFINITY, -1, 0, 5},
            {-0.0, 3, -2}
        };
        for (double[] special : specials) {
            for (int at = 0; at < 20; at++) {
                int shift = at;
                TestTensor x = tensor(
                        dtype, Shape.of(60), i -> i >= shift && i < shift + special.length ? special[i - shift] : 1.25);
                TestTensor products = execute(new Op.Scan(true, 0), x);
                double product = 1;
                for (int i = 0; i < 60; i++) {
                    product *= x.getDouble(i);
                    double expected = dtype == DType.F64 ? product : (float) product;
                    double actual = products.getDouble(i);
                    boolean close = Math.abs(actual - expected) <= 1e-7 * Math.abs(expected);
                    assertThat(close && Double.isFinite(actual)
                                    || Double.valueOf(actual).equals(expected))
                            .as("%s from %s of %s: %s, expected %s", i, at, special, actual, expected)
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F64", "I64"})
    void columnsAreScannedInPlaceToo(DType dtype) {
        for (boolean product : new boolean[] {true, false}) {
            TestTensor x = tensor(dtype, Shape.of(9, 1037), i -> 1 + i % 7);
            TestTensor expected = execute(new Op.Scan(product, 0), x);
            BACKEND.execute(new Op.Scan(product, 0), new TestTensor[] {x}, new TestTensor[] {x});
            for (int i = 0; i < x.numel(); i++) {
                double before = i < 1037 ? (product ? 1 : 0) : expected.getDouble(i - 1037);
                double element = 1 + i % 7;
                assertThat(expected.getDouble(i)).isEqualTo(product ? before * element : before + element);
                assertThat(x.getDouble(i)).isEqualTo(expected.getDouble(i));
            }
        }
    }
}
