package io.gatun.numpy;

import io.gatun.tensor.file.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the directory at the end of a zip archive, for members to be mapped as well as read, which {@link
 * java.util.zip.ZipFile} has no way to do: it does not tell where a member's bytes are.
 *
 * <p>It is stricter than other readers, for what they differ in is what attacks are made of. The directory must be where its
 * end record says and hold as many members as that says, every member must lie before the directory, and none within
 * another: overlapping members are how a small archive expands to anything. Bytes may stand in front of the first member.
 * Source: PKWARE's APPNOTE, sections 4.3 and 4.5.3 (zip64).
 */
final class ZipDirectory {
    /** A 32-bit field's value where the real one is in the zip64 field. */
    static final long IN_ZIP64 = 0xFFFFFFFFL;

    private static final int END_RECORD = 22;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int ZIP64_LOCATOR = 20;
    private static final int ZIP64_END_RECORD = 56;
    private static final int ENTRY = 46;
    private static final int ZIP64_FIELD = 1;
    private static final int UTF_8_NAME = 1 << 11;

    /** The longest directory: half a million members of usual names. */
    private static final long LONGEST = 64L << 20;

    private final FileChannel file;
    private final String archive;

    private ZipDirectory(FileChannel file, String archive) {
        this.file = file;
        this.archive = archive;
    }

    /**
     * The members, in the directory's order, folders left out.
     *
     * @param archive its name, for messages
     * @throws NpyFormatException if it is not an archive, or malformed
     */
    static List<ZipMember> read(FileChannel file, String archive) throws IOException {
        return new ZipDirectory(file, archive).members();
    }

