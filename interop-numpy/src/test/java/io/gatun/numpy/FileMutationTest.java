package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Good files, damaged in thousands of ways that are the same in each run: what comes of reading one is a tensor that its
 * file has room for, or a NpyFormatException, and nothing else.
 */
class FileMutationTest {
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
            "\\x",
            "\\N{",
            "\n",
            "#",
            "-",
            "+",
            "L",
            "0",
            "9223372036854775807",
            "18446744073709551616",
            "0x",
            "_",
            ".",
            "e9",
            "j",
            "True",
            "None",
            "'shape'",
            "'descr'",
            ">",
            "|",
            "u8",
            "O",
            "f2",
            "b1",
            "\0",
            "\u00ff",
            " ",
            "(0, 1)",
            "1,1,1,1,1,1,1,1,1");

    private static byte[] mutate(byte[] original, SplittableRandom random, int mostlyBefore) {
        byte[] bytes = original.clone();
        int changes = 1 + random.nextInt(2);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            int at = random.nextInt(random.nextInt(8) == 0 ? bytes.length : Math.min(mostlyBefore, bytes.length));
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = splice(bytes, at, at, new byte[0], at); // cut
                case 3 ->
                    bytes = splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), new byte[0], -1);
                default -> {
                    byte[] piece = PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.ISO_8859_1);
                    int until = random.nextBoolean() ? at : Math.min(bytes.length, at + piece.length);
                    bytes = splice(bytes, at, until, piece, -1);
                }
            }
        }
        return bytes;
    }

    /** {@code bytes} with a range replaced, cut at {@code length} unless that is negative. */
    private static byte[] splice(byte[] bytes, int from, int to, byte[] piece, int length) {
        byte[] out = new byte[bytes.length - (to - from) + piece.length];
        System.arraycopy(bytes, 0, out, 0, from);
        System.arraycopy(piece, 0, out, from, piece.length);
        System.arraycopy(bytes, to, out, from + piece.length, bytes.length - to);
        return length < 0 ? out : java.util.Arrays.copyOf(out, length);
    }

    private interface Reading {
        Tensor read() throws IOException;
    }

    /** Whether a tensor came of it; anything but the one exception fails the test. */
    private static boolean isRead(Reading reading, int run, byte[] bytes) {
        try {
            Tensor tensor = reading.read();
            long size = tensor.numel() * tensor.dtype().byteSize();
            assertThat(size).as("run %d", run).isLessThanOrEqualTo(4L * bytes.length); // u2 and u4 double
            if (size > 0) {
                assertThat(tensor.contiguous().toDoubleArray()).hasSize((int) tensor.numel());
            }
            return true;
        } catch (NpyFormatException e) {
            assertThat(e.getMessage()).as("run %d", run).hasSizeLessThan(1000);
            return false;
        } catch (Throwable e) {
            throw new AssertionError(
                    "run " + run + ": " + e + " for " + new String(bytes, StandardCharsets.ISO_8859_1), e);
        }
    }

    @Test
    void aDamagedArrayIsATensorOrRefused(@TempDir Path dir) throws Exception {
        List<byte[]> seeds = List.of(
                Files.readAllBytes(Fixtures.npy("le-f4-c.npy")),
                Files.readAllBytes(Fixtures.npy("le-u8-f.npy")),
                Files.readAllBytes(Fixtures.npy("be-i2-f.npy")),
                Files.readAllBytes(Fixtures.npy("b1-c.npy")),
                Files.readAllBytes(Fixtures.npy("v3.npy")),
                Files.readAllBytes(Fixtures.npy("empty.npy")),
                Fixtures.file(1, "{'shape':(2L,3L),'fortran_order':True,'descr':u'=f8'}", 48));
        SplittableRandom random = new SplittableRandom(20250101);
        int tensors = 0;
        for (int run = 0; run < 6000; run++) {
            byte[] bytes = mutate(seeds.get(run % seeds.size()), random, 80);
            boolean known = isRead(() -> Fixtures.read(bytes), run, bytes);
            boolean stream = isRead(() -> Npy.read(new ByteArrayInputStream(bytes)), run, bytes);
            assertThat(stream).as("run %d: file and stream agree", run).isEqualTo(known);
            if (run % 4 == 0) {
                Path file = Files.write(dir.resolve("x.npy"), bytes);
                if (isRead(() -> Npy.map(file), run, bytes)) {
                    assertThat(known)
                            .as("run %d: what is mapped can be read", run)
                            .isTrue();
                }
                Files.delete(file); // not overwritten in place: a mapping may still be alive
            }
            tensors += known ? 1 : 0;
        }
        assertThat(tensors).as("mutations that leave a good file").isBetween(100, 5700);
    }

    @Test
    void aDamagedArchiveIsReadOrRefused(@TempDir Path dir) throws Exception {
        List<byte[]> seeds = List.of(
                Files.readAllBytes(Fixtures.npy("arrays.npz")), Files.readAllBytes(Fixtures.npy("deflated.npz")));
        SplittableRandom random = new SplittableRandom(20250102);
        int opened = 0;
        for (int run = 0; run < 1500; run++) {
            byte[] bytes = mutate(seeds.get(run % seeds.size()), random, 1 << 20);
            Path file = Files.write(dir.resolve("x" + run + ".npz"), bytes);
            try (Npz npz = Npz.open(file)) {
                opened++;
                for (String name : npz.names()) {
                    isRead(() -> npz.get(name), run, new byte[1 << 20]);
                }
            } catch (NpyFormatException e) {
                assertThat(e.getMessage()).hasSizeLessThan(1000);
            }
            Files.delete(file);
        }
        assertThat(opened).isBetween(200, 1400);
    }
}
