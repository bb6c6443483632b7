package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that grow. RealNumPyTest looks at them with NumPy. */
class NpyWriterTest {
    @TempDir
    Path dir;

    private static Tensor range(long... shape) {
        return Tensor.arange(Shape.of(shape).numel()).reshape(shape).to(DType.F32);
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, mode = EnumSource.Mode.EXCLUDE, names = "BF16")
    void givesTheBytesOfTheWholeArraySaved(DType dtype) throws Exception {
        Tensor whole = range(11, 3, 2).to(dtype);
        Path file = dir.resolve("x.npy");
        Path expected = dir.resolve("y.npy");
        try (NpyWriter out = NpyWriter.create(file, dtype, 3, 2)) {
            assertThat(out.shape()).isEqualTo(Shape.of(0, 3, 2));
            for (int[] rows : new int[][] {{0, 4}, {4, 4}, {4, 5}, {5, 11}}) {
                out.append(whole.get(Index.range(rows[0], rows[1])));
                assertThat(out.shape()).isEqualTo(Shape.of(rows[1], 3, 2));
                Npy.save(expected, whole.get(Index.range(0, rows[1])));
                assertThat(file).hasSameBinaryContentAs(expected);
            }
            out.force();
        }
        assertThat(file).hasSameBinaryContentAs(expected);
    }

    @Test
    void rowsOfAnyStridesAndOfNoDimensionsAreAppended() throws Exception {
        Path file = dir.resolve("x.npy");
        try (NpyWriter out = NpyWriter.create(file, DType.F32, 3)) {
            out.append(range(3, 4).transpose(0, 1));
            out.append(range(2, 6).get(Index.all(), Index.step(2)));
            out.append(range(3).expand(2, 3));
        }
        assertThat(Npy.read(file).toFloatArray())
                .containsExactly(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, 0, 2, 4, 6, 8, 10, 0, 1, 2, 0, 1, 2);
        try (NpyWriter out = NpyWriter.create(file, DType.I64)) {
            out.append(Tensor.arange(3));
            out.append(Tensor.arange(2));
        }
        assertThat(Npy.read(file).toLongArray()).containsExactly(0, 1, 2, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"le-f4-c.npy", "v2.npy", "v3.npy"})
    void aFileThatIsThereGoesOnInEveryVersion(String name) throws Exception {
        Path file = Files.copy(Fixtures.npy(name), dir.resolve("x.npy"));
        byte version = Files.readAllBytes(file)[6];
        try (NpyWriter out = NpyWriter.open(file)) {
            out.append(Npy.read(Fixtures.npy(name)).neg());
        }
        Tensor doubled = Npy.map(file);
        assertThat(doubled.shape()).isEqualTo(Shape.of(4, 3, 4));
        assertThat(doubled.get(Index.from(2)).add(doubled.get(Index.to(2))).toFloatArray())
                .containsOnly(0);
        assertThat(Files.readAllBytes(file)[6]).isEqualTo(version);
    }

    @Test
    void atEveryMomentTheFileIsWhole() throws Exception {
        Path file = dir.resolve("x.npy");
        try (NpyWriter out = NpyWriter.create(file, DType.F32, 2)) {
            assertThat(Npy.read(file).shape()).isEqualTo(Shape.of(0, 2));
            out.append(range(3, 2));
            Tensor early = Npy.map(file);
            out.append(range(5, 2));
            assertThat(Npy.read(file).shape()).isEqualTo(Shape.of(8, 2));
            assertThat(early.toFloatArray()).containsExactly(0, 1, 2, 3, 4, 5);
        }
    }

    /** The rows are behind the array, and the header does not count them yet. */
    @Test
    void whatAnAppendThatWasCutShortLeftIsNotReadAndOverwritten() throws Exception {
        Path file = dir.resolve("x.npy");
        Npy.save(file, range(3, 2));
        Files.write(file, new byte[1000], StandardOpenOption.APPEND);
        assertThat(Npy.read(file).shape()).isEqualTo(Shape.of(3, 2));
        try (NpyWriter out = NpyWriter.open(file)) {
            out.append(range(1, 2));
        }
        Path expected = dir.resolve("y.npy");
        Npy.save(expected, Tensor.cat(List.of(range(3, 2), range(1, 2)), 0));
        assertThat(file).hasSameBinaryContentAs(expected);
    }

