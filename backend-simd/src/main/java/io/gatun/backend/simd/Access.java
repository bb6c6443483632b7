package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;

/** Single elements of one dtype, by byte offset and without a demand on alignment. Stamped from {@link AccessTemplate}. */
interface Access {
    /** The element of an integer dtype; U8 from 0 to 255. */
    long integer(MemorySegment segment, long at);

    /** The element of a floating-point dtype. */
    double floating(MemorySegment segment, long at);

    /** Stores a number into an integer dtype: its low bits; for bool, whether it is not 0. */
    void set(MemorySegment segment, long at, long value);

    /** Stores a number into a floating-point dtype: rounded once, for half floats from F32. */
    void set(MemorySegment segment, long at, double value);

    /** The one for general use. */
    static Access of(DType dtype) {
        return Accesses.of(dtype);
    }

    /** A copy for one kernel alone, so that the JIT inlines it there; see {@link Stamp}. */
    static Access own(DType dtype) {
        return Stamp.of(Access.class, AccessTemplate.class, dtype);
    }
}
