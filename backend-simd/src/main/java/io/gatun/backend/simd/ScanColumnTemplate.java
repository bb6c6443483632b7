package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators.Conversion;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of cumsum and cumprod of columns side by side: vectors lie across columns and keep what each has come to, as
 * F64 or I64. Class data: dtype (F32, F64 or I64), the {@link BinaryBody} of the sum or product of what is kept.
 */
final class ScanColumnTemplate<E, A> implements Scans.Columns {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final BinaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 1, BinaryBody.class);
    private static final boolean CONVERTS = DTYPE == DType.F32;
    private static final VectorSpecies<?> KEPT = Lanes.species(CONVERTS ? DType.F64 : DTYPE);
    private static final VectorSpecies<?> SPECIES =
            CONVERTS ? CastRoute.of(DType.F32, DType.F64).species(DType.F32) : KEPT;
    private static final Conversion<?, ?> IN = CastRoute.step(DType.F32, DType.F64);
    private static final Conversion<?, ?> OUT = CastRoute.step(DType.F64, DType.F32);
    private static final long KEPT_BYTES = KEPT.vectorByteSize();
    private static final long BYTES = SPECIES.vectorByteSize();

    ScanColumnTemplate() {}

    @Override
    public void run(
            MemorySegment x,
            long at,
            long step,
            MemorySegment out,
            long outAt,
            long outStep,
            long n,
            MemorySegment kept,
            int vectors) {
        for (long row = 0; row < n; row++) {
            for (int i = 0; i < vectors; i++) {
                one(x, at + row * step + i * BYTES, out, outAt + row * outStep + i * BYTES, kept, i * KEPT_BYTES);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private void one(MemorySegment x, long at, MemorySegment out, long outAt, MemorySegment kept, long keptAt) {
        VectorSpecies<A> species = (VectorSpecies<A>) KEPT;
        Vector<E> element = ((VectorSpecies<E>) SPECIES).fromMemorySegment(x, at, Lanes.ORDER);
        Vector<A> wide = CONVERTS ? element.convertShape((Conversion<E, A>) IN, species, 0) : element.check(species);
        Vector<A> result = ((BinaryBody<A>) BODY).apply(species.fromMemorySegment(kept, keptAt, Lanes.ORDER), wide);
        result.intoMemorySegment(kept, keptAt, Lanes.ORDER);
        if (CONVERTS) {
            result.convertShape((Conversion<A, E>) OUT, (VectorSpecies<E>) SPECIES, 0)
                    .intoMemorySegment(out, outAt, Lanes.ORDER);
        } else {
            result.intoMemorySegment(out, outAt, Lanes.ORDER);
        }
    }
}
