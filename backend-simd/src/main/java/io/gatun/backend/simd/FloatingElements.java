package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.spi.Elements;
import java.lang.foreign.MemorySegment;

/** Floating-point elements of any width as {@code double}, by byte offset: the sibling of {@link IntegerElements}. */
final class FloatingElements {
    private FloatingElements() {}

    /** The element at byte {@code at}. */
    static double get(DType dtype, MemorySegment segment, long at) {
        return switch (dtype) {
            case F16 -> Float.float16ToFloat(segment.get(Lanes.SHORT, at));
            case BF16 -> Elements.bfloat16ToFloat(segment.get(Lanes.SHORT, at));
            case F32 -> segment.get(Lanes.FLOAT, at);
            case F64 -> segment.get(Lanes.DOUBLE, at);
            case I8, U8, I16, I32, I64, BOOL -> throw new IllegalStateException(dtype + " is not floating-point");
        };
    }

    /** Stores {@code value} rounded to the dtype, through F32 for the half types. */
    static void set(DType dtype, MemorySegment segment, long at, double value) {
        switch (dtype) {
            case F16 -> segment.set(Lanes.SHORT, at, Float.floatToFloat16((float) value));
            case BF16 -> segment.set(Lanes.SHORT, at, Elements.floatToBfloat16((float) value));
            case F32 -> segment.set(Lanes.FLOAT, at, (float) value);
            case F64 -> segment.set(Lanes.DOUBLE, at, value);
            case I8, U8, I16, I32, I64, BOOL -> throw new IllegalStateException(dtype + " is not floating-point");
        }
    }
}
