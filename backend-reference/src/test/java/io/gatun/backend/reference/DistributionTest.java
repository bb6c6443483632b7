package io.gatun.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.spi.Philox;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Whether draws have the distributions that their names promise. Seeds are fixed, so that these never fail by chance: the
 * bounds are those that a true distribution exceeds once in a thousand times.
 */
class DistributionTest {
    private static final int N = 20_000;

    private static Tensor empty(DType dtype, long... sizes) {
        return Tensor.empty(Shape.of(sizes), dtype, On.REFERENCE);
    }

    /** Kolmogorov and Smirnov's greatest distance from {@code cdf}, times the root of the count: 1.95 once in a thousand. */
    private static void hasDistribution(String name, Tensor draws, DoubleUnaryOperator cdf) {
        double[] sorted = draws.toDoubleArray();
        Arrays.sort(sorted);
        double distance = 0;
        for (int i = 0; i < sorted.length; i++) {
            double at = cdf.applyAsDouble(sorted[i]);
            distance = Math.max(distance, Math.max(at - (double) i / sorted.length, (i + 1.0) / sorted.length - at));
        }
        assertThat(distance * Math.sqrt(sorted.length))
                .as("%s %s", name, draws.dtype())
                .isBetween(0.2, 1.95);
    }

    /** Pearson's sum over categories, as a normal number by Wilson and Hilferty's cube root: 3.1 once in a thousand. */
    private static void hasCounts(String name, long[] counts, double... probabilities) {
        double total = Arrays.stream(counts).sum();
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = total * probabilities[i];
            sum += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        double freedom = counts.length - 1;
        double spread = 2 / (9 * freedom);
        assertThat((Math.cbrt(sum / freedom) - (1 - spread)) / Math.sqrt(spread))
                .as("%s: %s", name, Arrays.toString(counts))
                .isBetween(-3.3, 3.1);
    }

    private static long[] counts(int categories, long[] draws) {
        long[] counts = new long[categories];
        for (long draw : draws) {
            counts[(int) Math.min(draw, categories - 1)]++;
        }
        return counts;
    }

    private static double[] evenly(int categories) {
        double[] probabilities = new double[categories];
        Arrays.fill(probabilities, 1.0 / categories);
        return probabilities;
    }

    private static double phi(double x) {
        double sum = 0; // integrated from 0 by Simpson's rule
        int steps = 400;
        for (int i = 0; i <= steps; i++) {
            double t = x * i / steps;
            sum += Math.exp(-t * t / 2) * (i == 0 || i == steps ? 1 : i % 2 == 0 ? 2 : 4);
        }
        return 0.5 + sum * x / steps / 3 / Math.sqrt(2 * Math.PI);
    }

