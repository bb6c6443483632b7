package io.gatun.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.nn.BatchNorm1d;
import io.gatun.nn.Counter;
import io.gatun.nn.Dropout;
import io.gatun.nn.F;
import io.gatun.nn.GELU;
import io.gatun.nn.Linear;
import io.gatun.nn.Module;
import io.gatun.nn.Sequential;
import io.gatun.nn.Sigmoid;
import io.gatun.nn.Tanh;
import io.gatun.nn.TrainingState;
import io.gatun.nn.data.Batch;
import io.gatun.nn.data.DataLoader;
import io.gatun.nn.data.TensorDataset;
import io.gatun.nn.optim.Adam;
import io.gatun.nn.optim.EarlyStopping;
import io.gatun.nn.optim.OneCycleLR;
import io.gatun.numpy.Npz;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training that is saved, thrown away and gone on with has the bits of training that was not. */
class ResumeTest {
    private static final TensorDataset DATA = new TensorDataset(
            Tensor.randn(Shape.of(21, 6), DType.F32, new Generator(1)),
            Tensor.randn(Shape.of(21, 1), DType.F32, new Generator(2)));

    /** One run of a program: everything anew but the data. */
    private static final class Training {
        final Module model = new Sequential(
                new Linear(6, 8),
                new BatchNorm1d(8),
                new Tanh(),
                new Dropout(0.3),
                new Linear(8, 8),
                new GELU(),
                new Linear(8, 8),
                new Sigmoid(),
                new Linear(8, 1));
        final Adam optimizer = new Adam(model.parameters(), 0.01);
        final OneCycleLR scheduler = new OneCycleLR(optimizer, 0.1, 30);
        final EarlyStopping stopping = new EarlyStopping(100);
        final DataLoader loader = new DataLoader(DATA, 4, true);
        final Counter steps = new Counter();
        final TrainingState state = new TrainingState()
                .add("model", model)
                .add("optimizer", optimizer)
                .add("scheduler", scheduler)
                .add("stopping", stopping)
                .add("loader", loader)
                .add("steps", steps);

        /** The loss, the rate and the bits of the model after each step up to the tenth, and the state after step {@code stop}. */
        List<String> run(int stop, Path file) throws IOException {
            List<String> log = new ArrayList<>();
            loader.dropLast(true); // five batches of 4; the sixth would be of one sample
            if (stop == 0) {
                Npz.save(file, state.toMap());
            }
            while (steps.get() < 10) {
                for (Batch batch : loader) {
                    optimizer.zeroGrad();
                    Tensor loss = F.mseLoss(model.call(batch.input()), batch.target());
                    loss.backward();
                    optimizer.step();
                    scheduler.step();
                    stopping.step(loss.item());
                    steps.increment();
                    log.add(loss.item() + " " + scheduler.lastLr() + " " + text(model.stateDict()));
                    if (steps.get() == stop) {
                        Npz.save(file, state.toMap());
                    }
                }
            }
            return log;
        }
    }

    /** Equal for equal bits. */
    private static String text(Map<String, Tensor> state) {
        StringBuilder out = new StringBuilder();
        new TreeMap<>(state)
                .forEach((name, tensor) -> out.append(name)
                        .append('=')
                        .append(Integer.toHexString(Arrays.hashCode(tensor.toDoubleArray())))
                        .append(' '));
        return out.toString();
    }

    @Test
    void trainingResumesToTheSameBits(@TempDir Path directory) throws IOException {
        for (int stop : new int[] {0, 3, 5, 7}) { // 5 steps are an epoch
            Path file = directory.resolve("state.npz");
            Random.manualSeed(42);
            Training first = new Training();
            List<String> expected = first.run(stop, file);
            assertThat(expected).hasSize(10).doesNotHaveDuplicates();

            Random.manualSeed(4711);
            Training second = new Training();
            second.run(-1, file); // what it did before does not matter
            second.state.load(Npz.load(file));
            assertThat(second.steps.get()).isEqualTo(stop);
            assertThat(second.run(-1, file)).as("from step %d", stop).isEqualTo(expected.subList(stop, 10));
            assertThat(text(second.state.toMap())).isEqualTo(text(first.state.toMap()));
        }
    }

