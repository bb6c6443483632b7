package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link PhiloxKernel} on vectors of I64. Class data: their species.
 *
 * <p>Both factors of a product are masked to 32 bits although they have no others: by that the JIT knows that the machine's
 * product of halves is what is meant, where one of whole lanes takes three times as long or is missing.
 */
final class PhiloxTemplate implements PhiloxKernel {
    @SuppressWarnings("unchecked")
    private static final VectorSpecies<Long> SPECIES =
            (VectorSpecies<Long>) Stamp.data(MethodHandles.lookup(), 0, VectorSpecies.class);

    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int LANES = SPECIES.length();
    private static final long LOW = 0xFFFFFFFFL;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;

    PhiloxTemplate() {}

    @Override
    public void begin(MemorySegment planes, long plane, long counter) {
        LongVector zero = LongVector.broadcast(SPECIES, 0);
        LongVector lanes = zero.addIndex(1);
        for (long at = 0; at < plane; at += BYTES) {
            LongVector c = lanes.add(counter + at / BYTES * LANES);
            c.and(LOW).intoMemorySegment(planes, at, Lanes.ORDER);
            c.lanewise(VectorOperators.LSHR, 32).intoMemorySegment(planes, plane + at, Lanes.ORDER);
            zero.intoMemorySegment(planes, 2 * plane + at, Lanes.ORDER);
            zero.intoMemorySegment(planes, 3 * plane + at, Lanes.ORDER);
        }
    }

    @Override
    public void rounds(MemorySegment planes, long plane, int key0, int key1) {
        LongVector m0 = LongVector.broadcast(SPECIES, MULTIPLIER_0);
        LongVector m1 = LongVector.broadcast(SPECIES, MULTIPLIER_1);
        long first0 = key0 & LOW;
        long first1 = key1 & LOW;
        long second0 = (key0 + WEYL_0) & LOW;
        long second1 = (key1 + WEYL_1) & LOW;
        for (long at = 0; at < plane; at += BYTES) {
            LongVector p0 = LongVector.fromMemorySegment(SPECIES, planes, at, Lanes.ORDER)
                    .and(LOW)
                    .mul(m0.and(LOW));
            LongVector p1 = LongVector.fromMemorySegment(SPECIES, planes, 2 * plane + at, Lanes.ORDER)
                    .and(LOW)
                    .mul(m1.and(LOW));
            LongVector c0 = p1.lanewise(VectorOperators.LSHR, 32)
                    .lanewise(
                            VectorOperators.XOR, LongVector.fromMemorySegment(SPECIES, planes, plane + at, Lanes.ORDER))
                    .lanewise(VectorOperators.XOR, first0);
            LongVector c2 = p0.lanewise(VectorOperators.LSHR, 32)
                    .lanewise(
                            VectorOperators.XOR,
                            LongVector.fromMemorySegment(SPECIES, planes, 3 * plane + at, Lanes.ORDER))
                    .lanewise(VectorOperators.XOR, first1);
            LongVector q0 = c0.and(LOW).mul(m0.and(LOW));
            LongVector q1 = c2.and(LOW).mul(m1.and(LOW));
            q1.lanewise(VectorOperators.LSHR, 32)
                    .lanewise(VectorOperators.XOR, p1.and(LOW))
                    .lanewise(VectorOperators.XOR, second0)
                    .intoMemorySegment(planes, at, Lanes.ORDER);
            q1.and(LOW).intoMemorySegment(planes, plane + at, Lanes.ORDER);
            q0.lanewise(VectorOperators.LSHR, 32)
                    .lanewise(VectorOperators.XOR, p0.and(LOW))
                    .lanewise(VectorOperators.XOR, second1)
                    .intoMemorySegment(planes, 2 * plane + at, Lanes.ORDER);
            q0.and(LOW).intoMemorySegment(planes, 3 * plane + at, Lanes.ORDER);
        }
    }
}
