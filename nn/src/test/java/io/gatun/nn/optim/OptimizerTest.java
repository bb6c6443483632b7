package io.gatun.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.gatun.nn.GradientClipping;
import io.gatun.nn.Parameter;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** Momentum, dampening, decay, whether Nesterov's. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, false",
        "0, 0, 0.2, false",
        "0.9, 0, 0, false",
        "0.9, 0.4, 0.2, false",
        "0.9, 0, 0, true",
        "0.9, 0, 0.2, true",
    })
    void gradientDescentIsItsFormula(double momentum, double dampening, double decay, boolean nesterov) {
        double[] expected = {3, -0.5, 1e-3};
        double[] buffer = new double[3];
        for (Device device : List.of(Device.cpu(), Device.of("reference"))) {
            double[] x = expected.clone();
            Tensor p = Parameter.of(Tensor.of(x).to(device));
            SGD sgd = new SGD(List.of(p), 0.1)
                    .momentum(momentum)
                    .dampening(dampening)
                    .weightDecay(decay)
                    .nesterov(nesterov);
            for (int step = 0; step < 4; step++) {
                double gradient = Math.sin(1 + step);
                backward(p, gradient);
                sgd.step();
                for (int i = 0; i < x.length; i++) {
                    double d = gradient + decay * x[i];
                    buffer[i] = step == 0 ? d : momentum * buffer[i] + (1 - dampening) * d;
                    x[i] -= 0.1 * (momentum == 0 ? d : nesterov ? d + momentum * buffer[i] : buffer[i]);
                }
                assertThat(p.toDoubleArray()).containsExactly(x, within(1e-14));
            }
            Tensor remembered = sgd.stateDict().get("state.0.momentum_buffer");
            assertThat(remembered == null).isEqualTo(momentum == 0);
            if (remembered != null) {
                assertThat(remembered.toDoubleArray()).containsExactly(buffer, within(1e-14));
            }
        }
    }

    @Test
    void theFirstBufferIsTheGradientToTheSignOfItsZeros() {
        for (boolean nesterov : new boolean[] {false, true}) {
            Tensor p = parameter(1, 2, 3);
            float[] gradient = {-0f, 0f, 1e-40f};
            p.mul(Tensor.of(gradient)).sum().backward();
            SGD sgd = new SGD(List.of(p), 0.1).momentum(0.9).nesterov(nesterov);
            sgd.step();
            float[] found = sgd.stateDict().get("state.0.momentum_buffer").toFloatArray();
            assertThat(found).usingElementComparator(Float::compare).containsExactly(gradient);
        }
    }

    @Test
    void whatIsInfiniteStaysSoWithoutDecay() {
        for (double momentum : new double[] {0, 0.9}) {
            for (boolean nesterov : momentum == 0 ? new boolean[] {false} : new boolean[] {false, true}) {
                Tensor p = parameter(Double.NEGATIVE_INFINITY, 1);
                SGD sgd = new SGD(List.of(p), 0.5).momentum(momentum).nesterov(nesterov);
                backward(p, 1);
                sgd.step();
                sgd.step();
                assertThat(p.toFloatArray()[0]).isEqualTo(Float.NEGATIVE_INFINITY);
            }
        }
    }

    @Test
    void complexParametersStepByTheirParts() {
        for (double momentum : new double[] {0, 0.9}) {
            Tensor parts = Parameter.of(Tensor.of(new double[] {1, -2, 0.5, 3}).view(2, 2));
            Tensor whole = Parameter.of(parts.detach().clone().viewAsComplex());
            SGD one = new SGD(List.of(parts), 0.1).momentum(momentum).weightDecay(0.3);
            SGD other = new SGD(List.of(whole), 0.1).momentum(momentum).weightDecay(0.3);
            for (int step = 0; step < 3; step++) {
                one.zeroGrad();
                other.zeroGrad();
                parts.square().sum().backward();
                whole.viewAsReal().square().sum().backward();
                one.step();
                other.step();
            }
            assertThat(whole.detach().viewAsReal().toDoubleArray()).containsExactly(parts.toDoubleArray());
        }
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
    void stepsCountedOnTheDeviceAreThoseCountedOnTheHost() {
        Map<String, Function<List<Tensor>, Optimizer>> ways = Map.of(
                "host", p -> new AdamW(p, 0.1).weightDecay(0.1),
                "device", p -> new AdamW(p, 0.1).weightDecay(0.1).capturable(true),
                "host amsgrad", p -> new Adam(p, 0.1).weightDecay(0.1).amsgrad(true),
                "device amsgrad",
                        p -> new Adam(p, 0.1).weightDecay(0.1).amsgrad(true).capturable(true));
        Map<String, Tensor> results = new HashMap<>();
        ways.forEach((name, make) -> {
            Tensor p = parameter(1, -3, 0.5);
            Optimizer optimizer = make.apply(List.of(p));
            for (int i = 0; i < 10; i++) {
                backward(p, Math.cos(i));
                optimizer.step();
            }
            Optimizer loaded = make.apply(List.of(p));
            loaded.loadStateDict(optimizer.stateDict());
            backward(p, 1);
            loaded.step();
            assertThat(loaded.stateDict().get("state.0.step").item()).isEqualTo(11);
            results.put(name, p.detach());
        });
        assertThat(results.get("device").toFloatArray())
                .containsExactly(results.get("host").toFloatArray());
        assertThat(results.get("device amsgrad").toFloatArray())
                .containsExactly(results.get("host amsgrad").toFloatArray(), within(1e-6f));
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

    /** The rates and momenta are PyTorch 1.13's. */
    @Test
    void eachGroupMayHaveItsGreatestRate() {
        SGD sgd = new SGD(
                        1,
                        List.of(
                                ParameterGroup.of(List.of(Parameter.of(Tensor.zeros(1)))),
                                ParameterGroup.of(List.of(Parameter.of(Tensor.zeros(1))))))
                .momentum(0.9);
        OneCycleLR.Options options = OneCycleLR.Options.defaults();
        OneCycleLR schedule = new OneCycleLR(sgd, List.of(1.0, 0.1), 6, options);
        double[] rates = {0.04, 0.9944154354509117, 0.811745653949763, 0.46263710266697505, 0.1334775301888306, 4e-6};
        double[] momenta = {0.95, 0.8505584586887436, 0.8688255099070633, 0.9037365046793212, 0.9366525935914912, 0.95};
        for (int i = 0; i < rates.length; i++) {
            for (int group = 0; group < 2; group++) {
                ParameterGroup found = sgd.parameterGroups().get(group);
                assertThat(found.lr()).isCloseTo(group == 0 ? rates[i] : rates[i] / 10, within(1e-12));
                assertThat(found.get("momentum")).isCloseTo(momenta[i], within(1e-12));
            }
            schedule.step();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OneCycleLR(sgd, List.of(1.0), 6, options))
                .withMessageContaining("OneCycleLR: 1 values for 2 groups");
    }

    private static void checkCycle(OneCycleLR.Options options, double[] rates, double[] momenta) {
        SGD sgd = new SGD(List.of(Parameter.of(Tensor.zeros(1))), 1).momentum(0.5);
        OneCycleLR schedule = new OneCycleLR(sgd, 1, 12, options);
        for (int i = 0; i < 12; i++) {
            assertThat(sgd.lr()).as("rate of step " + i).isCloseTo(rates[i], within(1e-6));
            assertThat(sgd.parameterGroups().get(0).get("momentum"))
                    .as("momentum of step " + i)
                    .isCloseTo(momenta[i], within(1e-6));
            schedule.step();
        }
    }

    @Test
    void aCycleHasPyTorchsOptions() {
        OneCycleLR.Options defaults = OneCycleLR.Options.defaults();
        checkCycle(
                defaults.threePhase(true).pctStart(0.25),
                new double[] {
                    0.04, 0.52, 1.0, 0.52, 0.04, 0.0380196, 0.0324705, 0.024452, 0.015552, 0.0075335, 0.0019844, 4e-06
                },
                new double[] {0.95, 0.9, 0.85, 0.9, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95});
        checkCycle(
                defaults.annealStrategy(OneCycleLR.Anneal.LINEAR)
                        .divFactor(10)
                        .finalDivFactor(100)
                        .baseMomentum(0.7)
                        .maxMomentum(0.9),
                new double[] {
                    0.1, 0.4461538, 0.7923077, 0.9524286, 0.8335, 0.7145714, 0.5956429, 0.4767143, 0.3577857, 0.2388571,
                    0.1199286, 0.001
                },
                new double[] {
                    0.9, 0.8230769, 0.7461538, 0.7095238, 0.7333333, 0.7571429, 0.7809524, 0.8047619, 0.8285714,
                    0.852381, 0.8761905, 0.9
                });
        checkCycle(
                defaults.threePhase(true).pctStart(0.4).cycleMomentum(false),
                new double[] {
                    0.04, 0.1949048, 0.5596381, 0.8987874, 0.9934534, 0.7825351, 0.402167, 0.0978526, 0.0386496,
                    0.0254747, 0.0079505, 4e-06
                },
                new double[] {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.pctStart(1.5))
                .withMessageContaining("pctStart is 1.5");
    }

    @Test
    void maximisingIsMinimisingTheNegative() {
        Tensor up = Parameter.of(Tensor.of(new double[] {1, 2}));
        Tensor down = Parameter.of(Tensor.of(new double[] {1, 2}));
        Optimizer climbing = new Adam(List.of(up), 0.1).weightDecay(0.1).maximize(true);
        Optimizer descending = new Adam(List.of(down), 0.1).weightDecay(0.1);
        for (int i = 0; i < 3; i++) {
            climbing.zeroGrad();
            descending.zeroGrad();
            up.square().sum().backward();
            down.square().sum().neg().backward();
            climbing.step();
            descending.step();
        }
        assertThat(up.toDoubleArray()).containsExactly(down.toDoubleArray());
        assertThat(up.toDoubleArray()[0]).isGreaterThan(1.2);
    }

    @Test
    void parametersTakeTheirStepsTogetherAsEachWouldAlone() {
        List<Function<List<Tensor>, Optimizer>> kinds = List.of(
                parameters -> new Adam(parameters, 0.1).weightDecay(0.1),
                parameters -> new AdamW(parameters, 0.1).maximize(true),
                parameters -> new SGD(parameters, 0.1),
                parameters -> new SGD(parameters, 0.1).weightDecay(0.1).maximize(true),
                parameters -> new SGD(parameters, 0.1).momentum(0.9).nesterov(true),
                parameters -> new SGD(parameters, 0.1).momentum(0.9).weightDecay(0.1));
        for (Function<List<Tensor>, Optimizer> kind : kinds) {
            List<Tensor> together = parameters();
            List<Tensor> alone = parameters();
            Optimizer one = kind.apply(together);
            List<Optimizer> each =
                    alone.stream().map(p -> kind.apply(List.of(p))).toList();
            for (int step = 0; step < 4; step++) {
                for (int i = step == 1 ? 1 : 0; i < together.size(); i++) { // the first one leaves out a step
                    backward(together.get(i), 0.5 + step);
                    backward(alone.get(i), 0.5 + step);
                }
                one.step();
                each.forEach(Optimizer::step);
                one.zeroGrad();
                each.forEach(Optimizer::zeroGrad);
            }
            for (int i = 0; i < together.size(); i++) {
                assertThat(together.get(i).toDoubleArray())
                        .as("parameter " + i + " of " + one.getClass().getSimpleName())
                        .containsExactly(alone.get(i).toDoubleArray());
            }
        }
    }

    /** Of several shapes and dtypes, one not contiguous, and two that share memory. */
    private static List<Tensor> parameters() {
        Tensor shared = Tensor.linspace(-1, 1, 6);
        return Stream.of(
                        Tensor.linspace(-1, 1, 5),
                        Tensor.linspace(0, 3, 6).view(2, 3).t(),
                        Tensor.linspace(-2, 1, 4, DType.F64),
                        Tensor.of(2.5).toFloat(),
                        shared.narrow(0, 0, 3),
                        shared.narrow(0, 3, 3),
                        Tensor.zeros(0, 2))
                .map(p -> p.detach().requiresGrad_(true))
                .toList();
    }
}
