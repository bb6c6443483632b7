package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.autograd.Autograd;
import io.gatun.autograd.GradCheck;
import io.gatun.nn.RecurrentStep.State;
import io.gatun.tensor.Backward;
import io.gatun.tensor.DType;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values are PyTorch 1.13's for {@link Waves}, to seven digits. */
class RecurrentTest {
    private static final Offset<Double> DIGITS = within(1e-6);

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void reluInBothDirectionsFromAGivenState(String backend) {
        Waves waves = new Waves(backend);
        RNN rnn = waves.fill(new RNN(
                2,
                2,
                Nonlinearity.RELU,
                RecurrentOptions.numLayers(2).bidirectional(true).batchFirst(true)));
        Recurrent result = rnn.forward(waves.of(0, 2, 3, 2), waves.of(1, 4, 2, 2));
        assertThat(result.output().shape()).isEqualTo(Shape.of(2, 3, 4));
        assertThat(result.output().toDoubleArray())
                .containsExactly(
                        new double[] {
                            0.3975417, 0, 1.9248677, 3.8199456, 0.5321616, 0, 1.3307572, 3.2709837, 1.1898069, 0,
                            0.4901891, 2.5194332, 0, 0, 2.0119127, 2.8352002, 0, 0, 0.9903875, 1.7690841, 0.5284464, 0,
                            0, 1.0655171
                        },
                        DIGITS);
        assertThat(result.hidden().shape()).isEqualTo(Shape.of(4, 2, 2));
        assertThat(result.hidden().toDoubleArray())
                .containsExactly(
                        new double[] {
                            1.5265278, 0.7446879, 1.2609901, 1.5559296, 0, 0, 0.6877832, 1.1106010, 1.1898069, 0,
                            0.5284464, 0, 1.9248677, 3.8199456, 2.0119127, 2.8352002
                        },
                        DIGITS);
        assertThat(waves.fingerprint(rnn, result.output(), result.hidden())).isCloseTo(159.0991871, DIGITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void gatedUnitsWithoutABatch(String backend) {
        Waves waves = new Waves(backend);
        GRU gru = waves.fill(
                new GRU(2, 2, RecurrentOptions.numLayers(1).bias(false).bidirectional(true)));
        Recurrent result = gru.forward(waves.of(0, 3, 2), waves.of(1, 2, 2));
        assertThat(result.output().shape()).isEqualTo(Shape.of(3, 4));
        assertThat(result.output().toDoubleArray())
                .containsExactly(
                        new double[] {
                            0.3767922,
                            -0.2554723,
                            -0.4472207,
                            -0.5002333,
                            0.2216690,
                            -0.1461671,
                            -0.2159719,
                            -0.5528416,
                            0.0807958,
                            0.2797366,
                            -0.3143386,
                            -0.7553082
                        },
                        DIGITS);
        assertThat(result.hidden().toDoubleArray())
                .containsExactly(new double[] {0.0807958, 0.2797366, -0.4472207, -0.5002333}, DIGITS);
        assertThat(waves.fingerprint(gru, result.output(), result.hidden())).isCloseTo(4.3846072, DIGITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void aProjectionMakesTheHiddenStateSmaller(String backend) {
        Waves waves = new Waves(backend);
        LSTM lstm = waves.fill(new LSTM(2, 3, 2, RecurrentOptions.numLayers(2).bidirectional(true)));
        LSTM.Output result =
                lstm.forward(waves.of(0, 2, 2, 2), new LSTM.State(waves.of(1, 4, 2, 2), waves.of(2, 4, 2, 3)));
        assertThat(result.output().shape()).isEqualTo(Shape.of(2, 2, 4));
        assertThat(result.output().toDoubleArray())
                .containsExactly(
                        new double[] {
                            -0.2949861,
                            -0.0256856,
                            0.1497180,
                            0.2983572,
                            0.2588922,
                            0.0442979,
                            0.0867471,
                            0.0778205,
                            -0.0893168,
                            -0.0220243,
                            0.2002545,
                            0.4305843,
                            0.2853940,
                            0.0751412,
                            -0.0611470,
                            -0.2530167
                        },
                        DIGITS);
        assertThat(result.hidden().toDoubleArray())
                .containsExactly(
                        new double[] {
                            0.1649452,
                            0.1420231,
                            0.1333100,
                            0.1103609,
                            0.0366512,
                            0.0310570,
                            0.0121296,
                            0.1866450,
                            -0.0893168,
                            -0.0220243,
                            0.2853940,
                            0.0751412,
                            0.1497180,
                            0.2983572,
                            0.0867471,
                            0.0778205
                        },
                        DIGITS);
        assertThat(result.cell().shape()).isEqualTo(Shape.of(4, 2, 3));
        assertThat(result.cell().toDoubleArray())
                .containsExactly(
                        new double[] {
                            -0.4645138,
                            -0.3028496,
                            -0.2304865,
                            -0.3724561,
                            -0.2589064,
                            -0.1955765,
                            0.4110687,
                            0.1129539,
                            -0.3100347,
                            -0.2528166,
                            -0.5574476,
                            -0.6889553,
                            -0.1958358,
                            -0.0428999,
                            -0.2466821,
                            0.5500481,
                            0.7959641,
                            0.3993620,
                            0.3732011,
                            0.4613443,
                            0.4314524,
                            -0.1226749,
                            0.0690706,
                            0.3472439
                        },
                        DIGITS);
        assertThat(waves.fingerprint(lstm, result.output(), result.hidden(), result.cell()))
                .isCloseTo(3.5022439, DIGITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void cellsTakeOneStep(String backend) {
        Waves waves = new Waves(backend);
        RNNCell rnn = waves.fill(new RNNCell(3, 2));
        Tensor h = rnn.forward(waves.of(0, 2, 3), waves.of(1, 2, 2));
        assertThat(h.toDoubleArray())
                .containsExactly(new double[] {0.7604945, 0.9062368, -0.5845478, -0.8946355}, DIGITS);
        assertThat(waves.fingerprint(rnn, h)).isCloseTo(3.9491610, DIGITS);

        GRUCell gru = waves.fill(new GRUCell(3, 2));
        h = gru.forward(waves.of(0, 2, 3));
        assertThat(h.toDoubleArray())
                .containsExactly(new double[] {-0.3322587, -0.5809037, 0.3008115, -0.1157345}, DIGITS);
        assertThat(waves.fingerprint(gru, h)).isCloseTo(1.7848179, DIGITS);

        LSTMCell lstm = waves.fill(new LSTMCell(3, 2, false));
        LSTM.State state = lstm.forward(waves.of(0, 3), new LSTM.State(waves.of(1, 2), waves.of(2, 2)));
        assertThat(state.hidden().toDoubleArray()).containsExactly(new double[] {-0.4030532, -0.4929071}, DIGITS);
        assertThat(state.cell().toDoubleArray()).containsExactly(new double[] {-0.8050036, -0.8202824}, DIGITS);
        assertThat(waves.fingerprint(lstm, state.hidden(), state.cell())).isCloseTo(1.4063417, DIGITS);
    }

    @Test
    void namesAndBoundsAndPrintoutAreThoseOfPyTorch() {
        LSTM lstm = new LSTM(
                4, 16, 3, RecurrentOptions.numLayers(2).bidirectional(true).dropout(0.5));
        assertThat(lstm.stateDict().keySet())
                .startsWith(
                        "weight_ih_l0",
                        "weight_hh_l0",
                        "bias_ih_l0",
                        "bias_hh_l0",
                        "weight_hr_l0",
                        "weight_ih_l0_reverse")
                .endsWith("bias_hh_l1_reverse", "weight_hr_l1_reverse");
        assertThat(lstm.stateDict().get("weight_ih_l1").shape()).isEqualTo(Shape.of(64, 6));
        assertThat(lstm.stateDict().get("weight_hh_l1").shape()).isEqualTo(Shape.of(64, 3));
        assertThat(lstm.parameters())
                .allSatisfy(p -> assertThat(p.abs().max().item()).isBetween(0.15, 0.25));
        assertThat(lstm).hasToString("LSTM(4, 16, proj_size=3, num_layers=2, dropout=0.5, bidirectional=True)");
        assertThat(new RNNCell(3, 2, false, Nonlinearity.RELU))
                .hasToString("RNNCell(3, 2, bias=False, nonlinearity=relu)");
    }

    @Test
    void dropoutIsBetweenLayersAndInTrainingOnly() {
        RNN rnn = new RNN(2, 3, RecurrentOptions.numLayers(2).dropout(1));
        Tensor x = Tensor.ones(4, 1, 2);
        Recurrent trained = rnn.forward(x, null);
        rnn.eval();
        Recurrent evaluated = rnn.forward(x, null);
        assertThat(trained.hidden().get(0).toFloatArray())
                .containsExactly(evaluated.hidden().get(0).toFloatArray());
        assertThat(trained.output().toFloatArray())
                .isNotEqualTo(evaluated.output().toFloatArray());
        assertThat(rnn.forward(x).toFloatArray())
                .containsExactly(evaluated.output().toFloatArray());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        RNN rnn = new RNN(2, 3, RecurrentOptions.numLayers(1).batchFirst(true));
        assertThatThrownBy(() -> rnn.forward(Tensor.ones(4, 5, 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("RNN: input (4, 5, 3) does not fit: expected (N, L, 2) or (L, 2) with at least one step");
        assertThatThrownBy(() -> rnn.forward(Tensor.ones(4, 0, 2))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> rnn.forward(Tensor.ones(4, 5, 2), Tensor.ones(1, 5, 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("RNN: the hidden state (1, 5, 3) does not fit: expected (1, 4, 3)");
        assertThatThrownBy(() -> new GRUCell(2, 3).forward(Tensor.ones(4, 2), Tensor.ones(3)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("GRUCell: the hidden state (3) does not fit: expected (4, 3)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LSTM(2, 3, 3, RecurrentOptions.numLayers(1)))
                .withMessageContaining("projection");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecurrentOptions.numLayers(0))
                .withMessageContaining("numLayers is 0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gradientsOfAllStepsAtOnceAreThoseOfDifferencesToBothOrders(boolean reverse) {
        Generator random = new Generator(3);
        Tensor[] in = {
            Tensor.randn(Shape.of(3, 2, 3), DType.F64, random).requiresGrad_(true),
            Tensor.randn(Shape.of(2, 2), DType.F64, random).requiresGrad_(true),
            Tensor.randn(Shape.of(2, 2), DType.F64, random).requiresGrad_(true),
            Tensor.randn(Shape.of(8, 3), DType.F64, random).requiresGrad_(true),
            Tensor.randn(Shape.of(8, 2), DType.F64, random).requiresGrad_(true),
            Tensor.randn(Shape.of(8), DType.F64, random).requiresGrad_(true)
        };
        for (int result = 0; result < 2; result++) {
            int chosen = result;
            GradCheck.check(t -> new LstmSteps(reverse).applyAll(t)[chosen], in);
            GradCheck.checkSecondOrder(t -> new LstmSteps(reverse).applyAll(t)[chosen], in);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allStepsAtOnceAreThoseOneByOne(boolean reverse) {
        Generator random = new Generator(4);
        Tensor x = Tensor.randn(Shape.of(5, 3, 2), DType.F32, random).requiresGrad_(true);
        State first = new State(
                Tensor.randn(Shape.of(3, 17), DType.F32, random).requiresGrad_(true),
                Tensor.randn(Shape.of(3, 17), DType.F32, random).requiresGrad_(true));
        Tensor ih = Tensor.randn(Shape.of(68, 2), DType.F32, random).requiresGrad_(true);
        Tensor hh = Tensor.randn(Shape.of(68, 17), DType.F32, random).requiresGrad_(true);
        Tensor bias = Tensor.randn(Shape.of(68), DType.F32, random).requiresGrad_(true);
        List<State> last = new ArrayList<>();
        RecurrentWeights weights = new RecurrentWeights(ih, hh, bias, null, null);
        Tensor expected = RecurrentStep.LSTM.steps(weights.ofInput(x), first, weights, reverse, last);
        Tensor[] found = new LstmSteps(reverse).applyAll(x, first.hidden(), first.cell(), ih, hh, bias);
        assertThat(found[0].allclose(expected, 1e-5, 1e-6)).isTrue();
        Tensor cell = last.get(0).cell();
        assertThat(found[1].allclose(cell, 1e-5, 1e-6)).isTrue();
        List<Tensor> in = List.of(x, first.hidden(), first.cell(), ih, hh, bias);
        Tensor ofCell = Tensor.randn(cell.shape(), DType.F32, random);
        Tensor ofAll = Tensor.randn(expected.shape(), DType.F32, random);
        List<Tensor> gradients =
                Autograd.grad(List.of(expected, cell), in, List.of(ofAll, ofCell), Backward.retainGraph());
        List<Tensor> atOnce =
                Autograd.grad(List.of(found[0], found[1]), in, List.of(ofAll, ofCell), Backward.retainGraph());
        for (int i = 0; i < in.size(); i++) {
            assertThat(atOnce.get(i).allclose(gradients.get(i), 1e-4, 1e-5)).isTrue();
        }
    }
}
