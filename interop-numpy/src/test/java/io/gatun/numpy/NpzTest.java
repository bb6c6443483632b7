package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

    @Test
    void whatIsSavedIsMappedAndStaysSoWhenTheArchiveIsClosed() throws Exception {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        arrays.put("a", Tensor.arange(1000).to(DType.F64));
        arrays.put("fortran", Tensor.arange(12).reshape(3, 4).transpose(0, 1));
        arrays.put("empty", Tensor.zeros(0, 3));
        arrays.put("truth", Tensor.of(new boolean[] {true, false}));
        Path file = dir.resolve("x.npz");
        Npz.save(file, arrays);
        Map<String, Tensor> mapped = new LinkedHashMap<>();
        try (Npz npz = Npz.open(file)) {
            for (String name : npz.names()) {
                mapped.put(name, npz.map(name));
            }
        }
        for (Map.Entry<String, Tensor> entry : arrays.entrySet()) {
            Tensor tensor = mapped.get(entry.getKey());
            assertThat(tensor.shape()).isEqualTo(entry.getValue().shape());
            assertThat(tensor.toDoubleArray()).isEqualTo(entry.getValue().toDoubleArray());
            assertThat(tensor.storage().isWritable()).isFalse();
        }
        assertThatThrownBy(() -> mapped.get("a").add_(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatIsCompressedOrNotAlignedIsNotMappedButRead() throws Exception {
        Path compressed = dir.resolve("x.npz");
        Npz.saveCompressed(compressed, Map.of("a", Tensor.arange(100)));
        try (Npz npz = Npz.open(compressed)) {
            assertThatThrownBy(() -> npz.map("a"))
                    .isInstanceOf(NpyFormatException.class)
                    .hasMessageContaining("x.npz!a.npy: it is compressed and cannot be mapped. Npz.get reads it");
            assertThat(npz.get("a").toLongArray()).hasSize(100).endsWith(99);
        }
        byte[] array = Fixtures.file(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}   ", 16);
        for (int name = 1; name <= 8; name++) {
            ZipBuilder zip = new ZipBuilder();
            zip.stored("n".repeat(name), array);
            Path file = Files.write(dir.resolve(name + ".npz"), zip.build());
            try (Npz npz = Npz.open(file)) {
                if ((30 + name + array.length) % 8 == 0) {
                    assertThat(npz.map("n".repeat(name)).toDoubleArray()).containsExactly(0, 0);
                } else {
                    String unaligned = "n".repeat(name);
                    assertThatThrownBy(() -> npz.map(unaligned))
                            .isInstanceOf(NpyFormatException.class)
                            .hasMessageContaining("not aligned to its elements of 8 bytes. Npz.get copies it");
                    assertThat(npz.get(unaligned).toDoubleArray()).containsExactly(0, 0);
                }
            }
        }
    }

    @Test
    void compressedArchivesAreSmallerReadAsTheyWereAndTheSameBytesEachTime() throws Exception {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        arrays.put("a", Tensor.zeros(500, 300));
        arrays.put("b", Tensor.arange(12).reshape(3, 4).transpose(0, 1));
        arrays.put("c", Tensor.arange(300_000).get(Index.step(2)));
        Path file = dir.resolve("x.npz");
        Npz.saveCompressed(file, arrays);
        assertThat(Files.size(file)).isLessThan(1_000_000);
        Map<String, Tensor> back = Npz.load(file);
        assertThat(back.keySet()).containsExactlyElementsOf(arrays.keySet());
        arrays.forEach((name, tensor) ->
                assertThat(back.get(name).toDoubleArray()).as(name).isEqualTo(tensor.toDoubleArray()));
        Npz.saveCompressed(dir.resolve("y.npz"), arrays);
        assertThat(dir.resolve("y.npz")).hasSameBinaryContentAs(file);
    }

    @Test
    void bfloat16IsRefusedWithTheRemedyAndNothingIsWritten() {
        Path file = dir.resolve("x.npz");
        Map<String, Tensor> arrays = Map.of("a", Tensor.zeros(Shape.of(2), DType.BF16));
        for (boolean compressed : new boolean[] {false, true}) {
            assertThatThrownBy(() -> {
                        if (compressed) {
                            Npz.saveCompressed(file, arrays);
                        } else {
                            Npz.save(file, arrays);
                        }
                    })
                    .isInstanceOf(DTypeException.class)
                    .hasMessageContaining("NumPy has no bfloat16")
                    .hasMessageContaining("toFloat()");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void moreMembersThanSixteenBitsCountAreReadByZip64() throws Exception {
        byte[] array = Fixtures.file(1, "{'descr': '|i1', 'fortran_order': False, 'shape': ()}", 1);
        ZipBuilder zip = new ZipBuilder();
        zip.zip64 = true;
        for (int i = 0; i < 66_000; i++) {
            zip.stored(i + ".npy", array);
        }
        try (Npz npz = Npz.open(Files.write(dir.resolve("x.npz"), zip.build()))) {
            assertThat(npz.names()).hasSize(66_000);
            assertThat(npz.map("65999").itemLong()).isZero();
        }
    }

    @Test
    void aMemberOfMoreThanFourGibibytesIsMapped() throws Exception {
        long count = 600L << 20;
        byte[] header = NpyHeader.bytes("<f8", false, Shape.of(count));
        ZipBuilder zip = new ZipBuilder();
        ZipBuilder.Member member = zip.stored("large.npy", header);
        zip.stored("small.npy", NpyHeader.bytes("<f8", false, Shape.of(0)));
        long size = header.length + 8 * count;
        member.size = member.compressed = member.localSize = member.localCompressed = -1;
        member.extra = ZipBuilder.zip64Field(size, size);
        member.localExtra = new byte[(64 - (30 + 9) % 64) % 64];
        // What the builder makes is short of the elements, so the rest of it is moved behind them.
        byte[] bytes = zip.build();
        int first = 30 + 9 + member.localExtra.length + header.length;
        Path file = dir.resolve("x.npz");
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            ByteBuffer rest =
                    ByteBuffer.wrap(bytes, first, bytes.length - first).slice();
            rest.order(ByteOrder.LITTLE_ENDIAN);
            int end = rest.limit() - 22;
            int directory = end - rest.getInt(end + 12);
            int secondEntry = directory + 46 + 9 + member.extra.length;
            // The second member begins beyond 4 GiB: its offset, and the directory's, are told by zip64.
            ByteBuffer tail = ByteBuffer.allocate(200 + rest.limit()).order(ByteOrder.LITTLE_ENDIAN);
            tail.put(rest.slice(0, secondEntry));
            ByteBuffer entry = rest.slice(secondEntry, end - secondEntry).order(ByteOrder.LITTLE_ENDIAN);
            entry.putInt(42, -1).putShort(30, (short) 12);
            tail.put(entry).put(ZipBuilder.zip64Field(first + 8 * count));
            int size64 = tail.position() - directory;
            tail.putInt(0x06064b50)
                    .putLong(44)
                    .putInt(0)
                    .putInt(0)
                    .putInt(0)
                    .putLong(2)
                    .putLong(2);
            tail.putLong(size64).putLong(first + 8 * count + directory);
            tail.putInt(0x07064b50).putInt(0).putLong(0).putInt(1);
            tail.putInt(0x06054b50)
                    .putInt(0)
                    .putShort((short) 2)
                    .putShort((short) 2)
                    .putInt(size64);
            tail.putInt(-1).putShort((short) 0).flip();
            out.write(ByteBuffer.wrap(bytes, 0, first));
            out.write(tail, first + 8 * count);
            ByteBuffer last = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            out.write(last.putDouble(0, 2.5), first + 8 * count - 8);
        }
        assertThat(Files.size(file)).isGreaterThan(4L << 30);
        try (Npz npz = Npz.open(file)) {
            assertThat(npz.names()).containsExactly("large", "small");
            assertThat(npz.map("large").get(Index.at(-1)).item()).isEqualTo(2.5);
            assertThat(npz.get("small").numel()).isZero();
        }
    }

    @Test
    void aNameThatIsNotSaidToBeUtf8AndIsNotIsInTheOldEncoding() throws Exception {
        ZipBuilder zip = new ZipBuilder();
        ZipBuilder.Member member = zip.stored("", Files.readAllBytes(Fixtures.npy("one.npy")));
        member.name = member.localName = new byte[] {(byte) 0x84, '.', 'n', 'p', 'y'};
        try (Npz npz = Npz.open(Files.write(dir.resolve("x.npz"), zip.build()))) {
            assertThat(npz.names()).containsExactly("\u00e4"); // as NumPy's
            assertThat(npz.get("\u00e4").numel()).isEqualTo(1);
        }
    }

    /** Where it does not hold, it is the process of the tests that ends. */
    @Test
    void whatIsMappedFromAFileThatWasCutShortIsAnExceptionAndNotTheEnd() throws Exception {
        Path file = dir.resolve("x.npy");
        Path archive = dir.resolve("x.npz");
        Npy.save(file, Tensor.ones(300, 300));
        Map<String, Tensor> mapped = Map.of("a", Npy.map(file));
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            out.truncate(5000);
        }
        List<ThrowingCallable> uses = List.of(
                () -> Npz.save(archive, mapped),
                () -> Npz.saveCompressed(archive, mapped),
                () -> Npy.save(archive, mapped.get("a").get(Index.all(), Index.step(2))),
                () -> mapped.get("a").toFloatArray(),
                () -> mapped.get("a").get(Index.at(299), Index.at(299)).item(),
                () -> mapped.get("a").toString(),
                () -> mapped.get("a").add(1));
        for (ThrowingCallable use : uses) {
            assertThatThrownBy(use)
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("the file that it is mapped from was cut short");
        }
        assertThat(archive).doesNotExist();
    }

    @Test
    void anArchiveThatWasCutShortSinceItWasOpenedIsNotMapped() throws Exception {
        Path file = dir.resolve("x.npz");
        Npz.save(file, Map.of("a", Tensor.ones(300, 300)));
        try (Npz npz = Npz.open(file);
                FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            out.truncate(5000);
            assertThatThrownBy(() -> npz.map("a"))
                    .isInstanceOf(NpyFormatException.class)
                    .hasMessageContaining("the file was cut short since it was opened");
        }
    }

    @Test
    void aNameThatAnArchiveCannotHoldIsRefusedAndTheLongestIsRead() throws Exception {
        Path file = dir.resolve("x.npz");
        for (String name : List.of("\ud800", "\u20ac".repeat(21_667))) {
            assertThatThrownBy(() -> Npz.save(file, Map.of(name, Tensor.ones(2))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("save: an archive cannot hold the name");
        }
        assertThat(file).doesNotExist();
        String longest = "n".repeat(65_000);
        Npz.save(file, Map.of(longest, Tensor.ones(2)));
        assertThat(Npz.load(file)).containsOnlyKeys(longest);
        Npz.saveCompressed(file, Map.of(longest, Tensor.ones(2)));
        assertThat(Npz.load(file)).containsOnlyKeys(longest);
    }

    @Test
    void aClosedArchiveSaysSo() throws Exception {
        Npz npz = Npz.open(Fixtures.npy("arrays.npz"));
        npz.close();
        npz.close();
        assertThatThrownBy(() -> npz.get("w"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> npz.map("w")).isInstanceOf(IllegalStateException.class);
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
                    .hasMessageContaining("Npz.open(path, maxBytes) raises it");
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
        byte[] array = Fixtures.file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", 3);
        byte[] text = "hello, hello".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ZipBuilder zip = new ZipBuilder();
        zip.stored("a.npy", array);
        zip.stored("readme.txt", text);
        zip.deflated("b.npy", array);
        Path file = Files.write(dir.resolve("z.npz"), zip.build());
        try (Npz npz = Npz.open(file)) {
            assertThat(npz.names()).containsExactly("a", "readme.txt", "b");
            assertThat(npz.get("a").numel()).isEqualTo(3);
            assertThat(npz.get("b").numel()).isEqualTo(3);
            for (ThrowingCallable read :
                    List.<ThrowingCallable>of(() -> npz.get("readme.txt"), () -> npz.map("readme.txt"))) {
                assertThatThrownBy(read)
                        .isInstanceOf(NpyFormatException.class)
                        .hasMessage(file + "!readme.txt, byte 0: this is not a .npy file: it does not begin with"
                                + " \\x93NUMPY");
            }
        }
        assertThatThrownBy(() -> Npz.load(file))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageContaining("!readme.txt, byte 0: this is not a .npy file")
                .hasMessageEndingWith(
                        ". So the archive cannot be loaded as a whole: Npz.open(path) gives its other arrays"
                                + " by get(name)");
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
