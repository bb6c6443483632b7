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
 * The kernel of cumsum of contiguous F32 or F64 (class data), in double, a vector at a time; for vectors of at least
 * four lanes.
 *
 * <p>Within a vector, sums of 1, 2 and then 4 neighbours give all running sums in three steps instead of eight (Hillis and
 * Steele, "Data parallel algorithms", 1986), and what went before is added to all lanes at once, so that only one addition
 * waits for another. The order of additions is another one than from left to right; where that could be seen, because the
 * sum leaves the finite numbers, the vector is done again from left to right. Products have no such form here: a part of a
 * product may underflow where the whole does not.
 */
final class SumScanTemplate implements Scans.Kernel {
    private static final boolean F32 = Stamp.data(MethodHandles.lookup(), 0, DType.class) == DType.F32;
    private static final int SIZE = F32 ? Float.BYTES : Double.BYTES;
    private static final VectorSpecies<Double> SPECIES = VectorWidth.species(double.class);
    private static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));
    private static final int LANES = SPECIES.length();
    private static final VectorShuffle<Double> UP_1 = VectorShuffle.iota(SPECIES, LANES - 1, 1, true);
    private static final VectorShuffle<Double> UP_2 = VectorShuffle.iota(SPECIES, LANES - 2, 1, true);
    private static final VectorShuffle<Double> UP_4 = VectorShuffle.iota(SPECIES, LANES - 4 % LANES, 1, true);
    private static final VectorMask<Double> FROM_1 = VectorMask.fromLong(SPECIES, -1L << 1);
    private static final VectorMask<Double> FROM_2 = VectorMask.fromLong(SPECIES, -1L << 2);
    private static final VectorMask<Double> FROM_4 = VectorMask.fromLong(SPECIES, -1L << 4);

    SumScanTemplate() {}

    @Override
    public void run(MemorySegment x, long at, long step, MemorySegment out, long outAt, long outStep, long n) {
        double running = 0;
        long i = 0;
        for (; i <= n - LANES; i += LANES) {
            DoubleVector sums = sums(load(x, at + i * SIZE)).add(running);
            if (sums.test(VectorOperators.IS_FINITE).allTrue()) {
                store(sums, out, outAt + i * SIZE);
                running = sums.lane(LANES - 1);
            } else {
                running = oneByOne(x, at + i * SIZE, out, outAt + i * SIZE, LANES, running);
            }
        }
        oneByOne(x, at + i * SIZE, out, outAt + i * SIZE, n - i, running);
    }

    private static DoubleVector sums(DoubleVector x) {
        DoubleVector pairs = x.add(x.rearrange(UP_1), FROM_1);
        DoubleVector fours = pairs.add(pairs.rearrange(UP_2), FROM_2);
        return LANES == 4 ? fours : fours.add(fours.rearrange(UP_4), FROM_4);
    }

    private static double oneByOne(
            MemorySegment x, long at, MemorySegment out, long outAt, long count, double running) {
        double sum = running;
        for (long i = 0; i < count; i++) {
            if (F32) {
                sum += x.get(Lanes.FLOAT, at + i * SIZE);
                out.set(Lanes.FLOAT, outAt + i * SIZE, (float) sum);
            } else {
                sum += x.get(Lanes.DOUBLE, at + i * SIZE);
                out.set(Lanes.DOUBLE, outAt + i * SIZE, sum);
            }
        }
        return sum;
    }

    private static DoubleVector load(MemorySegment x, long at) {
        return F32
                ? (DoubleVector) FloatVector.fromMemorySegment(FLOATS, x, at, Lanes.ORDER)
                        .convertShape(VectorOperators.F2D, SPECIES, 0)
                : DoubleVector.fromMemorySegment(SPECIES, x, at, Lanes.ORDER);
    }

    private static void store(DoubleVector sums, MemorySegment out, long at) {
        if (F32) {
            sums.convertShape(VectorOperators.D2F, FLOATS, 0).intoMemorySegment(out, at, Lanes.ORDER);
        } else {
            sums.intoMemorySegment(out, at, Lanes.ORDER);
        }
    }
}
