package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.cuda.Cuda;
import io.gatun.cuda.CudaGraph;
import io.gatun.nn.BatchNorm2d;
import io.gatun.nn.Conv2d;
import io.gatun.nn.Dropout;
import io.gatun.nn.Embedding;
import io.gatun.nn.F;
import io.gatun.nn.Flatten;
import io.gatun.nn.Linear;
import io.gatun.nn.Module;
import io.gatun.nn.ReLU;
import io.gatun.nn.Sequential;
import io.gatun.nn.TransformerEncoderLayer;
import io.gatun.nn.optim.Adam;
import io.gatun.nn.optim.AdamW;
import io.gatun.nn.optim.Optimizer;
import io.gatun.nn.optim.SGD;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps of training captured and replayed, to the bit as they are run plainly. */
class CudaGraphTrainingTest {
    private static final int BATCH = 8;
    private static final int CLASSES = 5;

    private static Device device;

    @BeforeAll
    static void findTheEmulator() {
        device = Twins.device();
    }

    private static Tensor random(long seed, long... shape) {
        return Tensor.randn(Shape.of(shape), DType.F32, device, new Generator(seed));
    }

    /** A training that draws random numbers, looks at class numbers, and has an optimiser that remembers. */
    abstract static class Training {
        final Module model;
        final Tensor input;
        final Tensor target = Tensor.zeros(Shape.of(BATCH), DType.I64, device);
        final Tensor loss = Tensor.zeros(Shape.scalar(), DType.F32, device);
        final Optimizer optimizer;

        Training(Module model, Tensor input, Function<List<Tensor>, Optimizer> optimizer) {
            long seed = 11;
            for (Tensor parameter : model.parameters()) {
                parameter
                        .detach()
                        .copy_(Tensor.randn(parameter.shape(), DType.F32, new Generator(seed++))
                                .mul(0.3));
            }
            this.model = model.to(device);
            this.input = input;
            this.optimizer = optimizer.apply(model.parameters());
        }

        abstract Tensor input(long batch);

        abstract Tensor scores();

        void bring(long batch) {
            input.copy_(input(batch));
            target.copy_(Tensor.arange(batch, batch + BATCH).remainder(CLASSES).to(device));
        }

        @SuppressWarnings("try") // a scope need not be named in its body
        void step() {
            try (TensorScope _ = TensorScope.open()) {
                optimizer.zeroGrad();
                Tensor value = F.crossEntropy(scores(), target);
                value.backward();
                optimizer.step();
                loss.copy_(value.detach());
            }
        }

        List<float[]> state() {
            List<float[]> state = new ArrayList<>(List.of(loss.toFloatArray()));
            model.stateDict()
                    .values()
                    .forEach(tensor -> state.add(tensor.detach().toFloatArray()));
            return state;
        }
    }

    private static final class ImageTraining extends Training {
        ImageTraining() {
            super(
                    new Sequential(
                            new Conv2d(1, 4, 3),
                            new BatchNorm2d(4),
                            new ReLU(),
                            new Flatten(),
                            new Dropout(0.4),
                            new Linear(64, CLASSES)),
                    Tensor.zeros(Shape.of(BATCH, 1, 6, 6), DType.F32, device),
                    parameters -> new SGD(parameters, 0.1).momentum(0.9).nesterov(true));
        }

        @Override
        Tensor input(long batch) {
            return random(100 + batch, BATCH, 1, 6, 6);
        }

        @Override
        Tensor scores() {
            return model.call(input);
        }
    }

    private static final class TextTraining extends Training {
        private static final int LENGTH = 6;

        TextTraining() {
            super(
                    new Sequential(
                            new Embedding(CLASSES, 8), new TransformerEncoderLayer(8, 2), new Linear(8, CLASSES)),
                    Tensor.zeros(Shape.of(BATCH, LENGTH), DType.I64, device),
                    parameters -> new AdamW(parameters, 0.01).capturable(true));
        }

        @Override
        Tensor input(long batch) {
            Tensor text = Tensor.arange(batch, batch + BATCH * LENGTH).remainder(CLASSES);
            return text.view(BATCH, LENGTH).to(device);
        }

        @Override
        Tensor scores() {
            return model.call(input).mean(1);
        }
    }

