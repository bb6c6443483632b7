package io.gatun.safetensors;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading and mapping, of what the reference implementation wrote and of files made for the purpose. */
class SafeTensorsReadTest {
    private static final String STRANGE = "\u00e9 \uD83D\uDE00 \"quoted\"\\\n\1";

    private interface Way {
        Tensor of(SafeTensors file, String name) throws Exception;
    }

    private static void requireValues(SafeTensors file, Way way) throws Exception {
        assertThat(way.of(file, "bool").toDoubleArray()).containsExactly(1, 0, 1, 0, 1, 1);
        assertThat(way.of(file, "bool").shape()).isEqualTo(Shape.of(2, 3));
        assertThat(way.of(file, "u8").toLongArray()).containsExactly(0, 127, 255);
        assertThat(way.of(file, "i8").toLongArray()).containsExactly(-128, -1, 127);
        assertThat(way.of(file, "i16").toLongArray()).containsExactly(-32768, 32767);
        assertThat(way.of(file, "i32").toLongArray()).containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
        assertThat(way.of(file, "i32").shape()).isEqualTo(Shape.of(2, 1));
        assertThat(way.of(file, "i64").toLongArray()).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(way.of(file, "f16").toDoubleArray()).containsExactly(1.5, -65504, 0x1p-24, Double.POSITIVE_INFINITY);
        assertThat(way.of(file, "bf16").toDoubleArray()).containsExactly(1.5, -0x1.c4p127, 0x1p-133, Double.NaN);
        assertThat(way.of(file, "f32").toFloatArray()).containsExactly(1.1f, Float.NEGATIVE_INFINITY);
        assertThat(way.of(file, "f64").toDoubleArray()).containsExactly(1.1, Double.MIN_VALUE);
        assertThat(way.of(file, "c64").viewAsReal().toFloatArray()).containsExactly(1, 2, -0f, -3.5f);
        assertThat(way.of(file, "scalar").itemLong()).isEqualTo(42);
        assertThat(way.of(file, "scalar").dim()).isZero();
        assertThat(way.of(file, "empty").shape()).isEqualTo(Shape.of(3, 0, 2));
        assertThat(way.of(file, STRANGE).item()).isEqualTo(7);
    }

    @Test
    void everyTypeOfTheReferenceIsMapped() throws Exception {
        try (SafeTensors file = SafeTensors.open(Fixtures.reference("types.safetensors"))) {
            requireValues(file, SafeTensors::get);
            assertThat(file.get("bf16").dtype()).isEqualTo(DType.BF16);
            assertThat(file.get("f16").dtype()).isEqualTo(DType.F16);
            assertThat(file.get("bool").dtype()).isEqualTo(DType.BOOL);
            assertThat(file.get("c64").dtype()).isEqualTo(DType.C64);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"simd", "reference"})
    void everyTypeOfTheReferenceIsRead(String backend) throws Exception {
        Device device = Device.of(backend);
        try (SafeTensors file = SafeTensors.open(Fixtures.reference("types.safetensors"))) {
            requireValues(file, (f, name) -> f.read(name, device));
            assertThat(file.read("u16", device).toLongArray()).containsExactly(65535, 1);
            assertThat(file.read("u32", device).toLongArray()).containsExactly(4294967295L, 1);
            assertThat(file.read("u64", device).toLongArray()).containsExactly(Long.MAX_VALUE, 1);
            assertThat(file.read("u16", device).dtype()).isEqualTo(DType.I32);
            assertThat(file.read("u32", device).dtype()).isEqualTo(DType.I64);
            assertThat(file.read("u64", device).device()).isEqualTo(device);
        }
    }

