package io.gatun.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.gatun.nn.Parameter;
import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlateauTest {
    private static SGD sgd() {
        return new SGD(List.of(Parameter.of(Tensor.ones(1))), 1);
    }

    /** The rates are PyTorch 1.13's. */
    @Test
    void ratesFallWhereAMeasureDoesNotGetBetter() {
        SGD sgd = sgd();
        ReduceLROnPlateau schedule =
                new ReduceLROnPlateau(sgd).patience(1).factor(0.5).cooldown(1).minLr(0.2);
        double[] measures = {3, 2, 1.99985, 2, 2, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9};
        double[] rates = {1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2};
        for (int i = 0; i < measures.length; i++) {
            schedule.step(measures[i]);
            assertThat(sgd.lr()).as("step " + i).isCloseTo(rates[i], within(1e-12));
        }
        Map<String, Tensor> state = schedule.stateDict();
        assertThat(state.get("num_bad_epochs").itemLong()).isZero();
        assertThat(state.get("cooldown_counter").itemLong()).isEqualTo(1);
        assertThat(state.get("last_epoch").itemLong()).isEqualTo(14);
        assertThat(state.get("best").item()).isEqualTo(1.9);
    }

    /** The rates are PyTorch 1.13's. */
    @Test
    void eachGroupMayHaveItsLeastRate() {
        SGD sgd = sgd();
        sgd.addParameterGroup(
                ParameterGroup.of(List.of(Parameter.of(Tensor.ones(1)))).lr(2));
        ReduceLROnPlateau schedule =
                new ReduceLROnPlateau(sgd).factor(0.5).patience(0).minLr(List.of(0.3, 0.8));
        double[][] rates = {{1, 2}, {0.5, 1}, {0.3, 0.8}, {0.3, 0.8}};
        for (double[] wanted : rates) {
            schedule.step(1);
            assertThat(sgd.parameterGroups().stream().mapToDouble(ParameterGroup::lr))
                    .containsExactly(wanted[0], wanted[1]);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schedule.minLr(List.of(0.1)))
                .withMessageContaining("ReduceLROnPlateau: 1 values for 2 groups");
    }

    @Test
    void betterMayBeMoreAndByAnAmount() {
        SGD sgd = sgd();
        ReduceLROnPlateau schedule =
                new ReduceLROnPlateau(sgd, Goal.MAX).patience(0).threshold(0.5, false);
        double[] measures = {-3, -2.6, -2.4, -2, Double.NaN};
        double[] rates = {1, 0.1, 0.1, 0.01, 0.001};
        for (int i = 0; i < measures.length; i++) {
            schedule.step(measures[i]);
            assertThat(sgd.lr()).as("step " + i).isCloseTo(rates[i], within(1e-12));
        }
    }

    @Test
    void aLoadedStateGoesOnCounting() {
        SGD sgd = sgd();
        ReduceLROnPlateau one = new ReduceLROnPlateau(sgd()).patience(1);
        one.step(1);
        one.step(1);
        ReduceLROnPlateau two = new ReduceLROnPlateau(sgd).patience(1);
        two.loadStateDict(one.stateDict());
        two.step(1);
        assertThat(sgd.lr()).isCloseTo(0.1, within(1e-12));
        assertThat(two.best()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.loadStateDict(Map.of()))
                .withMessageContaining("does not fit ReduceLROnPlateau")
                .withMessageContaining("missing: best");
        assertThatIllegalArgumentException().isThrownBy(() -> two.factor(1)).withMessageContaining("below 1");
    }

    @Test
    void stoppingGoesOnWhereItStopped() {
        EarlyStopping one = new EarlyStopping(2);
        one.step(1);
        one.step(1);
        EarlyStopping two = new EarlyStopping(2);
        two.loadStateDict(one.stateDict());
        assertThat(two.best()).isEqualTo(1);
        assertThat(two.step(1)).isTrue();
    }

    @Test
    void stoppingWaitsForItsPatience() {
        EarlyStopping stopping = new EarlyStopping(2, 0.1, Goal.MAX);
        assertThat(stopping.step(0.5)).isFalse();
        assertThat(stopping.isBest()).isTrue();
        assertThat(stopping.step(0.55)).isFalse();
        assertThat(stopping.isBest()).isFalse();
        assertThat(stopping.step(0.7)).isFalse();
        assertThat(stopping.step(0.7)).isFalse();
        assertThat(stopping.step(Double.NaN)).isTrue();
        assertThat(stopping.best()).isEqualTo(0.7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EarlyStopping(0))
                .withMessageContaining("patience is 0");
    }
}
