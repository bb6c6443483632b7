package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.autograd.Autograd;
import io.gatun.tensor.Backward;
import io.gatun.tensor.RemovableHandle;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.ValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Orders and gradients are those that PyTorch 1.13 gives. */
class HooksTest {
    private final List<String> log = new ArrayList<>();

    private static Sequential model() {
        Sequential model = new Sequential(new Linear(2, 2), new Tanh(), new Linear(2, 1));
        model.loadStateDict(Map.of(
                "0.weight", Tensor.of(new float[][] {{0.5f, -0.25f}, {0.125f, 1}}),
                "0.bias", Tensor.of(new float[] {0.1f, -0.2f}),
                "2.weight", Tensor.of(new float[][] {{2, -1}}),
                "2.bias", Tensor.zeros(1)));
        return model;
    }

    private void logBackward(Module module) {
        module.namedModules()
                .forEach((name, part) -> part.registerFullBackwardHook((m, gradInput, gradOutput) -> {
                    assertThat(m).isSameAs(part);
                    log.add(name + text(gradInput) + text(gradOutput));
                    return null;
                }));
    }

    private static String text(List<Tensor> tensors) {
        return tensors.stream()
                .map(tensor -> tensor == null
                        ? "null"
                        : Arrays.stream(tensor.toDoubleArray())
                                .mapToObj("%.4f"::formatted)
                                .toList()
                                .toString())
                .toList()
                .toString();
    }

    @Test
    void forwardHooksRunAroundEveryChildInPyTorchsOrder() {
        Sequential model = model();
        model.namedModules().forEach((name, part) -> {
            part.registerForwardPreHook((module, inputs) -> {
                log.add("before " + name + " " + inputs.get(0).shape());
                return null;
            });
            part.registerForwardHook((module, inputs, outputs) -> {
                log.add("after " + name + " " + outputs.get(0).shape());
                return null;
            });
        });
        Tensor x = Tensor.ones(5, 2);
        Tensor called = model.call(x);
        assertThat(log)
                .containsExactly(
                        "before  (5, 2)",
                        "before 0 (5, 2)",
                        "after 0 (5, 2)",
                        "before 1 (5, 2)",
                        "after 1 (5, 2)",
                        "before 2 (5, 2)",
                        "after 2 (5, 1)",
                        "after  (5, 1)");
        log.clear();
        assertThat(model.get(0).forward(x)).isNotNull();
        assertThat(log).as("forward bypasses hooks").isEmpty();
        assertThat(called.toFloatArray()).containsExactly(model().forward(x).toFloatArray());
    }

    @Test
    void whatHooksReturnTakesThePlaceOfInputsAndOutputs() {
        ReLU relu = new ReLU();
        relu.registerForwardPreHook((module, inputs) -> List.of(inputs.get(0).add(1)));
        relu.registerForwardPreHook((module, inputs) -> List.of(inputs.get(0).mul(2)));
        relu.registerForwardHook((module, inputs, outputs) -> {
            assertThat(inputs.get(0).toFloatArray()).containsExactly(-2, 6);
            return List.of(outputs.get(0).add(0.5));
        });
        relu.registerForwardHook(
                (module, inputs, outputs) -> List.of(outputs.get(0).neg()));
        assertThat(relu.call(Tensor.of(new float[] {-2, 2})).toFloatArray()).containsExactly(-0.5f, -6.5f);
    }

    @Test
    void aRemovedHookIsGoneAndOthersLikeItStay() {
        Identity module = new Identity();
        ForwardHook twice = (m, inputs, outputs) -> List.of(outputs.get(0).mul(2));
        RemovableHandle first = module.registerForwardHook(twice);
        Tensor one = Tensor.ones(1);
        try (RemovableHandle _ = module.registerForwardHook(twice)) {
            assertThat(module.call(one).item()).isEqualTo(4);
        }
        assertThat(module.call(one).item()).isEqualTo(2);
        first.remove();
        first.remove();
        assertThat(module.hasHooks()).isFalse();
        assertThat(module.call(one)).isSameAs(one);
    }

    @Test
    void wrongNumbersOfTensorsAreRefused() {
        Identity module = new Identity();
        try (RemovableHandle _ = module.registerForwardPreHook((m, inputs) -> List.of())) {
            assertThatThrownBy(() -> module.call(Tensor.ones(1)))
                    .isInstanceOf(ValueException.class)
                    .hasMessageContaining("Identity: a forward pre-hook gave 0 inputs in the place of 1");
        }
        module.registerFullBackwardHook((m, gradInput, gradOutput) -> List.of(gradInput.get(0), gradInput.get(0)));
        Tensor y = module.call(Tensor.ones(1).requiresGrad_(true));
        assertThatThrownBy(y::backward)
                .isInstanceOf(ValueException.class)
                .hasMessageContaining("a backward hook gave 2 gradients in the place of 1");
    }