    @Test
    void aWrongStateChangesNothingAndNamesEveryFault() throws IOException {
        Training training = new Training();
        training.run(-1, Path.of(""));
        Map<String, Tensor> wrong = new LinkedHashMap<>();
        training.state.toMap().forEach((name, tensor) -> wrong.put(name, tensor.clone()));
        Training other = new Training();
        String before = text(other.state.toMap());
        wrong.put("model.8.bias", Tensor.zeros(3));
        wrong.remove("model.1.running_mean");
        wrong.put("optimizer.state.0.exp_avg", Tensor.zeros(1));
        wrong.put("optimizer.param_groups.0.lr", Tensor.zeros(2));
        wrong.remove("scheduler.last_epoch");
        wrong.put("loader.remaining", Tensor.of(new long[] {21}));
        wrong.put("random.state", Tensor.zeros(2));
        wrong.put("teacher.weight", Tensor.zeros(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> other.state.load(wrong))
                .withMessageContaining("unexpected: teacher.weight")
                .withMessageContaining("in model, shape: 8.bias is (1) here and (3) in the state")
                .withMessageContaining("in model, missing: 1.running_mean")
                .withMessageContaining("in optimizer, state.0.exp_avg is (1), its parameter (8, 6)")
                .withMessageContaining("in optimizer, param_groups.0.lr is (2) and no number")
                .withMessageContaining("in scheduler, missing: last_epoch")
                .withMessageContaining("in loader, remaining has numbers")
                .withMessageContaining("in random, dtype: state is F32");
        assertThat(text(other.state.toMap())).isEqualTo(before);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.state.add("model", new Counter()))
                .withMessageContaining("'model'");
    }

    @Test
    void aWriteThatFailsLeavesTheOldFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("state.npz");
        Training training = new Training();
        Npz.save(file, training.state.toMap());
        byte[] before = Files.readAllBytes(file);
        training.run(-1, file);
        Map<String, Tensor> unsaveable = new LinkedHashMap<>(training.state.toMap());
        unsaveable.put("last", Tensor.zeros(Shape.of(2), DType.BF16));
        assertThatThrownBy(() -> Npz.save(file, unsaveable)).isInstanceOf(DTypeException.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    /** Goes on from a file, and prints each step. */
    static final class GoesOn {
        private GoesOn() {}

        public static void main(String[] arguments) throws IOException {
            Training training = new Training();
            training.state.load(Npz.load(Path.of(arguments[0])));
            training.run(-1, Path.of("")).forEach(System.out::println);
        }
    }

    /** Here everything has been compiled, there nothing: a function's last bit must not depend on it. */
    @Test
    void trainingResumesToTheSameBitsInAFreshProcess(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("state.npz");
        for (int i = 0; i < 15; i++) {
            new Training().run(-1, file);
        }
        Random.manualSeed(42);
        List<String> expected = new Training().run(3, file);
        Process process = java(GoesOn.class, file, ProcessBuilder.Redirect.PIPE);
        assertThat(process.inputReader().lines()).isEqualTo(expected.subList(3, 10));
        assertThat(process.waitFor()).isZero();
    }

    private static Process java(Class<?> program, Path file, ProcessBuilder.Redirect output) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(output)
                .start();
    }

    /** Saves, with another number each time, until it is killed. */
    static final class SavesForEver {
        private SavesForEver() {}

        public static void main(String[] arguments) throws IOException {
            for (int i = 0; ; i++) {
                Npz.save(
                        Path.of(arguments[0]),
                        Map.of(
                                "first",
                                Tensor.full(Shape.of(1 << 21), i),
                                "second",
                                Tensor.full(Shape.of(1 << 21), i)));
            }
        }
    }

    @Test
    void aProcessThatIsKilledLeavesAWholeFile(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("state.npz");
        for (int delay : new int[] {0, 7, 23}) {
            Files.deleteIfExists(file);
            Process process = java(SavesForEver.class, file, ProcessBuilder.Redirect.INHERIT);
            while (!Files.exists(file) && process.isAlive()) {
                Thread.sleep(1);
            }
            Thread.sleep(delay);
            process.destroyForcibly().waitFor();
            Map<String, Tensor> loaded = Npz.load(file);
            assertThat(loaded.get("first").equal(loaded.get("second"))).isTrue();
        }
    }
}
