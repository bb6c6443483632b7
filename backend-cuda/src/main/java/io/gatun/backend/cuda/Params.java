package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.spi.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.Pointer;

/**
 * The argument of a kernel: each takes one structure, whose fields are all of eight bytes, so that they lie one after the other.
 *
 * <p>The driver copies them while a launch is called, so a thread has one of these for all its launches, on whichever stream: native
 * memory that begins with the address of the structure behind it, which is what a launch takes. What was written stays until
 * {@link #clear}: two launches that differ in a number or two are one structure with these {@linkplain #set set} in between.
 */
final class Params {
    private static final int CAPACITY = 4096; // what a kernel takes at most

    private final MemorySegment memory = Arena.ofAuto().allocate(Long.BYTES + CAPACITY, Long.BYTES);
    private final Pointer addresses = Address.host(memory.address());
    private long at;

    Params() {
        memory.set(ValueLayout.JAVA_LONG, 0, memory.address() + Long.BYTES);
    }

    /** Begins the next structure. */
    Params clear() {
        at = Long.BYTES;
        return this;
    }

    Params add(long value) {
        memory.set(ValueLayout.JAVA_LONG, at, value);
        at += Long.BYTES;
        return this;
    }

    Params add(double value) {
        return add(Double.doubleToRawLongBits(value));
    }

    /** As 1 or 0. */
    Params add(boolean value) {
        return add(value ? 1L : 0L);
    }

    /** As an element of {@code dtype}, in the lowest bytes. */
    Params add(DType dtype, Scalar value) {
        long place = at;
        add(0);
        Elements.set(dtype, memory, place / dtype.byteSize(), value);
        return this;
    }

    /** Writes field {@code field} again, counted from 0. */
    Params set(int field, long value) {
        memory.set(ValueLayout.JAVA_LONG, (field + 1L) * Long.BYTES, value);
        return this;
    }

    /** For a launch. */
    Pointer addresses() {
        return addresses;
    }
}
