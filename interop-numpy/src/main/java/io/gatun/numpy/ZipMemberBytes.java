package io.gatun.numpy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** The bytes of a member, uncompressed, as many as the directory says: {@link #requireEnd} looks for more. */
final class ZipMemberBytes implements ReadableByteChannel {
    private static final int PIECE = 1 << 16;

    private final FileChannel file;
    private final ZipMember member;
    private final CRC32 crc = new CRC32();
    private final @Nullable Inflater inflater;
    private final ByteBuffer compressed;
    private final long end;
    private long at;

    /**
     * Stands at the first byte.
     *
     * @throws NpyFormatException as {@link ZipMember#dataStart}
     */
    ZipMemberBytes(FileChannel file, ZipMember member) throws IOException {
        this.file = file;
        this.member = member;
        this.at = member.dataStart(file);
        this.end = at + member.compressedSize();
        boolean stored = member.method() == ZipMember.STORED;
        this.inflater = stored ? null : new Inflater(true);
        this.compressed = ByteBuffer.allocateDirect(stored ? 0 : (int) Math.min(PIECE, member.compressedSize()))
                .limit(0);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int before = target.position();
        int count = inflater == null ? readFile(target) : inflate(inflater, target);
        if (count > 0) {
            crc.update(target.slice(before, count));
        }
        return count;
    }

    /** The next bytes of the file, up to the member's end. */
    private int readFile(ByteBuffer target) throws IOException {
        if (at == end) {
            return -1;
        }
        int limit = target.limit();
        target.limit((int) Math.min(limit, target.position() + end - at));
        int count = file.read(target, at);
        target.limit(limit);
        at += Math.max(count, 0);
        return count;
    }

    private int inflate(Inflater inflater, ByteBuffer target) throws IOException {
        try {
            int count = 0;
            while (count == 0 && target.hasRemaining()) {
                if (inflater.finished()) {
                    return -1;
                }
                if (inflater.needsInput()) {
                    if (readFile(compressed.clear()) < 0) {
                        compressed.limit(0);
                        throw member.problem("its compressed bytes end before it does");
                    }
                    inflater.setInput(compressed.flip());
                }
                count = inflater.inflate(target);
                if (count == 0 && inflater.needsDictionary()) {
                    throw member.problem("it needs a dictionary to be inflated");
                }
            }
            return count;
        } catch (DataFormatException e) {
            throw new NpyFormatException(member.source(), -1, "its compressed bytes are malformed", e);
        }
    }

    /**
     * Reads what is left, which must be what the directory says of it.
     *
     * @throws NpyFormatException if it is not
     */
    void requireEnd(long done) throws IOException {
        ByteBuffer rest = ByteBuffer.allocate((int) Math.min(PIECE, member.size() - done + 1)); // for a byte too many
        long total = done;
        for (int count = 0; count >= 0 && total <= member.size(); count = read(rest.clear())) {
            total += count;
        }
        if (total != member.size() || at != end || compressed.hasRemaining()) {
            throw member.problem("it does not have the " + member.size() + " bytes that the archive's directory says");
        }
        if (crc.getValue() != member.crc()) {
            throw member.problem("its bytes do not match the checksum in the archive's directory: it is damaged");
        }
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        if (inflater != null) {
            inflater.end();
        }
    }
}
