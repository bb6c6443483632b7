package io.gatun.backend.cuda.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code tools/gpu-check} measures is of both sides, and ours runs, here on the default backend. */
class SpeedRowsTest {
    private static final Settings TINY = new Settings(true, List.of());

    private static List<Row> rows() {
        return SpeedRows.families().stream()
                .flatMap(family -> SpeedRows.of(family, TINY).stream())
                .toList();
    }

    @Test
    void eachRowRuns() {
        for (Row row : rows()) {
            try (TensorScope _ = TensorScope.open()) {
                assertThat(row.prepare().get().run().numel()).as(row.name()).isPositive();
            } catch (Row.NotMeasured e) {
                assertThat(e.getMessage()).as(row.name()).isNotBlank();
            }
        }
    }

    @Test
    void thePeerKnowsEachRow() throws IOException {
        String peer = Files.readString(Path.of("..", "tools", "gpu_peer.py"));
        for (Row row : rows()) {
            String name = row.call().substring(0, row.call().indexOf(' ')).replace("_gradient", "");
            assertThat(peer.contains("def " + name + "(") || peer.contains("(\"" + name + "\","))
                    .as("gpu_peer.py defines %s", row.call())
                    .isTrue();
        }
    }
}
