package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Names, order, shapes and initial distributions of every layer's state are PyTorch's. */
class InitialValuesTest {
    private static Map<String, Supplier<Module>> layers() {
        Map<String, Supplier<Module>> layers = new LinkedHashMap<>();
        layers.put("Linear", () -> new Linear(400, 500));
        layers.put("LinearNoBias", () -> new Linear(40, 50, false));
        layers.put("Bilinear", () -> new Bilinear(20, 30, 500));
        layers.put("Conv1d", () -> new Conv1d(40, 300, 5));
        layers.put(
                "Conv2d", () -> new Conv2d(20, 300, ConvolutionOptions.kernel(3).groups(2)));
        layers.put("Conv3d", () -> new Conv3d(8, 300, 3));
        layers.put("ConvTranspose1d", () -> new ConvTranspose1d(60, 300, 5));
        layers.put("ConvTranspose2d", () -> new ConvTranspose2d(60, 300, 3));
        layers.put("BatchNorm1d", () -> new BatchNorm1d(7));
        layers.put("BatchNorm2d", () -> new BatchNorm2d(7));
        layers.put("LayerNorm", () -> new LayerNorm(5, 6));
        layers.put("GroupNorm", () -> new GroupNorm(2, 6));
        layers.put("Embedding", () -> new Embedding(300, 50));
        layers.put("PReLU", () -> new PReLU(3, 0.25));
        layers.put("RNN", () -> new RNN(30, 100, RecurrentOptions.numLayers(2).bidirectional(true)));
        layers.put("LSTM", () -> new LSTM(30, 100, 40, RecurrentOptions.numLayers(1)));
        layers.put("GRU", () -> new GRU(30, 100, RecurrentOptions.numLayers(1).bias(false)));
        layers.put("RNNCell", () -> new RNNCell(30, 100));
        layers.put("LSTMCell", () -> new LSTMCell(30, 100));
        layers.put("GRUCell", () -> new GRUCell(30, 100));
        MultiheadAttention.Options attention = MultiheadAttention.Options.defaults();
        layers.put("MultiheadAttention", () -> new MultiheadAttention(400, 4, attention.addBiasKv(true)));
        layers.put(
                "MultiheadAttentionWidths",
                () -> new MultiheadAttention(100, 4, attention.kdim(60).vdim(80)));
        TransformerOptions options = TransformerOptions.defaults().dimFeedforward(200);
        layers.put("TransformerEncoderLayer", () -> new TransformerEncoderLayer(100, 4, options));
        layers.put("TransformerDecoderLayer", () -> new TransformerDecoderLayer(100, 4, options));
        layers.put("Transformer", () -> new Transformer(100, 4, 1, 1, options));
        layers.put("CrossEntropyLoss", () -> new CrossEntropyLoss(Tensor.ones(3), -100, Reduction.MEAN, 0));
        layers.put("NLLLoss", () -> new NLLLoss(Tensor.ones(3), -100, Reduction.MEAN));
        layers.put("BCEWithLogitsLoss", () -> new BCEWithLogitsLoss(Reduction.MEAN, Tensor.ones(3)));
        return layers;
    }

    /** A line of the table: layer, name, shape, role, distribution, number. */
    private static List<String[]> table() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(InitialValuesTest.class.getResourceAsStream("initial-values.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", -1))
                    .toList();
        }
    }

    @TestFactory
    List<DynamicTest> everyLayerStartsAsInPyTorch() throws IOException {
        Map<String, List<String[]>> expected = table().stream()
                .collect(Collectors.groupingBy(line -> line[0], LinkedHashMap::new, Collectors.toList()));
        Map<String, Supplier<Module>> layers = layers();
        assertThat(layers.keySet()).isEqualTo(expected.keySet());
        return layers.keySet().stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> check(layers.get(name), expected.get(name))))
                .toList();
    }

    private static void check(Supplier<Module> made, List<String[]> lines) {
        Random.manualSeed(1);
        Module layer = made.get();
        Map<String, Tensor> state = layer.stateDict();
        assertThat(state.keySet())
                .containsExactlyElementsOf(lines.stream().map(line -> line[1]).toList());
        for (String[] line : lines) {
            Tensor tensor = state.get(line[1]);
            String shape = tensor.dim() == 0
                    ? "()"
                    : tensor.shape()
                            .toString()
                            .replace("(", "")
                            .replace(")", "")
                            .replace(", ", "x");
            assertThat(shape).as(line[1]).isEqualTo(line[2]);
            assertThat(layer.namedParameters().containsKey(line[1])).as(line[1]).isEqualTo(line[3].equals("parameter"));
            checkDistribution(line[1], tensor.toDoubleArray(), line[4], Double.parseDouble(line[5]));
        }
    }

    /** Five deviations of what is estimated from so many draws. */
    private static void checkDistribution(String name, double[] values, String kind, double number) {
        double mean = 0;
        double square = 0;
        double most = 0;
        for (double value : values) {
            mean += value / values.length;
            square += value * value / values.length;
            most = Math.max(most, Math.abs(value));
        }
        double deviation = Math.sqrt(square);
        double n = values.length;
        switch (kind) {
            case "constant" -> assertThat(values).as(name).containsOnly(number);
            case "uniform" -> {
                assertThat(most).as(name + "'s bound").isBetween(number * (0.999 - 15 / n), number * 1.01);
                assertThat(deviation)
                        .as(name)
                        .isCloseTo(number / Math.sqrt(3), within(5 * 0.26 * number / Math.sqrt(n) + 0.02 * number));
                assertThat(mean).as(name).isCloseTo(0, within(5 * number / Math.sqrt(3 * n)));
            }
            case "normal" -> {
                assertThat(most).as(name + "'s bound").isGreaterThan(2.4 * number);
                assertThat(deviation).as(name).isCloseTo(number, within(5 * number / Math.sqrt(2 * n) + 0.02 * number));
                assertThat(mean).as(name).isCloseTo(0, within(5 * number / Math.sqrt(n)));
            }
            default -> throw new AssertionError("unknown distribution " + kind);
        }
    }
}