    @Test
    void continuousDrawsHaveTheirDistributions() {
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            Generator g = new Generator(11);
            hasDistribution("uniform", empty(dtype, N).uniform_(-1, 3, g), x -> (x + 1) / 4);
            hasDistribution("normal", empty(dtype, N).normal_(2, 3, g), x -> phi((x - 2) / 3));
            hasDistribution("logNormal", empty(dtype, N).logNormal_(1, 0.5, g), x -> phi((Math.log(x) - 1) / 0.5));
            hasDistribution("exponential", empty(dtype, N).exponential_(1.5, g), x -> -Math.expm1(-1.5 * x));
            hasDistribution("cauchy", empty(dtype, N).cauchy_(1, 2, g), x -> 0.5 + Math.atan((x - 1) / 2) / Math.PI);
            Tensor mean = Tensor.full(Shape.of(N, 1), io.gatun.tensor.Scalar.of(4), dtype, On.REFERENCE);
            hasDistribution("normal of tensors", Tensor.normal(mean, 2, g), x -> phi((x - 4) / 2));
        }
    }

    @Test
    void halfFloatsAreRoundedDraws() {
        for (DType dtype : new DType[] {DType.F16, DType.BF16}) {
            Generator g = new Generator(12);
            int levels = dtype == DType.F16 ? 2048 : 256;
            long[] uniform = empty(dtype, 100_000)
                    .uniform_(0, 1, g)
                    .toFloat()
                    .mul(levels)
                    .toLongArray();
            hasCounts("uniform " + dtype, counts(levels, uniform), evenly(levels));
            long[] normal = empty(dtype, N).normal_(0, 1, g).gt(0).toLong().toLongArray();
            hasCounts("sign of normal " + dtype, counts(2, normal), 0.5, 0.5);
        }
    }

    @Test
    void integersAreEquallyLikely() {
        Generator g = new Generator(13);
        for (DType dtype : new DType[] {DType.I8, DType.U8, DType.I16, DType.I32, DType.I64, DType.F32, DType.F64}) {
            long[] draws = empty(dtype, N).random_(0, 100, g).toLongArray();
            hasCounts("randint " + dtype, counts(100, draws), evenly(100));
        }
        long range = 3L << 30; // a third of the numbers would be twice as likely if 32 bits were scaled
        long[] wide = Tensor.randint(0, range, Shape.of(N), DType.I64, On.REFERENCE, g)
                .toLongArray();
        hasCounts(
                "thirds", counts(3, Arrays.stream(wide).map(x -> x / (1 << 30)).toArray()), evenly(3));
        hasCounts("remainders", counts(3, Arrays.stream(wide).map(x -> x % 3).toArray()), evenly(3));
        long[] half = empty(DType.I64, N).random_(g).toLongArray();
        hasCounts("all longs", counts(64, Arrays.stream(half).map(x -> x >>> 57).toArray()), evenly(64));
        hasCounts("bool", counts(2, empty(DType.BOOL, N).random_(g).toLongArray()), 0.5, 0.5);
    }

    @Test
    void eventsHappenWithTheirProbability() {
        Generator g = new Generator(14);
        hasCounts("bernoulli_", counts(2, empty(DType.I32, N).bernoulli_(0.3, g).toLongArray()), 0.7, 0.3);
        Tensor p = On.of(new double[] {0.1, 0.9}, DType.F16).expand(N, 2);
        Tensor draws = p.bernoulli(g);
        hasCounts("bernoulli 0.1", counts(2, draws.select(1, 0).toLongArray()), 0.9, 0.1);
        hasCounts("bernoulli 0.9", counts(2, draws.select(1, 1).toLongArray()), 0.1, 0.9);
        hasCounts(
                "rare",
                counts(2, empty(DType.F16, 1_000_000).bernoulli_(1e-4, g).toLongArray()),
                0.9999,
                0.0001);
        double[] geometric = new double[21];
        for (int k = 1; k < 20; k++) {
            geometric[k] = 0.2 * Math.pow(0.8, k - 1);
        }
        geometric[20] = Math.pow(0.8, 19);
        for (DType dtype : new DType[] {DType.F32, DType.F64, DType.I64}) {
            long[] trials = empty(dtype, N).geometric_(0.2, g).toLongArray();
            long[] counts = counts(21, trials);
            assertThat(counts[0]).isZero();
            hasCounts("geometric " + dtype, Arrays.copyOfRange(counts, 1, 21), Arrays.copyOfRange(geometric, 1, 21));
        }
    }

    @Test
    void countsOfEventsArePoisson() {
        Generator g = new Generator(15);
        for (double rate : new double[] {0.5, 4, 9.9, 10, 30}) {
            int categories = (int) (2.2 * rate + 4);
            double[] probabilities = new double[categories];
            double term = Math.exp(-rate);
            double rest = 1;
            for (int k = 0; k < categories - 1; k++) {
                probabilities[k] = term;
                rest -= term;
                term *= rate / (k + 1);
            }
            probabilities[categories - 1] = rest;
            Tensor rates = On.of(new double[] {rate}, DType.F64).expand(N);
            hasPooledCounts(
                    "poisson " + rate, counts(categories, rates.poisson(g).toLongArray()), probabilities);
        }
        double[] large =
                On.of(new double[] {1e6}, DType.F64).expand(N).poisson(g).toDoubleArray();
        hasDistribution("poisson 1e6", On.doubles(large), x -> phi((x + 0.5 - 1e6) / 1000));
    }

    /** Categories that are expected fewer than ten times count as one. */
    private static void hasPooledCounts(String name, long[] counts, double[] probabilities) {
        double total = Arrays.stream(counts).sum();
        long[] pooled = new long[counts.length + 1];
        double[] chances = new double[counts.length + 1];
        int kept = 1;
        for (int i = 0; i < counts.length; i++) {
            int at = total * probabilities[i] < 10 ? 0 : kept++;
            pooled[at] += counts[i];
            chances[at] += probabilities[i];
        }
        int from = total * chances[0] < 5 ? 1 : 0;
        hasCounts(name, Arrays.copyOfRange(pooled, from, kept), Arrays.copyOfRange(chances, from, kept));
    }

    @Test
    void categoriesAreDrawnByWeight() {
        Generator g = new Generator(16);
        Tensor weights = On.of(new double[][] {{1, 2, 0, 5}, {4, 0, 4, 2}}, DType.F32);
        Tensor with = weights.multinomial(N, true, g);
        hasCounts("with", drop(counts(4, with.select(0, 0).toLongArray()), 2), 0.125, 0.25, 0.625);
        hasCounts("with", drop(counts(4, with.select(0, 1).toLongArray()), 1), 0.4, 0.4, 0.2);
        Tensor without = weights.select(0, 0).expand(N, 4).multinomial(3, false, g);
        hasCounts("first", drop(counts(4, without.select(1, 0).toLongArray()), 2), 0.125, 0.25, 0.625);
        double second = 0.25 * 1 / 6 + 0.625 * 1 / 3; // category 0 after 1, and after 3
        long zeros = counts(4, without.select(1, 1).toLongArray())[0];
        hasCounts("second", new long[] {zeros, N - zeros}, second, 1 - second);
        assertThat(without.sum(1).toLongArray()).containsOnly(4);
    }

    private static long[] drop(long[] counts, int empty) {
        assertThat(counts[empty]).isZero();
        long[] others = new long[counts.length - 1];
        System.arraycopy(counts, 0, others, 0, empty);
        System.arraycopy(counts, empty + 1, others, empty, others.length - empty);
        return others;
    }

    @Test
    void everyNumberIsEquallyLikelyAtEveryPositionOfAnOrder() {
        Generator g = new Generator(17);
        int n = 6;
        long[][] at = new long[n][n];
        long[] orders = new long[24];
        for (int i = 0; i < 12_000; i++) {
            long[] order = Tensor.randperm(n, DType.I64, On.REFERENCE, g).toLongArray();
            for (int k = 0; k < n; k++) {
                at[k][(int) order[k]]++;
            }
            long[] four = Tensor.randperm(4, DType.I64, On.REFERENCE, g).toLongArray();
            long rank = 0;
            for (int a = 0; a < 4; a++) {
                int smaller = 0;
                for (int b = a + 1; b < 4; b++) {
                    smaller += four[b] < four[a] ? 1 : 0;
                }
                rank = rank * (4 - a) + smaller;
            }
            orders[(int) rank]++;
        }
        for (int k = 0; k < n; k++) {
            hasCounts("position " + k, at[k], evenly(n));
        }
        hasCounts("orders of four", orders, evenly(24));
    }

    /** Pairs of neighbours, within blocks and across them and across fills, lie anywhere in the square. */
    @Test
    void neighboursAreIndependent() {
        Generator g = new Generator(18);
        int side = 10;
        for (int lag : new int[] {1, 2, 3, 4, 5, 64}) {
            double[] draws = Tensor.rand(Shape.of(2 * N + 2 * lag), DType.F32, On.REFERENCE, g)
                    .mul(side)
                    .toDoubleArray();
            long[] cells = new long[N];
            for (int k = 0; k < N; k++) {
                int i = k / lag * 2 * lag + k % lag; // no draw is in two pairs
                cells[k] = (long) Math.floor(draws[i]) * side + (long) Math.floor(draws[i + lag]);
            }
            hasCounts("lag " + lag, counts(side * side, cells), evenly(side * side));
        }
        long[] firsts = new long[N];
        int[] a = new int[4];
        int[] b = new int[4];
        for (int i = 0; i < N; i++) {
            Philox.block(i, 0, a);
            Philox.block(i + 1L, 0, b);
            firsts[i] = (a[0] >>> 29) * 8L + (b[0] >>> 29);
        }
        hasCounts("neighbouring seeds", counts(64, firsts), evenly(64));
        double[] normals =
                Tensor.randn(Shape.of(2 * N), DType.F32, On.REFERENCE, g).toDoubleArray();
        long[] quadrants = new long[N];
        for (int i = 0; i < N; i++) {
            quadrants[i] = (normals[2 * i] > 0 ? 2L : 0) + (normals[2 * i + 1] > 0 ? 1L : 0);
        }
        hasCounts("signs of the two branches", counts(4, quadrants), evenly(4));
    }

    @Test
    void dropoutMasksOfOneSeedDifferFromCallToCall() {
        Generator g = new Generator(19);
        Tensor ones = Tensor.ones(Shape.of(1000), DType.F32, Device.of("reference"));
        assertThat(ones.bernoulli(0.5, g)
                        .eq(ones.bernoulli(0.5, g))
                        .toLong()
                        .sum()
                        .item())
                .isBetween(430.0, 570.0);
    }
}
