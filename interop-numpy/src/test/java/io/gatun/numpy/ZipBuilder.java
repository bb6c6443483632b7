package io.gatun.numpy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Zip archives of which every field can be made to lie. */
final class ZipBuilder {
    /** A member: what its local header says, and what the directory says. */
    static final class Member {
        final byte[] content;
        byte[] localName;
        byte[] name;
        int flags = 0;
        int localMethod;
        int method;
        long localCrc;
        long crc;
        long localCompressed;
        long compressed;
        long localSize;
        long size;
        byte[] localExtra = {};
        byte[] extra = {};
        long offsetChange;

        Member(String name, byte[] content, int method, long size, long crc) {
            this.content = content;
            this.localName = this.name = name.getBytes(StandardCharsets.UTF_8);
            this.localMethod = this.method = method;
            this.localCrc = this.crc = crc;
            this.localCompressed = this.compressed = content.length;
            this.localSize = this.size = size;
        }
    }

    final List<Member> members = new ArrayList<>();
    byte[] before = {};
    byte[] between = {};
    int countChange;
    int sizeChange;
    int offsetChange;
    int disk;
    boolean zip64;
    int zip64CountChange;
    byte[] comment = {};

    /** A stored member. */
    Member stored(String name, byte[] content) {
        Member member = new Member(name, content, 0, content.length, crc(content));
        members.add(member);
        return member;
    }

    /** A deflated member. */
    Member deflated(String name, byte[] content) {
        Member member = new Member(name, deflate(content), 8, content.length, crc(content));
        members.add(member);
        return member;
    }

    static byte[] deflate(byte[] content) {
        try (Deflater deflater = new Deflater(9, true)) {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] piece = new byte[1 << 16];
            while (!deflater.finished()) {
                out.write(piece, 0, deflater.deflate(piece));
            }
            return out.toByteArray();
        }
    }

    static long crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return crc.getValue();
    }

    /** The zip64 field of these numbers. */
    static byte[] zip64Field(long... values) {
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        put(field, (short) 1, (short) (8 * values.length));
        for (long value : values) {
            put(field, value);
        }
        return field.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, Object... fields) {
        for (Object field : fields) {
            switch (field) {
                case Short value -> number(out, value, 2);
                case Integer value -> number(out, value, 4);
                case Long value -> number(out, value, 8);
                case byte[] bytes -> out.writeBytes(bytes);
                default -> throw new IllegalArgumentException(field.toString());
            }
        }
    }

    private static void number(ByteArrayOutputStream out, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >> 8 * i));
        }
    }

    private static short u2(long value) {
        return (short) value;
    }

    private static int u4(long value) {
        return (int) value;
    }

    byte[] build() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(before);
        List<Long> offsets = new ArrayList<>();
        for (Member m : members) {
            offsets.add((long) out.size());
            put(out, 0x04034b50, u2(20), u2(m.flags), u2(m.localMethod), 0x00210000, u4(m.localCrc));
            put(out, u4(m.localCompressed), u4(m.localSize), u2(m.localName.length), u2(m.localExtra.length));
            put(out, m.localName, m.localExtra, m.content);
        }
        int directory = out.size();
        for (int i = 0; i < members.size(); i++) {
            Member m = members.get(i);
            long offset = offsets.get(i) - before.length + m.offsetChange;
            put(out, 0x02014b50, u2(20), u2(20), u2(m.flags), u2(m.method), 0x00210000, u4(m.crc), u4(m.compressed));
            put(out, u4(m.size), u2(m.name.length), u2(m.extra.length), u2(0), u2(0), u2(0), 0, u4(offset));
            put(out, m.name, m.extra);
        }
        int size = out.size() - directory + sizeChange;
        int count = members.size() + countChange;
        int offset = directory - before.length + offsetChange;
        out.writeBytes(between);
        if (zip64) {
            long count64 = (long) count + zip64CountChange;
            int record = out.size();
            put(out, 0x06064b50, 44L, u2(45), u2(45), 0, 0, (long) count, count64, (long) size, (long) offset);
            put(out, 0x07064b50, 0, (long) record, 1);
            put(out, 0x06054b50, u2(disk), u2(0), u2(-1), u2(-1), -1, -1, u2(comment.length), comment);
        } else {
            put(out, 0x06054b50, u2(disk), u2(0), u2(count), u2(count), size, offset, u2(comment.length), comment);
        }
        return out.toByteArray();
    }
}
