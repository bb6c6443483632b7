package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.numpy.Npy;
import io.gatun.numpy.NpyWriter;
import io.gatun.numpy.Npz;
import io.gatun.tensor.BackendException;
import io.gatun.tensor.DType;
import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tensor mapped from a file that somebody cuts short: every operator ends in an exception, and the process goes on. */
final class CutShortFileTest {
    private static final int SIDE = 256;
    private static final int CALLS = 40; // some kernels are compiled by then, others not, which is the point

    private static Map<String, UnaryOperator<Tensor>> operators(Tensor other) {
        Map<String, UnaryOperator<Tensor>> operators = new LinkedHashMap<>();
        operators.put("exp", Tensor::exp);
        operators.put("sin", Tensor::sin);
        operators.put("add", x -> x.add(other));
        operators.put("pow", x -> x.pow(other));
        operators.put("lt", x -> x.lt(other));
        operators.put("clamp", x -> x.clamp(0.2, 0.8));
        operators.put("where", x -> Tensor.where(other.gt(0.5), x, other));
        operators.put("copy", Tensor::clone);
        operators.put("cast", Tensor::toDouble);
        operators.put("sum", Tensor::sum);
        operators.put("sum rows", x -> x.sum(1));
        operators.put("sum columns", x -> x.sum(0));
        operators.put("argmax", x -> x.argmax(1));
        operators.put("cumsum", x -> x.cumsum(1));
        operators.put("sort", x -> x.sort(1, false).values());
        operators.put("softmax", x -> x.softmax(1));
        operators.put("matmul", x -> x.mm(other));
        operators.put("thin matmul", x -> x.mv(other.select(0, 0)));
        operators.put("transpose", x -> x.t().contiguous());
        return operators;
    }

    @Test
    void everyOperatorThrowsAndTheProcessGoesOn(@TempDir Path directory) throws IOException {
        Tensor values = Tensor.rand(Shape.of(SIDE, SIDE), DType.F32);
        Path file = directory.resolve("x.npy");
        Npy.save(file, values);
        Tensor mapped = Npy.map(file);
        Map<String, UnaryOperator<Tensor>> operators = operators(values);
        operators.forEach((name, operator) -> {
            for (int i = 0; i < CALLS; i++) {
                try (TensorScope _ = TensorScope.open()) {
                    Tensor _ = operator.apply(mapped);
                }
            }
        });
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(4096);
        }
        operators.forEach((name, operator) -> assertThatThrownBy(() -> operator.apply(mapped))
                .as(name)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("cut short"));
        assertThat(values.add(values).equal(values.mul(2))).isTrue();
    }

    /**
     * Cuts the file short while its first operator runs on it, interpreted, when the Vector API's own methods have been
     * compiled already: these have nothing that lets the virtual machine go on.
     */
    static final class CutsWhileCold {
        private CutsWhileCold() {}

        public static void main(String[] arguments) throws IOException {
            Path file = Path.of(arguments[0]);
            Tensor values = Tensor.rand(Shape.of(512, 1024), DType.F32);
            Npy.save(file, values);
            Tensor mapped = Npy.map(file);
            for (long start = System.nanoTime(); System.nanoTime() - start < 1_000_000_000; ) {
                try (TensorScope _ = TensorScope.open()) {
                    Tensor _ =
                            values.mul(2).sub(values).max().add(values.sqrt()).add(values.abs());
                }
            }
            Thread.ofPlatform().daemon().start(() -> {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    Thread.sleep(Long.parseLong(arguments[1]));
                    channel.truncate(4096);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            try {
                while (true) {
                    try (TensorScope _ = TensorScope.open()) {
                        Tensor _ = mapped.pow(values);
                    }
                }
            } catch (BackendException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aFileCutWhileAnOperatorRunsIsAnExceptionToo(@TempDir Path directory) throws Exception {
        Path output = directory.resolve("output.txt");
        int exit = ChildProgram.run(
                output,
                List.of("-XX:-CreateCoredumpOnCrash"),
                CutsWhileCold.class,
                directory.resolve("x.npy").toString(),
                "100"); // milliseconds: half of such processes ended before there were copies
        assertThat(output).content().contains("pow: ", "cut short");
        assertThat(exit).isZero();
    }

    @Test
    void savingSaysWhatHappenedAndLeavesWhatWasThere(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("x.npy");
        Npy.save(file, Tensor.rand(Shape.of(SIDE, SIDE), DType.F32));
        Tensor mapped = Npy.map(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(4096);
        }
        Path saved = directory.resolve("saved.npy");
        Tensor before = Tensor.ones(2, SIDE);
        Npy.save(saved, before);
        Map<String, ThrowingCallable> writes = new LinkedHashMap<>();
        writes.put("as it lies", () -> Npy.save(saved, mapped));
        writes.put("gathered", () -> Npy.save(saved, mapped.get(Index.all(), Index.step(2))));
        writes.put("archive", () -> Npz.save(saved, Map.of("x", mapped)));
        writes.put("deflated", () -> Npz.saveCompressed(saved, Map.of("x", mapped)));
        try (NpyWriter out = NpyWriter.open(saved)) {
            writes.put("append", () -> out.append(mapped));
            writes.forEach((name, write) -> assertThatThrownBy(write)
                    .as(name)
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("write: ")
                    .hasMessageContaining("cut short"));
        }
        assertThat(Npy.read(saved).equal(before)).isTrue();
    }
}
