package io.gatun.tensor.spi;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.RandomKind;

/**
 * The random numbers of this library: Philox 4x32-10, a bijection that turns a counter and a seed into four random
 * words. There is no state: element i of a tensor depends on seed, counter and i alone, so every backend, and any number
 * of threads, gives the same numbers.
 *
 * <p>Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Block b of
 * a stream is Philox of the 128-bit counter (b, 0) under the 64-bit key {@code seed}, low words first.
 *
 * <p>How elements use words, with element i of a fill that starts at block {@code counter}. Where two words serve one
 * element (F64, and wide integers) they are words 2(i mod 2) and the next of block counter + i / 2, else it is word i mod 4
 * of block counter + i / 4. All is computed in double, by functions of its own, and rounded to the dtype once (for F16 and BF16
 * to F32 before): the numbers are defined to the last bit.
 *
 * <ul>
 *   <li>uniform: the top 24 bits (53 for F64, 11 for F16, 8 for BF16) as a fraction u, then first + u * (second - first).
 *   <li>normal: elements 2j and 2j + 1 are the cosine and the sine branch of Box and Muller's method on u1 in (0, 1] and
 *       u2 in [0, 1), from 32 bits each: words 2(j mod 2) and the next of block counter + j / 2. F64: 53 bits each, from
 *       the two halves of block counter + j. Log-normal: its exponential.
 *   <li>exponential, Cauchy, geometric: the inverse of the distribution function at u in (0, 1), the middle of one of
 *       2^32 (F64: 2^52) equal intervals: -log(u) / first; first + second * tan(pi * (u - 1/2)), the quotient of sine and cosine; log(u) / log(1 - first)
 *       rounded up.
 *   <li>Bernoulli: second where a uniform number in [0, 1) is below first, else 0. Both are numbers of F32, or for F64 of F64.
 *   <li>integer: the word's product with the range, upper 32 bits; ranges above 2^24 use 64 bits, so that no number is
 *       more than 1/256 likelier than another.
 * </ul>
 */
public final class Philox {
    private static final int MULTIPLIER_0 = 0xD2511F53;
    private static final int MULTIPLIER_1 = 0xCD9E8D57;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;
    private static final long LOW = 0xFFFFFFFFL;

    private Philox() {}

    /** The four words of block {@code counter} under {@code seed}, into {@code words[0..3]}. */
    public static void block(long seed, long counter, int[] words) {
        block(seed, counter, 0, words);
    }