    @Test
    void backwardHooksSeeGradientsOfInputsAndOutputs() {
        Sequential model = model();
        logBackward(model);
        Tensor x = Tensor.of(new float[][] {{1, 2}});
        model.call(x).sum().backward();
        assertThat(log)
                .containsExactly(
                        "[null][[1.0000]]",
                        "2[[2.0000, -1.0000]][[1.0000]]",
                        "1[[1.9801, -0.0816]][[2.0000, -1.0000]]",
                        "0[null][[1.9801, -0.0816]]");
        assertThat(model.get(0, Linear.class).weight().grad().toFloatArray())
                .containsExactly(new float[] {1.9801f, 3.9603f, -0.0816f, -0.1632f}, within(1e-4f));
    }

    @Test
    void gradientsFromBackwardHooksGoOn() {
        Sequential model = model();
        logBackward(model);
        model.get(1)
                .registerFullBackwardHook((module, gradInput, gradOutput) ->
                        List.of(gradInput.get(0).mul(10)));
        Tensor x = Tensor.of(new float[][] {{1, 2}}).requiresGrad_(true);
        model.call(x).sum().backward();
        assertThat(log.stream().map(line -> line.substring(0, 1))).containsExactly("2", "1", "0", "[");
        assertThat(x.grad().toFloatArray()).containsExactly(new float[] {9.798653f, -5.76642f}, within(1e-5f));
    }

    @Test
    void gradientsOfGradientsGoThroughBackwardHooks() {
        Tanh tanh = new Tanh();
        tanh.registerFullBackwardHook(
                (module, gradInput, gradOutput) -> List.of(gradInput.get(0).mul(3)));
        Tensor x = Tensor.of(new float[] {0.5f}).requiresGrad_(true);
        Tensor first = Autograd.grad(List.of(tanh.call(x).sum()), List.of(x), Backward.createGraph())
                .get(0);
        double t = Math.tanh(0.5);
        assertThat(first.item()).isCloseTo(3 * (1 - t * t), within(1e-6));
        Tensor second = Autograd.grad(first.sum(), x).get(0);
        assertThat(second.item()).isCloseTo(3 * -2 * t * (1 - t * t), within(1e-5));
    }

    @Test
    void inputsThatABackwardHookWatchesMustNotBeChangedInPlace() {
        Module module = new Module() {
            @Override
            public Tensor forward(Tensor input) {
                return input.add_(1);
            }
        };
        module.registerFullBackwardHook((m, gradInput, gradOutput) -> null);
        Tensor x = Tensor.ones(2).requiresGrad_(true).mul(2);
        assertThatThrownBy(() -> module.call(x))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("changed in place");
    }

    @Test
    void backwardHooksRefuseGradientsWhereNoInputRequiresOne() {
        Linear linear = new Linear(2, 1);
        linear.registerFullBackwardHook((module, gradInput, gradOutput) -> List.of(Tensor.ones(1, 2)));
        Tensor loss = linear.call(Tensor.ones(1, 2)).sum();
        assertThatThrownBy(loss::backward)
                .isInstanceOf(ValueException.class)
                .hasMessageContaining("where no input requires one");
        try (var _ = Autograd.noGrad()) {
            assertThat(linear.call(Tensor.ones(1, 2)).requiresGrad()).isFalse();
        }
    }

