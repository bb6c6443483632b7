package io.gatun.tensor.file;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Truth values in files: kernels rely on their being 0 or 1. */
public final class Truth {
    private static final long EVEN_BITS = 0xFEFEFEFEFEFEFEFEL;

    private Truth() {}

    /** Where the first byte is that is neither 0 nor 1, or -1. */
    public static long firstOther(MemorySegment bytes) {
        long size = bytes.byteSize();
        long at = 0;
        while (at + 8 <= size && (bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at) & EVEN_BITS) == 0) {
            at += 8;
        }
        for (; at < size; at++) {
            if ((bytes.get(ValueLayout.JAVA_BYTE, at) & ~1) != 0) {
                return at;
            }
        }
        return -1;
    }
}
