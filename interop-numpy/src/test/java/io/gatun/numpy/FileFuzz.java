package io.gatun.numpy;

import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * What Jazzer calls with one input after another: whatever bytes a file has, reading it gives a tensor that the file has
 * room for, or a NpyFormatException; and every way of reading gives the same. The profile {@code fuzz} runs it, and
 * FuzzCorpusTest everything that was found worth keeping.
 *
 * <p>An input's first byte says what the others are: an array's file as it is; choices, by which a header is put together
 * from pieces of the grammar; an archive as it is; or choices by which one is put together whose records lie.
 */
public final class FileFuzz {
    private static final long BASE = 64L << 20;

    private static final List<String> TYPES = List.of(
            "<f4", "|b1", "<i8", ">f8", "<u2", ">u4", "<u8", ">i2", "|u1", "<c8", ">c16", "<f2", "O", "|V2", "<U3",
            "=f4", "float32", "<f16", "f+4", "4f4");
    private static final List<String> SIZES = List.of(
            "0",
            "1",
            "2",
            "3",
            "7",
            "8",
            "64",
            "0x10",
            "1_0",
            "5L",
            "-1",
            "True",
            "None",
            "9223372036854775807",
            "18446744073709551616",
            "4294967296",
            "2147483648",
            "(2)",
            "'2'",
            "1.5",
            "1e3",
            "010",
            "1j");
    private static final List<String> PIECES = List.of(
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "'",
            "\"",
            "'''",
            "\\",
            "\\x41",
            "\\u0041",
            "\\N{LATIN SMALL LETTER A}",
            "\\101",
            "\\\n",
            "\n",
            "# ",
            "-",
            "+",
            "L",
            "u'",
            "r'",
            "b'",
            "0x",
            "_",
            ".",
            "True",
            "'shape'",
            "'descr'",
            "'fortran_order'",
            "\0",
            "\u00ff",
            "\u4e2d",
            " ",
            "((((((((",
            "[[[[[[[[");

    private static final Path FILE = temporary();

