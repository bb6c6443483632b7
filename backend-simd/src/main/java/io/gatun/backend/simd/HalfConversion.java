package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.Vector;

/** One of the half types to F32 and back, over contiguous runs; offsets in bytes. Stamped from {@link HalvesTemplate}. */
interface HalfConversion {
    /** {@code n} elements as F32. */
    void widen(MemorySegment in, long at, MemorySegment out, long outAt, int n);

    /** {@code n} elements of F32, rounded. */
    void narrow(MemorySegment in, long at, MemorySegment out, long outAt, int n);

    /** As many as a vector of F32 has lanes, as F32. */
    Vector<Float> load(MemorySegment in, long at);
}
