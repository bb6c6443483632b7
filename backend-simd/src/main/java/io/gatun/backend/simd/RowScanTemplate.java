package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of cumsum and cumprod of contiguous F32 or F64, in double, a vector at a time; for vectors of at least four
 * lanes. Class data: dtype, whether products.
 *
 * <p>Within a vector, results of 1, 2 and then 4 neighbours give all running results in three steps instead of eight (Hillis
 * and Steele, "Data parallel algorithms", 1986), and what went before is combined with all lanes at once, so that only one
 * operation waits for another. The order is another one than from left to right. Where that could be seen, the vector is
 * done again from left to right: where a result leaves the finite numbers, and for products where one on the way, which may
 * have none of the elements before, leaves the normal ones.
 */
final class RowScanTemplate implements Scans.Kernel {
    private static final boolean F32 = Stamp.data(MethodHandles.lookup(), 0, DType.class) == DType.F32;
    private static final boolean PRODUCT = Stamp.data(MethodHandles.lookup(), 1, Boolean.class);
    private static final int SIZE = F32 ? Float.BYTES : Double.BYTES;
    private static final VectorSpecies<Double> SPECIES = VectorWidth.species(double.class);
    private static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));
    private static final Class<?> EXACT_FLOATS = FLOATS.vectorType();
    private static final int LANES = SPECIES.length();
    private static final VectorShuffle<Double> UP_1 = VectorShuffle.iota(SPECIES, LANES - 1, 1, true);
    private static final VectorShuffle<Double> UP_2 = VectorShuffle.iota(SPECIES, LANES - 2, 1, true);
    private static final VectorShuffle<Double> UP_4 = VectorShuffle.iota(SPECIES, LANES - 4 % LANES, 1, true);
    private static final VectorMask<Double> FROM_1 = VectorMask.fromLong(SPECIES, -1L << 1);
    private static final VectorMask<Double> FROM_2 = VectorMask.fromLong(SPECIES, -1L << 2);
    private static final VectorMask<Double> FROM_4 = VectorMask.fromLong(SPECIES, -1L << 4);

    RowScanTemplate() {}

    @Override
    public void run(MemorySegment x, long at, long step, MemorySegment out, long outAt, long outStep, long n) {
        double running = PRODUCT ? 1 : 0;
        long i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector ones = load(x, at + i * SIZE);
            DoubleVector twos = step(ones, UP_1, FROM_1);
            DoubleVector fours = step(twos, UP_2, FROM_2);
            DoubleVector eights = LANES == 4 ? fours : step(fours, UP_4, FROM_4);
            DoubleVector results = PRODUCT ? eights.mul(running) : eights.add(running);
            if (results.test(VectorOperators.IS_FINITE).allTrue()
                    && !(PRODUCT && anySmall(twos, fours, eights, results))) {
                store(results, out, outAt + i * SIZE);
                double last = eights.lane(LANES - 1); // and not the results': the next round need not wait for those
                running = PRODUCT ? running * last : running + last;
            } else {
                running = oneByOne(x, at + i * SIZE, out, outAt + i * SIZE, LANES, running);
            }
        }
        oneByOne(x, at + i * SIZE, out, outAt + i * SIZE, n - i, running);
    }

    private static DoubleVector step(DoubleVector x, VectorShuffle<Double> up, VectorMask<Double> from) {
        return PRODUCT ? x.mul(x.rearrange(up), from) : x.add(x.rearrange(up), from);
    }

    /** Eight elements of F32, unless all are subnormal, come to no less than the smallest normal double. */
    private static boolean anySmall(DoubleVector a, DoubleVector b, DoubleVector c, DoubleVector d) {
        VectorMask<Double> some = small(c).or(small(d));
        return (F32 ? some : some.or(small(a)).or(small(b))).anyTrue();
    }

    private static VectorMask<Double> small(DoubleVector x) {
        return x.abs().compare(VectorOperators.LT, Double.MIN_NORMAL);
    }

    private static double oneByOne(
            MemorySegment x, long at, MemorySegment out, long outAt, long count, double running) {
        double result = running;
        for (long i = 0; i < count; i++) {
            if (F32) {
                float element = x.get(Lanes.FLOAT, at + i * SIZE);
                result = PRODUCT ? result * element : result + element;
                out.set(Lanes.FLOAT, outAt + i * SIZE, (float) result);
            } else {
                double element = x.get(Lanes.DOUBLE, at + i * SIZE);
                result = PRODUCT ? result * element : result + element;
                out.set(Lanes.DOUBLE, outAt + i * SIZE, result);
            }
        }
        return result;
    }

    private static DoubleVector load(MemorySegment x, long at) {
        if (!F32) {
            return DoubleVector.fromMemorySegment(SPECIES, x, at, Lanes.ORDER);
        }
        Object floats = EXACT_FLOATS.cast(FloatVector.fromMemorySegment(FLOATS, x, at, Lanes.ORDER));
        return (DoubleVector) ((FloatVector) floats).convertShape(VectorOperators.F2D, SPECIES, 0);
    }

    private static void store(DoubleVector results, MemorySegment out, long at) {
        if (F32) {
            Object floats = EXACT_FLOATS.cast(results.convertShape(VectorOperators.D2F, FLOATS, 0));
            ((FloatVector) floats).intoMemorySegment(out, at, Lanes.ORDER);
        } else {
            results.intoMemorySegment(out, at, Lanes.ORDER);
        }
    }
}
