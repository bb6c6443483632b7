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
        return switch (DTYPE) {
            case I8 -> segment.get(Lanes.BYTE, at);
            case U8, BOOL -> segment.get(Lanes.BYTE, at) & 0xFF;
            case I16 -> segment.get(Lanes.SHORT, at);
            case I32 -> segment.get(Lanes.INT, at);
            case I64 -> segment.get(Lanes.LONG, at);
            case F16, BF16, F32, F64, C64, C128 -> throw new IllegalStateException(DTYPE + " is no integer");
        };
    }

    @Override
    public double floating(MemorySegment segment, long at) {
        return switch (DTYPE) {
            case F16 -> Float.float16ToFloat(segment.get(Lanes.SHORT, at));
            case BF16 -> Elements.bfloat16ToFloat(segment.get(Lanes.SHORT, at));
            case F32 -> segment.get(Lanes.FLOAT, at);
            case F64 -> segment.get(Lanes.DOUBLE, at);
            case I8, U8, I16, I32, I64, BOOL, C64, C128 ->
                throw new IllegalStateException(DTYPE + " is not floating-point");
        };
    }

    @Override
    public void set(MemorySegment segment, long at, long value) {
        switch (DTYPE) {
            case I8, U8 -> segment.set(Lanes.BYTE, at, (byte) value);
            case BOOL -> segment.set(Lanes.BYTE, at, (byte) (value != 0 ? 1 : 0));
            case I16 -> segment.set(Lanes.SHORT, at, (short) value);
            case I32 -> segment.set(Lanes.INT, at, (int) value);
            case I64 -> segment.set(Lanes.LONG, at, value);
            case F16, BF16, F32, F64, C64, C128 -> throw new IllegalStateException(DTYPE + " is no integer");
        }
    }

    @Override
    public void set(MemorySegment segment, long at, double value) {
        switch (DTYPE) {
            case F16 -> segment.set(Lanes.SHORT, at, Float.floatToFloat16((float) value));
            case BF16 -> segment.set(Lanes.SHORT, at, Elements.floatToBfloat16((float) value));
            case F32 -> segment.set(Lanes.FLOAT, at, (float) value);
            case F64 -> segment.set(Lanes.DOUBLE, at, value);
            case I8, U8, I16, I32, I64, BOOL, C64, C128 ->
                throw new IllegalStateException(DTYPE + " is not floating-point");
        }
    }
}
