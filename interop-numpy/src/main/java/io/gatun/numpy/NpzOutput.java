package io.gatun.numpy;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes archives, of deflated members or of stored ones, whose data can be mapped later: a {@code .npy} header is a multiple
 * of 64 long, so it is enough that each member begins at one. An extra field of the zip format takes up the slack; readers
 * skip fields that they do not know.
 *
 * <p>Every stored array is gone through twice, for its checksum stands before it. The alternative, a checksum behind the data,
 * cannot be told from data by a reader that does not start at the archive's directory.
 */
final class NpzOutput {
    private static final int ALIGNMENT = 64;
    private static final int LOCAL_HEADER = 30;
    private static final int FIELD_HEADER = 4;
    private static final int ZIP64_FIELD = 20;
    private static final long ZIP64_FROM = 0xFFFFFFFFL;

    /** The field by which Android's zipalign marks the same. */
    private static final int FIELD_ID = 0xD935;

    /**
     * The same arrays give the same bytes, so there is no time in them; NumPy writes the earliest that a zip archive knows.
     * This is the next: Java takes the earliest for a time before, and writes a field for it that depends on the time zone.
     */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0, 2);

    private NpzOutput() {}

    /** Writes the members under their names. */
    static void write(FileChannel out, Map<String, ArrayWriter> members, boolean deflated) throws IOException {
        CountingStream counted =
                new CountingStream(new BufferedOutputStream(Channels.newOutputStream(out), Copying.SIZE));
        try (ZipOutputStream zip = new ZipOutputStream(counted, StandardCharsets.UTF_8)) {
            for (Map.Entry<String, ArrayWriter> member : members.entrySet()) {
                ArrayWriter array = member.getValue();
                ZipEntry entry = new ZipEntry(member.getKey());
                entry.setTimeLocal(NO_TIME);
                if (!deflated) {
                    CRC32 crc = new CRC32();
                    array.write(new Copying(new CheckedOutputStream(OutputStream.nullOutputStream(), crc)));
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(array.size());
                    entry.setCompressedSize(array.size());
                    entry.setCrc(crc.getValue());
                    zip.flush();
                    long name = member.getKey().getBytes(StandardCharsets.UTF_8).length;
                    long before = counted.count + LOCAL_HEADER + name + (array.size() >= ZIP64_FROM ? ZIP64_FIELD : 0);
                    entry.setExtra(slack(before));
                }
                zip.putNextEntry(entry);
                array.write(new Copying(zip));
                zip.closeEntry();
            }
        }
    }

    /** An extra field after which data that would begin at {@code position} begins at a multiple of the alignment. */
    private static byte[] slack(long position) {
        int size = (int) Math.floorMod(-(position + FIELD_HEADER + 2), (long) ALIGNMENT) + 2;
        ByteBuffer field = ByteBuffer.allocate(FIELD_HEADER + size).order(ByteOrder.LITTLE_ENDIAN);
        return field.putShort((short) FIELD_ID)
                .putShort((short) size)
                .putShort((short) ALIGNMENT)
                .array();
    }

    private static final class CountingStream extends FilterOutputStream {
        private long count;

        CountingStream(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }
    }

    /**
     * Hands bytes to a stream, by way of the heap: a copy from a mapped file that was cut short is an error, and a checksum
     * of it, which is native code, would end the process.
     */
    private static final class Copying implements WritableByteChannel {
        static final int SIZE = 1 << 16;

        private final OutputStream out;
        private final byte[] heap = new byte[SIZE];

        Copying(OutputStream out) {
            this.out = out;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = Math.min(bytes.remaining(), SIZE);
            bytes.get(heap, 0, count);
            out.write(heap, 0, count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
