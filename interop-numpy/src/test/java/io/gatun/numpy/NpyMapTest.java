package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
}
