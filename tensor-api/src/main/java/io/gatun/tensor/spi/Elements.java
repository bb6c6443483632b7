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
        if (!dtype.isFloatingPoint()) {
            return getLong(dtype, segment, index);
        } else if (dtype == DType.F32) {
            return segment.getAtIndex(ValueLayout.JAVA_FLOAT, index);
        } else if (dtype == DType.F64) {
            return segment.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
        }
        short half = segment.getAtIndex(ValueLayout.JAVA_SHORT, index);
        return dtype == DType.F16 ? Float.float16ToFloat(half) : bfloat16ToFloat(half);
    }

    /** The element as a long; floating-point elements are truncated towards zero. */
    public static long getLong(DType dtype, MemorySegment segment, long index) {
        if (dtype.isFloatingPoint()) {
            return (long) getDouble(dtype, segment, index);
        } else if (dtype == DType.I64) {
            return segment.getAtIndex(ValueLayout.JAVA_LONG, index);
        } else if (dtype == DType.I32) {
            return segment.getAtIndex(ValueLayout.JAVA_INT, index);
        } else if (dtype == DType.I16) {
            return segment.getAtIndex(ValueLayout.JAVA_SHORT, index);
        } else if (dtype.isComplex()) {
            throw noNumber(dtype);
        }
        byte bits = segment.get(ValueLayout.JAVA_BYTE, index);
        if (dtype == DType.BOOL) {
            return bits != 0 ? 1 : 0;
        }
        return dtype == DType.U8 ? bits & 0xFF : bits;
    }

    /** Stores a double, converted as {@link io.gatun.tensor.op.Op.Cast} says. */
    public static void setDouble(DType dtype, MemorySegment segment, long index, double value) {
        if (dtype == DType.F64) {
            segment.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
        } else if (dtype.isFloatingPoint()) {
            setFloat(dtype, segment, index, (float) value);
        } else {
            setLong(dtype, segment, index, dtype == DType.BOOL && value != 0 ? 1 : (long) value);
        }
    }

    /** Stores a long, converted as {@link io.gatun.tensor.op.Op.Cast} says: the low bits for narrower integers. */
    public static void setLong(DType dtype, MemorySegment segment, long index, long value) {
        if (dtype == DType.F64) {
            segment.setAtIndex(ValueLayout.JAVA_DOUBLE, index, (double) value);
        } else if (dtype.isFloatingPoint()) {
            setFloat(dtype, segment, index, (float) value);
        } else if (dtype == DType.I64) {
            segment.setAtIndex(ValueLayout.JAVA_LONG, index, value);
        } else if (dtype == DType.I32) {
            segment.setAtIndex(ValueLayout.JAVA_INT, index, (int) value);
        } else if (dtype == DType.I16) {
            segment.setAtIndex(ValueLayout.JAVA_SHORT, index, (short) value);
        } else if (dtype.isComplex()) {
            throw noNumber(dtype);
        } else {
            segment.set(ValueLayout.JAVA_BYTE, index, (byte) (dtype != DType.BOOL ? value : value != 0 ? 1 : 0));
        }
    }

    private static void setFloat(DType dtype, MemorySegment segment, long index, float value) {
        if (dtype == DType.F32) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
        } else {
            segment.setAtIndex(
                    ValueLayout.JAVA_SHORT,
                    index,
                    dtype == DType.F16 ? Float.floatToFloat16(value) : floatToBfloat16(value));
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
