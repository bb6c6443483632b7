package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * Integer elements of any width as {@code long}, by byte offset and without a demand on alignment. With a constant dtype
 * nothing of the switch is left.
 */
final class IntegerElements {
    private IntegerElements() {}

    /** The element at byte {@code at}, U8 from 0 to 255. */
    static long get(DType dtype, MemorySegment segment, long at) {
        return switch (dtype) {
            case I8 -> segment.get(Lanes.BYTE, at);
            case U8, BOOL -> segment.get(Lanes.BYTE, at) & 0xFF;
            case I16 -> segment.get(Lanes.SHORT, at);
            case I32 -> segment.get(Lanes.INT, at);
            case I64 -> segment.get(Lanes.LONG, at);
            case F16, BF16, F32, F64 -> throw new IllegalStateException(dtype + " is no integer");
        };
    }

    /** Stores the low bits of {@code value}; for bool, whether it is not 0. */
    static void set(DType dtype, MemorySegment segment, long at, long value) {
        switch (dtype) {
            case I8, U8 -> segment.set(Lanes.BYTE, at, (byte) value);
            case BOOL -> segment.set(Lanes.BYTE, at, (byte) (value != 0 ? 1 : 0));
            case I16 -> segment.set(Lanes.SHORT, at, (short) value);
            case I32 -> segment.set(Lanes.INT, at, (int) value);
            case I64 -> segment.set(Lanes.LONG, at, value);
            case F16, BF16, F32, F64 -> throw new IllegalStateException(dtype + " is no integer");
        }
    }
}