    @Test
    void whatCannotBeAppendedIsRefusedAndLeavesTheArray() throws Exception {
        Path file = dir.resolve("x.npy");
        Arena arena = Arena.ofConfined();
        Tensor gone = Tensor.fromSegment(arena.allocate(64, 8), Shape.of(8, 2), DType.F32);
        arena.close();
        try (NpyWriter out = NpyWriter.create(file, DType.F32, 2)) {
            out.append(range(3, 2));
            byte[] before = Files.readAllBytes(file);
            for (Tensor wrong : new Tensor[] {range(2), range(2, 3), range(1, 2, 1), range()}) {
                assertThatThrownBy(() -> out.append(wrong))
                        .isInstanceOf(ShapeException.class)
                        .hasMessageContaining("append: " + wrong.shape())
                        .hasMessageContaining("which is (3, 2)");
            }
            assertThatThrownBy(() -> out.append(range(3, 2).to(DType.F64)))
                    .isInstanceOf(DTypeException.class)
                    .hasMessageContaining("append: F64 to " + file + ", which is of F32: append tensor.to(F32)");
            assertThatThrownBy(() -> out.append(gone)).isInstanceOf(IllegalStateException.class);
            assertThat(file).hasBinaryContent(before);
            out.append(range(1, 2));
        }
        assertThat(Npy.read(file).shape()).isEqualTo(Shape.of(4, 2));
    }

    @Test
    void bfloat16AndFilesThatCannotGrowAreRefused() throws Exception {
        Path file = dir.resolve("x.npy");
        assertThatThrownBy(() -> NpyWriter.create(file, DType.BF16, 2)).isInstanceOf(DTypeException.class);
        assertThat(file).doesNotExist();
        assertThatThrownBy(() -> NpyWriter.open(file)).isInstanceOf(NoSuchFileException.class);
        requireRefused("le-f4-f.npy", "the array is in Fortran order, whose last axis grows");
        requireRefused("scalar.npy", "the array has no dimensions");
        requireRefused("be-f4-c.npy", "its elements of '>f4' are no dtype's as they lie");
        requireRefused("le-u4-c.npy", "its elements of '<u4' are no dtype's as they lie");
        Files.write(file, Files.readAllBytes(Fixtures.npy("one.npy")));
        Files.write(file, Files.readAllBytes(Fixtures.npy("one.npy")), StandardOpenOption.APPEND);
        requireRefused(file, "another array follows in the file");
    }

    private void requireRefused(String name, String reason) throws Exception {
        requireRefused(Files.copy(Fixtures.npy(name), dir.resolve(name)), reason);
    }

    private static void requireRefused(Path file, String reason) throws Exception {
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> NpyWriter.open(file))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageContaining("rows cannot be appended here: " + reason);
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void aHeaderWithoutRoomForAnotherDigitIsRefusedBeforeAnythingIsWritten() throws Exception {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (9,), }\n";
        Path file = Files.write(dir.resolve("x.npy"), Fixtures.file(1, header, 36));
        try (NpyWriter out = NpyWriter.open(file)) {
            byte[] before = Files.readAllBytes(file);
            assertThatThrownBy(() -> out.append(range(1)))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageContaining("has no room in its header for more: append both to a new file");
            assertThat(file).hasBinaryContent(before);
            assertThat(new String(before, StandardCharsets.ISO_8859_1)).contains("(9,)");
        }
    }

    @Test
    void aHeaderThatEndsWithItsLastBraceIsWrittenAnew() throws Exception {
        String header = "{'shape': (9,), 'fortran_order': False, 'descr': '<f4'" + " ".repeat(20) + "}";
        Path file = Files.write(dir.resolve("x.npy"), Fixtures.file(1, header, 36));
        try (NpyWriter out = NpyWriter.open(file)) {
            out.append(range(100));
        }
        assertThat(Npy.read(file).shape()).isEqualTo(Shape.of(109));
    }

    @Test
    void creatingReplacesTheFileAndWhatIsMappedFromItStays() throws Exception {
        Path file = dir.resolve("x.npy");
        Npy.save(file, range(100));
        Tensor mapped = Npy.map(file);
        try (NpyWriter out = NpyWriter.create(file, DType.I8)) {
            out.append(Tensor.of(new byte[] {1}));
        }
        assertThat(mapped.sum().item()).isEqualTo(4950);
        assertThat(Npy.read(file).numel()).isOne();
    }

    @Test
    void aClosedWriterSaysSo() throws Exception {
        Path file = dir.resolve("x.npy");
        NpyWriter out = NpyWriter.create(file, DType.F32, 3);
        out.append(range(2, 3));
        out.close();
        out.close();
        assertThat(out.shape()).isEqualTo(Shape.of(2, 3));
        assertThatThrownBy(() -> out.append(range(2, 3)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("append: the writer of " + file + " is closed: NpyWriter.open goes on with the file");
        assertThatThrownBy(out::force)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file + " is closed");
        assertThat(Npy.read(file).shape()).isEqualTo(Shape.of(2, 3));
    }
}
