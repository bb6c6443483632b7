package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Tensor SCORES = Tensor.of(new float[][] {{1, 2, 0}, {3, 1, 0}, {0, 1, 5}, {0, 9, 1}});

    @Test
    void accuracyIsTheShareOfRightOnes() {
        assertThat(Metrics.accuracy(SCORES, Tensor.of(new long[] {1, 0, 2, 2}))).isEqualTo(0.75);
        assertThat(Metrics.accuracy(Tensor.ones(0, 3), Tensor.of(new long[0]))).isNaN();
        assertThatThrownBy(() -> Metrics.accuracy(SCORES, Tensor.ones(4)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("accuracy: scores (4, 3) and targets (4) of F32 do not fit");
    }

    @Test
    void theConfusionMatrixHasTrueClassesAsRows() {
        Tensor matrix = Metrics.confusionMatrix(SCORES, Tensor.of(new long[] {1, 0, 2, 2}));
        assertThat(matrix.shape()).isEqualTo(Shape.of(3, 3));
        assertThat(matrix.toLongArray()).containsExactly(1, 0, 0, 0, 1, 0, 0, 1, 1);
        assertThatThrownBy(() -> Metrics.confusionMatrix(SCORES, Tensor.of(new long[] {1, 0, 3, 2})))
                .isInstanceOf(TensorIndexException.class)
                .hasMessage("confusionMatrix: target 3 at position 2 is not from 0 to 2");
    }

    @Test
    void aMeanWeighsBatchesByTheirSize() {
        Metrics.Mean mean = new Metrics.Mean();
        assertThat(mean.value()).isNaN();
        assertThat(mean.add(1, 3).add(5, 1).value()).isCloseTo(2, within(1e-12));
        mean.reset();
        assertThat(mean.add(7, 2).value()).isEqualTo(7);
    }
}
