package io.gatun.tensor.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Reads bytes into memory of any size and kind. */
public final class SegmentReader {
    /** Buffers cannot be longer than an int; whole pages are kinder to the kernel. */
    private static final long LONGEST_SLICE = 1L << 30;

    private static final long SCRATCH = 1L << 18;

    private SegmentReader() {}

    /** Where the bytes come from. */
    public interface Source {
        /** Puts the next bytes into {@code buffer}, some at least. Returns how many, or -1 where it ends. */
        int read(ByteBuffer buffer) throws IOException;
    }

    /**
     * Fills {@code target} with the next bytes.
     *
     * @return how many bytes there were: fewer than the target has only if the source ended
     */
    public static long read(Source source, MemorySegment target) throws IOException {
        if (!target.isNative()) {
            return readToHeap(source, target);
        }
        long done = 0;
        while (done < target.byteSize()) {
            ByteBuffer buffer = target.asSlice(done, Math.min(LONGEST_SLICE, target.byteSize() - done))
                    .asByteBuffer();
            fill(source, buffer);
            done += buffer.position();
            if (buffer.hasRemaining()) {
                break;
            }
        }
        return done;
    }

    /** A backend's memory may be an array, and of arrays only a {@code byte[]} can be a buffer. */
    private static long readToHeap(Source source, MemorySegment target) throws IOException {
        long done = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(Math.min(SCRATCH, target.byteSize()));
            while (done < target.byteSize()) {
                MemorySegment chunk = scratch.asSlice(0, Math.min(SCRATCH, target.byteSize() - done));
                long count = read(source, chunk);
                MemorySegment.copy(chunk, 0, target, done, count);
                done += count;
                if (count < chunk.byteSize()) {
                    break;
                }
            }
        }
        return done;
    }

    /** Fills {@code buffer} unless the source ends before. */
    public static void fill(Source source, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (source.read(buffer) < 0) {
                return;
            }
        }
    }
}
