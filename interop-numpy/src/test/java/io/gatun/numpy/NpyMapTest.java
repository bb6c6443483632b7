package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is particular to a tensor over a mapped file. */
class NpyMapTest {
    @Test
    void isReadOnly() throws Exception {
        Tensor mapped = Npy.map(Fixtures.npy("le-f4-c.npy"));
        assertThatThrownBy(() -> mapped.add_(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("read-only");
        assertThatThrownBy(mapped::zero_).isInstanceOf(IllegalStateException.class);
        Tensor own = mapped.clone();
        own.zero_();
        assertThat(own.sum().item()).isZero();
    }

    @Test
    void seesTheFileWithoutACopy(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("x.npy");
        Npy.save(file, Tensor.of(new float[] {1, 2, 3}));
        Tensor mapped = Npy.map(file);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer five = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
            out.write(five.putFloat(5).flip(), 128 + 4);
        }
        assertThat(mapped.toFloatArray()).containsExactly(1, 5, 3);
    }

    @Test
    void operatorsWorkOnFortranOrder() throws Exception {
        Tensor c = Npy.map(Fixtures.npy("le-f4-c.npy"));
        Tensor f = Npy.map(Fixtures.npy("le-f4-f.npy"));
        assertThat(f.isContiguous()).isFalse();
        assertThat(f.add(c).toFloatArray()).isEqualTo(c.mul(2).toFloatArray());
        assertThat(f.get(Index.at(1)).toFloatArray())
                .isEqualTo(c.get(Index.at(1)).toFloatArray());
    }

    @Test
    void dataThatIsNotAlignedToItsElementIsRefusedAndRead(@TempDir Path dir) throws Exception {
        byte[] bytes = Fixtures.file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 8);
        Path file = Files.write(dir.resolve("x.npy"), bytes);
        assertThat((bytes.length - 8) % 4).isNotZero();
        assertThatThrownBy(() -> Npy.map(file))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageContaining("not aligned to its elements of 4 bytes. Npy.read copies it");
        assertThat(Npy.read(file).toFloatArray()).containsExactly(0, 0);
    }

