package io.gatun.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import org.junit.jupiter.api.Test;

class IndexingTest {
    private static Tensor grid() {
        return Tensor.arange(6).to(On.REFERENCE).reshape(3, 2).to(DType.F32); // {0, 1}, {2, 3}, {4, 5}
    }

    @Test
    void gatherTakesWithinTheColumnOfTheIndex() {
        Tensor index = On.of(new long[][] {{2}, {0}, {1}, {2}}, DType.I64);
        assertThat(grid().gather(0, index).toDoubleArray()).containsExactly(4, 0, 2, 4);
        assertThat(grid().gather(1, On.of(new long[][] {{1, 0, 1}}, DType.I64)).toDoubleArray())
                .containsExactly(1, 0, 1);
    }

    @Test
    void indicesOutOfRangeAreRefusedWithOperatorPositionAndBound() {
        Tensor index = On.of(new long[][] {{0, 1}, {2, 0}}, DType.I64);
        assertThatThrownBy(() -> grid().gather(1, index))
                .isInstanceOf(TensorIndexException.class)
                .hasMessageStartingWith("gather: index 2 at position (1, 0)")
                .hasMessageContaining("dimension 1 of size 2");
        assertThatThrownBy(() -> grid().indexSelect(0, On.longs(0, -1)))
                .isInstanceOf(TensorIndexException.class)
                .hasMessageContaining("index -1 at position (1)");
    }

    @Test
    void nothingIsWrittenWhenAnIndexIsRefused() {
        Tensor x = grid();
        Tensor index = On.of(new long[][] {{0, 3}}, DType.I64);
        assertThatThrownBy(() -> x.scatter_(0, index, On.of(new double[][] {{9, 9}}, DType.F32)))
                .isInstanceOf(TensorIndexException.class);
        assertThat(x.toDoubleArray()).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void ofTwoPutsTheLaterStaysAndTwoAdditionsAdd() {
        Tensor index = On.of(new long[][] {{1, 2}, {1, 0}}, DType.I64);
        Tensor source = On.of(new double[][] {{10, 20}, {30, 40}}, DType.F32);
        assertThat(grid().scatter(0, index, source).toDoubleArray()).containsExactly(0, 40, 30, 3, 4, 20);
        assertThat(grid().scatterAdd(0, index, source).toDoubleArray()).containsExactly(0, 41, 42, 3, 4, 25);
    }

    @Test
    void slicesAreSelectedAndAddedInOrder() {
        assertThat(grid().indexSelect(1, On.longs(1, 1, 0)).toDoubleArray()).containsExactly(1, 1, 0, 3, 3, 2, 5, 5, 4);
        Tensor source = On.of(new double[][] {{1, 1}, {10, 10}}, DType.F32);
        assertThat(grid().indexAdd(0, On.longs(2, 2), source).toDoubleArray()).containsExactly(0, 1, 2, 3, 15, 16);
    }

    @Test
    void nonzeroListsPositionsInRowMajorOrderAndCountsNaN() {
        Tensor x = On.of(new double[][] {{0, -0.0, 1}, {Double.NaN, 0, 2}}, DType.F32);
        assertThat(x.nonzero().toLongArray()).containsExactly(0, 2, 1, 0, 1, 2);
    }
}
