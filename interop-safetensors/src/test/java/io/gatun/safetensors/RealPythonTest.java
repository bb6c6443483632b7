package io.gatun.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.tensor.DType;
import io.gatun.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a reader and a writer in Python, with NumPy; aborted, with the reason, where there is none. */
class RealPythonTest {
    private static @Nullable String python;

    @TempDir
    Path dir;

    @BeforeAll
    static void requireNumPy() {
        python = Stream.of(System.getenv("PYTHON"), "/usr/bin/python3", "python3", "python")
                .filter(Objects::nonNull)
                .filter(RealPythonTest::hasNumPy)
                .findFirst()
                .orElse(null);
        assumeTrue(python != null, "no Python with NumPy here: install python3-numpy to run this test");
    }

    private static boolean hasNumPy(String name) {
        try {
            Process process = new ProcessBuilder(name, "-c", "import numpy")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // not installed under that name
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs a command of peer.py and gives the lines it prints. */
    private static List<String> run(String command, Path path) throws Exception {
        Process process = new ProcessBuilder(
                        python, Fixtures.resource("peer.py").toString(), command, path.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("peer.py " + command + " failed:\n" + output);
        }
        return output.lines().toList();
    }

    private static String describe(String name, Tensor t) {
        String shape = t.shape().rank() == 0
                ? ""
                : java.util.Arrays.stream(t.shape().toArray())
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining("x"));
        double[] values = (t.dtype().isComplex() ? t.viewAsReal() : t).toDoubleArray();
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            bytes.putDouble(value);
        }
        return name + " " + t.dtype() + " " + shape + " " + HexFormat.of().formatHex(bytes.array());
    }

    @Test
    void theValuesOfEveryTypeAndLayoutAreReadThere() throws Exception {
        for (DType dtype : DType.values()) {
            if (dtype == DType.C128) {
                continue;
            }
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            SafeTensorsSaveTest.layouts(dtype).forEach(t -> tensors.put("t%02d".formatted(tensors.size()), t));
            Path file = dir.resolve(dtype + ".safetensors");
            SafeTensors.save(file, tensors, Map.of("dtype", dtype.name()));
            List<String> expected = new ArrayList<>();
            tensors.forEach((name, tensor) -> expected.add(describe(name, tensor)));
            assertThat(run("describe", file)).as("%s", dtype).isEqualTo(expected);
        }
        assertThat(run("rewrite", dir)).hasSize(DType.values().length - 1).allMatch(line -> line.endsWith(" same"));
    }

    /** Where the reference implementation is not installed, what 0.8.0 said of the same files. */
    @Test
    void theReferenceRefusesTheSame() throws Exception {
        List<MalformedFileTest.Wrong> files = MalformedFileTest.files();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            Files.write(dir.resolve("%03d".formatted(i)), files.get(i).bytes());
            expected.add("%03d %s: %s"
                    .formatted(
                            i,
                            files.get(i).here() ? "taken" : "refused",
                            files.get(i).what()));
        }
        List<String> verdicts = run("verdicts", dir);
        if (verdicts.equals(List.of("absent"))) {
            verdicts = Files.readAllLines(Fixtures.reference("verdicts.txt"));
        }
        assertThat(verdicts).hasSameSizeAs(files);
        List<String> actual = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            String[] words = verdicts.get(i).split(" ", 3);
            actual.add(words[0] + " " + words[1] + ": " + files.get(i).what());
        }
        assertThat(actual).isEqualTo(expected);
    }
}
