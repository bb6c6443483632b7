package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.tensor.Generator;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import org.junit.jupiter.api.Test;

class InitTest {
    @Test
    void aTruncatedNormalStaysInItsInterval() {
        Tensor w = Init.truncNormal_(Tensor.empty(100, 100), 0, 1, -2, 2, new Generator(1));
        assertThat(w.abs().max().item()).isBetween(1.98, 2.0);
        assertThat(w.std().item()).as("of a normal cut at two deviations").isCloseTo(0.8796, within(0.02));
        Tensor tail = Init.truncNormal_(Tensor.empty(1000), 1, 0.5, 2, 2.5, new Generator(1));
        assertThat(tail.min().item()).isBetween(2.0, 2.01);
        assertThat(tail.max().item()).isBetween(2.3, 2.5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Init.truncNormal_(w, 0, 1, 2, -2, new Generator(1)))
                .withMessageContaining("[2.0, -2.0]");
    }

    @Test
    void diracKeepsWhatConvolutionsAreGiven() {
        Tensor x = Tensor.randn(2, 4, 5, 6);
        Tensor weight = Init.dirac_(Tensor.empty(4, 4, 3, 3));
        assertThat(F.conv2d(x, weight, null, 1, 1).toFloatArray()).containsExactly(x.toFloatArray());
        Tensor grouped = Init.dirac_(Tensor.ones(4, 1, 3), 2);
        assertThat(grouped.toFloatArray()).containsExactly(0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
        assertThatThrownBy(() -> Init.dirac_(Tensor.ones(4, 4))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Init.dirac_(Tensor.ones(4, 4, 1), 3)).isInstanceOf(ShapeException.class);
    }

    @Test
    void sparseColumnsHaveTheirShareOfZeros() {
        Tensor w = Init.sparse_(Tensor.ones(10, 7), 0.25, 0.01, new Generator(2));
        assertThat(w.eq(0).sum(0).toLongArray()).containsOnly(3);
        assertThat(w.abs().max().item()).isLessThan(0.05);
    }

    @Test
    void gainsAreThoseOfPyTorch() {
        assertThat(Init.calculateGain("tanh")).isEqualTo(5.0 / 3);
        assertThat(Init.calculateGain("relu")).isEqualTo(Math.sqrt(2));
        assertThat(Init.calculateGain("leaky_relu")).isEqualTo(1.4141428569978354);
        assertThat(Init.calculateGain("selu")).isEqualTo(0.75);
        assertThat(Init.calculateGain("linear")).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Init.calculateGain("gelu"))
                .withMessageContaining("'gelu'");
    }
}
