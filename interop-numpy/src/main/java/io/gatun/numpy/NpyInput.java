package io.gatun.numpy;

import io.gatun.tensor.file.SegmentReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.SelectableChannel;
import java.util.Arrays;

/**
 * Bytes with a name, a position and perhaps a length: what the reader knows of a file, a stream or a member of an
 * archive. Positions count from where this input began.
 */
final class NpyInput {
    /** A length that is not known: of a stream. */
    static final long UNKNOWN = -1;

    private final ReadableByteChannel channel;
    private final String name;
    private final long length;
    private long position;

    /**
     * An input of {@code length} bytes, or {@link #UNKNOWN}.
     *
     * @param name for messages
     */
    NpyInput(ReadableByteChannel channel, String name, long length) {
        this.channel = channel;
        this.name = name;
        this.length = length;
    }

    private NpyInput(ReadableByteChannel channel, String name, long position, long length) {
        this(channel, name, length);
        this.position = position;
    }

    /**
     * What is left of a channel. Only of a file is the length known.
     *
     * @param name for messages
     * @throws IllegalBlockingModeException if the channel does not wait for bytes
     */
    static NpyInput of(ReadableByteChannel channel, String name) throws IOException {
        if (channel instanceof SelectableChannel selectable && !selectable.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        // Pipes and devices are files for Java, too, and say that their size is 0.
        long length = channel instanceof SeekableByteChannel file && file.size() > 0
                ? Math.max(0, file.size() - file.position())
                : UNKNOWN;
        return new NpyInput(channel, name, length);
    }

    /** This input from here on, its bytes taken from {@code spooled}, after which it ends. */
    NpyInput continuedBy(ReadableByteChannel spooled, long bytes) {
        return new NpyInput(spooled, name, position, position + bytes);
    }

    String name() {
        return name;
    }

    long position() {
        return position;
    }

    boolean isLengthKnown() {
        return length != UNKNOWN;
    }

    /** Bytes up to the end; only of an input whose length is known. */
    long remaining() {
        return Math.max(0, length - position);
    }

    /** Whether it is known to end before {@code bytes} more. */
    boolean isShorterThan(long bytes) {
        return isLengthKnown() && bytes > remaining();
    }

    NpyFormatException problem(long at, String what) {
        return new NpyFormatException(name, at, what);
    }

    /** The next {@code count} bytes, or fewer if it ends. For small counts: an array of that length is made. */
    byte[] upTo(int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        SegmentReader.fill(this::next, buffer);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /**
     * Fills {@code target} with the next bytes.
     *
     * @return how many bytes there were: fewer than the target has only if the input ended
     */
    long read(MemorySegment target) throws IOException {
        return SegmentReader.read(this::next, target);
    }

    /**
     * Fills {@code target} with the next bytes.
     *
     * @throws NpyFormatException if it ends before
     */
    void readFully(MemorySegment target) throws IOException {
        long done = read(target);
        if (done < target.byteSize()) {
            throw problem(position, "the file ended " + (target.byteSize() - done) + " bytes before the array does");
        }
    }

    private int next(ByteBuffer buffer) throws IOException {
        int count = channel.read(buffer);
        position += Math.max(count, 0);
        return count;
    }
}
