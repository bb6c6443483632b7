package io.gatun.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.List;

/** Tensors over {@code java.nio} buffers, and buffers over tensors. */
final class Buffers {
    private Buffers() {}

    static DType dtypeOf(Buffer buffer) {
        return switch (buffer) {
            case ByteBuffer _ -> DType.I8;
            case ShortBuffer _ -> DType.I16;
            case IntBuffer _ -> DType.I32;
            case LongBuffer _ -> DType.I64;
            case FloatBuffer _ -> DType.F32;
            case DoubleBuffer _ -> DType.F64;
            case CharBuffer _ -> throw new DTypeException("fromBuffer: a tensor has no characters");
        };
    }

    static Tensor toTensor(Buffer buffer, Shape shape, DType dtype) {
        int width = dtypeOf(buffer).byteSize();
        if (width != dtype.byteSize() && !(buffer instanceof ByteBuffer)) {
            throw new DTypeException("fromBuffer: a buffer of elements of " + width + " bytes does not hold " + dtype);
        }
        long bytes = (long) buffer.remaining() * width;
        if (bytes != shape.numel() * dtype.byteSize()) {
            throw new ShapeException(
                    "fromBuffer: the buffer has " + bytes + " bytes from its position to its limit, and " + dtype
                            + shape + " takes " + shape.numel() * dtype.byteSize());
        }
        MemorySegment memory = MemorySegment.ofBuffer(buffer);
        boolean swapped = dtype.byteSize() > 1 && orderOf(buffer) != ByteOrder.nativeOrder();
        if (buffer.isDirect()
                && !swapped
                && memory.maxByteAlignment() >= dtype.toReal().byteSize()) {
            return Tensor.fromSegment(memory, shape, dtype);
        }
        byte[] packed = memory.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        if (swapped) {
            reverseEach(packed, dtype.toReal().byteSize());
        }
        Tensor tensor = Tensor.empty(shape, dtype);
        tensor.device().backend().copyFromHost(MemorySegment.ofArray(packed), tensor.storage(), 0);
        return tensor;
    }

    private static ByteOrder orderOf(Buffer buffer) {
        return switch (buffer) {
            case ByteBuffer b -> b.order();
            case ShortBuffer b -> b.order();
            case IntBuffer b -> b.order();
            case LongBuffer b -> b.order();
            case FloatBuffer b -> b.order();
            case DoubleBuffer b -> b.order();
            case CharBuffer b -> b.order();
        };
    }

    private static void reverseEach(byte[] packed, int width) {
        for (int at = 0; at < packed.length; at += width) {
            for (int i = 0; i < width / 2; i++) {
                byte moved = packed[at + i];
                packed[at + i] = packed[at + width - 1 - i];
                packed[at + width - 1 - i] = moved;
            }
        }
    }

    static ByteBuffer bytes(String operator, Tensor x) {
        MemorySegment memory = Transfers.memorySegment(x);
        if (memory.byteSize() > Integer.MAX_VALUE) {
            throw new ShapeException(operator + ": shape " + x.shape() + " of " + x.dtype() + " takes "
                    + memory.byteSize() + " bytes, more than a buffer: use memorySegment()");
        }
        if (memory.isNative()) {
            return memory.asByteBuffer().order(ByteOrder.nativeOrder());
        }
        ByteBuffer copy = ByteBuffer.allocateDirect((int) memory.byteSize());
        MemorySegment.ofBuffer(copy).copyFrom(memory);
        return copy.asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    }

    static void require(String operator, Tensor x, DType... fitting) {
        if (!List.of(fitting).contains(x.dtype())) {
            throw new DTypeException(operator + ": the tensor is " + x.dtype() + ", not " + fitting[0]
                    + ": use to(DType) first, or byteBuffer()");
        }
    }
}
