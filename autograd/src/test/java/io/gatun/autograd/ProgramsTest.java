package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import org.junit.jupiter.api.Test;

/** The programs that users know from PyTorch, with PyTorch's numbers. */
class ProgramsTest {
    private static final class LegendreP3 extends Function {
        @Override
        protected Tensor[] forward(Context context, Tensor... inputs) {
            context.saveForBackward(inputs[0]);
            return of(inputs[0].pow(3).mul(5).sub(inputs[0].mul(3)).mul(0.5));
        }

        @Override
        protected Tensor[] backward(Context context, Tensor... gradients) {
            Tensor x = context.savedTensors()[0];
            return of(gradients[0].mul(x.square().mul(5).sub(1).mul(1.5)));
        }
    }

    @Test
    void aCustomFunctionFitsALegendrePolynomialToTheSine() {
        Tensor x = Tensor.linspace(-Math.PI, Math.PI, 2000);
        Tensor y = x.sin();
        Tensor a = Tensor.of(0.0).requiresGrad_(true);
        Tensor b = Tensor.of(-1.0).requiresGrad_(true);
        Tensor c = Tensor.of(0.0).requiresGrad_(true);
        Tensor d = Tensor.of(0.3).requiresGrad_(true);
        LegendreP3 legendre = new LegendreP3();
        for (int step = 0; step < 2000; step++) {
            try (TensorScope _ = TensorScope.open()) {
                Tensor prediction = a.add(b.mul(legendre.apply(c.add(d.mul(x)))));
                prediction.sub(y).pow(2).sum().backward();
                try (GradMode _ = Autograd.noGrad()) {
                    for (Tensor parameter : new Tensor[] {a, b, c, d}) {
                        parameter.sub_(parameter.grad().mul(5e-6));
                        parameter.clearGrad();
                    }
                }
            }
        }
        assertThat(a.item()).isCloseTo(0, within(1e-4));
        assertThat(b.item()).isCloseTo(-2.2085268, within(1e-4));
        assertThat(c.item()).isCloseTo(0, within(1e-4));
        assertThat(d.item()).isCloseTo(0.2554861, within(1e-4));
    }

    @Test
    void gradientDescentFindsTheMinimumOfAParabola() {
        Tensor x = Tensor.of(10.0).requiresGrad_(true);
        for (int step = 0; step < 100; step++) {
            x.square().add(20).backward();
            try (GradMode _ = Autograd.noGrad()) {
                x.sub_(x.grad().mul(0.1));
            }
            x.grad().zero_();
        }
        assertThat(x.item()).isCloseTo(0, within(1e-6));
    }

    @Test
    void theGradientOfTwoXSquaredAtTenIsForty() {
        Tensor x = Tensor.of(10.0).requiresGrad_(true);
        x.square().mul(2).backward();
        assertThat(x.grad().item()).isEqualTo(40);
    }
}
