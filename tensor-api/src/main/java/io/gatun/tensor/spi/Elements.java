package io.gatun.tensor.spi;

import io.gatun.tensor.DType;
import io.gatun.tensor.Scalar;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Single elements of a segment, read and written by dtype: for the edges of the library (a number in or out, printing)
 * and for backends' general paths. Indices count elements. Complex elements are two of half the size.
 */
public final class Elements {
    private Elements() {}

    /** The element as a double; exact for all dtypes but I64 beyond 2^53. */
    public static double getDouble(DType dtype, MemorySegment segment, long index) {
        return switch (dtype) {
            case F16 -> Float.float16ToFloat(segment.getAtIndex(ValueLayout.JAVA_SHORT, index));
            case BF16 -> bfloat16ToFloat(segment.getAtIndex(ValueLayout.JAVA_SHORT, index));
            case F32 -> segment.getAtIndex(ValueLayout.JAVA_FLOAT, index);
            case F64 -> segment.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
            case I8, U8, I16, I32, I64, BOOL -> getLong(dtype, segment, index);
            case C64, C128 -> throw noNumber(dtype);
        };
    }

    /** The element as a long; floating-point elements are truncated towards zero. */
    public static long getLong(DType dtype, MemorySegment segment, long index) {
        return switch (dtype) {
            case F16, BF16, F32, F64 -> (long) getDouble(dtype, segment, index);
            case I8 -> segment.get(ValueLayout.JAVA_BYTE, index);
            case U8 -> segment.get(ValueLayout.JAVA_BYTE, index) & 0xFF;
            case I16 -> segment.getAtIndex(ValueLayout.JAVA_SHORT, index);
            case I32 -> segment.getAtIndex(ValueLayout.JAVA_INT, index);
            case I64 -> segment.getAtIndex(ValueLayout.JAVA_LONG, index);
            case BOOL -> segment.get(ValueLayout.JAVA_BYTE, index) != 0 ? 1 : 0;
            case C64, C128 -> throw noNumber(dtype);
        };
    }

    /** Stores a double, converted as {@link io.gatun.tensor.op.Op.Cast} says. */
    public static void setDouble(DType dtype, MemorySegment segment, long index, double value) {
        switch (dtype) {
            case F16 -> segment.setAtIndex(ValueLayout.JAVA_SHORT, index, Float.floatToFloat16((float) value));
            case BF16 -> segment.setAtIndex(ValueLayout.JAVA_SHORT, index, floatToBfloat16((float) value));
            case F32 -> segment.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
            case F64 -> segment.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
            case BOOL -> segment.set(ValueLayout.JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
            case I8, U8, I16, I32, I64 -> setLong(dtype, segment, index, (long) value);
            case C64, C128 -> throw noNumber(dtype);
        }
    }

    /** Stores a long, converted as {@link io.gatun.tensor.op.Op.Cast} says: the low bits for narrower integers. */
    public static void setLong(DType dtype, MemorySegment segment, long index, long value) {
        switch (dtype) {
            case F16 -> segment.setAtIndex(ValueLayout.JAVA_SHORT, index, Float.floatToFloat16((float) value));
            case BF16 -> segment.setAtIndex(ValueLayout.JAVA_SHORT, index, floatToBfloat16((float) value));
            case F32 -> segment.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
            case F64 -> segment.setAtIndex(ValueLayout.JAVA_DOUBLE, index, (double) value);
            case I8, U8 -> segment.set(ValueLayout.JAVA_BYTE, index, (byte) value);
            case I16 -> segment.setAtIndex(ValueLayout.JAVA_SHORT, index, (short) value);
            case I32 -> segment.setAtIndex(ValueLayout.JAVA_INT, index, (int) value);
            case I64 -> segment.setAtIndex(ValueLayout.JAVA_LONG, index, value);
            case BOOL -> segment.set(ValueLayout.JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
            case C64, C128 -> throw noNumber(dtype);
        }
    }

    private static IllegalArgumentException noNumber(DType dtype) {
        return new IllegalArgumentException(
                "an element of " + dtype + " is two numbers of " + dtype.toReal() + ", at twice the index");
    }

    /** Stores a scalar: exact for integers, as {@link #setDouble} for floating-point numbers. */
    public static void set(DType dtype, MemorySegment segment, long index, Scalar value) {
        if (value.category() == DType.Category.FLOATING) {
            setDouble(dtype, segment, index, value.doubleValue());
        } else {
            setLong(dtype, segment, index, value.longValue());
        }
    }

    /** The value of a bfloat16's bits. */
    public static float bfloat16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The nearest bfloat16's bits, ties to even; NaN stays NaN. */
    public static short floatToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >> 16 | 0x40);
        }
        return (short) (bits + 0x7FFF + (bits >> 16 & 1) >> 16);
    }
}
