package io.gatun.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatun.nn.Parameter;
import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class StateTest {
    private static Tensor parameter() {
        return Parameter.of(Tensor.of(new double[] {1, -2, 3}));
    }

    private static void train(Optimizer optimizer, Tensor p, int steps) {
        for (int i = 0; i < steps; i++) {
            optimizer.zeroGrad();
            p.mul(p).mul(p).sum().backward();
            optimizer.step();
        }
    }

    @Test
    void trainingGoesOnWhereItStopped() {
        Map<String, Function<List<Tensor>, Optimizer>> all = Map.of(
                "SGD", p -> new SGD(p, 0.01).momentum(0.5),
                "Adam", p -> new Adam(p, 0.1).amsgrad(true),
                "AdamW", p -> new AdamW(p, 0.1),
                "RMSprop", p -> new RMSprop(p, 0.02).momentum(0.3).centered(true),
                "Adagrad", p -> new Adagrad(p, 0.9),
                "Adadelta", p -> new Adadelta(p, 1),
                "Adamax", p -> new Adamax(p, 0.1),
                "NAdam", p -> new NAdam(p, 0.1),
                "RAdam", p -> new RAdam(p, 0.1));
        all.forEach((name, make) -> {
            Tensor whole = parameter();
            Optimizer one = make.apply(List.of(whole));
            train(one, whole, 9);

            Tensor first = parameter();
            Optimizer before = make.apply(List.of(first));
            train(before, first, 4);
            Map<String, Tensor> saved = new LinkedHashMap<>();
            before.stateDict().forEach((key, tensor) -> saved.put(key, tensor.clone()));
            Tensor second = Parameter.of(first.detach().clone());
            Optimizer after = make.apply(List.of(second));
            after.parameterGroups().get(0).lr(123); // the saved rate takes its place
            after.loadStateDict(saved);
            train(before, first, 1); // what was loaded is a copy
            train(after, second, 5);
            assertThat(second.toDoubleArray()).as(name).containsExactly(whole.toDoubleArray());
        });
    }

    @Test
    void namesAreThoseOfPyTorch() {
        Tensor p = parameter();
        NAdam nadam = new NAdam(List.of(p), 0.1);
        assertThat(nadam.stateDict().keySet()).allMatch(name -> name.startsWith("param_groups.0."));
        train(nadam, p, 2);
        assertThat(nadam.stateDict())
                .containsKeys("state.0.step", "state.0.exp_avg", "state.0.exp_avg_sq", "state.0.mu_product");
        assertThat(nadam.stateDict().get("state.0.step").itemLong()).isEqualTo(2);
        assertThat(nadam.stateDict().get("param_groups.0.lr").item()).isEqualTo(0.1);
    }

    @Test
    void tensorsGetTheDTypeOfTheirParameter() {
        Tensor wide = parameter();
        Adam one = new Adam(List.of(wide));
        train(one, wide, 1);
        Tensor narrow = Parameter.of(Tensor.ones(3));
        Adam other = new Adam(List.of(narrow));
        other.loadStateDict(one.stateDict());
        assertThat(other.stateDict().get("state.0.exp_avg").dtype()).isEqualTo(DType.F32);
        train(other, narrow, 1);
    }

    @Test
    void whatDoesNotFitIsRefusedAndChangesNothing() {
        Tensor p = parameter();
        Adam adam = new Adam(List.of(p), 0.1);
        train(adam, p, 1);
        Map<String, Tensor> state = new LinkedHashMap<>(adam.stateDict());
        state.remove("param_groups.0.eps");
        state.put("param_groups.0.momentum", Tensor.of(1.0));
        state.put("state.1.step", Tensor.of(1L));
        state.put("state.0.exp_avg", Tensor.ones(2));
        state.put("param_groups.0.lr", Tensor.of(5.0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adam.loadStateDict(state))
                .withMessageContaining("does not fit Adam")
                .withMessageContaining("missing: param_groups.0.eps")
                .withMessageContaining("unexpected: param_groups.0.momentum")
                .withMessageContaining("unexpected: state.1.step")
                .withMessageContaining("state.0.exp_avg is (2), its parameter (3)");
        assertThat(adam.lr()).isEqualTo(0.1);
        assertThat(adam.stateDict().get("state.0.exp_avg").shape()).isEqualTo(Shape.of(3));
    }

    @Test
    void schedulesGoOnToo() {
        SGD sgd = new SGD(List.of(parameter()), 1);
        StepLR one = new StepLR(sgd, 2, 0.5);
        one.step();
        SGD other = new SGD(List.of(parameter()), 7);
        StepLR two = new StepLR(other, 2, 0.5);
        other.loadStateDict(sgd.stateDict());
        two.loadStateDict(one.stateDict());
        assertThat(two.lastLr()).containsExactly(1.0);
        two.step();
        assertThat(two.lastLr()).containsExactly(0.5);
        assertThat(two.steps()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.loadStateDict(Map.of("last_epoch", Tensor.of(1L))))
                .withMessageContaining("does not fit StepLR")
                .withMessageContaining("missing: base_lrs");
    }

    @Test
    void ratesMayBeAnyFunctionOfTheStepForEachGroup() {
        SGD sgd = new SGD(
                2,
                List.of(
                        ParameterGroup.of(List.of(parameter())),
                        ParameterGroup.of(List.of(parameter())).lr(5)));
        LambdaLR schedule =
                new LambdaLR(sgd, List.of(step -> Math.floor(step / 2.0), step -> Math.pow(0.95, (double) step)));
        List<List<Double>> rates = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            rates.add(schedule.lastLr());
            schedule.step();
        }
        assertThat(rates)
                .containsExactly(
                        List.of(0.0, 5.0), List.of(0.0, 4.75), List.of(2.0, 4.5125), List.of(2.0, 4.286874999999999));
        sgd.addParameterGroup(ParameterGroup.of(List.of(parameter())).lr(0.3));
        schedule.step();
        assertThat(schedule.lastLr().get(2)).as("a group added later").isEqualTo(0.3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LambdaLR(sgd, List.of(step -> 1)))
                .withMessageContaining("1 values for 3 groups");
    }
}
