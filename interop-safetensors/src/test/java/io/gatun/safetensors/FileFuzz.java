package io.gatun.safetensors;

import io.gatun.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Jazzer calls with one input after another: whatever bytes a file has, opening it and reading all of it gives
 * tensors that fill the file, or a SafeTensorsFormatException; what is mapped, read, and saved and read again is the same.
 * The profile {@code fuzz} runs it, and FuzzCorpusTest everything that was found worth keeping.
 *
 * <p>An input's first byte says what the others are: a file as it is; the header of a file whose length is put right and
 * whose data are added; choices, by which a header is put together that is nearly true; or an index.
 */
public final class FileFuzz {
    private static final List<String> SIZES = List.of(
            "0",
            "1",
            "2",
            "3",
            "7",
            "8",
            "64",
            "-1",
            "1.0",
            "01",
            "null",
            "9223372036854775807",
            "4294967296",
            "18446744073709551614",
            "1e3",
            "\"2\"",
            "2147483648",
            "[1]");
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\u0061",
            "\\ud83d",
            "\\udE00",
            "\n",
            " ",
            "-",
            "0",
            ".",
            "e",
            "\0",
            "\u00e9",
            "\u4e2d",
            "null",
            "true",
            "\"__metadata__\":{\"a\":\"b\"},",
            "\"a\":",
            "\"dtype\":\"U8\",",
            "[0,0]");

    private static final Path DIRECTORY = temporary();
    private static final Path FILE = DIRECTORY.resolve("x");
    private static final Path COPY = DIRECTORY.resolve("copy");
    private static final Path INDEX = DIRECTORY.resolve("index.json");

    private FileFuzz() {}

    private static Path temporary() {
        try {
            Path directory = Files.createTempDirectory("fuzz");
            for (String name : List.of("x", "copy", "index.json", "shard")) {
                directory.resolve(name).toFile().deleteOnExit();
            }
            SafeTensors.save(directory.resolve("shard"), Map.of("a", Tensor.ones(2), "b", Tensor.zeros(3)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One input. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        if (data.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(data, 1, data.length);
        switch (data[0] & 3) {
            case 0 -> file(rest);
            case 1 -> headerAlone(rest);
            case 2 -> file(nearlyTrue(new Choices(rest)));
            default -> index(rest);
        }
    }

    // ---- inputs

    /** Numbers from bytes, zeros when there are no more. */
    private static final class Choices {
        private final byte[] data;
        private int at;

        Choices(byte[] data) {
            this.data = data;
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
                case 252 -> Long.MAX_VALUE;
                case 251 -> truth + next();
                case 250 -> truth - next();
                case 249 -> (long) next() << next();
                default -> truth;
            };
        }
    }

    /** A file with a header of pieces, most of which are true. */
    private static byte[] nearlyTrue(Choices in) {
        StringBuilder text = new StringBuilder("{");
        if (in.isRare()) {
            text.append("\"__metadata__\":{\"")
                    .append(in.of(PIECES))
                    .append("\":\"")
                    .append(in.of(PIECES))
                    .append("\"},");
        }
        StoredType[] types = StoredType.values();
        long end = 0;
        for (int count = in.next() % 5; count > 0; count--) {
            StoredType type = types[in.next() % types.length];
            long numel = 1;
            StringBuilder shape = new StringBuilder("[");
            for (int rank = in.next() % 4; rank > 0; rank--) {
                int size = in.next() % 5;
                numel *= size;
                shape.append(in.isRare() ? in.of(SIZES) : Integer.toString(size))
                        .append(rank > 1 ? "," : "");
            }
            long begin = end;
            end += numel * type.bits() / 8;
            text.append('"').append(in.isRare() ? in.of(PIECES) : "t" + count).append("\":{\"dtype\":\"");
            text.append(type).append("\",\"shape\":").append(shape).append("],\"data_offsets\":[");
            text.append(in.lie(begin))
                    .append(',')
                    .append(in.lie(end))
                    .append("]}")
                    .append(count > 1 ? "," : "");
        }
        text.append('}');
        for (int changes = in.isRare() ? in.next() % 4 : 0; changes > 0; changes--) {
            int at = in.next() * text.length() / 256;
            if (in.next() < 100 && at < text.length()) {
                text.deleteCharAt(at);
            } else {
                text.insert(at, in.of(PIECES));
            }
        }
        text.append(" ".repeat(in.next() % 8));
        byte[] header = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] data = new byte[(int) Math.max(0, Math.min(1 << 16, in.isRare() ? in.lie(end) : end))];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) in.next();
        }
        return Fixtures.file(in.isRare() ? in.lie(header.length) : header.length, header, data);
    }

    // ---- what must hold

    /** A header, and as many bytes after it as it asks for. */
    private static void headerAlone(byte[] header) throws IOException {
        for (int data : new int[] {0, 1, 4, 8, 64}) {
            try {
                Header.parse("x", header, 8L + header.length + data);
            } catch (SafeTensorsFormatException e) {
                requirePrintable(e);
                continue;
            }
            file(Fixtures.file(header, new byte[data]));
        }
    }

    private static void file(byte[] bytes) throws IOException {
        write(FILE, bytes);
        try (SafeTensors file = SafeTensors.open(FILE)) {
            Map<String, Tensor> all = new LinkedHashMap<>();
            long bits = 0;
            for (String name : file.names()) {
                StoredType type = StoredType.valueOf(file.storedType(name));
                bits += file.shape(name).numel() * type.bits();
                Tensor read = tensor(() -> file.read(name));
                // As every mapping stays for a while.
                Tensor mapped = Arrays.hashCode(bytes) % 16 == 0 ? tensor(() -> file.get(name)) : null;
                require(mapped == null || read != null, "mapped and not read");
                if (read != null) {
                    all.put(name, read);
                    require(mapped == null || Arrays.equals(Fixtures.bytes(mapped), Fixtures.bytes(read)), "differ");
                }
            }
            long header =
                    8L + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
            require(header + bits / 8 == bytes.length, "the tensors do not fill the file");
            savedAndReadAgain(all, file.metadata());
        } catch (SafeTensorsFormatException e) {
            requirePrintable(e);
        }
    }

    private static void savedAndReadAgain(Map<String, Tensor> all, Map<String, String> metadata) throws IOException {
        SafeTensors.save(COPY, all, metadata);
        byte[] once = Files.readAllBytes(COPY);
        Map<String, Tensor> again = SafeTensors.load(COPY);
        require(again.keySet().equals(all.keySet()), "other names");
        for (String name : all.keySet()) {
            Tensor before = all.get(name);
            Tensor after = again.get(name);
            require(
                    before.shape().equals(after.shape())
                            && before.dtype() == after.dtype()
                            && Arrays.equals(Fixtures.bytes(before), Fixtures.bytes(after)),
                    "what is saved is not what is read");
        }
        SafeTensors.save(COPY, again, metadata);
        require(Arrays.equals(once, Files.readAllBytes(COPY)), "saved again it is another file");
    }

    /** An index may name the one file beside it, and gets no other. */
    private static void index(byte[] bytes) throws IOException {
        write(INDEX, bytes);
        try (SafeTensors model = SafeTensors.open(INDEX)) {
            for (String name : model.names()) {
                require(name.equals("a") || name.equals("b"), "a tensor from nowhere");
            }
        } catch (SafeTensorsFormatException e) {
            requirePrintable(e);
        } catch (java.nio.file.FileSystemException e) {
            Path file = Path.of(e.getFile());
            require(DIRECTORY.equals(file.getParent()), "a file from elsewhere: " + file);
        }
    }

    private interface Reading {
        Tensor read() throws IOException;
    }

    /** The tensor, or null if it is refused as it should be. */
    private static @Nullable Tensor tensor(Reading reading) throws IOException {
        try {
            return reading.read();
        } catch (SafeTensorsFormatException e) {
            requirePrintable(e);
            return null;
        }
    }

    private static void requirePrintable(SafeTensorsFormatException e) {
        String message = e.getMessage();
        require(message.length() < 1500 + FILE.toString().length(), "a long message");
        require(message.chars().noneMatch(Character::isISOControl), "a message with control characters");
    }

    /** A new file each time: the old one may still be mapped. */
    private static void write(Path path, byte[] bytes) throws IOException {
        Files.deleteIfExists(path);
        Files.write(path, bytes);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }
}
