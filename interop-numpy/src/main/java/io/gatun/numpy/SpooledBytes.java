package io.gatun.numpy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayDeque;

/**
 * The rest of an input of unknown length, taken in before memory is allocated by a number that it claims.
 *
 * <p>A stream's header may say that terabytes follow. A file can be asked for its length; a stream has to be read to know.
 * So its bytes are collected in pieces, each as long as all before it, and the tensor is allocated only when they are all
 * there: what a lie costs is at most twice what was really sent. Pieces are given back one by one as they are read again.
 */
final class SpooledBytes implements ReadableByteChannel {
    private static final long FIRST_PIECE = 1 << 20;
    private static final long LONGEST_PIECE = 1 << 28;

    private record Piece(Arena arena, MemorySegment bytes) {}

    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private long at;

    /**
     * Takes the next {@code count} bytes of {@code in}.
     *
     * @throws NpyFormatException if it ends before
     */
    SpooledBytes(NpyInput in, long count) throws IOException {
        long start = in.position();
        long done = 0;
        try {
            while (done < count) {
                long size = Math.min(count - done, Math.min(LONGEST_PIECE, Math.max(FIRST_PIECE, done)));
                Arena arena = Arena.ofConfined();
                Piece piece = new Piece(arena, arena.allocate(size));
                pieces.add(piece);
                long got = in.read(piece.bytes());
                done += got;
                if (got < size) {
                    throw in.problem(
                            start,
                            "the array takes " + count + " bytes, and the stream ends after " + done + " of them");
                }
            }
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    @Override
    public int read(ByteBuffer target) {
        Piece piece = pieces.peek();
        if (piece == null) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), piece.bytes().byteSize() - at);
        target.put(piece.bytes().asSlice(at, count).asByteBuffer());
        at += count;
        if (at == piece.bytes().byteSize()) {
            piece.arena().close();
            pieces.remove();
            at = 0;
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        for (Piece piece : pieces) {
            piece.arena().close();
        }
        pieces.clear();
    }
}
