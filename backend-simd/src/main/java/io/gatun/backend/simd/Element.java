package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.spi.Elements;
import java.lang.foreign.MemorySegment;

/**
 * Single elements of a dtype, by byte offset and without a demand on alignment. In templates, where the dtype is a constant,
 * the one access that remains stands in the template's own loop; {@link Stamp} says why.
 */
final class Element {
    private Element() {}

    /** The element of an integer dtype; U8 from 0 to 255. */
    @Expanded
    static long integer(DType dtype, MemorySegment segment, long at) {
        if (dtype == DType.I8) {
            return segment.get(Lanes.BYTE, at);
        } else if (dtype == DType.U8 || dtype == DType.BOOL) {
            return segment.get(Lanes.BYTE, at) & 0xFF;
        } else if (dtype == DType.I16) {
            return segment.get(Lanes.SHORT, at);
        } else if (dtype == DType.I32) {
            return segment.get(Lanes.INT, at);
        } else if (dtype == DType.I64) {
            return segment.get(Lanes.LONG, at);
        }
        throw Stamp.notHere(dtype);
    }

    /** The element of a floating-point dtype. */
    @Expanded
    static double floating(DType dtype, MemorySegment segment, long at) {
        if (dtype == DType.F16) {
            return Float.float16ToFloat(segment.get(Lanes.SHORT, at));
        } else if (dtype == DType.BF16) {
            return Elements.bfloat16ToFloat(segment.get(Lanes.SHORT, at));
        } else if (dtype == DType.F32) {
            return segment.get(Lanes.FLOAT, at);
        } else if (dtype == DType.F64) {
            return segment.get(Lanes.DOUBLE, at);
        }
        throw Stamp.notHere(dtype);
    }

    /** Stores a number into an integer dtype: its low bits; for bool, whether it is not 0. */
    @Expanded
    static void set(DType dtype, MemorySegment segment, long at, long value) {
        if (dtype == DType.I8 || dtype == DType.U8) {
            segment.set(Lanes.BYTE, at, (byte) value);
        } else if (dtype == DType.BOOL) {
            segment.set(Lanes.BYTE, at, (byte) (value != 0 ? 1 : 0));
        } else if (dtype == DType.I16) {
            segment.set(Lanes.SHORT, at, (short) value);
        } else if (dtype == DType.I32) {
            segment.set(Lanes.INT, at, (int) value);
        } else if (dtype == DType.I64) {
            segment.set(Lanes.LONG, at, value);
        } else {
            throw Stamp.notHere(dtype);
        }
    }

    /** Stores a number into a floating-point dtype: rounded once, for half floats from F32. */
    @Expanded
    static void set(DType dtype, MemorySegment segment, long at, double value) {
        if (dtype == DType.F16) {
            segment.set(Lanes.SHORT, at, Float.floatToFloat16((float) value));
        } else if (dtype == DType.BF16) {
            segment.set(Lanes.SHORT, at, Elements.floatToBfloat16((float) value));
        } else if (dtype == DType.F32) {
            segment.set(Lanes.FLOAT, at, (float) value);
        } else if (dtype == DType.F64) {
            segment.set(Lanes.DOUBLE, at, value);
        } else {
            throw Stamp.notHere(dtype);
        }
    }
}
