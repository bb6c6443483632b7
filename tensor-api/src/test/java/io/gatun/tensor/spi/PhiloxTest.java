package io.gatun.tensor.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.RandomKind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PhiloxTest {
    /** The known answers that the authors of Philox publish with their Random123 library (philox4x32, 10 rounds). */
    @Test
    void blocksAreTheKnownAnswers() {
        assertThat(block(0, 0, 0)).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertThat(block(-1, -1, -1)).containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertThat(block(0x299f31d0a4093822L, 0x85a308d3243f6a88L, 0x0370734413198a2eL))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    private static int[] block(long seed, long low, long high) {
        int[] words = new int[4];
        Philox.block(seed, low, high, words);
        return words;
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "F32", "F64"})
    void anElementDoesNotDependOnWhereAFillStarts(DType dtype) {
        for (RandomKind kind : new RandomKind[] {RandomKind.UNIFORM, RandomKind.NORMAL}) {
            double[] whole = new double[100];
            Philox.fill(kind, dtype, -1, 3, 42, 7, 0, whole);
            for (int from = 0; from < 20; from++) {
                double[] part = new double[31];
                Philox.fill(kind, dtype, -1, 3, 42, 7, from, part);
                for (int i = 0; i < part.length; i++) {
                    assertThat(part[i])
                            .as("%s %s element %s", kind, dtype, from + i)
                            .isEqualTo(whole[from + i]);
                }
            }
        }
    }

    @Test
    void uniformsFillTheirIntervalAndNormalsHaveTheirMoments() {
        double[] draws = new double[200_000];
        Philox.fill(RandomKind.UNIFORM, DType.F32, 2, 6, 1, 0, 0, draws);
        assertThat(mean(draws)).isBetween(3.98, 4.02);
        assertThat(Arrays.stream(draws).min().orElseThrow()).isBetween(2.0, 2.001);
        assertThat(Arrays.stream(draws).max().orElseThrow()).isBetween(5.999, 6.0);
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            Philox.fill(RandomKind.NORMAL, dtype, 1, 2, 3, 0, 0, draws);
            double mean = mean(draws);
            assertThat(mean).isBetween(0.98, 1.02);
            double[] squares =
                    Arrays.stream(draws).map(x -> (x - mean) * (x - mean)).toArray();
            assertThat(Math.sqrt(mean(squares))).isBetween(1.98, 2.02);
        }
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** Their Javadoc says 2 units in the last place; of the cosine relative to 1, since of 2 pi times a number there is no more. */
    @Test
    void functionsAreNearThoseOfStrictMath() {
        java.util.Random random = new java.util.Random(3);
        for (int i = 0; i < 100_000; i++) {
            double u = Math.scalb(1 - random.nextDouble(), -random.nextInt(40));
            for (double x : new double[] {u, 1 - u / 2}) {
                double log = StrictMath.log(x);
                assertThat(Math.abs(PhiloxFunctions.log(x) - log)).isLessThanOrEqualTo(2 * Math.ulp(log));
            }
            double turns = (random.nextLong() >> 11) * 0x1p-53;
            assertThat(PhiloxFunctions.cosine(turns)).isCloseTo(StrictMath.cos(2 * Math.PI * turns), within(0x1p-50));
            assertThat(PhiloxFunctions.sine(turns)).isCloseTo(StrictMath.sin(2 * Math.PI * turns), within(0x1p-50));
            double x = 700 * turns;
            double exp = StrictMath.exp(x);
            assertThat(Math.abs(PhiloxFunctions.exp(x) - exp)).isLessThanOrEqualTo(2 * Math.ulp(exp));
        }
        assertThat(PhiloxFunctions.cosine(0.25)).isZero();
        assertThat(PhiloxFunctions.sine(-0.25)).isEqualTo(-1);
        assertThat(PhiloxFunctions.log(1)).isZero();
        assertThat(PhiloxFunctions.exp(-800)).isZero();
        assertThat(PhiloxFunctions.exp(710)).isInfinite();
    }

    @Test
    void integersStayInTheirRangeWhateverItsWidth() {
        for (long[] range : new long[][] {{-3, 4}, {0, 1L << 32}, {Long.MIN_VALUE, Long.MAX_VALUE}, {5, 6}}) {
            long[] draws = new long[10_000];
            Philox.fill(range[0], range[1], 9, 0, 0, draws);
            for (long draw : draws) {
                assertThat(draw).isGreaterThanOrEqualTo(range[0]).isLessThan(range[1]);
            }
            long values = range[1] - range[0]; // negative: too many for a long
            long distinct = Arrays.stream(draws).distinct().count();
            assertThat(distinct)
                    .isBetween(
                            values > 0 && values < 100 ? values : 9_990L,
                            values > 0 && values < 100 ? values : 10_000L);
            long[] later = new long[50];
            Philox.fill(range[0], range[1], 9, 0, 13, later);
            assertThat(later).isEqualTo(Arrays.copyOfRange(draws, 13, 63));
        }
    }
}
