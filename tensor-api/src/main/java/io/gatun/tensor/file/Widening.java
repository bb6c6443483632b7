package io.gatun.tensor.file;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The unsigned integers that have no dtype of their own, and the signed one that each is read as. */
public enum Widening {
    /** uint16 to I32. */
    UNSIGNED_16(2, DType.I32),
    /** uint32 to I64. */
    UNSIGNED_32(4, DType.I64),
    /** uint64 to I64, if the values fit. */
    UNSIGNED_64(8, DType.I64);

    private final int byteSize;
    private final DType dtype;

    Widening(int byteSize, DType dtype) {
        this.byteSize = byteSize;
        this.dtype = dtype;
    }

    /** Bytes of an element before. */
    public int byteSize() {
        return byteSize;
    }

    /** What elements are afterwards. */
    public DType dtype() {
        return dtype;
    }

    /**
     * Widens the first {@code count} numbers of {@code from}, in the machine's byte order.
     *
     * @param first the element of {@code to} that the first of them becomes
     * @return the first that is above 2^63 - 1, or -1
     */
    public long widen(MemorySegment from, long count, MemorySegment to, long first) {
        switch (this) {
            case UNSIGNED_16 -> {
                for (long i = 0; i < count; i++) {
                    int value = from.getAtIndex(ValueLayout.JAVA_SHORT, i) & 0xFFFF;
                    to.setAtIndex(ValueLayout.JAVA_INT, first + i, value);
                }
            }
            case UNSIGNED_32 -> {
                for (long i = 0; i < count; i++) {
                    long value = from.getAtIndex(ValueLayout.JAVA_INT, i) & 0xFFFFFFFFL;
                    to.setAtIndex(ValueLayout.JAVA_LONG, first + i, value);
                }
            }
            case UNSIGNED_64 -> {
                for (long i = 0; i < count; i++) {
                    long value = from.getAtIndex(ValueLayout.JAVA_LONG, i);
                    if (value < 0) {
                        return i;
                    }
                    to.setAtIndex(ValueLayout.JAVA_LONG, first + i, value);
                }
            }
        }
        return -1;
    }
}
