package io.gatun.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValuesAndIndices;
import org.junit.jupiter.api.Test;

class ReductionsTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    @Test
    void sumsAreCompensated() {
        assertThat(On.doubles(1e16, 1, -1e16).sum().item()).isEqualTo(1);
        assertThat(On.doubles(INF, 1).sum().item()).isEqualTo(INF);
        assertThat(On.doubles(INF, -INF).sum().item()).isNaN();
    }

    @Test
    void sumsOfLongsAreExactAndWrap() {
        assertThat(On.longs((1L << 53) + 1, 1).sum().itemLong()).isEqualTo((1L << 53) + 2);
        assertThat(On.longs(Long.MAX_VALUE, 1).sum().itemLong()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void severalAxesAreReducedWhereverTheyAre() {
        Tensor x = Tensor.arange(24).to(On.REFERENCE).reshape(2, 3, 4).to(DType.F32);
        assertThat(x.sum(Axes.of(0, 2), false).toDoubleArray()).containsExactly(60, 92, 124);
        assertThat(x.sum(Axes.of(0, 2), true).shape()).isEqualTo(Shape.of(1, 3, 1));
        assertThat(x.permute(2, 0, 1).sum(Axes.of(0, 1), false).toDoubleArray()).containsExactly(60, 92, 124);
    }

    @Test
    void noElementsSumToZeroMultiplyToOneAndHaveNoMean() {
        Tensor none = Tensor.zeros(Shape.of(0, 2), DType.F32, On.REFERENCE);
        assertThat(none.sum(0).toDoubleArray()).containsExactly(0, 0);
        assertThat(none.prod(0).toDoubleArray()).containsExactly(1, 1);
        assertThat(none.mean(0).toDoubleArray()).containsExactly(NAN, NAN);
    }

    @Test
    void extremesPropagateNaNAndTheFirstWins() {
        Tensor x = On.of(new double[][] {{1, NAN, 2, NAN}, {3, 5, 5, 1}, {4, 1, 7, 1}}, DType.F32);
        assertThat(x.amax(1).toDoubleArray()).containsExactly(NAN, 5, 7);
        assertThat(x.amin(1).toDoubleArray()).containsExactly(NAN, 1, 1);
        assertThat(x.argmax(1).toLongArray()).containsExactly(1, 1, 2);
        assertThat(x.argmin(1).toLongArray()).containsExactly(1, 3, 1);
        assertThat(On.longs(3, 9, 9).argmax(0).itemLong()).isEqualTo(1);
    }

    @Test
    void sortingIsStableWithNaNLargest() {
        Tensor x = On.floats(2, NAN, 0.0, 2, -0.0, NAN, -INF);
        ValuesAndIndices up = x.sort(0, false);
        assertThat(up.indices().toLongArray()).containsExactly(6, 2, 4, 0, 3, 1, 5);
        assertThat(up.values().toDoubleArray()).containsExactly(-INF, 0.0, -0.0, 2, 2, NAN, NAN);
        assertThat(x.sort(0, true).indices().toLongArray()).containsExactly(1, 5, 0, 3, 2, 4, 6);
    }

    @Test
    void sortsAndScansAlongAnyDimension() {
        Tensor x = On.of(new long[][] {{3, 1}, {1, 2}, {2, 0}}, DType.I64);
        assertThat(x.sort(0, false).values().toLongArray()).containsExactly(1, 0, 2, 1, 3, 2);
        assertThat(x.sort(0, false).indices().toLongArray()).containsExactly(1, 2, 2, 0, 0, 1);
        assertThat(x.cumsum(0).toLongArray()).containsExactly(3, 1, 4, 3, 6, 3);
        assertThat(x.cumprod(1).toLongArray()).containsExactly(3, 3, 1, 2, 2, 0);
    }

    @Test
    void matrixProductsAreBatchedAndWrapAsIntegersDo() {
        Tensor a = Tensor.arange(12).to(On.REFERENCE).reshape(2, 2, 3);
        Tensor b = Tensor.arange(12).to(On.REFERENCE).reshape(2, 3, 2);
        assertThat(a.matmul(b).toLongArray()).containsExactly(10, 13, 28, 40, 172, 193, 244, 274);
        assertThat(a.to(DType.F16).matmul(b.to(DType.F16)).toDoubleArray())
                .containsExactly(10, 13, 28, 40, 172, 193, 244, 274);
        assertThat(a.to(DType.I8).matmul(b.to(DType.I8)).toLongArray())
                .containsExactly(10, 13, 28, 40, (byte) 172, (byte) 193, (byte) 244, (byte) 274);
        Tensor nothing = Tensor.zeros(Shape.of(2, 0), DType.F64, On.REFERENCE);
        assertThat(nothing.matmul(nothing.t()).toDoubleArray()).containsExactly(0, 0, 0, 0);
    }
}
