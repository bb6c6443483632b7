package io.gatun.backend.tck.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenCoverageTest {
    @Test
    void everyOperatorHasAMethod() throws IOException {
        List<GoldenCase> cases = GoldenFolder.bundled();

        assertThat(cases).hasSize(555 + 1027);
        assertThat(cases).filteredOn(golden -> !GoldenRunner.hasMethod(golden)).isEmpty();
    }
}
