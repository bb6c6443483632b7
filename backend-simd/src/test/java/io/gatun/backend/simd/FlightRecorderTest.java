package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of a program shows of it, and that {@code tools/profile} can read it. */
class FlightRecorderTest {
    private static List<RecordedEvent> named(Path file, String name) throws IOException {
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }

    @Test
    void operatorsAllocationsAndThePoolAreRecorded(@TempDir Path directory) throws Exception {
        Tensor x = Tensor.ones(Shape.of(30, 20), DType.F32);
        Path file = directory.resolve("x.jfr");
        try (Recording recording = new Recording()) {
            Stream.of("Op", "Allocation", "Pool").forEach(name -> recording.enable("io.gatun." + name));
            recording.start();
            Tensor _ = x.t().add(x.select(1, 0));
            Tensor _ = Tensor.zeros(Shape.of(33_000_000), DType.U8); // more than anything that waits for reuse
            recording.stop();
            recording.dump(file);
        }

        RecordedEvent add = named(file, "io.gatun.Op").stream()
                .filter(event -> event.getString("operator").equals("add"))
                .findFirst()
                .orElseThrow();
        assertThat(add.getString("backend")).isEqualTo("simd");
        assertThat(add.getString("operands")).isEqualTo("F32(20, 30) strided, F32(20, 30) strided");
        assertThat(add.getLong("bytesRead")).isEqualTo(4 * 600 + 4 * 30);
        assertThat(add.getLong("bytesWritten")).isEqualTo(4 * 600);
        assertThat(named(file, "io.gatun.Allocation"))
                .anyMatch(event -> "add".equals(event.getString("operator")) && event.getLong("bytes") == 2400)
                .anyMatch(event -> event.getLong("bytes") == 33_000_000);
        assertThat(named(file, "io.gatun.Pool")).anyMatch(event -> event.getLong("lent") >= 33_000_000);

        Process profile = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        Path.of("..", "tools", "Profile.java").toString(),
                        "--operands",
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(profile.inputReader().lines())
                .anyMatch(line -> line.matches("add F32\\(20, 30\\) strided, F32\\(20, 30\\) strided +1 .*"))
                .anyMatch(line -> line.startsWith("all "));
        assertThat(profile.waitFor()).isZero();
    }
}