    private FileFuzz() {}

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("fuzz", ".npz");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        if (data.length == 0) {
            return;
        }
        Choices rest = new Choices(data, 1);
        switch (data[0] & 3) {
            case 0 -> array(rest.rest());
            case 1 -> array(file(rest));
            case 2 -> archive(rest.rest());
            default -> archive(zip(rest));
        }
    }

    // ---- inputs

    /** Numbers from bytes, zeros when there are no more. */
    private static final class Choices {
        private final byte[] data;
        private int at;

        Choices(byte[] data, int at) {
            this.data = data;
            this.at = at;
        }

        int next() {
            return at < data.length ? data[at++] & 0xFF : 0;
        }

        boolean isRare() {
            return next() > 223;
        }

        String of(List<String> list) {
            return list.get(next() % list.size());
        }

        /** A number near {@code truth}, or far from it. */
        long lie(long truth) {
            return switch (next()) {
                case 255 -> truth + 1;
                case 254 -> truth - 1;
                case 253 -> 0;
                case 252 -> -1;
                case 251 -> 0xFFFFFFFFL;
                case 250 -> Long.MAX_VALUE;
                case 249 -> truth + next();
                case 248 -> truth - next();
                case 247 -> (long) next() << next();
                case 246 -> truth * next();
                default -> truth;
            };
        }

        byte[] rest() {
            return Arrays.copyOfRange(data, Math.min(at, data.length), data.length);
        }
    }

    /** A file with a header of pieces. */
    private static byte[] file(Choices in) {
        StringBuilder text = new StringBuilder("{");
        int order = in.next();
        for (int i = 0; i < 3; i++) {
            switch ((i + order) % 3) {
                case 0 -> text.append("'descr': '").append(in.of(TYPES)).append("', ");
                case 1 -> text.append("'fortran_order': ").append(in.next() < 128 ? "False, " : "True, ");
                default -> {
                    text.append("'shape': (");
                    for (int rank = in.next() % 5; rank > 0; rank--) {
                        text.append(in.of(SIZES)).append(rank == 1 && in.isRare() ? "" : ", ");
                    }
                    text.append("), ");
                }
            }
        }
        text.append('}');
        for (int changes = in.next() % 4; changes > 0; changes--) {
            int at = in.next() % text.length();
            if (in.isRare()) {
                text.deleteCharAt(at);
            } else {
                text.insert(at, in.of(PIECES));
            }
        }
        text.append(" ".repeat(in.next() % 64)).append('\n');
        byte[] bytes = Fixtures.file(1 + in.next() % 3, text.toString(), in.next());
        for (int changes = in.isRare() ? 2 : 0; changes > 0; changes--) {
            bytes[in.next() % bytes.length] = (byte) in.next();
        }
        byte[] data = in.rest();
        System.arraycopy(data, 0, bytes, Math.max(0, bytes.length - data.length), Math.min(data.length, bytes.length));
        return bytes;
    }

    /** An archive whose records may not be true. */
    private static byte[] zip(Choices in) {
        ZipBuilder zip = new ZipBuilder();
        for (int i = in.next() % 4; i > 0; i--) {
            int size = in.next() % 40;
            byte[] content =
                    Fixtures.file(1, "{'descr': '<i4', 'fortran_order': False, 'shape': (" + size + ",)}", 4 * size);
            String name = "abcd".substring(0, i) + (in.next() < 200 ? ".npy" : in.of(PIECES));
            ZipBuilder.Member member = in.next() < 128 ? zip.stored(name, content) : zip.deflated(name, content);
            if (in.isRare()) {
                member.content[in.next() % member.content.length] = (byte) in.next();
            }
            member.size = in.lie(member.size);
            member.compressed = in.lie(member.compressed);
            member.offsetChange = in.lie(0);
            if (in.isRare()) {
                member.extra = ZipBuilder.zip64Field(in.lie(member.size), in.lie(member.compressed), in.lie(0));
            }
            if (in.next() < 64) {
                member.localSize = in.lie(member.size);
                member.localCompressed = in.lie(member.compressed);
            }
            if (in.isRare()) {
                member.localExtra = new byte[in.next()];
                member.localMethod = (int) in.lie(member.localMethod);
                member.method = (int) in.lie(member.method);
                member.flags = in.next();
                member.crc = in.lie(member.crc);
                member.localName = in.of(PIECES).getBytes(StandardCharsets.UTF_8);
            }
        }
        if (in.isRare()) {
            zip.before = new byte[in.next()];
            zip.comment = new byte[in.next()];
            zip.between = new byte[in.next() % 30];
        }
        zip.zip64 = in.isRare();
        zip.countChange = (int) in.lie(0);
        zip.sizeChange = (int) in.lie(0);
        zip.offsetChange = (int) in.lie(0);
        zip.zip64CountChange = (int) in.lie(0);
        zip.disk = (int) in.lie(0);
        return zip.build();
    }

    // ---- what must hold

    private interface Reading {
        Tensor read() throws IOException;
    }

    /** The tensor, or null if it is refused as it should be. */
    private static @Nullable Tensor read(Reading reading, long fileSize) throws IOException {
        try {
            Tensor tensor = reading.read();
            long bytes = tensor.numel() * tensor.dtype().byteSize();
            require(bytes <= 10 * fileSize + BASE, bytes + " bytes from " + fileSize);
            return tensor;
        } catch (NpyFormatException e) {
            requirePrintable(e);
            return null;
        }
    }

    private static void requirePrintable(NpyFormatException e) {
        String message = e.getMessage();
        require(message.length() < 1000 + FILE.toString().length(), "a long message");
        require(message.chars().noneMatch(Character::isISOControl), "a message with control characters");
    }

    private static void array(byte[] file) throws IOException {
        Tensor tensor = read(() -> Fixtures.read(file), file.length);
        Tensor streamed = read(() -> Npy.read(new ByteArrayInputStream(file)), file.length);
        require((tensor == null) == (streamed == null), "a file and a stream differ");
        if (tensor == null || streamed == null) {
            return;
        }
        byte[] saved = saved(tensor);
        require(Arrays.equals(saved, saved(streamed)), "a file and a stream differ");
        Tensor again = Fixtures.read(saved);
        require(
                again.layout().equals(tensor.layout()) || tensor.numel() <= 1 || tensor.isContiguous(),
                "another layout");
        require(Arrays.equals(saved, saved(again)), "what is saved is not what is read");
        if (tensor.numel() < 1 << 16 && Arrays.hashCode(saved) % 16 == 0) { // as every mapping stays for a while
            write(file);
            Tensor mapped = read(() -> Npy.map(FILE, FileChannel.MapMode.PRIVATE), file.length);
            require(mapped == null || Arrays.equals(saved, saved(mapped)), "mapped and read differ");
        }
    }

    /** A new file each time: the old one may still be mapped. */
    private static void write(byte[] file) throws IOException {
        Files.deleteIfExists(FILE);
        Files.write(FILE, file);
    }

    private static byte[] saved(Tensor tensor) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ArrayWriter(tensor).write(Channels.newChannel(out));
        return out.toByteArray();
    }

    private static void archive(byte[] file) throws IOException {
        write(file);
        try (Npz npz = Npz.open(FILE)) {
            for (String name : npz.names()) {
                Tensor tensor = read(() -> npz.get(name), file.length);
                if (tensor == null) {
                    continue;
                }
                requireJavasBytes(name, tensor);
                if (Arrays.hashCode(file) % 16 == 0) { // as every mapping stays for a while
                    Tensor mapped = read(() -> npz.map(name), file.length);
                    require(mapped == null || Arrays.equals(saved(tensor), saved(mapped)), "mapped and read differ");
                }
            }
        } catch (NpyFormatException e) {
            requirePrintable(e);
        }
    }

    /** Java's own reader, where it opens the archive, finds the same array in the member. */
    private static void requireJavasBytes(String name, Tensor tensor) throws IOException {
        try (ZipFile zip = new ZipFile(FILE.toFile())) {
            ZipEntry entry = zip.getEntry(name + ".npy") == null ? zip.getEntry(name) : zip.getEntry(name + ".npy");
            if (entry != null) {
                try (InputStream in = zip.getInputStream(entry)) {
                    NpyInput input = new NpyInput(Channels.newChannel(in), name, entry.getSize());
                    Tensor expected = ArrayReader.read(input, Device.cpu());
                    require(Arrays.equals(saved(tensor), saved(expected)), "Java's reader finds something else");
                }
            }
        } catch (NpyFormatException e) {
            throw new IllegalStateException("Java's reader finds something that is not read", e);
        } catch (ZipException e) {
            return; // stricter in other ways
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }
}
