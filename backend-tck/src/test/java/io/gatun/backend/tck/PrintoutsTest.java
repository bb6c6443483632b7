package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.PrintOptions;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Printouts against those that PyTorch 1.13 made of the same tensors with the same options, letter for letter. */
class PrintoutsTest {
    @TestFactory
    Stream<DynamicTest> printoutsAreThoseOfPyTorch() throws IOException {
        String lines;
        try (InputStream in = Objects.requireNonNull(PrintoutsTest.class.getResourceAsStream("printouts.jsonl"))) {
            lines = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        JsonMapper mapper = JsonMapper.shared();
        return lines.lines().map(mapper::readTree).map(line -> {
            String name = line.get("dtype").asString() + line.get("shape") + line.get("options");
            return DynamicTest.dynamicTest(
                    name,
                    () -> assertThat(tensor(line).toString(options(line.get("options"))))
                            .isEqualTo(line.get("text").asString()));
        });
    }

    private static Tensor tensor(JsonNode line) {
        DType dtype = Arrays.stream(DType.values())
                .filter(type -> type.pyTorchName().equals(line.get("dtype").asString()))
                .findFirst()
                .orElseThrow();
        long[] sizes = new long[line.get("shape").size()];
        Arrays.setAll(sizes, i -> line.get("shape").get(i).asLong());
        Shape shape = Shape.of(sizes);
        boolean integral = dtype == DType.I64;
        double[] values = new double[(int) shape.numel()];
        long[] integers = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            if (line.has("factor")) {
                values[i] = i * line.get("factor").asDouble();
                integers[i] = (long) values[i];
            } else {
                JsonNode value = line.get("values").get(i);
                values[i] = value.isString() ? special(value.asString()) : value.asDouble();
                integers[i] = integral ? value.asLong() : 0;
            }
        }
        return Tensor.of(integral ? integers : values, dtype).reshape(shape);
    }

    private static double special(String name) {
        return name.equals("nan") ? Double.NaN : name.equals("inf") ? Double.POSITIVE_INFINITY : -1 / 0.0;
    }

    private static PrintOptions options(JsonNode given) {
        PrintOptions options = switch (given.path("profile").asString("default")) {
            case "short" -> PrintOptions.shortened();
            case "full" -> PrintOptions.full();
            default -> PrintOptions.standard();
        };
        for (String name : given.propertyNames()) {
            JsonNode value = given.get(name);
            options = switch (name) {
                case "precision" -> options.precision(value.asInt());
                case "linewidth" -> options.lineWidth(value.asInt());
                case "threshold" -> options.threshold(value.asLong());
                case "edgeitems" -> options.edgeItems(value.asInt());
                case "sci_mode" -> options.sciMode(value.asBoolean());
                default -> options;
            };
        }
        return options;
    }

    @Test
    void gradientHistoryIsShownAndWraps() {
        Tensor x = Tensor.ones(3).requiresGrad_(true);
        assertThat(x).hasToString("tensor([1., 1., 1.], requires_grad=True)");
        assertThat(x.mul(2)).hasToString("tensor([2., 2., 2.], grad_fn=<MulBackward>)");
        assertThat(Tensor.zeros(0, 3).requiresGrad_(true).toDouble().mul(2))
                .hasToString("tensor([], size=(0, 3), dtype=torch.float64, grad_fn=<MulBackward>)");
        assertThat(Tensor.arange(16).toFloat().div(3).requiresGrad_(true).mul(1))
                .hasToString("""
                        tensor([0.0000, 0.3333, 0.6667, 1.0000, 1.3333, 1.6667, 2.0000, 2.3333, 2.6667,
                                3.0000, 3.3333, 3.6667, 4.0000, 4.3333, 4.6667, 5.0000],
                               grad_fn=<MulBackward>)""");
    }

    @Test
    void aDeviceOtherThanTheDefaultIsShown() {
        Tensor there = Tensor.ones(Shape.of(2), DType.F32, Device.of("reference"));
        assertThat(there).hasToString("tensor([1., 1.], device='cpu (reference)')");
    }

    @Test
    void theDefaultOptionsAreOneSetting() {
        try {
            PrintOptions.setDefault(PrintOptions.standard().precision(1));
            assertThat(Tensor.of(new float[] {0.25f, 1})).hasToString("tensor([0.2, 1.0])");
            assertThat(PrintOptions.getDefault().precision()).isEqualTo(1);
        } finally {
            PrintOptions.setDefault(PrintOptions.standard());
        }
        assertThatThrownBy(() -> PrintOptions.standard().edgeItems(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
