package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.spi.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** The elements of a dtype. Class data: the dtype. */
final class AccessTemplate implements Access {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);

    AccessTemplate() {}

    @Override
    public long integer(MemorySegment segment, long at) {
        if (DTYPE == DType.I8) {
            return segment.get(Lanes.BYTE, at);
        } else if (DTYPE == DType.U8 || DTYPE == DType.BOOL) {
            return segment.get(Lanes.BYTE, at) & 0xFF;
        } else if (DTYPE == DType.I16) {
            return segment.get(Lanes.SHORT, at);
        } else if (DTYPE == DType.I32) {
            return segment.get(Lanes.INT, at);
        } else if (DTYPE == DType.I64) {
            return segment.get(Lanes.LONG, at);
        }
        throw Stamp.notHere(DTYPE);
    }

    @Override
    public double floating(MemorySegment segment, long at) {
        if (DTYPE == DType.F16) {
            return Float.float16ToFloat(segment.get(Lanes.SHORT, at));
        } else if (DTYPE == DType.BF16) {
            return Elements.bfloat16ToFloat(segment.get(Lanes.SHORT, at));
        } else if (DTYPE == DType.F32) {
            return segment.get(Lanes.FLOAT, at);
        } else if (DTYPE == DType.F64) {
            return segment.get(Lanes.DOUBLE, at);
        }
        throw Stamp.notHere(DTYPE);
    }

    @Override
    public void set(MemorySegment segment, long at, long value) {
        if (DTYPE == DType.I8 || DTYPE == DType.U8) {
            segment.set(Lanes.BYTE, at, (byte) value);
        } else if (DTYPE == DType.BOOL) {
            segment.set(Lanes.BYTE, at, (byte) (value != 0 ? 1 : 0));
        } else if (DTYPE == DType.I16) {
            segment.set(Lanes.SHORT, at, (short) value);
        } else if (DTYPE == DType.I32) {
            segment.set(Lanes.INT, at, (int) value);
        } else if (DTYPE == DType.I64) {
            segment.set(Lanes.LONG, at, value);
        } else {
            throw Stamp.notHere(DTYPE);
        }
    }

    @Override
    public void set(MemorySegment segment, long at, double value) {
        if (DTYPE == DType.F16) {
            segment.set(Lanes.SHORT, at, Float.floatToFloat16((float) value));
        } else if (DTYPE == DType.BF16) {
            segment.set(Lanes.SHORT, at, Elements.floatToBfloat16((float) value));
        } else if (DTYPE == DType.F32) {
            segment.set(Lanes.FLOAT, at, (float) value);
        } else if (DTYPE == DType.F64) {
            segment.set(Lanes.DOUBLE, at, value);
        } else {
            throw Stamp.notHere(DTYPE);
        }
    }
}
