package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.Complex;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Saving: the bytes that NumPy wrote, and nothing left behind. RealNumPyTest compares many more. */
class NpySaveTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "b1-c", "b1-f", "i1-c", "u1-f", "le-i2-c", "le-i4-f", "le-i8-c", "le-f2-c", "le-f4-f", "le-f8-c",
                "scalar", "empty", "one"
            })
    void givesTheBytesThatNumPyWrote(String name) throws Exception {
        Path original = Fixtures.npy(name + ".npy");
        for (Tensor tensor : new Tensor[] {Npy.read(original), Npy.map(original)}) {
            Path file = dir.resolve("x.npy");
            Npy.save(file, tensor);
            assertThat(file).hasSameBinaryContentAs(original);
        }
    }

    @Test
    void headersAreAsLongAsNumPys() throws Exception {
        List<String> lines = Files.readAllLines(Fixtures.npy("headers.txt"));
        assertThat(lines).hasSize(2 * 2 * 33 * 4);
        for (String line : lines) {
            String[] parts = line.split(" ", -1);
            long[] sizes = parts[2].equals("scalar")
                    ? new long[0]
                    : Stream.of(parts[2].split(",", -1))
                            .mapToLong(Long::parseLong)
                            .toArray();
            byte[] header = NpyHeader.bytes(parts[0], parts[1].equals("F"), Shape.of(sizes));
            assertThat(header).as(line).hasSize(Integer.parseInt(parts[3]));
            assertThat(header[header.length - 1]).isEqualTo((byte) '\n');
        }
    }

    @Test
    void anyStridesAreWrittenInRowMajorOrder() throws Exception {
        Tensor base = Tensor.arange(60).reshape(3, 4, 5);
        for (DType dtype : DType.values()) {
            if (dtype == DType.BF16) {
                continue;
            }
            Tensor typed = dtype.isComplex() ? base.to(dtype).mul(new Complex(1, -2)) : base.to(dtype);
            for (Tensor view : new Tensor[] {
                typed.permute(1, 0, 2),
                typed.get(Index.from(1), Index.all(), Index.step(2)),
                typed.get(Index.all(), Index.at(2)),
                typed.get(Index.all(), Index.from(1), Index.from(1)).permute(2, 0, 1),
                typed.get(Index.at(0), Index.at(0)).expand(7, 5),
                typed.get(Index.at(0), Index.at(0), Index.at(3)).expand(7, 5),
                typed.permute(2, 1, 0).get(Index.from(1)),
            }) {
                Path file = dir.resolve("x.npy");
                Npy.save(file, view);
                Tensor back = Npy.read(file);
                assertThat(back.shape()).isEqualTo(view.shape());
                assertThat(back.dtype()).isEqualTo(dtype);
                assertThat(numbers(back)).as("%s", view.layout()).isEqualTo(numbers(view));
            }
        }
    }

    private static double[] numbers(Tensor tensor) {
        return (tensor.isComplex() ? tensor.viewAsReal() : tensor).toDoubleArray();
    }

    @Test
    void aViewLargerThanTheBufferIsWrittenWhole() throws Exception {
        Tensor base = Tensor.arange(1_200_000).reshape(3, 400_000);
        Tensor odd = base.get(Index.all(), Index.step(3));
        Path file = dir.resolve("x.npy");
        Npy.save(file, odd);
        assertThat(Npy.read(file).toLongArray()).isEqualTo(odd.toLongArray());
    }

    @Test
    void memoryInAnArrayOfJavaIsWritten() throws Exception {
        Tensor heap =
                Tensor.fromSegment(MemorySegment.ofArray(new int[] {1, 2, 3, 4, 5, 6}), Shape.of(2, 3), DType.I32);
        Path file = dir.resolve("x.npy");
        Npy.save(file, heap.transpose(0, 1));
        assertThat(Npy.read(file).toIntArray()).containsExactly(1, 4, 2, 5, 3, 6);
        Npy.save(file, heap);
        assertThat(Npy.read(file).toIntArray()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void bfloat16IsRefusedWithTheRemedy() {
        Path file = dir.resolve("x.npy");
        assertThatThrownBy(() -> Npy.save(file, Tensor.zeros(Shape.of(2), DType.BF16)))
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("toFloat()");
        assertThat(file).doesNotExist();
    }

    @Test
    void aTensorIsSavedOverTheFileThatItIsMappedFrom() throws Exception {
        Path file = dir.resolve("x.npy");
        Npy.save(file, Tensor.arange(1000).reshape(10, 100));
        Tensor mapped = Npy.map(file);
        Npy.save(file, mapped.get(Index.all(), Index.step(2)));
        assertThat(mapped.shape()).isEqualTo(Shape.of(10, 100));
        assertThat(mapped.toLongArray()[999]).isEqualTo(999);
        assertThat(Npy.read(file).shape()).isEqualTo(Shape.of(10, 50));
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws Exception {
        Path file = dir.resolve("x.npy");
        Npy.save(file, Tensor.of(new float[] {1}));
        Arena arena = Arena.ofConfined();
        Tensor gone = Tensor.fromSegment(arena.allocate(64, 8), Shape.of(8), DType.F64);
        arena.close();
        assertThatThrownBy(() -> Npy.save(file, gone)).isInstanceOf(IllegalStateException.class);
        assertThat(Npy.read(file).toFloatArray()).containsExactly(1);
        assertThat(filesLeft()).isEqualTo(1);
    }

    private long filesLeft() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.count();
        }
    }

    @Test
    void aMissingDirectoryOrOneInTheWayIsNamed() {
        Tensor tensor = Tensor.zeros(2);
        Path nowhere = dir.resolve("no").resolve("x.npy");
        assertThatThrownBy(() -> Npy.save(nowhere, tensor))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(nowhere.toString())
                .hasMessageContaining("its directory does not exist");
        assertThatThrownBy(() -> Npy.save(dir, tensor))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("not a regular file");
    }

    @Test
    void aSymbolicLinkIsFollowed() throws Exception {
        Path real = dir.resolve("real.npy");
        Npy.save(real, Tensor.zeros(2));
        Path link = Files.createSymbolicLink(dir.resolve("link.npy"), real);
        Npy.save(link, Tensor.ones(3));
        assertThat(link).isSymbolicLink();
        assertThat(Npy.read(real).numel()).isEqualTo(3);
    }
}
