package io.gatun.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ways of {@link Tensor}'s elements into the rest of a Java program: numbers, arrays and lists are copies, segments and
 * buffers share memory, rows are views. The ways in are {@link Tensor#of(Object)}, {@link Tensor#ofRows}, {@link
 * Tensor#fromSegment} and {@link Tensor#fromBuffer(java.nio.Buffer, Shape)}.
 */
public sealed interface InterchangeOps permits Tensor {
    /**
     * The only element as a double.
     *
     * @throws ShapeException if there is not exactly one
     * @throws DTypeException if it is complex
     */
    default double item() {
        return Transfers.realItem("item", (Tensor) this).doubleValue();
    }

    /**
     * The only element as a complex number; a real one has no imaginary part.
     *
     * @throws ShapeException if there is not exactly one
     */
    default Complex itemComplex() {
        Scalar value = Transfers.item("itemComplex", (Tensor) this);
        return new Complex(value.doubleValue(), value.imaginaryValue());
    }

    /** The only element as a float. */
    default float itemFloat() {
        return (float) item();
    }

    /** The only element as an int; floating-point numbers are truncated towards zero, wider integers keep the low bits. */
    default int itemInt() {
        return (int) itemLong();
    }

    /** The only element as a long; floating-point numbers are truncated towards zero. */
    default long itemLong() {
        return Transfers.realItem("itemLong", (Tensor) this).longValue();
    }

    /** The only element as a truth value: whether it is other than zero. */
    default boolean itemBoolean() {
        return item() != 0;
    }

    /** The elements in row-major order, converted. */
    default float[] toFloatArray() {
        return Transfers.toFloats((Tensor) this);
    }

    /** The elements in row-major order, converted. */
    default double[] toDoubleArray() {
        return Transfers.toDoubles((Tensor) this);
    }

    /** The elements in row-major order, converted; the low bits of wider ones. */
    default int[] toIntArray() {
        return Transfers.toInts((Tensor) this);
    }

    /** The elements in row-major order, converted. */
    default long[] toLongArray() {
        return Transfers.toLongs((Tensor) this);
    }

    /** The elements in row-major order: whether each is other than zero. */
    default boolean[] toBooleanArray() {
        return Transfers.toBooleans((Tensor) this);
    }

    /** The elements in row-major order, converted; the low bits of wider ones. */
    default short[] toShortArray() {
        return Transfers.toShorts((Tensor) this);
    }

    /** The elements in row-major order, converted; the low bits of wider ones. */
    default byte[] toByteArray() {
        return Transfers.toBytes((Tensor) this);
    }

    /**
     * A copy as Java arrays nested to this tensor's rank, {@code float[][]} for an {@code F32} matrix: of {@code float} for
     * F32, F16 and BF16, {@code double} for F64, {@code byte} for I8, {@code short} for I16 and U8, {@code int} for I32,
     * {@code long} for I64, {@code boolean} for BOOL. Without dimensions, the boxed number.
     */
    default Object toArray() {
        return NestedArrays.fromTensor((Tensor) this);
    }

    /** {@link #toArray} as lists of boxed numbers; without dimensions, the boxed number. PyTorch's {@code tolist}. */
    default Object toList() {
        return NestedArrays.toList(toArray());
    }

    /**
     * Views of the indices of the first dimension, one after the other; made when asked for.
     *
     * @throws ShapeException if there is no dimension
     */
    default List<Tensor> rows() {
        return NestedArrays.rows((Tensor) this);
    }

    /** {@link #rows} as a stream. */
    default Stream<Tensor> stream() {
        return rows().stream();
    }

    /**
     * The memory of this tensor's elements, shared: writing to either is seen in the other. For contiguous tensors on
     * the CPU. The segment keeps the memory as long as it, or a slice of it, is reachable, also when this tensor no longer is
     * or its scope has closed; where the memory is from a pool, the first call moves the elements out of it. It is read-only
     * where this tensor refuses in-place operators.
     *
     * @throws TensorStateException if it is not contiguous, not on the CPU, or requires a gradient
     */
    default MemorySegment memorySegment() {
        return Transfers.memorySegment((Tensor) this);
    }

    /**
     * {@link #memorySegment} as a buffer in the machine's byte order, for at most 2^31 - 1 bytes. It is shared where memory is
     * native; the reference backend's is not, and the result is a read-only copy.
     */
    default ByteBuffer byteBuffer() {
        return Buffers.bytes("byteBuffer", (Tensor) this);
    }

    /** {@link #byteBuffer} of the elements of {@code I16}, or the bits of {@code F16} and {@code BF16}. */
    default ShortBuffer shortBuffer() {
        Buffers.require("shortBuffer", (Tensor) this, DType.I16, DType.F16, DType.BF16);
        return Buffers.bytes("shortBuffer", (Tensor) this).asShortBuffer();
    }

    /** {@link #byteBuffer} of the elements of {@code I32}. */
    default IntBuffer intBuffer() {
        Buffers.require("intBuffer", (Tensor) this, DType.I32);
        return Buffers.bytes("intBuffer", (Tensor) this).asIntBuffer();
    }

    /** {@link #byteBuffer} of the elements of {@code I64}. */
    default LongBuffer longBuffer() {
        Buffers.require("longBuffer", (Tensor) this, DType.I64);
        return Buffers.bytes("longBuffer", (Tensor) this).asLongBuffer();
    }

    /** {@link #byteBuffer} of the elements of {@code F32}. */
    default FloatBuffer floatBuffer() {
        Buffers.require("floatBuffer", (Tensor) this, DType.F32);
        return Buffers.bytes("floatBuffer", (Tensor) this).asFloatBuffer();
    }

    /** {@link #byteBuffer} of the elements of {@code F64}. */
    default DoubleBuffer doubleBuffer() {
        Buffers.require("doubleBuffer", (Tensor) this, DType.F64);
        return Buffers.bytes("doubleBuffer", (Tensor) this).asDoubleBuffer();
    }
}
