package io.gatun.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Printouts, letter for letter those of PyTorch. */
class PrintingTest {
    @Test
    void wholeNumbersHaveABarePoint() {
        assertThat(Tensor.of(new float[][] {{10, 20}, {30, 40}}))
                .hasToString("tensor([[10., 20.],\n        [30., 40.]])");
        assertThat(Tensor.of(10)).hasToString("tensor(10)");
        assertThat(Tensor.of(2.5)).hasToString("tensor(2.5000)");
    }

    @Test
    void columnsAlignAcrossRows() {
        assertThat(Tensor.of(new float[][] {{-1.5f, 2}, {100.25f, 0}}))
                .hasToString("tensor([[ -1.5000,   2.0000],\n        [100.2500,   0.0000]])");
        assertThat(Tensor.of(new long[] {1, -10, 100})).hasToString("tensor([  1, -10, 100])");
        assertThat(Tensor.of(new boolean[] {true, false})).hasToString("tensor([ True, False])");
    }

    @Test
    void wideSpansAreScientific() {
        assertThat(Tensor.of(new double[] {1e-10, 1, 1e10, Double.NaN, Double.POSITIVE_INFINITY}))
                .hasToString("""
                        tensor([1.0000e-10, 1.0000e+00, 1.0000e+10,        nan,        inf],
                               dtype=torch.float64)""");
        assertThat(Tensor.of(new float[] {0.00001f})).hasToString("tensor([1.0000e-05])");
    }

    @Test
    void largeTensorsAreSummarised() {
        assertThat(Tensor.arange(2000)).hasToString("tensor([   0,    1,    2,  ..., 1997, 1998, 1999])");
        assertThat(Tensor.zeros(40, 30)).hasToString("""
                        tensor([[0., 0., 0.,  ..., 0., 0., 0.],
                                [0., 0., 0.,  ..., 0., 0., 0.],
                                [0., 0., 0.,  ..., 0., 0., 0.],
                                ...,
                                [0., 0., 0.,  ..., 0., 0., 0.],
                                [0., 0., 0.,  ..., 0., 0., 0.],
                                [0., 0., 0.,  ..., 0., 0., 0.]])""");
    }

    @Test
    void longRowsWrapAtEightyColumns() {
        assertThat(Tensor.arange(30)).hasToString("""
                        tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,
                                18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29])""");
    }

    @Test
    void emptyTensorsSayTheirSize() {
        assertThat(Tensor.zeros(0)).hasToString("tensor([])");
        assertThat(Tensor.zeros(0, 3)).hasToString("tensor([], size=(0, 3))");
        assertThat(Tensor.empty(Shape.of(0), DType.I64)).hasToString("tensor([], dtype=torch.int64)");
    }
}