    @Test
    void dataAlignedToItsElementAloneIsMapped(@TempDir Path dir) throws Exception {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}";
        String padded = header + " ".repeat(3 - (10 + header.length() + 3) % 4);
        byte[] bytes = Fixtures.file(1, padded, 8);
        assertThat(bytes.length % 8).isEqualTo(4);
        Path file = Files.write(dir.resolve("x.npy"), bytes);
        assertThat(Npy.map(file).toFloatArray()).containsExactly(0, 0);
    }

    @Test
    void moreThanTwoGibibytesAreReached(@TempDir Path dir) throws Exception {
        long rows = 3L << 20;
        Path file = dir.resolve("large.npy");
        byte[] header = NpyHeader.bytes("|u1", false, Shape.of(rows, 1024));
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            out.write(ByteBuffer.wrap(header));
            out.write(ByteBuffer.wrap(new byte[] {77}), header.length + rows * 1024 - 1);
        }
        Tensor mapped = Npy.map(file);
        assertThat(mapped.numel()).isGreaterThan(Integer.MAX_VALUE);
        assertThat(mapped.get(Index.at(-1), Index.at(-1)).itemLong()).isEqualTo(77);
        assertThat(mapped.get(Index.at(0), Index.at(0)).itemLong()).isZero();
    }

    @Test
    void anEmptyArrayOfAnyShapeIsMapped(@TempDir Path dir) throws Exception {
        Path file = Files.write(
                dir.resolve("x.npy"),
                Fixtures.file(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (5, 0, 4294967296)}", 0));
        Tensor mapped = Npy.map(file);
        assertThat(mapped.shape()).isEqualTo(Shape.of(5, 0, 1L << 32));
        assertThat(mapped.dtype()).isEqualTo(DType.F64);
    }

    @Test
    void bytesAfterTheArrayAreIgnored(@TempDir Path dir) throws Exception {
        Path file = Files.write(
                dir.resolve("x.npy"), Fixtures.file(1, "{'descr': '|i1', 'fortran_order': False, 'shape': (2,)}", 99));
        assertThat(Npy.map(file).numel()).isEqualTo(2);
        assertThat(Npy.read(file).numel()).isEqualTo(2);
    }

    @Test
    void aReadWriteMappingWritesToTheFile(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("x.npy");
        Npy.save(file, Tensor.of(new float[] {1, 2, 3}));
        Tensor mapped = Npy.map(file, MapMode.READ_WRITE);
        Tensor other = Npy.map(file);
        mapped.mul_(10);
        mapped.memorySegment().force();
        assertThat(other.toFloatArray()).containsExactly(10, 20, 30);
        assertThat(Npy.read(file).toFloatArray()).containsExactly(10, 20, 30);
        mapped.get(Index.at(1)).fill_(7);
        assertThat(Npy.read(file).toFloatArray()).containsExactly(10, 7, 30);
        assertThat(Files.size(file)).isEqualTo(128 + 12);
    }

    @Test
    void aPrivateMappingCopiesOnWrite(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("x.npy");
        Npy.save(file, Tensor.of(new float[] {1, 2, 3}));
        byte[] before = Files.readAllBytes(file);
        Tensor mapped = Npy.map(file, MapMode.PRIVATE);
        mapped.add_(1);
        assertThat(mapped.toFloatArray()).containsExactly(2, 3, 4);
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void anEmptyArrayIsMappedInEveryModeAndAFortranOneKeepsItsOrder(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("x.npy");
        for (MapMode mode : new MapMode[] {MapMode.READ_ONLY, MapMode.READ_WRITE, MapMode.PRIVATE}) {
            Npy.save(file, Tensor.zeros(0, 3));
            Tensor empty = Npy.map(file, mode);
            assertThat(empty.shape()).isEqualTo(Shape.of(0, 3));
            if (mode.equals(MapMode.READ_ONLY)) {
                assertThatThrownBy(() -> empty.add_(1)).isInstanceOf(IllegalStateException.class);
            } else {
                assertThat(empty.add_(1).shape()).isEqualTo(Shape.of(0, 3));
            }
            Npy.save(file, Tensor.arange(6).reshape(2, 3).transpose(0, 1));
            assertThat(Npy.map(file, mode).strides()).containsExactly(1, 3);
        }
    }

    @Test
    void aFileThatMayNotBeWrittenIsNotMappedForWriting(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("x.npy");
        Npy.save(file, Tensor.zeros(3));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThatThrownBy(() -> Npy.map(channel, MapMode.READ_WRITE))
                    .isInstanceOf(NonWritableChannelException.class);
            assertThat(channel.position()).isZero();
        }
    }

    @Test
    void arraysOfOneFileAreMappedOneByOneAndAtTheirOffsets(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("x.npy");
        List<Long> offsets = new ArrayList<>();
        List<String> names = List.of("le-f4-c", "b1-f", "le-i8-f", "empty", "scalar", "u1-c");
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (String name : names) {
                offsets.add(out.position());
                out.write(ByteBuffer.wrap(Files.readAllBytes(Fixtures.npy(name + ".npy"))));
            }
        }
        try (FileChannel in = FileChannel.open(file)) {
            for (int i = 0; i < names.size(); i++) {
                Tensor expected = Npy.read(Fixtures.npy(names.get(i) + ".npy"));
                assertThat(in.position()).isEqualTo(offsets.get(i));
                Tensor next = Npy.map(in, MapMode.READ_ONLY);
                Tensor there = Npy.map(file, MapMode.PRIVATE, offsets.get(i));
                Tensor read = Npy.read(file, Device.cpu(), offsets.get(i));
                for (Tensor tensor : new Tensor[] {next, there, read}) {
                    assertThat(tensor.layout()).as(names.get(i)).isEqualTo(expected.layout());
                    assertThat(tensor.toDoubleArray()).as(names.get(i)).isEqualTo(expected.toDoubleArray());
                }
            }
            assertThat(in.position()).isEqualTo(in.size());
            assertThatThrownBy(() -> Npy.map(in, MapMode.READ_ONLY))
                    .isInstanceOf(NpyFormatException.class)
                    .hasMessage(
                            "channel, byte 0: the file ends within the magic string and version that begin every .npy"
                                    + " file");
        }
        assertThatThrownBy(() -> Npy.map(file, MapMode.READ_ONLY, offsets.get(2) - 10))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageStartingWith(file + " from byte " + (offsets.get(2) - 10) + ", byte 0: this is not a .npy");
        for (long beyond : new long[] {1L << 40, 1L << 50, Long.MAX_VALUE}) { // some are too large for a file system
            assertThatThrownBy(() -> Npy.read(file, Device.cpu(), beyond))
                    .isInstanceOf(NpyFormatException.class)
                    .hasMessageContaining("from byte " + beyond)
                    .hasMessageContaining("the file ends within");
        }
        assertThatThrownBy(() -> Npy.map(file, MapMode.READ_ONLY, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an array cannot begin at byte -1 of a file");
    }

    @Test
    void alignmentCountsFromTheBeginningOfTheFile(@TempDir Path dir) throws Exception {
        byte[] array = Files.readAllBytes(Fixtures.npy("le-f4-c.npy"));
        Path file = dir.resolve("x.npy");
        for (int before = 1; before <= 4; before++) {
            int start = before;
            byte[] shifted = new byte[before + array.length];
            System.arraycopy(array, 0, shifted, before, array.length);
            Files.write(file, shifted);
            if (before == 4) {
                assertThat(Npy.map(file, MapMode.READ_ONLY, start).numel()).isEqualTo(24);
            } else {
                assertThatThrownBy(() -> Npy.map(file, MapMode.READ_ONLY, start))
                        .isInstanceOf(NpyFormatException.class)
                        .hasMessageContaining("not aligned to its elements of 4 bytes. Npy.read copies it");
                assertThat(Npy.read(file, Device.cpu(), start).numel()).isEqualTo(24);
            }
        }
    }
}
