package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Derivatives of functions; numbers are those of PyTorch 1.13's {@code torch.autograd.functional}. */
class FunctionalTest {
    private static final TensorFunction NUMBER = in -> in[0].pow(3).mul(in[1]).sum();
    private static final TensorFunction VECTOR = in -> in[0].exp().mul(in[1]).add(in[0].sum());

    private final Tensor a = Tensor.of(new double[] {1, 2});
    private final Tensor b = Tensor.of(new double[] {3, 4});
    private final List<Tensor> both = List.of(a, b);

    private static void assertClose(Tensor actual, double... expected) {
        assertThat(actual.requiresGrad()).isFalse();
        double[] values = actual.toDoubleArray();
        assertThat(values).hasSameSizeAs(expected);
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-4)); // as printed
        }
    }

    @Test
    void jacobiansHaveTheShapesOfResultAndInput() {
        List<Tensor> jacobians = Functional.jacobian(VECTOR, a, b);
        assertClose(jacobians.get(0), 9.1548, 1, 1, 30.5562);
        assertClose(jacobians.get(1), 2.7183, 0, 0, 7.3891);
        Tensor wide = Functional.jacobian(in -> in[0].matmul(in[1]), Tensor.ones(2, 3), Tensor.ones(3, 4))
                .get(0);
        assertThat(wide.shape()).isEqualTo(Shape.of(2, 4, 2, 3));
        assertThat(Functional.jacobian(in -> in[0].sum(), Tensor.ones(2, 3))
                        .get(0)
                        .shape())
                .isEqualTo(Shape.of(2, 3));
        assertThat(Functional.jacobian(in -> in[0].exp(), Tensor.ones(0, 3))
                        .get(0)
                        .shape())
                .isEqualTo(Shape.of(0, 3, 0, 3));
        assertThat(a.requiresGrad()).isFalse();
    }

    @Test
    void hessiansAreOfAllPairsOfInputs() {
        List<List<Tensor>> hessians = Functional.hessian(NUMBER, a, b);
        assertClose(hessians.get(0).get(0), 18, 0, 0, 48);
        assertClose(hessians.get(0).get(1), 3, 0, 0, 12);
        assertClose(hessians.get(1).get(0), 3, 0, 0, 12);
        assertClose(hessians.get(1).get(1), 0, 0, 0, 0);
    }

    @Test
    void vectorsTimesJacobiansAndJacobiansTimesVectors() {
        Functional.Pullback pulled = Functional.vjp(VECTOR, both, Tensor.of(new double[] {1, -1}));
        assertClose(pulled.output(), 11.1548, 32.5562);
        assertClose(pulled.products().get(0), 8.1548, -29.5562);
        assertClose(pulled.products().get(1), 2.7183, -7.3891);
        Functional.Pushforward pushed = Functional.jvp(
                VECTOR, both, List.of(Tensor.of(new double[] {1, -1}), Tensor.of(new double[] {0.5, 2})));
        assertClose(pushed.output(), 11.1548, 32.5562);
        assertClose(pushed.tangent(), 9.5140, -14.7781);
    }

    @Test
    void vectorsTimesHessiansAndHessiansTimesVectors() {
        List<Tensor> v = List.of(Tensor.ones(2), Tensor.of(new double[] {1, 2}));
        for (Functional.Pullback product : List.of(Functional.vhp(NUMBER, both, v), Functional.hvp(NUMBER, both, v))) {
            assertClose(product.output(), 35);
            assertClose(product.products().get(0), 21, 72);
            assertClose(product.products().get(1), 3, 12);
        }
    }

    @Test
    void whatDoesNotDependIsZero() {
        TensorFunction constant = in -> Tensor.ones(2);
        assertClose(Functional.jacobian(constant, a).get(0), 0, 0, 0, 0);
        assertClose(Functional.jvp(constant, List.of(a), List.of(b)).tangent(), 0, 0);
        assertClose(Functional.hessian(in -> in[0].sum(), a, b).get(0).get(0), 0, 0, 0, 0);
        assertClose(Functional.jvp(in -> in[0].mul(2.0), both, both).tangent(), 2, 4);
    }

    @Test
    void vectorsMayBeLeftOutForSingleNumbersOnly() {
        assertClose(Functional.vjp(NUMBER, both, null).products().get(1), 1, 8);
        assertClose(
                Functional.jvp(in -> in[0].square(), List.of(Tensor.of(3.0)), null)
                        .tangent(),
                6);
        assertThatThrownBy(() -> Functional.vjp(VECTOR, both, null)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Functional.jvp(VECTOR, both, null)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Functional.vjp(VECTOR, both, Tensor.ones(3)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("(3)");
        assertThatThrownBy(() -> Functional.hessian(VECTOR, a, b))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("(2)");
        assertThatThrownBy(() -> Functional.hvp(NUMBER, both, List.of(a))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withAGraphTheResultsAreThemselvesDifferentiable() {
        Tensor x = Tensor.of(new double[] {0.4, -0.9}).requiresGrad_(true);
        Tensor w = Tensor.of(new double[] {1.1, 0.6}).requiresGrad_(true);
        GradCheck.check(in -> Functional.jacobian(VECTOR, true, in).get(0), x, w);
        GradCheck.check(
                in -> Functional.jvp(VECTOR, List.of(in), List.of(b, a), true).tangent(), x, w);
        GradCheck.check(
                in -> Functional.hvp(NUMBER, List.of(in), List.of(b, a), true)
                        .products()
                        .get(0),
                x,
                w);
        GradCheck.check(in -> Functional.hessian(NUMBER, true, in).get(0).get(1), x, w);
        assertThat(x.grad()).isNull();
    }

    @Test
    void insideNoGradTheyWorkAlike() {
        try (GradMode _ = Autograd.noGrad()) {
            assertClose(Functional.jacobian(in -> in[0].square(), a).get(0), 2, 0, 0, 4);
        }
    }
}
