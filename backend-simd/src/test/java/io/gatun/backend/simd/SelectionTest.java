package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Parts of sorted arrays, of any size, with keys that are all different, all equal, and at both ends of long. */
final class SelectionTest {
    @Test
    void aPartIsAsTheWholeSortHasItAndNothingLargerComesBefore() {
        Random random = new Random(5);
        for (int trial = 0; trial < 4000; trial++) {
            int n = 1 + random.nextInt(trial % 10 == 0 ? 3000 : 300);
            long different = trial % 3 == 0 ? 1L + random.nextInt(5) : Long.MAX_VALUE;
            long[] keys = LongStream.generate(() -> random.nextLong() % different)
                    .limit(n)
                    .toArray();
            if (trial % 7 == 0) {
                Arrays.setAll(keys, i -> i % 2 == 0 ? Long.MAX_VALUE : Long.MIN_VALUE);
            } else if (trial % 11 == 0) {
                Arrays.sort(keys);
            }
            long[] sorted = keys.clone();
            Arrays.sort(sorted);
            int from = random.nextInt(n);
            int to = from + 1 + random.nextInt(trial % 2 == 0 ? n - from : Math.min(n - from, 12));
            Selection.sort(keys, 0, n, from, to);
            assertThat(Arrays.copyOfRange(keys, from, to)).isEqualTo(Arrays.copyOfRange(sorted, from, to));
            for (int i = 0; i < from; i++) {
                assertThat(keys[i]).isLessThanOrEqualTo(sorted[from]);
            }
        }
    }

    /** Each time the middle of three is the smallest but one: no more than a sort. */
    @Test
    void keysThatMakeNoProgressAreSorted() {
        int n = 1 << 16;
        long[] keys = LongStream.range(0, n)
                .map(i -> i == n / 2 || i == n - 1 ? 0 : i % 1000)
                .toArray();
        long[] sorted = keys.clone();
        Arrays.sort(sorted);
        Selection.sort(keys, 0, n, n / 2, n / 2 + 1);
        assertThat(keys[n / 2]).isEqualTo(sorted[n / 2]);
    }
}