    @Test
    void namesAreInTheOrderOfTheFileAndMetadataIsText() throws Exception {
        try (SafeTensors file = SafeTensors.open(Fixtures.reference("types.safetensors"))) {
            assertThat(file.names())
                    .containsExactly(
                            "u64", "i64", "f64", "c64", "empty", "f32", STRANGE, "u32", "i32", "scalar", "bf16", "f16",
                            "u16", "i16", "i8", "u8", "bool");
            assertThat(file.metadata()).isEqualTo(Map.of("made by", "\u00e9 \"\\\n\1"));
            assertThat(file.storedType("u64")).isEqualTo("U64");
            assertThat(file.shape("empty")).isEqualTo(Shape.of(3, 0, 2));
            assertThatThrownBy(() -> file.names().clear()).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> file.metadata().clear()).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void loadReadsAllInTheOrderOfTheFile() throws Exception {
        Map<String, Tensor> all = SafeTensors.load(Fixtures.reference("types.safetensors"));
        try (SafeTensors file = SafeTensors.open(Fixtures.reference("types.safetensors"))) {
            assertThat(all.keySet()).containsExactlyElementsOf(file.names());
        }
        all.get("f32").zero_();
        assertThat(all.get("f32").toFloatArray()).containsExactly(0, 0);
    }

    @Test
    void mapSeesAllInPlace() throws Exception {
        Map<String, Tensor> all = SafeTensors.map(Fixtures.reference("model.safetensors"));
        assertThat(all.keySet()).containsExactly("2.weight", "2.bias", "0.weight", "0.bias");
        assertThat(all.get("0.weight").toFloatArray()).startsWith(0.2578125f, -0.220703125f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"u16", "u32", "u64"})
    void whatHasNoDTypeIsNotMapped(String name) throws Exception {
        try (SafeTensors file = SafeTensors.open(Fixtures.reference("types.safetensors"))) {
            assertThatThrownBy(() -> file.get(name))
                    .isInstanceOf(SafeTensorsFormatException.class)
                    .hasMessageContaining("tensor '" + name + "' is " + name.toUpperCase(java.util.Locale.ROOT)
                            + " and cannot be mapped: there is no dtype to see it as. SafeTensors.read widens to");
        }
    }

    private static Path write(Path dir, String header, byte[] data) throws Exception {
        return Files.write(dir.resolve("x.safetensors"), Fixtures.file(header.getBytes(StandardCharsets.UTF_8), data));
    }

    private static String header(String dtype, String shape, int bytes) {
        return "{\"x\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":[0," + bytes + "]}}";
    }

    @Test
    void anUnsignedNumberThatDoesNotFitIsRefused(@TempDir Path dir) throws Exception {
        long count = 100_000; // more than is widened at once
        ByteBuffer data = ByteBuffer.allocate((int) count * 8).order(ByteOrder.LITTLE_ENDIAN);
        data.putLong(99_999 * 8, -1);
        data.putLong(70_000 * 8, 5);
        Path file = write(dir, header("U64", "[" + count + "]", (int) count * 8), data.array());
        try (SafeTensors opened = SafeTensors.open(file)) {
            assertThatThrownBy(() -> opened.read("x"))
                    .isInstanceOf(SafeTensorsFormatException.class)
                    .hasMessageContaining("has a U64 above 2^63 - 1, which I64 does not hold, as element 99999");
        }
        data.putLong(99_999 * 8, 6);
        Tensor x = SafeTensors.load(write(dir, header("U64", "[" + count + "]", (int) count * 8), data.array()))
                .get("x");
        assertThat(x.get(Index.at(70_000)).itemLong()).isEqualTo(5);
        assertThat(x.get(Index.at(99_999)).itemLong()).isEqualTo(6);
        assertThat(x.sum().itemLong()).isEqualTo(11);
    }

    static List<String> packed() {
        return List.of("F4", "F6_E2M3", "F6_E3M2", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ");
    }

    @ParameterizedTest
    @MethodSource("packed")
    void aTypeThatNoDTypeHoldsIsRefusedByNameAndOthersOfTheFileAreNot(String type, @TempDir Path dir) throws Exception {
        int bytes = type.startsWith("F4") ? 4 : type.startsWith("F6") ? 6 : 8;
        String header = "{\"x\":{\"dtype\":\"" + type + "\",\"shape\":[2,4],\"data_offsets\":[4," + (4 + bytes) + "]},"
                + "\"y\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}";
        Path file = write(dir, header, new byte[4 + bytes]);
        try (SafeTensors opened = SafeTensors.open(file)) {
            assertThat(opened.names()).containsExactly("y", "x");
            assertThat(opened.storedType("x")).isEqualTo(type);
            assertThat(opened.read("y").item()).isZero();
            for (Way way : List.<Way>of(SafeTensors::get, SafeTensors::read)) {
                assertThatThrownBy(() -> way.of(opened, "x"))
                        .isInstanceOf(SafeTensorsFormatException.class)
                        .hasMessageContaining("tensor 'x' is " + type + ", of which there is no dtype");
            }
        }
    }

    @Test
    void truthIsNoughtOrOne(@TempDir Path dir) throws Exception {
        byte[] data = new byte[300_000];
        data[299_999] = 2;
        Path file = write(dir, header("BOOL", "[300000]", data.length), data);
        try (SafeTensors opened = SafeTensors.open(file)) {
            for (Way way : List.<Way>of(SafeTensors::get, SafeTensors::read)) {
                assertThatThrownBy(() -> way.of(opened, "x"))
                        .isInstanceOf(SafeTensorsFormatException.class)
                        .hasMessageContaining("is BOOL, and element 299999 in row-major order is neither 0 nor 1");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"I16", "F16", "BF16", "I32", "F32", "C64", "I64", "F64"})
    void whatIsNotAlignedIsReadAndNotMapped(String type, @TempDir Path dir) throws Exception {
        String header = header(type, "[1]", StoredType.valueOf(type).bits() / 8);
        byte[] data = new byte[StoredType.valueOf(type).bits() / 8];
        String odd = header + " ".repeat(1 - header.length() % 2);
        String even = header + " ".repeat((8 - header.length() % 8) % 8);
        try (SafeTensors opened = SafeTensors.open(write(dir, odd, data))) {
            assertThatThrownBy(() -> opened.get("x"))
                    .isInstanceOf(SafeTensorsFormatException.class)
                    .hasMessageContaining("is " + type + " and cannot be mapped: it is not aligned to its elements of "
                            + data.length + " bytes. SafeTensors.read copies it");
            assertThat(opened.read("x").numel()).isEqualTo(1);
        }
        Path aligned = Files.createDirectory(dir.resolve("aligned"));
        try (SafeTensors opened = SafeTensors.open(write(aligned, even, data))) {
            assertThat(opened.get("x").numel()).isEqualTo(1);
        }
    }

    @Test
    void aViewIsReadOnlyAndOutlivesTheClosedFile(@TempDir Path dir) throws Exception {
        Path path = dir.resolve("x.safetensors");
        SafeTensors.save(path, Map.of("a", Tensor.of(new float[] {1, 2, 3})));
        SafeTensors file = SafeTensors.open(path);
        Tensor view = file.get("a");
        Tensor own = file.read("a");
        file.close();
        file.close();
        assertThatThrownBy(() -> view.add_(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("read-only");
        assertThat(view.add(own).toFloatArray()).containsExactly(2, 4, 6);
        assertThat(view.clone().mul_(2).toFloatArray()).containsExactly(2, 4, 6);
        for (Way way : List.<Way>of(SafeTensors::get, SafeTensors::read)) {
            assertThatThrownBy(() -> way.of(file, "a"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is closed");
        }
    }

    @Test
    void aViewSeesTheFileWithoutACopy(@TempDir Path dir) throws Exception {
        Path path = dir.resolve("x.safetensors");
        SafeTensors.save(path, Map.of("a", Tensor.of(new float[] {1, 2, 3})));
        Tensor view = SafeTensors.map(path).get("a");
        try (FileChannel out = FileChannel.open(path, StandardOpenOption.WRITE)) {
            ByteBuffer five = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            out.write(five.putFloat(5).flip(), out.size() - 8);
        }
        assertThat(view.toFloatArray()).containsExactly(1, 5, 3);
    }

    @Test
    void aFileThatWasCutShortIsAnException(@TempDir Path dir) throws Exception {
        Path path = dir.resolve("x.safetensors");
        SafeTensors.save(
                path,
                Map.of(
                        "a", Tensor.ones(1 << 20).toDouble(),
                        "b", Tensor.ones(1 << 20).toBool(),
                        "e", Tensor.zeros(0)));
        try (SafeTensors file = SafeTensors.open(path)) {
            file.get("a");
            try (FileChannel out = FileChannel.open(path, StandardOpenOption.WRITE)) {
                out.truncate(5000);
            }
            assertThatThrownBy(() -> file.read("a"))
                    .isInstanceOf(SafeTensorsFormatException.class)
                    .hasMessageContaining("byte 5000: tensor 'a' is no longer whole: the file was cut short");
            for (Way way : List.<Way>of(SafeTensors::get, SafeTensors::read)) {
                assertThatThrownBy(() -> way.of(file, "b"))
                        .isInstanceOf(SafeTensorsFormatException.class)
                        .hasMessageContaining("no longer whole");
            }
            assertThat(file.read("e").numel()).isZero();
        }
    }

    @Test
    void aFileThatWasCutShortBeforeItIsMappedIsRefused(@TempDir Path dir) throws Exception {
        Path path = dir.resolve("x.safetensors");
        SafeTensors.save(path, Map.of("a", Tensor.ones(2000)));
        try (SafeTensors file = SafeTensors.open(path);
                FileChannel out = FileChannel.open(path, StandardOpenOption.WRITE)) {
            out.truncate(5000);
            assertThatThrownBy(() -> file.get("a"))
                    .isInstanceOf(SafeTensorsFormatException.class)
                    .hasMessageContaining("byte 5000: the file was cut short since it was opened");
        }
    }

    @Test
    void moreThanTwoGibibytesAreReached(@TempDir Path dir) throws Exception {
        long rows = 3L << 20;
        long bytes = rows << 10;
        String json = "{\"a\":{\"dtype\":\"U8\",\"shape\":[" + rows + ",1024],\"data_offsets\":[0," + bytes + "]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + bytes + "," + (bytes + 4) + "]}}";
        byte[] head = Fixtures.file(json + " ".repeat((8 - json.length() % 8) % 8), 0);
        Path path = dir.resolve("large.safetensors");
        try (FileChannel out = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            out.write(ByteBuffer.wrap(head));
            ByteBuffer end = ByteBuffer.allocate(5)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put((byte) 77)
                    .putFloat(1.5f);
            out.write(end.flip(), head.length + bytes - 1);
        }
        try (SafeTensors file = SafeTensors.open(path)) {
            Tensor a = file.get("a");
            assertThat(a.numel()).isGreaterThan(Integer.MAX_VALUE);
            assertThat(a.get(Index.at(-1), Index.at(-1)).itemLong()).isEqualTo(77);
            assertThat(a.get(Index.at(0), Index.at(0)).itemLong()).isZero();
            assertThat(file.get("b").item()).isEqualTo(1.5);
            assertThat(file.read("b").item()).isEqualTo(1.5);
        }
    }

    @Test
    void aNameThatIsNotThereIsAnsweredWithThoseThatAre() throws Exception {
        try (SafeTensors file = SafeTensors.open(Fixtures.reference("model.safetensors"))) {
            assertThatThrownBy(() -> file.get("weight"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has no tensor 'weight'; it has [2.weight, 2.bias, 0.weight, 0.bias]");
            assertThat(file.names()).isEqualTo(Set.of("2.weight", "2.bias", "0.weight", "0.bias"));
        }
    }
}
