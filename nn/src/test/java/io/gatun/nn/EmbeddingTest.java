package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.autograd.GradCheck;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.TensorStateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients are those of PyTorch 1.13. */
class EmbeddingTest {
    private static Tensor vectors() {
        return Tensor.of(new double[][] {{3, 4}, {0.3, -0.4}, {-6, 8}, {1, 1}, {5, 12}});
    }

    private static Tensor vectors(String backend) {
        return vectors().to(Device.of(backend));
    }

    private static Tensor indices(String backend) {
        return Tensor.of(new long[][] {{0, 2, 0}, {1, 4, 0}}).to(Device.of(backend));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void rowsAreBoundedInTheWeightAndGradientsDividedByCounts(String backend) {
        // Row 3 is not looked up, row 1 short already, and row 0 occurs three times; row 4 does not learn.
        check(
                backend,
                2,
                0.8999999820000003,
                1.1999999760000004,
                -0.8999999910000003,
                1.1999999880000003,
                0.5769230724852071,
                1.3846153739644973);
        check(
                backend,
                1,
                0.6428571336734695,
                0.8571428448979593,
                -0.6428571382653061,
                0.8571428510204082,
                0.4411764679930796,
                1.058823523183391);
        check(
                backend,
                Double.POSITIVE_INFINITY,
                1.1249999718750008,
                1.499999962500001,
                -1.1249999859375004,
                1.4999999812500004,
                0.6249999947916667,
                1.4999999875);
    }

    private static void check(String backend, double normType, double... bounded) {
        Embedding embedding = new Embedding(vectors(backend), -1L, 1.5, normType, true);
        Tensor result = embedding.call(indices(backend));
        double[] weight = {bounded[0], bounded[1], 0.3, -0.4, bounded[2], bounded[3], 1, 1, bounded[4], bounded[5]};
        assertThat(embedding.weight().detach().toDoubleArray()).containsExactly(weight, within(1e-14));
        Tensor rows =
                embedding.weight().detach().indexSelect(0, indices(backend).reshape(-1));
        assertThat(result.detach().toDoubleArray()).containsExactly(rows.toDoubleArray());
        result.mul(Tensor.arange(1, 13).toDouble().view(2, 3, 2).to(result.device()))
                .sum()
                .backward();
        assertThat(embedding.weight().grad().toDoubleArray())
                .containsExactly(new double[] {17 / 3.0, 20 / 3.0, 7, 8, 3, 4, 0, 0, 0, 0}, within(1e-14));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void eachOptionComesAlone(String backend) {
        Tensor weight = vectors(backend).requiresGrad_(true);
        Tensor indices = indices(backend);
        F.embedding(indices, weight, null, null, 2, true).sum().backward();
        assertThat(weight.grad().toDoubleArray())
                .containsExactly(new double[] {1, 1, 1, 1, 1, 1, 0, 0, 1, 1}, within(1e-14));
        weight.clearGrad();
        F.embedding(indices, weight, -5).sum().backward();
        assertThat(weight.grad().toDoubleArray()).containsExactly(0, 0, 1, 1, 1, 1, 0, 0, 1, 1);
        Tensor empty = Tensor.of(new long[0]).view(2, 0).to(weight.device());
        assertThat(F.embedding(empty, weight, 1L, 1.0, 2, true).shape()).isEqualTo(Shape.of(2, 0, 2));
        assertThat(weight.detach().toDoubleArray())
                .containsExactly(vectors(backend).toDoubleArray());
        Tensor plain = vectors(backend);
        assertThat(F.embedding(Tensor.of(2L).to(plain.device()), plain, null, 5.0, 2, true)
                        .toDoubleArray())
                .containsExactly(new double[] {-2.9999999700000004, 3.9999999600000007}, within(1e-14));
        // No row is too long, and none occurs twice: the gradient is that of the values.
        Tensor once = Tensor.of(new long[] {0, 3}).to(weight.device());
        GradCheck.check(
                w -> F.embedding(once, w[0], null, 100.0, 2, true),
                vectors(backend).requiresGrad_(true));
    }

    @Test
    void whatIsRefusedLeavesTheWeightAsItWas() {
        Tensor weight = vectors();
        assertThatThrownBy(() -> F.embedding(Tensor.of(new long[] {0, 5}), weight, null, 1.0, 2, false))
                .isInstanceOf(TensorIndexException.class);
        assertThatThrownBy(() -> F.embedding(Tensor.of(0L), weight, -6L, 1.0, 2, false))
                .isInstanceOf(TensorIndexException.class)
                .hasMessageContaining("embedding: the padding number -6 is out of range for 5 vectors");
        assertThatThrownBy(() -> F.embedding(Tensor.of(0L), weight, null, -1.0, 2, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxnorm = -1.0");
        assertThat(weight.toDoubleArray()).containsExactly(vectors().toDoubleArray());
        // A gradient that needs the weight from before it was bounded.
        Embedding embedding = new Embedding(weight, null, 1.0, 2, false);
        Tensor before = embedding.weight().square().sum();
        Tensor both = before.add(embedding.call(Tensor.of(0L)).sum());
        assertThatThrownBy(both::backward).isInstanceOf(TensorStateException.class);
    }

    @Test
    void optionsArePrintedAsPyTorchPrintsThem() {
        assertThat(new Embedding(3, 2, 1L, 1.0, 1, true))
                .hasToString("Embedding(3, 2, padding_idx=1, max_norm=1.0, norm_type=1.0, scale_grad_by_freq=True)");
    }
}
