package io.gatun.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
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

    @Test
    void anIndexTensorWithoutDimensionsIsANumber() {
        Tensor number = On.longs(1).select(0, 0);
        assertThat(grid().get(new Index.Picked(number)).shape()).isEqualTo(Shape.of(2));
        // Not an index array: the picked dimension stays behind the range, where two arrays apart would go in front.
        Tensor cube = Tensor.arange(24).to(On.REFERENCE).reshape(2, 3, 4);
        Index[] places = {new Index.Picked(number), Index.all(), Index.indices(0, 3)};
        assertThat(cube.get(places).shape()).isEqualTo(Shape.of(3, 2));
        assertThat(cube.get(places).toDoubleArray()).containsExactly(12, 15, 16, 19, 20, 23);
    }

    @Test
    void aMaskWithoutDimensionsTakesAllOrNothing() {
        Tensor yes = On.of(new boolean[] {true}, DType.BOOL).select(0, 0);
        Tensor no = On.of(new boolean[] {false}, DType.BOOL).select(0, 0);
        assertThat(grid().get(Index.mask(yes)).shape()).isEqualTo(Shape.of(1, 3, 2));
        assertThat(grid().get(Index.mask(no)).shape()).isEqualTo(Shape.of(0, 3, 2));
        assertThat(grid().put(9, Index.mask(no)).toDoubleArray()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(grid().put(9, Index.mask(yes)).toDoubleArray()).containsExactly(9, 9, 9, 9, 9, 9);
    }

    @Test
    void fractionsAndMasksAreNoPositions() {
        Tensor fraction = On.floats(1.5);
        assertThatThrownBy(() -> grid().get(new Index.Picked(fraction)))
                .isInstanceOf(DTypeException.class)
                .hasMessage("get: indices must be integers, not F32: cast with toLong() first");
        assertThatThrownBy(() -> grid().indexSelect(0, fraction)).isInstanceOf(DTypeException.class);
        assertThatThrownBy(() -> grid().gather(0, On.of(new boolean[][] {{true}}, DType.BOOL)))
                .isInstanceOf(DTypeException.class);
    }
}
