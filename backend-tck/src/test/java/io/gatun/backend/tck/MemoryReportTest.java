package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import outside.LeakingProgram;

/** What the error says when memory has run out. */
final class MemoryReportTest {
    @TempDir
    Path directory;

    private List<String> output(String... options) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("-Dgatun.backend=simd", "-Dgatun.memory.limit=16m"));
        assertThat(ChildProgram.run(output, all, LeakingProgram.class)).isZero();
        return Files.readAllLines(output);
    }

    @Test
    void theLargestTensorsAreListed() throws Exception {
        List<String> lines = output();
        int first = lines.indexOf("  3 x 4000000 bytes: F32(25, 40000), made by fill");
        assertThat(first).as("%s", lines).isPositive();
        assertThat(lines.get(first - 1))
                .startsWith("out of memory: 160000 bytes asked for, and ")
                .contains(" of the limit of 16777216 are in live tensors. Close a TensorScope")
                .endsWith("-Dgatun.memory.limit. The largest:");
        assertThat(lines.get(first + 1)).matches("  [12][0-9] x 160000 bytes: F32\\(40000\\), made by mul");
        assertThat(lines.get(first + 2)).matches("  [0-9]+ bytes: smaller ones, working memory and rounding");
        assertThat(lines.get(first + 3)).isEqualTo("-Dgatun.memory.trace=true says where they were made");
        assertThat(lines).hasSize(first + 4);
    }

    @Test
    void whereTheyWereMadeIsTraced() throws Exception {
        List<String> lines = output("-Dgatun.memory.trace=true");
        int first = lines.indexOf("  3 x 4000000 bytes: F32(25, 40000), made by fill");
        assertThat(first).as("%s", lines).isPositive();
        assertThat(lines.get(first + 1)).startsWith("    at outside.LeakingProgram.large(LeakingProgram.java:");
        assertThat(lines.get(first + 2)).startsWith("    at outside.LeakingProgram.main(LeakingProgram.java:");
        assertThat(lines.get(first + 3)).matches("  [12][0-9] x 160000 bytes: F32\\(40000\\), made by mul");
        assertThat(lines.get(first + 4)).startsWith("    at outside.LeakingProgram.main(LeakingProgram.java:");
        assertThat(lines).contains("  100 x 1600 bytes: F64(10, 20), made by cast");
        assertThat(lines.getLast()).matches("  [0-9]+ bytes: smaller ones, working memory and rounding");
    }
}
