package io.gatun.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** Every input that fuzzing kept: one for each way through the readers, and those that broke them once. */
class FuzzCorpusTest {
    @Test
    void everyInputThatFuzzingKeptIsReadOrRefused() throws Exception {
        int count = 0;
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(Fixtures.resource("fuzz/corpus.zip")))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] input = in.readAllBytes();
                try {
                    FileFuzz.fuzzerTestOneInput(input);
                } catch (Throwable e) {
                    throw new AssertionError(entry.getName(), e);
                }
                count++;
            }
        }
        assertThat(count).isGreaterThan(100);
    }
}
