package io.gatun.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.gatun.nn.GradientClipping;
import io.gatun.nn.Parameter;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OptimizerTest {
    private static Tensor parameter(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Parameter.of(Tensor.of(floats));
    }

    private static void backward(Tensor p, double gradient) {
        p.clearGrad();
        p.sum().mul(gradient).backward();
    }

    @Test
    void momentumStartsWithTheGradientItself() {
        Tensor p = parameter(1);
        SGD sgd = new SGD(List.of(p), 0.1).momentum(0.9).dampening(0.5);
        backward(p, 2);
        sgd.step();
        assertThat(p.item()).isCloseTo(1 - 0.1 * 2, within(1e-6));
        sgd.step();
        assertThat(p.item()).isCloseTo(0.8 - 0.1 * (0.9 * 2 + 0.5 * 2), within(1e-6));
    }

    @Test
    void theFirstStepOfAdamIsTheLearningRate() {
        Tensor p = parameter(1, -1);
        Adam adam = new Adam(List.of(p));
        p.mul(Tensor.of(new float[] {5, -0.01f})).sum().backward();
        adam.step();
        assertThat(p.toFloatArray()).containsExactly(new float[] {0.999f, -0.999f}, within(1e-6f));
    }

    @Test
    void decoupledDecayIsNotScaledByTheGradient() {
        Tensor p = parameter(10);
        AdamW adam = new AdamW(List.of(p), 0.1).weightDecay(0.5);
        backward(p, 0);
        adam.step();
        assertThat(p.item()).isCloseTo(10 * (1 - 0.1 * 0.5), within(1e-5));
    }

    @Test
    void everyOptimiserFindsTheBottomOfABowl() {
        Map<String, Function<List<Tensor>, Optimizer>> all = Map.of(
                "SGD", p -> new SGD(p, 0.1).momentum(0.5).nesterov(true),
                "Adam", p -> new Adam(p, 0.1),
                "AdamW", p -> new AdamW(p, 0.1),
                "RMSprop", p -> new RMSprop(p, 0.02),
                "Adagrad", p -> new Adagrad(p, 0.9),
                "Adadelta", p -> new Adadelta(p, 20),
                "Adamax", p -> new Adamax(p, 0.1),
                "NAdam", p -> new NAdam(p, 0.1),
                "RAdam", p -> new RAdam(p, 0.1));
        all.forEach((name, make) -> {
            Tensor p = parameter(3, -2);
            Optimizer optimizer = make.apply(List.of(p));
            for (int i = 0; i < 300; i++) {
                try (TensorScope scope = TensorScope.open()) {
                    optimizer.zeroGrad();
                    scope.keep(p.sub(Tensor.of(new float[] {1, 1})).square().sum())
                            .backward();
                    optimizer.step();
                }
            }
            assertThat(p.toDoubleArray()).as(name).containsExactly(new double[] {1, 1}, within(0.06));
        });
    }

    @Test
    void groupsHaveOptionsOfTheirOwn() {
        Tensor a = parameter(1);
        Tensor b = parameter(1);
        SGD sgd = new SGD(
                0.1,
                List.of(
                        ParameterGroup.of(List.of(a)),
                        ParameterGroup.of(List.of(b)).lr(0.5)));
        a.add(b).sum().backward();
        sgd.step();
        assertThat(a.item()).isCloseTo(0.9, within(1e-6));
        assertThat(b.item()).isEqualTo(0.5);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new SGD(0.1, List.of(ParameterGroup.of(List.of(a)).set("beta1", 1))))
                .withMessageContaining("SGD: there is no option 'beta1', only [lr, momentum");
    }

    @Test
    void parametersWithoutAGradientAreLeftAlone() {
        Tensor a = parameter(1);
        Tensor b = parameter(1);
        Adam adam = new Adam(List.of(a, b), 0.1);
        backward(a, 1);
        adam.step();
        assertThat(b.item()).isEqualTo(1);
        adam.zeroGrad();
        assertThat(a.grad()).isNull();
    }

    @Test
    void wrongParametersAndOptionsAreRefused() {
        Tensor p = parameter(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Adam(List.of()))
                .withMessageContaining("no parameters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Adam(List.of(p, p)))
                .withMessageContaining("listed twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Adam(List.of(p.mul(2.0))))
                .withMessageContaining("not a leaf");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SGD(List.of(p), -1))
                .withMessageContaining("lr is -1.0; it must not be negative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Adam(List.of(p)).betas(1, 0.9))
                .withMessageContaining("beta1 is 1.0");
    }

    @Test
    void gradientsAreClippedTogether() {
        Tensor a = parameter(0);
        Tensor b = parameter(0);
        a.mul(3.0).add(b.mul(4.0)).sum().backward();
        assertThat(GradientClipping.clipGradNorm_(List.of(a, b), 1)).isCloseTo(5, within(1e-6));
        assertThat(a.grad().item()).isCloseTo(0.6, within(1e-5));
        GradientClipping.clipGradValue_(List.of(a, b), 0.7);
        assertThat(b.grad().item()).isCloseTo(0.7, within(1e-6));
    }

    @Test
    void schedulesChangeEveryGroupFromItsBase() {
        Tensor a = parameter(1);
        Tensor b = parameter(1);
        SGD sgd = new SGD(
                1,
                List.of(
                        ParameterGroup.of(List.of(a)),
                        ParameterGroup.of(List.of(b)).lr(10)));
        StepLR schedule = new StepLR(sgd, 2, 0.5);
        schedule.step();
        assertThat(schedule.lastLr()).containsExactly(1.0, 10.0);
        schedule.step();
        assertThat(schedule.lastLr()).containsExactly(0.5, 5.0);
    }

    @Test
    void aCycleMovesMomentumTheOtherWay() {
        Adam adam = new Adam(List.of(parameter(1)), 0.1);
        OneCycleLR schedule = new OneCycleLR(adam, 1, 10);
        assertThat(adam.lr()).isCloseTo(0.04, within(1e-12));
        assertThat(adam.parameterGroups().get(0).get("beta1")).isCloseTo(0.95, within(1e-12));
        schedule.step();
        schedule.step();
        assertThat(adam.lr()).isCloseTo(1, within(1e-12));
        assertThat(adam.parameterGroups().get(0).get("beta1")).isCloseTo(0.85, within(1e-12));
    }
}
