package io.gatun.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The short form of the 200,000 steps that {@link MemoryLoop} runs. */
class MemoryLoopTest {
    /** A step allocates about 150 KiB: were it kept, the second half would add about 1.5 GiB. */
    private static final int STEPS = 20_000;

    /** The collector's young generation and the pool still grow to their size in the first half, and in steps. */
    private static final long SLACK_MEBIBYTES = 500;

    @Test
    @EnabledOnOs(OS.LINUX)
    void aTrainingLoopThatClosesNothingKeepsAFlatResidentSet() throws IOException {
        long[] resident = MemoryLoop.run(STEPS, 8, false, false);
        long firstHalf = Arrays.stream(resident, 0, 4).max().orElseThrow();
        long secondHalf = Arrays.stream(resident, 4, 8).max().orElseThrow();
        assertThat(secondHalf).as("MiB, after %s", Arrays.toString(resident)).isLessThan(firstHalf + SLACK_MEBIBYTES);
        assertThat(secondHalf).as("MiB").isLessThan(2_000);
    }
}
