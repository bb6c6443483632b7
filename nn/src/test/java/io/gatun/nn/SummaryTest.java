package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
    @Test
    void theTableHasEveryLayerWithItsShapeAndParameters() {
        Sequential model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));
        model.get(0, Linear.class).weight().requiresGrad_(false);
        Summary summary = model.summary(Shape.of(64, 784));
        assertThat(summary).hasToString("""
                Layer        Output shape  Parameters
                =====================================
                Sequential   (64, 10)               -
                  0: Linear  (64, 128)        100,480
                  1: ReLU    (64, 128)              -
                  2: Linear  (64, 10)           1,290
                =====================================
                Parameters: 101,770, of which 1,418 are trained and 100,352 are not
                Bytes: 200,704 of inputs, 68,096 of layers' outputs, 407,080 of parameters""");
        assertThat(summary.layers().get(1).frozen()).isEqualTo(100_352);
    }

    @Test
    void whatIsNotCalledHasItsParametersAndWhatIsSharedCountsOnce() {
        Linear shared = new Linear(3, 3);
        Module model = new Module() {
            private final Sequential twice = registerModule("twice", new Sequential(shared, shared));
            private final Tensor direct = registerParameter("direct", Tensor.ones(5));

            {
                registerModule("unused", new Linear(2, 2));
            }

            @Override
            public Tensor forward(Tensor input) {
                return twice.call(input).mul(direct.sum());
            }

            @Override
            protected String name() {
                return "Net";
            }
        };
        Summary summary = model.summary(Shape.of(2, 3));
        assertThat(summary.layers())
                .containsExactly(
                        new Summary.Layer("", "Net", List.of(Shape.of(2, 3)), 5, 0),
                        new Summary.Layer("twice", "Sequential", List.of(Shape.of(2, 3)), 0, 0),
                        new Summary.Layer("twice.0", "Linear", List.of(Shape.of(2, 3)), 12, 0),
                        new Summary.Layer("twice.1", "Linear", List.of(Shape.of(2, 3)), 0, 0),
                        new Summary.Layer("unused", "Linear", List.of(), 6, 0));
        assertThat(summary.outputBytes()).as("both calls").isEqualTo(2 * 2 * 3 * 4);
        assertThat(summary.parameterBytes()).isEqualTo((5 + 12 + 6) * 4);
        assertThat(summary.toString()).contains("\n  unused: Linear     -");
    }

    @Test
    void modesBuffersRandomNumbersAndHooksStay() {
        Sequential model = new Sequential(new Conv2d(1, 2, 3), new BatchNorm2d(2), new Dropout(0.5));
        model.get(2).eval();
        Random.manualSeed(3);
        String before = Random.getState() + model.stateDict().toString();
        Summary summary = model.summary(Shape.of(4, 1, 5, 5));
        assertThat(summary.layers().get(3).outputs()).containsExactly(Shape.of(4, 2, 3, 3));
        assertThat(Random.getState() + model.stateDict().toString()).isEqualTo(before);
        assertThat(model.modules().stream().map(Module::isTraining)).containsExactly(true, true, true, false);

        assertThatThrownBy(() -> model.summary(Shape.of(4, 3, 5, 5))).isInstanceOf(ShapeException.class);
        assertThat(model.modules()).noneMatch(Module::hasHooks);
        assertThat(model.modules().stream().map(Module::isTraining)).containsExactly(true, true, true, false);
    }

    @Test
    void inputsMayBeIndicesWideOrSeveral() {
        assertThat(new Embedding(10, 4)
                        .summary(Shape.of(2, 3), DType.I64)
                        .layers()
                        .get(0)
                        .outputs())
                .containsExactly(Shape.of(2, 3, 4));
        Module wide = new Linear(3, 2).to(DType.F64);
        assertThat(wide.summary(Shape.of(1, 3)).inputBytes()).isEqualTo(24);
        LSTM lstm = new LSTM(4, 3);
        Tensor x = Tensor.zeros(5, 2, 4);
        assertThat(lstm.summary(() -> lstm.call(x, null)).layers())
                .containsExactly(new Summary.Layer(
                        "",
                        "LSTM",
                        List.of(Shape.of(5, 2, 3), Shape.of(1, 2, 3), Shape.of(1, 2, 3)),
                        4 * 3 * (4 + 3 + 2),
                        0));
        Transformer transformer =
                new Transformer(8, 2, 1, 1, TransformerOptions.defaults().dimFeedforward(16));
        Summary summary = transformer.summary(() -> transformer.call(Tensor.zeros(3, 1, 8), Tensor.zeros(2, 1, 8)));
        assertThat(summary.layers().get(0).outputs()).containsExactly(Shape.of(2, 1, 8));
        assertThat(summary.inputBytes()).isEqualTo((3 + 2) * 8 * 4);
    }
}
