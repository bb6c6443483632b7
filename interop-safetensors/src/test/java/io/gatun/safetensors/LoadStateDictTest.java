package io.gatun.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.nn.F;
import io.gatun.nn.Linear;
import io.gatun.nn.Sequential;
import io.gatun.nn.Tanh;
import io.gatun.nn.optim.SGD;
import io.gatun.tensor.DType;
import io.gatun.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights saved by PyTorch in four floating-point types are trained on here; make_fixtures.py printed the numbers. */
class LoadStateDictTest {
    private static Sequential network() {
        return new Sequential(new Linear(4, 5), new Tanh(), new Linear(5, 3));
    }

    private static void requireTraining(Sequential model) {
        Tensor x = Tensor.linspace(-1, 1, 8).reshape(2, 4);
        Tensor y = Tensor.of(new long[] {0, 2});
        assertThat(model.call(x).toDoubleArray())
                .containsExactly(
                        new double[] {
                            0.3681033253669739,
                            -0.01879577338695526,
                            0.4331809878349304,
                            0.6567219495773315,
                            -0.21300536394119263,
                            0.19992497563362122
                        },
                        within(1e-6));
        SGD sgd = new SGD(model.parameters(), 0.5);
        double[] losses = {
            1.0930430889129639, 0.8928064107894897, 0.7626231908798218, 0.6423518657684326, 0.5214234590530396
        };
        for (double expected : losses) {
            sgd.zeroGrad();
            Tensor loss = F.crossEntropy(model.call(x), y);
            loss.backward();
            sgd.step();
            assertThat(loss.item()).isCloseTo(expected, within(2e-6));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "sharded/model.safetensors.index.json"})
    void trainingGoesOnFromWhatPyTorchSaved(String file) throws Exception {
        Map<String, Tensor> mapped = SafeTensors.map(Fixtures.reference(file));
        assertThat(mapped.values().stream().map(Tensor::dtype))
                .containsExactlyInAnyOrder(DType.BF16, DType.F16, DType.F32, DType.F64);
        Sequential model = network();
        model.loadStateDict(mapped);
        assertThat(model.parameters()).allSatisfy(p -> assertThat(p.dtype()).isEqualTo(DType.F32));
        // Widened exactly, and F64 rounded once, as PyTorch's copy_ does.
        assertThat(model.stateDict().get("0.weight").toFloatArray()).startsWith(0.2578125f, -0.220703125f);
        assertThat(model.stateDict().get("0.bias").toFloatArray()).startsWith(-0.1861572265625f, -0.302001953125f);
        requireTraining(model);

        Sequential another = network();
        another.loadStateDict(SafeTensors.load(Fixtures.reference(file)));
        requireTraining(another);
    }

    @Test
    void whatIsTrainedIsSavedUnderTheSameNames(@TempDir Path dir) throws Exception {
        Sequential model = network();
        Path file = dir.resolve("trained.safetensors");
        SafeTensors.save(file, model.stateDict(), Map.of("format", "pt"));
        Sequential another = network();
        another.loadStateDict(SafeTensors.map(file));
        Tensor x = Tensor.randn(2, 4);
        assertThat(another.call(x).toFloatArray()).isEqualTo(model.call(x).toFloatArray());
        assertThat(SafeTensors.load(file)).containsOnlyKeys("0.weight", "0.bias", "2.weight", "2.bias");
    }

    @Test
    void namesThatDoNotFitAreListed() throws Exception {
        Sequential model = new Sequential(new Linear(4, 5));
        assertThatThrownBy(() -> model.loadStateDict(SafeTensors.map(Fixtures.reference("model.safetensors"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unexpected: 2.weight");
        model.loadStateDict(SafeTensors.map(Fixtures.reference("model.safetensors")), false);
        assertThat(model.stateDict().get("weight") == null).isTrue();
    }
}
