package io.gatun.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good files, damaged in thousands of ways that are the same in each run: what comes of opening one and reading all of it
 * is tensors that the file has room for, or a SafeTensorsFormatException, and nothing else.
 */
class FileMutationTest {
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\u",
            "\\ud800",
            "-",
            "0",
            "1",
            "9223372036854775807",
            "18446744073709551616",
            ".",
            "e9",
            "null",
            "true",
            "\"dtype\"",
            "\"shape\"",
            "\"data_offsets\"",
            "\"__metadata__\":{},",
            "\"U64\"",
            "\"F4\"",
            "\"BOOL\"",
            "[0,0]",
            "[]",
            "\0",
            "\u00ff",
            " ",
            "\n",
            "\"a\":\"b\"",
            "1,1,1,1,1,1,1,1,1");

    private static byte[] mutate(byte[] original, SplittableRandom random) {
        byte[] bytes = original.clone();
        int changes = 1 + random.nextInt(2);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            int length = bytes.length;
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = splice(bytes, at, Math.min(length, at + 1 + random.nextInt(8)), new byte[0]);
                case 4 -> bytes = splice(bytes, length, length, new byte[1 + random.nextInt(9)]);
                default -> {
                    byte[] piece = PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.ISO_8859_1);
                    int until = random.nextBoolean() ? at : Math.min(length, at + piece.length);
                    bytes = splice(bytes, at, until, piece);
                }
            }
        }
        // Most headers keep a length that fits, or nothing behind it would ever be looked at.
        if (bytes.length >= 8 && random.nextInt(4) > 0) {
            int data = original.length - 8 - (original[0] & 0xFF | (original[1] & 0xFF) << 8);
            int header = Math.max(0, bytes.length - 8 - data);
            for (int i = 0; i < 8; i++) {
                bytes[i] = (byte) (i < 4 ? header >> 8 * i : 0);
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] piece) {
        byte[] out = new byte[bytes.length - (to - from) + piece.length];
        System.arraycopy(bytes, 0, out, 0, from);
        System.arraycopy(piece, 0, out, from, piece.length);
        System.arraycopy(bytes, to, out, from + piece.length, bytes.length - to);
        return out;
    }

    /** Whether it could be opened. */
    private static boolean isOpened(Path path, int length, int run) throws Exception {
        try (SafeTensors file = SafeTensors.open(path)) {
            long total = 0;
            for (String name : file.names()) {
                total += size(() -> file.get(name), run);
                total += size(() -> file.read(name), run);
            }
            assertThat(total).as("run %d", run).isLessThanOrEqualTo(3L * length); // U16 and U32 double
            return true;
        } catch (SafeTensorsFormatException e) {
            assertThat(e.getMessage()).as("run %d", run).hasSizeLessThan(1500);
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("run " + run + ": " + e, e);
        }
    }

    private interface Reading {
        Tensor read() throws Exception;
    }

    private static long size(Reading reading, int run) throws Exception {
        try {
            Tensor tensor = reading.read();
            assertThat(Fixtures.bytes(tensor))
                    .as("run %d", run)
                    .hasSize((int) tensor.numel() * tensor.dtype().byteSize());
            return tensor.numel() * tensor.dtype().byteSize();
        } catch (SafeTensorsFormatException e) {
            return 0;
        }
    }

    @Test
    void aDamagedFileIsTensorsOrRefused(@TempDir Path dir) throws Exception {
        List<byte[]> seeds = List.of(
                Files.readAllBytes(Fixtures.reference("types.safetensors")),
                Files.readAllBytes(Fixtures.reference("model.safetensors")),
                Fixtures.file("{\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 1),
                Fixtures.file("{}", 0));
        SplittableRandom random = new SplittableRandom(20250101);
        int opened = 0;
        for (int run = 0; run < 3000; run++) {
            byte[] bytes = mutate(seeds.get(run % seeds.size()), random);
            Path file = Files.write(dir.resolve("x.safetensors"), bytes);
            opened += isOpened(file, bytes.length, run) ? 1 : 0;
            Files.delete(file); // not overwritten in place: a mapping may still be alive
        }
        assertThat(opened).as("mutations that leave a good file").isBetween(100, 1500);
    }
}