    static List<Supplier<Training>> trainings() {
        return List.of(ImageTraining::new, TextTraining::new);
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void aTrainingStepReplayedGivesTheSameBitsAsRunPlainly(Supplier<Training> make) {
        Training plain = make.get();
        Training captured = make.get();
        List<List<float[]>> expected = new ArrayList<>();
        Random.manualSeed(3);
        for (int batch = 0; batch < 7; batch++) {
            if (batch == 5) {
                Random.manualSeed(77);
            }
            plain.bring(batch);
            plain.step();
            expected.add(plain.state());
        }

        Random.manualSeed(3);
        for (int batch = 0; batch < 2; batch++) {
            captured.bring(batch);
            captured.step();
        }
        try (CudaGraph graph = CudaGraph.capture(device, captured::step)) {
            assertSame("nothing of the capture was done", captured, expected.get(1));
            for (int batch = 2; batch < 6; batch++) {
                if (batch == 5) {
                    Random.manualSeed(77);
                }
                captured.bring(batch);
                graph.replay();
                assertSame("batch " + batch, captured, expected.get(batch));
            }
        }
        captured.bring(6);
        captured.step();
        assertSame("run plainly after the graph was closed", captured, expected.get(6));
    }

    private static void assertSame(String what, Training training, List<float[]> expected) {
        assertThat(training.state()).as(what).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void memoryIsFlatOverReplaysAndComesBack() throws InterruptedException {
        Training training = new ImageTraining();
        training.bring(0);
        training.step();
        training.step();
        training.loss.item();
        CudaGraph graph = CudaGraph.capture(device, training::step);
        graph.replay();
        training.loss.item();
        long reserved = Cuda.memoryReserved(device);
        for (int i = 0; i < 300; i++) {
            graph.replay();
            if (i % 50 == 0) {
                training.loss.item();
            }
        }
        long held = Cuda.memoryReserved(device);
        assertThat(held).isLessThanOrEqualTo(reserved); // less if what other tests left is collected meanwhile
        training.optimizer.zeroGrad(); // gradients were made in the graph's memory
        graph.close();
        graph.close();
        for (int i = 0; i < 100 && Cuda.memoryReserved(device) >= held; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(Cuda.memoryReserved(device)).isLessThan(held);
        assertThatThrownBy(graph::replay)
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("this graph is closed");
    }

    @Test
    void anOptimiserThatCountsStepsIsCapturedIfItCountsOnTheDevice() {
        Tensor parameter = random(8, 4).requiresGrad_(true);
        parameter.sum().backward();
        Adam optimizer = new Adam(List.of(parameter), 0.1);
        Runnable step = optimizer::step;
        assertThatThrownBy(() -> CudaGraph.capture(device, step))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("Adam: what it computes with the number of the step")
                .hasMessageContaining("capturable(true)");
        optimizer.capturable(true);
        assertThatThrownBy(() -> CudaGraph.capture(device, step))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("Adam: each replay")
                .hasMessageContaining("call step() once before the capture");

        Tensor twin = parameter.detach().clone().requiresGrad_(true);
        twin.sum().backward();
        AdamW plain = new AdamW(List.of(twin), 0.1).capturable(true).weightDecay(0);
        step.run();
        plain.step();
        try (CudaGraph graph = CudaGraph.capture(device, step)) {
            for (int i = 0; i < 5; i++) {
                graph.replay();
                plain.step();
            }
            assertThat(parameter.detach().toFloatArray())
                    .isEqualTo(twin.detach().toFloatArray());
            assertThat(optimizer.stateDict().get("state.0.step").item()).isEqualTo(6);
        }
    }

    @Test
    void aCapturedStepOfAdamIsTwoLaunchesAndGivesWhatOneCountedOnTheHostDoes() {
        List<Tensor> captured = new ArrayList<>();
        List<Tensor> plain = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Tensor parameter = random(30 + i, 1 + i, 7).requiresGrad_(true);
            Tensor twin = parameter.detach().clone().requiresGrad_(true);
            parameter.square().sum().backward();
            twin.square().sum().backward();
            captured.add(parameter);
            plain.add(twin);
        }
        AdamW optimizer = new AdamW(captured, 0.03).capturable(true);
        AdamW host = new AdamW(plain, 0.03);
        optimizer.step();
        host.step();
        try (CudaGraph graph = CudaGraph.capture(device, optimizer::step)) {
            assertThat(EmulatorCounts.launches(device, graph::replay)).isEqualTo(2);
            host.step();
            for (int i = 0; i < 40; i++) {
                graph.replay();
                host.step();
            }
        }
        for (int i = 0; i < plain.size(); i++) {
            assertThat(captured.get(i).detach().toFloatArray())
                    .isEqualTo(plain.get(i).detach().toFloatArray());
        }
        assertThat(optimizer.stateDict().get("state.19.step").item()).isEqualTo(42);
    }
}
