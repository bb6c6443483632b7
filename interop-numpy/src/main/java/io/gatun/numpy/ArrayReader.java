package io.gatun.numpy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.Widening;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/**
 * Reads an array's elements into a tensor of its own.
 *
 * <p>Bytes that are already a tensor's go from the channel into the tensor's memory. Others (the other byte order,
 * unsigned integers that are widened, truth values other than 0 and 1) are treated a chunk at a time, while the chunk is
 * in cache.
 */
final class ArrayReader {
    /** Small enough for the second-level cache, large enough for a system call. */
    private static final long CHUNK = 1 << 18;

    /** Up to this many bytes a stream is believed: allocating them does no harm. */
    private static final long BELIEVED = 1 << 20;

    private ArrayReader() {}

    /**
     * Reads one array, header and all; the input then stands after it.
     *
     * @return a tensor on {@code device}; column-major files as strides
     * @throws NpyFormatException if it is malformed, ends early, or holds a uint64 above 2^63 - 1
     */
    static Tensor read(NpyInput in, Device device) throws IOException {
        NpyHeader header = NpyHeader.read(in);
        if (in.isLengthKnown() || header.dataSize() <= BELIEVED) {
            return readData(in, header, device);
        }
        try (SpooledBytes spooled = new SpooledBytes(in, header.dataSize())) {
            return readData(in.continuedBy(spooled, header.dataSize()), header, device);
        }
    }

    /** As {@link #read}, after the header. */
    static Tensor readData(NpyInput in, NpyHeader header, Device device) throws IOException {
        if (!device.type().equals("cpu")) { // whose memory is not the host's
            return readData(in, header, Device.cpu()).to(device);
        }
        ElementType type = header.type();
        Tensor dense = Tensor.empty(Shape.of(header.shape().numel()), type.dtype(), device);
        try {
            long bytes = header.tensorSize();
            MemorySegment target = dense.storage()
                    .segment()
                    .asSlice(dense.storageOffset() * type.dtype().byteSize(), bytes);
            if (type.isNative() && type.dtype() != DType.BOOL) {
                in.readFully(target);
            } else if (type.widening() == null) {
                for (long done = 0; done < bytes; done += CHUNK) {
                    MemorySegment chunk = target.asSlice(done, Math.min(CHUNK, bytes - done));
                    in.readFully(chunk);
                    if (type.dtype() == DType.BOOL) {
                        normaliseTruth(chunk);
                    } else {
                        swap(chunk, type.dtype().toReal().byteSize());
                    }
                }
            } else {
                readWidened(in, header, type.widening(), target);
            }
            return Tensor.over(dense.storage(), header.layout(), type.dtype());
        } finally {
            Reference.reachabilityFence(dense);
        }
    }

    private static void readWidened(NpyInput in, NpyHeader header, Widening widening, MemorySegment target)
            throws IOException {
        ElementType type = header.type();
        long total = header.shape().numel();
        long perChunk = CHUNK / type.byteSize();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(Math.min(CHUNK, header.dataSize()), 8);
            for (long done = 0; done < total; done += perChunk) {
                long count = Math.min(perChunk, total - done);
                MemorySegment chunk = scratch.asSlice(0, count * type.byteSize());
                in.readFully(chunk);
                if (type.swapped()) {
                    swap(chunk, type.byteSize());
                }
                long tooLarge = widening.widen(chunk, count, target, done);
                if (tooLarge >= 0) {
                    throw tooLarge(in, header, done + tooLarge, chunk.getAtIndex(ValueLayout.JAVA_LONG, tooLarge));
                }
            }
        }
    }

    private static NpyFormatException tooLarge(NpyInput in, NpyHeader header, long element, long value) {
        return in.problem(
                header.dataOffset() + element * header.type().byteSize(),
                "the uint64 at index " + index(header, element) + " is " + Long.toUnsignedString(value)
                        + ", more than I64 holds (2^63 - 1): save array.astype('float64'), or subtract 2**63 first");
    }

    /** The index of the file's {@code element}-th element, as a tuple. */
    static String index(NpyHeader header, long element) {
        Shape shape = header.shape();
        long[] index = new long[shape.rank()];
        long rest = element;
        for (int i = 0; i < index.length; i++) {
            int dim = header.fortranOrder() ? i : index.length - 1 - i;
            index[dim] = rest % shape.size(dim);
            rest /= shape.size(dim);
        }
        return Shape.of(index).toString();
    }

    /**
     * Reverses the bytes of every number in place. Such loops become vector instructions; {@link MemorySegment#copy} between
     * two byte orders does not, and takes ten times as long.
     */
    private static void swap(MemorySegment chunk, int byteSize) {
        int end = (int) chunk.byteSize();
        switch (byteSize) {
            case 2 -> {
                for (int at = 0; at < end; at += 2) {
                    chunk.set(ValueLayout.JAVA_SHORT, at, Short.reverseBytes(chunk.get(ValueLayout.JAVA_SHORT, at)));
                }
            }
            case 4 -> {
                for (int at = 0; at < end; at += 4) {
                    chunk.set(ValueLayout.JAVA_INT, at, Integer.reverseBytes(chunk.get(ValueLayout.JAVA_INT, at)));
                }
            }
            default -> {
                for (int at = 0; at < end; at += 8) {
                    chunk.set(ValueLayout.JAVA_LONG, at, Long.reverseBytes(chunk.get(ValueLayout.JAVA_LONG, at)));
                }
            }
        }
    }

    /**
     * Every truth value 0 or 1, which the rest of the library relies on. NumPy takes any other byte as true. Eight at a
     * time: adding 7F to the lower seven bits of a byte carries into its highest bit unless they are 0.
     */
    private static void normaliseTruth(MemorySegment chunk) {
        long lower = 0x7F7F7F7F7F7F7F7FL;
        int at = 0;
        for (int end = (int) chunk.byteSize() - 7; at < end; at += 8) {
            long values = chunk.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
            long truth = ((values & lower) + lower | values) >>> 7 & 0x0101010101010101L;
            chunk.set(ValueLayout.JAVA_LONG_UNALIGNED, at, truth);
        }
        for (; at < chunk.byteSize(); at++) {
            chunk.set(ValueLayout.JAVA_BYTE, at, (byte) (chunk.get(ValueLayout.JAVA_BYTE, at) == 0 ? 0 : 1));
        }
    }
}
