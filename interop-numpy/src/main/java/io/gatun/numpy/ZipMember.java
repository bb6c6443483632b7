package io.gatun.numpy;

import io.gatun.tensor.file.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A member of a zip archive, as the archive's directory describes it.
 *
 * @param archive the archive's name, for messages
 * @param name the member's name
 * @param rawName its bytes
 * @param flags the directory's flags
 * @param method how it is compressed
 * @param crc the checksum of its bytes, uncompressed
 * @param compressedSize the bytes it takes in the archive
 * @param size the bytes it has
 * @param start where its local header begins
 * @param bound where the next member or the directory begins: it must end before
 */
record ZipMember(
        String archive,
        String name,
        ByteBuffer rawName,
        int flags,
        int method,
        long crc,
        long compressedSize,
        long size,
        long start,
        long bound) {
    static final int STORED = 0;
    static final int DEFLATED = 8;

    private static final int LOCAL_HEADER = 30;
    private static final int ENCRYPTED = 1;
    private static final int SIZES_FOLLOW = 8;

    /** Deflate's densest code is 258 bytes in two bits. */
    private static final long DENSEST = 1032;

    /** The least that it takes in the archive, local header and all. */
    long leastEnd() {
        return start + LOCAL_HEADER + rawName.remaining() + compressedSize;
    }

    /** The same member, ending before {@code bound}. */
    ZipMember boundBy(long bound) {
        return new ZipMember(archive, name, rawName, flags, method, crc, compressedSize, size, start, bound);
    }

    /** In messages. */
    String source() {
        return archive + "!" + Quoted.printable(name);
    }

    NpyFormatException problem(String what) {
        return new NpyFormatException(source(), -1, what);
    }

    /**
     * Where its bytes begin, by its local header, which must agree with the directory.
     *
     * @throws NpyFormatException if it does not, or it describes what cannot be
     */
    long dataStart(FileChannel file) throws IOException {
        if ((flags & ENCRYPTED) != 0 || method != STORED && method != DEFLATED) {
            throw problem(
                    (flags & ENCRYPTED) != 0
                            ? "it is encrypted: stored and deflated members are read"
                            : "it is compressed by method " + method + ": stored (0) and deflated (8) are read");
        }
        ByteBuffer local = ZipDirectory.bytes(file, start, LOCAL_HEADER + rawName.remaining());
        if (local == null || local.getInt(0) != 0x04034b50) {
            throw problem("the archive's directory points to byte " + start + ", where no member begins");
        }
        int nameLength = ZipDirectory.u2(local, 26);
        boolean agrees = ZipDirectory.u2(local, 8) == method
                && (ZipDirectory.u2(local, 6) & ENCRYPTED) == 0
                && nameLength == rawName.remaining()
                && local.slice(LOCAL_HEADER, nameLength).equals(rawName);
        if ((ZipDirectory.u2(local, 6) & SIZES_FOLLOW) == 0) {
            agrees &= ZipDirectory.u4(local, 14) == crc
                    && isSame(ZipDirectory.u4(local, 18), compressedSize)
                    && isSame(ZipDirectory.u4(local, 22), size);
        }
        if (!agrees) {
            throw problem("the archive's directory and the header in front of it do not agree");
        }
        long data = start + LOCAL_HEADER + nameLength + ZipDirectory.u2(local, 28);
        if (compressedSize > bound - data) {
            throw problem("it reaches into what follows it in the archive");
        }
        if (method == STORED ? size != compressedSize : size / DENSEST > compressedSize) {
            throw problem("the archive says that " + compressedSize + " bytes hold its " + size);
        }
        return data;
    }

    private static boolean isSame(long local, long central) {
        return local == central || local == ZipDirectory.IN_ZIP64;
    }
}
