package io.gatun.tensor.file;

import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/**
 * Writes a tensor's elements in row-major order: as they lie if they lie so, else row by row, gathered into a buffer of a
 * fixed size, so that no view is ever copied whole.
 *
 * <p>Worked example of the gathering: a (4, 3, 2) view with strides (1, 8, 4) is not contiguous. Dimensions that continue
 * each other are one loop: the last two do (8 = 2 * 4), which leaves loops (4, 6) with strides (1, 4). The outer one runs
 * 4 times; each time 6 elements, 4 apart, go to the buffer.
 */
public final class ElementWriter {
    private static final int BUFFER = 1 << 18;
    private static final long LONGEST_SLICE = 1L << 30;

    private ElementWriter() {}

    /**
     * Writes the elements of {@code layout}, of {@code byteSize} bytes each, in the machine's byte order.
     *
     * @param storage the host's memory
     * @throws io.gatun.tensor.BackendException if it is mapped from a file that was cut short
     */
    public static void write(WritableByteChannel out, Storage storage, Layout layout, int byteSize) throws IOException {
        try {
            MappedStorage.touch(storage); // to the system, memory that is gone is no more than a bad address
            MemorySegment memory = storage.segment();
            if (layout.isContiguous() && memory.isNative()) { // only native memory, or a byte[], becomes a buffer
                long bytes = layout.shape().numel() * byteSize;
                writeAll(out, memory.asSlice(bytes == 0 ? 0 : layout.offset() * byteSize, bytes));
            } else {
                gather(out, memory, layout, byteSize);
            }
        } catch (InternalError e) {
            throw MappedStorage.unreadable("write", e);
        } catch (IOException e) {
            throw MappedStorage.unlessGone(storage, "write", e);
        } finally {
            Reference.reachabilityFence(storage);
        }
    }

    private static void gather(WritableByteChannel out, MemorySegment memory, Layout order, int byteSize)
            throws IOException {
        if (order.shape().isEmpty()) {
            return;
        }
        Layout loops = joined(order);
        int inner = loops.rank() - 1;
        long length = loops.shape().size(inner);
        long stride = loops.stride(inner);
        long[] index = new long[inner];
        long at = loops.offset();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER, 8);
            long room = BUFFER / byteSize;
            long filled = 0;
            while (true) {
                for (long done = 0; done < length; ) {
                    long count = Math.min(length - done, room - filled);
                    copy(memory, at + done * stride, stride, buffer, filled, count, byteSize);
                    done += count;
                    filled += count;
                    if (filled == room) {
                        writeAll(out, buffer);
                        filled = 0;
                    }
                }
                int dim = inner - 1;
                while (dim >= 0 && ++index[dim] == loops.shape().size(dim)) {
                    at -= (index[dim] - 1) * loops.stride(dim);
                    index[dim--] = 0;
                }
                if (dim < 0) {
                    break;
                }
                at += loops.stride(dim);
            }
            writeAll(out, buffer.asSlice(0, filled * byteSize));
        }
    }

    /** The same elements in the same order in the fewest dimensions, at least one. */
    private static Layout joined(Layout layout) {
        long[] sizes = new long[layout.rank() + 1];
        long[] strides = new long[layout.rank() + 1];
        int first = sizes.length; // filled from the back
        for (int i = layout.rank() - 1; i >= 0; i--) {
            long size = layout.shape().size(i);
            if (size == 1) {
                continue;
            }
            if (first < sizes.length && layout.stride(i) == strides[first] * sizes[first]) {
                sizes[first] *= size;
            } else {
                first--;
                sizes[first] = size;
                strides[first] = layout.stride(i);
            }
        }
        if (first == sizes.length) {
            return Layout.of(Shape.of(1), new long[] {1}, layout.offset());
        }
        return Layout.of(
                Shape.of(Arrays.copyOfRange(sizes, first, sizes.length)),
                Arrays.copyOfRange(strides, first, strides.length),
                layout.offset());
    }

    /** Copies {@code count} elements from element {@code from}, {@code stride} apart, to element {@code to} and on. */
    private static void copy(
            MemorySegment source, long from, long stride, MemorySegment target, long to, long count, int byteSize) {
        if (stride == 1) {
            MemorySegment.copy(source, from * byteSize, target, to * byteSize, count * byteSize);
            return;
        }
        switch (byteSize) {
            case 1 -> {
                for (long i = 0; i < count; i++) {
                    target.set(ValueLayout.JAVA_BYTE, to + i, source.get(ValueLayout.JAVA_BYTE, from + i * stride));
                }
            }
            case 2 -> {
                for (long i = 0; i < count; i++) {
                    short value = source.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, from + i * stride);
                    target.setAtIndex(ValueLayout.JAVA_SHORT, to + i, value);
                }
            }
            case 4 -> {
                for (long i = 0; i < count; i++) {
                    int value = source.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, from + i * stride);
                    target.setAtIndex(ValueLayout.JAVA_INT, to + i, value);
                }
            }
            case 8 -> {
                for (long i = 0; i < count; i++) {
                    long value = source.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, from + i * stride);
                    target.setAtIndex(ValueLayout.JAVA_LONG, to + i, value);
                }
            }
            default -> {
                for (long i = 0; i < count; i++) {
                    MemorySegment.copy(source, (from + i * stride) * byteSize, target, (to + i) * byteSize, byteSize);
                }
            }
        }
    }

    private static void writeAll(WritableByteChannel out, MemorySegment bytes) throws IOException {
        for (long done = 0; done < bytes.byteSize(); done += LONGEST_SLICE) {
            writeAll(
                    out,
                    bytes.asSlice(done, Math.min(LONGEST_SLICE, bytes.byteSize() - done))
                            .asByteBuffer());
        }
    }

    /** Writes all that remains of {@code bytes}. */
    public static void writeAll(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
