package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import org.junit.jupiter.api.Test;

/** What is made in inference mode stays out of graphs. What is allowed and refused is as PyTorch 1.13 does. */
class InferenceModeTest {
    private static Tensor made() {
        try (GradMode _ = Autograd.inferenceMode()) {
            return Tensor.ones(2);
        }
    }

    private static Tensor leaf() {
        return Tensor.ones(2).requiresGrad_(true);
    }

    @Test
    void nothingIsRecordedAndModesNestAndAreRestored() {
        Tensor w = leaf();
        try (GradMode _ = Autograd.inferenceMode()) {
            assertThat(Autograd.isInferenceModeEnabled()).isTrue();
            assertThat(Autograd.isGradEnabled()).isFalse();
            Tensor y = w.mul(2);
            assertThat(y.requiresGrad()).isFalse();
            assertThat(y.isInference()).isTrue();
            assertThat(w.view(2).isInference()).isFalse();
            try (GradMode _ = Autograd.enableGrad()) {
                assertThat(w.mul(2).requiresGrad()).isFalse();
            }
            try (GradMode _ = Autograd.inferenceMode(false)) {
                assertThat(w.mul(2).requiresGrad()).isTrue();
                assertThat(Tensor.ones(1).isInference()).isFalse();
            }
            y.add_(1);
            assertThat(y.requiresGrad_(true).mul(2).requiresGrad()).isFalse();
        }
        assertThat(Autograd.isInferenceModeEnabled()).isFalse();
        assertThat(w.mul(2).requiresGrad()).isTrue();
    }

    @Test
    void whatNoGradientSavesMayBeUsed() {
        Tensor w = leaf();
        Tensor b = made();
        assertThat(w.add(b).requiresGrad()).isTrue();
        assertThat(b.add(1).isInference()).isFalse();
        assertThat(b.clone().isInference()).isFalse();
        assertThat(b.detach().isInference()).isTrue();
        Tensor y = w.mul(2);
        y.add_(b).sum().backward();
        assertThat(w.grad().toDoubleArray()).containsExactly(2, 2);
        w.mul(b.clone()).sum().backward();
        assertThat(w.grad().toDoubleArray()).containsExactly(3, 3);
    }

    @Test
    void whatAGradientWouldSaveIsRefusedWithTheRemedy() {
        Tensor w = leaf();
        Tensor b = made();
        assertThatThrownBy(() -> w.mul(b))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("mul")
                .hasMessageContaining("(2)")
                .hasMessageContaining("clone()")
                .hasMessageContaining("noGrad");
        Tensor y = w.mul(3);
        assertThatThrownBy(() -> y.mul_(b)).hasMessageContaining("mul_").hasMessageContaining("inference mode");
        assertThat(y.toDoubleArray()).containsExactly(3, 3);
    }

    @Test
    void itIsNotChangedInPlaceOutsideNorMadeToRequireAGradient() {
        Tensor b = made();
        assertThatThrownBy(() -> b.add_(1))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("add_")
                .hasMessageContaining("clone()");
        assertThatThrownBy(() -> b.get(0).fill_(1)).isInstanceOf(TensorStateException.class);
        assertThatThrownBy(() -> b.requiresGrad_(true)).hasMessageContaining("requiresGrad_");
        assertThat(b.toDoubleArray()).containsExactly(1, 1);
    }
}