    /** Every module of several operands or results gives, with hooks that copy, what it gives without. */
    @Test
    void modulesOfSeveralOperandsShowEachToHooks() {
        Tensor x = Tensor.randn(4, 2, 8);
        Tensor memory = Tensor.randn(3, 2, 8);
        Tensor mask = Transformer.generateSquareSubsequentMask(4);
        TransformerOptions options =
                TransformerOptions.defaults().dimFeedforward(16).dropout(0);

        LSTM lstm = new LSTM(8, 3);
        LSTM.State state = new LSTM.State(Tensor.randn(1, 2, 3), Tensor.randn(1, 2, 3));
        same(lstm, 3, 3, () -> tensors(lstm.call(x, state)), () -> tensors(lstm.forward(x, state)));
        same(lstm, 3, 3, () -> tensors(lstm.call(x, null)), () -> tensors(lstm.forward(x, null)));
        same(lstm, 1, 1, () -> List.of(lstm.call(x)), () -> List.of(lstm.forward(x)));
        GRU gru = new GRU(8, 3);
        Tensor hidden = Tensor.randn(1, 2, 3);
        same(
                gru,
                2,
                2,
                () -> gru.call(x, hidden).tensors(),
                () -> gru.forward(x, hidden).tensors());
        RNN rnn = new RNN(8, 3);
        same(
                rnn,
                2,
                2,
                () -> rnn.call(x, hidden).tensors(),
                () -> rnn.forward(x, hidden).tensors());

        Tensor step = x.get(0);
        Tensor h = Tensor.randn(2, 3);
        LSTMCell lstmCell = new LSTMCell(8, 3);
        same(lstmCell, 3, 2, () -> tensors(lstmCell.call(step, null)), () -> tensors(lstmCell.forward(step, null)));
        GRUCell gruCell = new GRUCell(8, 3);
        same(gruCell, 2, 1, () -> List.of(gruCell.call(step, h)), () -> List.of(gruCell.forward(step, h)));
        RNNCell rnnCell = new RNNCell(8, 3);
        same(rnnCell, 2, 1, () -> List.of(rnnCell.call(step, h)), () -> List.of(rnnCell.forward(step, h)));

        MultiheadAttention attention = new MultiheadAttention(8, 2);
        same(
                attention,
                5,
                2,
                () -> tensors(attention.call(x, memory, memory)),
                () -> tensors(attention.forward(x, memory, memory)));
        same(
                attention,
                5,
                2,
                () -> tensors(attention.call(x, x, x, null, false, mask, true)),
                () -> tensors(attention.forward(x, x, x, null, false, mask, true)));
        TransformerEncoder encoder = new TransformerEncoder(new TransformerEncoderLayer(8, 2, options), 1);
        same(encoder, 3, 1, () -> List.of(encoder.call(x, mask, null)), () -> List.of(encoder.forward(x, mask, null)));
        TransformerDecoder decoder = new TransformerDecoder(new TransformerDecoderLayer(8, 2, options), 1);
        same(decoder, 6, 1, () -> List.of(decoder.call(x, memory)), () -> List.of(decoder.forward(x, memory)));
        Transformer transformer = new Transformer(8, 2, 1, 1, options);
        same(
                transformer,
                8,
                1,
                () -> List.of(transformer.call(memory, x)),
                () -> List.of(transformer.forward(memory, x)));

        Bilinear bilinear = new Bilinear(8, 8, 2);
        same(bilinear, 2, 1, () -> List.of(bilinear.call(x, x)), () -> List.of(bilinear.forward(x, x)));
        Loss loss = new MSELoss();
        same(loss, 2, 1, () -> List.of(loss.call(x, x.neg())), () -> List.of(loss.forward(x, x.neg())));
    }

    private interface Results {
        List<Tensor> get();
    }

    private static List<Tensor> tensors(LSTM.Output output) {
        return List.of(output.output(), output.hidden(), output.cell());
    }

    private static List<Tensor> tensors(LSTM.State state) {
        return List.of(state.hidden(), state.cell());
    }

    private static List<Tensor> tensors(MultiheadAttention.Output output) {
        return Arrays.asList(output.output(), output.weights());
    }

    private void same(Module module, int inputs, int outputs, Results called, Results plain) {
        String[] expected = texts(plain.get());
        assertThat(texts(called.get())).as("%s without hooks", module).containsExactly(expected);
        int[] calls = {0};
        boolean[] inner = {false};
        try (var _ = module.registerForwardPreHook((m, given) -> {
                    assertThat(given).hasSize(inputs);
                    return given;
                });
                var _ = module.registerForwardHook((m, given, results) -> {
                    calls[0]++;
                    assertThat(given).hasSize(inputs);
                    assertThat(results).hasSize(outputs);
                    List<Tensor> copies = new ArrayList<>(Collections.nCopies(outputs, null));
                    for (int i = 0; i < outputs; i++) {
                        copies.set(
                                i,
                                results.get(i) == null ? null : results.get(i).clone());
                    }
                    return copies;
                });
                var _ = module.registerFullBackwardHook((m, gradInput, gradOutput) -> {
                    inner[0] = true;
                    assertThat(gradInput).hasSize(inputs);
                    assertThat(gradOutput).hasSize(outputs);
                    return gradInput;
                })) {
            List<Tensor> results = called.get();
            assertThat(texts(results)).as("%s with hooks", module).containsExactly(expected);
            if (results.get(0).requiresGrad()) {
                results.get(0).sum().backward();
                assertThat(inner[0]).as("%s backward", module).isTrue();
            }
        }
        assertThat(calls[0]).as("calls of %s", module).isOne();
    }

    private static String[] texts(List<Tensor> tensors) {
        return tensors.stream()
                .map(tensor -> tensor == null ? "null" : tensor.shape() + Arrays.toString(tensor.toFloatArray()))
                .toArray(String[]::new);
    }

    @Test
    void hooksReachTheInsidesOfTransformers() {
        Transformer transformer = new Transformer(
                8, 2, 2, 1, TransformerOptions.defaults().dimFeedforward(16).dropout(0));
        transformer
                .namedModules()
                .forEach((name, module) -> module.registerForwardHook((m, inputs, outputs) -> {
                    log.add(name);
                    return null;
                }));
        transformer.call(Tensor.randn(3, 1, 8), Tensor.randn(2, 1, 8));
        List<String> reached = new ArrayList<>(transformer.namedModules().keySet());
        reached.removeAll(List.of("encoder.layers", "decoder.layers")); // lists, which compute nothing
        assertThat(log).containsExactlyInAnyOrderElementsOf(reached);
    }
}