    /** The four words of the block with a 128-bit counter, low half first: fills leave the high half 0. */
    public static void block(long seed, long counterLow, long counterHigh, int[] words) {
        int c0 = (int) counterLow;
        int c1 = (int) (counterLow >>> 32);
        int c2 = (int) counterHigh;
        int c3 = (int) (counterHigh >>> 32);
        int k0 = (int) seed;
        int k1 = (int) (seed >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = (MULTIPLIER_0 & LOW) * (c0 & LOW);
            long p1 = (MULTIPLIER_1 & LOW) * (c2 & LOW);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }

    /** How many elements one block serves; a fill of n elements uses ceil(n / this) blocks. */
    public static int elementsPerBlock(RandomKind kind, DType dtype, long range) {
        boolean wide = kind == RandomKind.INTEGER ? isWide(range) : dtype == DType.F64;
        return wide ? 2 : 4;
    }

    private static boolean isWide(long range) {
        return range < 0 || range > 1L << 24;
    }

    /** Elements {@code from} to {@code from + out.length} of a floating-point fill, before rounding to {@code dtype}. */
    public static void fill(
            RandomKind kind,
            DType dtype,
            double first,
            double second,
            long seed,
            long counter,
            long from,
            double[] out) {
        int[] words = new int[4];
        int perBlock = elementsPerBlock(kind, dtype, 0);
        double sine = 0;
        for (int n = 0; n < out.length; n++) {
            long i = from + n;
            int lane = (int) (i % perBlock);
            if (lane == 0 || n == 0) {
                block(seed, counter + i / perBlock, words);
            }
            if (kind == RandomKind.UNIFORM) {
                out[n] = first + uniform(dtype, words, lane) * (second - first);
            } else if (kind == RandomKind.NORMAL || kind == RandomKind.LOG_NORMAL) {
                double normal = sine;
                if (lane % 2 == 0 || n == 0) {
                    double radius = second * radius(dtype, words, lane);
                    double turns = turns(dtype, words, lane);
                    sine = first + radius * PhiloxFunctions.sine(turns);
                    normal = lane % 2 == 0 ? first + radius * PhiloxFunctions.cosine(turns) : sine;
                }
                out[n] = kind == RandomKind.NORMAL ? normal : PhiloxFunctions.exp(normal);
            } else if (kind == RandomKind.EXPONENTIAL) {
                out[n] = -PhiloxFunctions.log(inside(dtype, words, lane)) / first;
            } else if (kind == RandomKind.CAUCHY) {
                double turns = (inside(dtype, words, lane) - 0.5) * 0.5;
                out[n] = first + second * (PhiloxFunctions.sine(turns) / PhiloxFunctions.cosine(turns));
            } else if (kind == RandomKind.GEOMETRIC) {
                out[n] = Math.ceil(PhiloxFunctions.log(inside(dtype, words, lane)) / StrictMath.log1p(-first));
            } else if (kind == RandomKind.BERNOULLI) {
                boolean wide = dtype == DType.F64;
                double u = uniform(wide ? DType.F64 : DType.F32, words, lane);
                out[n] = u < (wide ? first : (float) first) ? second : 0;
            } else {
                throw new IllegalArgumentException("integers are filled as long");
            }
        }
    }

    /** Elements {@code from} to {@code from + out.length} of an integer fill on [low, high). */
    public static void fill(long low, long high, long seed, long counter, long from, long[] out) {
        int[] words = new int[4];
        long range = high - low;
        boolean wide = isWide(range);
        int perBlock = wide ? 2 : 4;
        for (int n = 0; n < out.length; n++) {
            long i = from + n;
            int lane = (int) (i % perBlock);
            if (lane == 0 || n == 0) {
                block(seed, counter + i / perBlock, words);
            }
            out[n] = low
                    + (wide
                            ? Math.unsignedMultiplyHigh(join(words[2 * lane], words[2 * lane + 1]), range)
                            : (words[lane] & LOW) * range >>> 32);
        }
    }

    private static double radius(DType dtype, int[] words, int lane) {
        double u =
                dtype == DType.F64 ? 1 - fraction53(words[0], words[1]) : ((words[lane / 2 * 2] & LOW) + 1) * 0x1p-32;
        return Math.sqrt(-2 * PhiloxFunctions.log(u));
    }

    private static double turns(DType dtype, int[] words, int lane) {
        return dtype == DType.F64 ? fraction53(words[2], words[3]) : (words[lane / 2 * 2 + 1] & LOW) * 0x1p-32;
    }

    /** In (0, 1), neither end included. */
    private static double inside(DType dtype, int[] words, int lane) {
        return dtype == DType.F64
                ? ((join(words[2 * lane], words[2 * lane + 1]) >>> 12) + 0.5) * 0x1p-52
                : ((words[lane] & LOW) + 0.5) * 0x1p-32;
    }

    private static double uniform(DType dtype, int[] words, int lane) {
        if (dtype == DType.F64) {
            return fraction53(words[2 * lane], words[2 * lane + 1]);
        } else if (dtype == DType.F16) {
            return (words[lane] >>> 21) * 0x1p-11;
        }
        return dtype == DType.BF16 ? (words[lane] >>> 24) * 0x1p-8 : (words[lane] >>> 8) * 0x1p-24;
    }

    private static double fraction53(int low, int high) {
        return (join(low, high) >>> 11) * 0x1p-53;
    }

    private static long join(int low, int high) {
        return low & LOW | (long) high << 32;
    }
}
