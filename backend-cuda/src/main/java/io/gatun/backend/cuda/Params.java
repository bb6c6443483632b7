package io.gatun.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.Pointer;

/**
 * The argument of a kernel: each takes one structure, whose fields are all of eight bytes, so that they lie one after the other.
 *
 * <p>The driver copies them while a launch is called, so a stream has one of these for all its launches: native memory
 * that begins with the address of the structure behind it, which is what a launch takes.
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

    /** For a launch. */
    Pointer addresses() {
        return addresses;
    }
}
