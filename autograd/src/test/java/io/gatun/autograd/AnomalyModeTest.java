package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatun.tensor.Backward;
import io.gatun.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Finding where a NaN comes from. */
class AnomalyModeTest {
    private static Tensor leaf(double... values) {
        return Tensor.of(values).requiresGrad_(true);
    }

    private static Tensor culprit(Tensor x) {
        return x.sqrt();
    }

    /** 0 · ∞: the gradient of the root is infinite at zero. */
    private static Tensor loss(Tensor x) {
        return culprit(x).mul(0.0).sum();
    }

    @Test
    void theOperatorAndTheLineOfItsCallAreNamed() {
        Tensor x = leaf(0, 1);
        try (AnomalyMode _ = Autograd.detectAnomaly()) {
            Tensor loss = loss(x);
            AnomalyException found = catchThrowableOfType(AnomalyException.class, loss::backward);
            assertThat(found)
                    .hasMessageContaining("SqrtBackward")
                    .hasMessageContaining("(2)")
                    .hasMessageContaining("AnomalyModeTest.culprit(AnomalyModeTest.java:");
            StackTraceElement[] trace = found.getCause().getStackTrace();
            assertThat(trace[0].getMethodName()).isEqualTo("culprit");
            assertThat(trace[1].getMethodName()).isEqualTo("loss");
        }
        assertThat(x.grad()).isNull();
        loss(x).backward();
        assertThat(x.grad().get(0).item()).isNaN();
    }

    @Test
    void aForwardSideOutsideIsSaidToBeMissing() {
        Tensor loss = loss(leaf(0));
        try (AnomalyMode _ = Autograd.detectAnomaly()) {
            assertThatThrownBy(loss::backward)
                    .isInstanceOf(AnomalyException.class)
                    .hasNoCause()
                    .hasMessageContaining("forward side inside detectAnomaly");
        }
    }

    @Test
    void theGradientOfAGradientNamesBothCalls() {
        Tensor x = leaf(0);
        try (AnomalyMode _ = Autograd.detectAnomaly()) {
            Tensor y = x.pow(1.5).sum();
            Tensor first = Autograd.grad(java.util.List.of(y), java.util.List.of(x), Backward.createGraph())
                    .get(0);
            Tensor second = first.mul(0.0).sum(); // 0 · 0.75 / sqrt(0)
            AnomalyException found = catchThrowableOfType(AnomalyException.class, second::backward);
            assertThat(found.getCause().getCause()).isNotNull();
            assertThat(found.getCause().getCause().getStackTrace()[0].getMethodName())
                    .isEqualTo("theGradientOfAGradientNamesBothCalls");
        }
    }

    @Test
    void whatAGradientThrowsHasTheCallBesideIt() {
        Function failing = new Function() {
            @Override
            protected Tensor[] forward(Context context, Tensor... inputs) {
                return of(inputs[0].clone());
            }

            @Override
            protected Tensor[] backward(Context context, Tensor... gradients) {
                throw new IllegalArgumentException("no");
            }
        };
        try (AnomalyMode _ = Autograd.detectAnomaly()) {
            Tensor y = failing.apply(leaf(1));
            Throwable found = catchThrowableOfType(
                    IllegalArgumentException.class, () -> y.sum().backward());
            assertThat(found.getSuppressed()).hasSize(1);
            assertThat(found.getSuppressed()[0].getStackTrace()[0].getMethodName())
                    .isEqualTo("whatAGradientThrowsHasTheCallBesideIt");
        }
    }

    @Test
    void rightGradientsAreLeftAsTheyAre() {
        Tensor x = leaf(4);
        try (AnomalyMode _ = Autograd.detectAnomaly();
                AnomalyMode _ = Autograd.detectAnomaly()) {
            x.sqrt().sum().backward();
        }
        assertThat(x.grad().item()).isEqualTo(0.25);
        assertThat(ForwardCall.here()).isNull();
    }
}
