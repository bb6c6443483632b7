package io.gatun.backend.tck.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenCoverageTest {
    /** What is skipped is listed here, so that an entry that gets lost fails the build. */
    @Test
    void everyOperatorHasAMethodButThese() throws IOException {
        List<GoldenCase> cases = GoldenFolder.bundled();
        List<String> skipped = cases.stream()
                .filter(golden -> !GoldenRunner.hasMethod(golden))
                .map(GoldenCase::op)
                .distinct()
                .sorted()
                .toList();

        assertThat(cases).hasSize(555 + 1027);
        assertThat(skipped)
                .containsExactly("nn.GRU", "nn.LSTM", "nn.MultiheadAttention", "nn.RNN", "nn.TransformerEncoderLayer");
    }
}
