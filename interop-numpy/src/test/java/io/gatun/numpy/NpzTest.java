package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives. */
class NpzTest {
    @TempDir
    Path dir;

    @Test
    void storedAndDeflatedMembersAreRead() throws Exception {
        float[] w = Npy.read(Fixtures.npy("v2.npy")).toFloatArray();
        try (Npz npz = Npz.open(Fixtures.npy("arrays.npz"))) {
            assertThat(npz.names()).containsExactly("w", "layer/b", "f");
            assertThat(npz.get("w").toFloatArray()).isEqualTo(w);
            assertThat(npz.get("layer/b").toLongArray()).containsExactly(0, 1, 2);
            assertThat(npz.get("f").strides()).containsExactly(1, 3);
        }
        Map<String, Tensor> deflated = Npz.load(Fixtures.npy("deflated.npz"));
        assertThat(deflated).containsOnlyKeys("zeros", "w");
        assertThat(deflated.get("w").toFloatArray()).isEqualTo(w);
        assertThat(deflated.get("zeros").shape()).isEqualTo(Shape.of(50, 50));
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThereAre() throws Exception {
        try (Npz npz = Npz.open(Fixtures.npy("arrays.npz"))) {
            assertThatThrownBy(() -> npz.get("v"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has no array 'v'; it has [w, layer/b, f]");
        }
    }

    @Test
    void whatIsSavedIsRead() throws Exception {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        arrays.put("a", Tensor.arange(1000));
        arrays.put("../b", Tensor.ones(3, 4).transpose(0, 1));
        arrays.put("\u00e9\u4e2d", Tensor.zeros(Shape.of(0, 2), DType.BOOL));
        arrays.put("", Tensor.of(2.5));
        Path file = dir.resolve("x.npz");
        Npz.save(file, arrays);
        Map<String, Tensor> back = Npz.load(file);
        assertThat(back.keySet()).containsExactlyElementsOf(arrays.keySet());
        for (Map.Entry<String, Tensor> entry : arrays.entrySet()) {
            Tensor tensor = back.get(entry.getKey());
            assertThat(tensor.shape()).isEqualTo(entry.getValue().shape());
            assertThat(tensor.dtype()).isEqualTo(entry.getValue().dtype());
            assertThat(tensor.toDoubleArray()).isEqualTo(entry.getValue().toDoubleArray());
        }
    }

    @Test
    void savedMembersBeginAtAMultipleOf64AndTheSameArraysGiveTheSameBytes() throws Exception {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        for (int i = 0; i < 70; i++) {
            arrays.put("n".repeat(i + 1), Tensor.arange(i));
        }
        Path file = dir.resolve("x.npz");
        Npz.save(file, arrays);
        byte[] bytes = Files.readAllBytes(file);
        int found = 0;
        for (int i = 0; i < bytes.length - 6; i++) {
            if (bytes[i] == (byte) 0x93
                    && new String(bytes, i + 1, 5, java.nio.charset.StandardCharsets.ISO_8859_1).equals("NUMPY")) {
                assertThat(i % 64).as("member %d", found).isZero();
                found++;
            }
        }
        assertThat(found).isEqualTo(70);
        Npz.save(dir.resolve("y.npz"), arrays);
        assertThat(dir.resolve("y.npz")).hasBinaryContent(bytes);
    }

    private Path zip(String name, byte[] content) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
            zip.closeEntry();
        }
        return Files.write(dir.resolve("z.npz"), out.toByteArray());
    }

    @Test
    void aMemberThatExpandsBeyondTheLimitIsRefusedUntilTheLimitIsRaised() throws Exception {
        int size = 70 << 20;
        Path bomb = zip(
                "a.npy", Fixtures.file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (" + size + ",)}", size));
        assertThat(Files.size(bomb)).isLessThan(100_000);
        try (Npz npz = Npz.open(bomb)) {
            assertThatThrownBy(() -> npz.get("a"))
                    .isInstanceOf(NpyFormatException.class)
                    .hasMessageContaining("more than the limit of")
                    .hasMessageContaining("Npz.open(path, maxMemberBytes) raises it");
        }
        try (Npz npz = Npz.open(bomb, 100 << 20)) {
            assertThat(npz.get("a").numel()).isEqualTo(size);
        }
    }

    @Test
    void aDamagedMemberIsRefusedByItsChecksum() throws Exception {
        byte[] bytes = Files.readAllBytes(Fixtures.npy("arrays.npz"));
        int data = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("}  ") + 100;
        bytes[data] ^= 1;
        Path file = Files.write(dir.resolve("x.npz"), bytes);
        try (Npz npz = Npz.open(file)) {
            assertThatThrownBy(() -> npz.get("w"))
                    .isInstanceOf(NpyFormatException.class)
                    .hasMessageContaining("x.npz!w.npy")
                    .hasMessageContaining("do not match the checksum");
        }
    }

    @Test
    void membersThatAreNoArraysAreRefusedWhenAskedFor() throws Exception {
        Path file = zip("readme.txt", "hello, hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        try (Npz npz = Npz.open(file)) {
            assertThat(npz.names()).containsExactly("readme.txt");
            assertThatThrownBy(() -> npz.get("readme.txt"))
                    .isInstanceOf(NpyFormatException.class)
                    .hasMessageContaining("not a .npy file");
        }
    }

    @Test
    void aMemberShorterThanItsShapeIsRefused() throws Exception {
        Path file = zip("a.npy", Fixtures.file(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (9,)}", 71));
        try (Npz npz = Npz.open(file)) {
            assertThatThrownBy(() -> npz.get("a"))
                    .isInstanceOf(NpyFormatException.class)
                    .hasMessageContaining("takes 72 bytes, and the file ends after 71");
        }
    }

    @Test
    void twoMembersOfOneNameAreRefused() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("a"));
            zip.putNextEntry(new ZipEntry("a.npy"));
        }
        Path file = Files.write(dir.resolve("x.npz"), out.toByteArray());
        assertThatThrownBy(() -> Npz.open(file))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageContaining("two members of the name 'a'");
    }

    @Test
    void whatIsNoArchiveIsRefusedAndAMissingFileNamed() {
        assertThatThrownBy(() -> Npz.open(Fixtures.npy("one.npy")))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageContaining("not a readable .npz");
        assertThatThrownBy(() -> Npz.load(dir.resolve("no.npz"))).isInstanceOf(NoSuchFileException.class);
    }
}