    private List<ZipMember> members() throws IOException {
        long length = file.size();
        int tailSize = (int) Math.min(length, END_RECORD + LONGEST_COMMENT);
        ByteBuffer tail = required(length - tailSize, tailSize);
        int at = tailSize - END_RECORD;
        while (at >= 0 && !(tail.getInt(at) == 0x06054b50 && at + END_RECORD + u2(tail, at + 20) == tailSize)) {
            at--;
        }
        if (at < 0) {
            throw problem(-1, "it has no end record");
        }
        long end = length - tailSize + at;
        long count = u2(tail, at + 10);
        long size = u4(tail, at + 12);
        long offset = u4(tail, at + 16);
        if (tail.getInt(at + 4) != 0 || u2(tail, at + 8) != count) {
            throw problem(end, "it is one of several parts");
        }
        ByteBuffer locator = bytes(file, end - ZIP64_LOCATOR, ZIP64_LOCATOR);
        if (locator != null && locator.getInt(0) == 0x07064b50) {
            long record = end - ZIP64_LOCATOR - ZIP64_END_RECORD;
            ByteBuffer zip64 = required(record, ZIP64_END_RECORD);
            boolean agrees = zip64.getInt(0) == 0x06064b50
                    && zip64.getLong(4) == ZIP64_END_RECORD - 12
                    && zip64.getLong(16) == 0
                    && zip64.getLong(24) == zip64.getLong(32)
                    && (count == zip64.getLong(32) || count == 0xFFFF)
                    && (size == zip64.getLong(40) || size == IN_ZIP64)
                    && (offset == zip64.getLong(48) || offset == IN_ZIP64);
            if (!agrees) {
                throw problem(record, "its two end records do not agree");
            }
            end = record;
            count = zip64.getLong(32);
            size = zip64.getLong(40);
            offset = zip64.getLong(48);
        }
        if (size < 0 || size > end || offset < 0 || offset > end - size) {
            throw problem(
                    end, "its directory of " + size + " bytes at byte " + offset + " does not fit before its end");
        }
        if (size > LONGEST) {
            throw problem(end, "its directory has " + size + " bytes, more than the limit of " + LONGEST);
        }
        if (count < 0 || count > size / ENTRY) {
            throw problem(end, "its directory of " + size + " bytes cannot have " + count + " members");
        }
        long start = end - size;
        ByteBuffer entries = required(start, (int) size);
        List<ZipMember> members = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            members.add(member(entries, start, start - offset));
        }
        if (entries.hasRemaining()) {
            throw problem(start + entries.position(), "its directory has more than the " + count + " members it says");
        }
        return bounded(members, start);
    }

    private ZipMember member(ByteBuffer in, long directory, long base) {
        long position = directory + in.position();
        if (in.remaining() < ENTRY || in.getInt(in.position()) != 0x02014b50) {
            throw problem(position, "no member of its directory begins here");
        }
        ByteBuffer entry = in.slice().order(ByteOrder.LITTLE_ENDIAN);
        int nameLength = u2(entry, 28);
        int extraLength = u2(entry, 30);
        int length = ENTRY + nameLength + extraLength + u2(entry, 32);
        if (length > entry.limit()) {
            throw problem(position, "its directory ends within a member");
        }
        in.position(in.position() + length);
        long[] sizes = {u4(entry, 24), u4(entry, 20), u4(entry, 42)}; // as the zip64 field orders them
        if (!fromZip64(entry.slice(ENTRY + nameLength, extraLength).order(ByteOrder.LITTLE_ENDIAN), sizes)) {
            throw problem(position, "the sizes of a member are malformed");
        }
        ByteBuffer rawName = entry.slice(ENTRY, nameLength);
        String name;
        try {
            name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(rawName.duplicate())
                    .toString();
        } catch (CharacterCodingException e) {
            if ((u2(entry, 8) & UTF_8_NAME) != 0) {
                throw problem(position, "the name of a member is not UTF-8");
            }
            name = Charset.forName("IBM437").decode(rawName.duplicate()).toString(); // which old archivers wrote
        }
        long available = directory - base;
        if (sizes[1] > available || sizes[2] > available - sizes[1]) {
            throw problem(
                    position,
                    "the member " + Quoted.quoted(name) + " of " + sizes[1] + " bytes at byte " + sizes[2]
                            + " is not in front of the directory");
        }
        return new ZipMember(
                archive,
                name,
                rawName,
                u2(entry, 8),
                u2(entry, 10),
                u4(entry, 16),
                sizes[1],
                sizes[0],
                base + sizes[2],
                directory);
    }

    /** Replaces those of {@code sizes} that are in the zip64 field; whether they are all there, and none is negative. */
    private static boolean fromZip64(ByteBuffer extra, long[] sizes) {
        ByteBuffer field = ByteBuffer.allocate(0);
        while (extra.remaining() >= 4) { // fewer are padding
            int id = extra.getShort() & 0xFFFF;
            int length = extra.getShort() & 0xFFFF;
            if (length > extra.remaining()) {
                return false;
            }
            if (id == ZIP64_FIELD) {
                field = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            }
            extra.position(extra.position() + length);
        }
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == IN_ZIP64) {
                sizes[i] = field.remaining() < 8 ? -1 : field.getLong();
            }
            if (sizes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** The members with their bounds. */
    private List<ZipMember> bounded(List<ZipMember> members, long directory) {
        TreeMap<Long, ZipMember> byStart = new TreeMap<>();
        for (ZipMember member : members) {
            if (byStart.put(member.start(), member) != null) {
                throw member.problem("another member of the archive begins where it does");
            }
        }
        List<ZipMember> bounded = new ArrayList<>();
        for (ZipMember member : members) {
            Long next = byStart.higherKey(member.start());
            long bound = next == null ? directory : next;
            if (member.leastEnd() > bound) {
                throw member.problem("it reaches into what follows it in the archive");
            }
            if (!member.name().endsWith("/")) {
                bounded.add(member.boundBy(bound));
            }
        }
        return bounded;
    }

    private NpyFormatException problem(long at, String what) {
        return new NpyFormatException(archive, at, "this is not a readable .npz (zip) archive: " + what);
    }

    private ByteBuffer required(long at, int count) throws IOException {
        ByteBuffer bytes = bytes(file, at, count);
        if (bytes == null) {
            throw problem(at, "it ends here");
        }
        return bytes;
    }

    /** {@code count} bytes of a file from {@code at} on, little-endian, or null if it does not have them. */
    static @Nullable ByteBuffer bytes(FileChannel file, long at, int count) throws IOException {
        if (at < 0 || at > file.size() - count) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, at + bytes.position()) < 0) {
                return null;
            }
        }
        return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    static int u2(ByteBuffer bytes, int at) {
        return bytes.getShort(at) & 0xFFFF;
    }

    static long u4(ByteBuffer bytes, int at) {
        return bytes.getInt(at) & 0xFFFFFFFFL;
    }
}
