package io.gatun.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Device;
import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing: the reference implementation's bytes, and round trips. */
class SafeTensorsSaveTest {
    private static byte[] saved(Path dir, Map<String, Tensor> tensors) throws Exception {
        SafeTensors.save(dir.resolve("x.safetensors"), tensors);
        return Files.readAllBytes(dir.resolve("x.safetensors"));
    }

    // ---- the bytes that the reference implementation writes

    @Test
    void nothingIsPaddedToEightBytes(@TempDir Path dir) throws Exception {
        assertThat(saved(dir, Map.of())).isEqualTo(Fixtures.file("{}      ", 0));
    }

    @Test
    void metadataComesFirst(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("x.safetensors");
        SafeTensors.save(file, Map.of(), Map.of("framework", "pt"));
        assertThat(file).hasBinaryContent(Fixtures.file("{\"__metadata__\":{\"framework\":\"pt\"}}     ", 0));
        SafeTensors.save(file, Map.of(), Map.of());
        assertThat(file).hasBinaryContent(Fixtures.file("{\"__metadata__\":{}}     ", 0));
    }

    @Test
    void aHeaderThatFitsIsNotPadded(@TempDir Path dir) throws Exception {
        ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 6; i++) {
            data.putFloat(i);
        }
        String header = "{\"attn.0\":{\"dtype\":\"F32\",\"shape\":[1,2,3],\"data_offsets\":[0,24]}}";
        assertThat(header).hasSize(64);
        assertThat(saved(dir, Map.of("attn.0", Tensor.arange(6).toFloat().reshape(1, 2, 3))))
                .isEqualTo(Fixtures.file(header.getBytes(StandardCharsets.UTF_8), data.array()));
        String padded = "{\"attn0\":{\"dtype\":\"F32\",\"shape\":[1,1,2,3],\"data_offsets\":[0,24]}}       ";
        assertThat(padded).hasSize(72);
        assertThat(saved(dir, Map.of("attn0", Tensor.arange(6).toFloat().reshape(1, 1, 2, 3))))
                .isEqualTo(Fixtures.file(padded.getBytes(StandardCharsets.UTF_8), data.array()));
    }

    @Test
    void aScalarHasNoSizes(@TempDir Path dir) throws Exception {
        assertThat(saved(dir, Map.of("test", Tensor.zeros(Shape.scalar(), DType.I32))))
                .isEqualTo(Fixtures.file("{\"test\":{\"dtype\":\"I32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4));
    }

    /** Both hold tensors of many types, with names and metadata that need escapes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.safetensors",
                "sharded/model-00001-of-00002.safetensors",
                "sharded/model-00002-of-00002.safetensors"
            })
    void whatTheReferenceWroteIsWrittenAgain(String name, @TempDir Path dir) throws Exception {
        Path original = Fixtures.reference(name);
        List<Map.Entry<String, Tensor>> tensors =
                new ArrayList<>(SafeTensors.load(original).entrySet());
        Map<String, Tensor> backwards = new LinkedHashMap<>();
        tensors.reversed().forEach(entry -> backwards.put(entry.getKey(), entry.getValue()));
        Path copy = dir.resolve("x.safetensors");
        try (SafeTensors file = SafeTensors.open(original)) {
            SafeTensors.save(copy, backwards, file.metadata());
        }
        assertThat(copy).hasSameBinaryContentAs(original);
    }

    /** The reference's file without the types that are widened, its offsets shifted accordingly. */
    @Test
    void everyTypeIsInTheReferencesPlace(@TempDir Path dir) throws Exception {
        Path original = Fixtures.reference("types.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>(SafeTensors.load(original));
        tensors.keySet().removeAll(List.of("u16", "u32", "u64"));
        try (SafeTensors file = SafeTensors.open(original)) {
            SafeTensors.save(dir.resolve("x.safetensors"), tensors, file.metadata());
        }
        try (SafeTensors file = SafeTensors.open(dir.resolve("x.safetensors"))) {
            assertThat(file.names()).containsExactlyElementsOf(tensors.keySet());
        }
        String before = text(original);
        String after = text(dir.resolve("x.safetensors"));
        String offsets = "\\[[0-9]+,[0-9]+]}";
        String unsigned = "\"u[0-9]+\":\\{\"dtype\":\"U(16|32|64)\",\"shape\":\\[2],\"data_offsets\":" + offsets + ",";
        assertThat(after.replaceAll(offsets, "").strip())
                .isEqualTo(
                        before.replaceAll(unsigned, "").replaceAll(offsets, "").strip());
    }

    private static String text(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
        return new String(bytes, 8, length, StandardCharsets.UTF_8);
    }

    @Test
    void namesOfOneTypeAreSortedByTheirBytes(@TempDir Path dir) throws Exception {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : List.of("b", "\uFFFD", "a.10", "\uD83D\uDE00", "a.2", "B", "", "\u00e9", "a")) {
            tensors.put(name, Tensor.ones(1));
        }
        saved(dir, tensors);
        try (SafeTensors file = SafeTensors.open(dir.resolve("x.safetensors"))) {
            assertThat(file.names())
                    .containsExactly("", "B", "a", "a.10", "a.2", "b", "\u00e9", "\uFFFD", "\uD83D\uDE00");
        }
    }

    @Test
    void controlCharactersAreEscapedAndOthersNot(@TempDir Path dir) throws Exception {
        Map<String, Tensor> one =
                Map.of("\0\b\t\n\f\r\u001f\"\\/\u007f\u00e9\u2028", Tensor.zeros(Shape.of(0), DType.U8));
        saved(dir, one);
        assertThat(text(dir.resolve("x.safetensors")))
                .startsWith("{\"\\u0000\\b\\t\\n\\f\\r\\u001f\\\"\\\\/\u007f\u00e9\u2028\":{");
        assertThat(SafeTensors.load(dir.resolve("x.safetensors"))).containsOnlyKeys(one.keySet());
    }

    // ---- round trips

    /** Every layout of an array that strides can make. */
    static Stream<Tensor> layouts(DType dtype) {
        Tensor t = Tensor.arange(120).sub(7).reshape(2, 3, 4, 5);
        Tensor base = dtype == DType.BOOL ? t.remainder(2).toBool() : t.to(dtype);
        return Stream.of(
                base,
                base.permute(3, 2, 1, 0),
                base.permute(1, 0, 3, 2),
                base.get(Index.at(1)),
                base.get(Index.ellipsis(), Index.step(2)),
                base.get(Index.ellipsis(), Index.range(1, 3), Index.all()),
                base.get(Index.ellipsis(), Index.range(2, 2)),
                base.get(Index.at(1), Index.at(2), Index.at(3), Index.at(4)),
                base.get(Index.at(0), Index.at(1)).expand(3, 4, 5),
                base.flatten().get(Index.range(3, 4)),
                Tensor.zeros(Shape.of(0), dtype),
                Tensor.zeros(Shape.of(5, 0, 1L << 40), dtype));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "C128")
    void everyLayoutOfEveryTypeComesBack(DType dtype, @TempDir Path dir) throws Exception {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        layouts(dtype).forEach(t -> tensors.put("t" + tensors.size(), t));
        for (String backend : List.of("simd", "reference")) {
            Map<String, Tensor> there = new LinkedHashMap<>();
            tensors.forEach((name, t) -> there.put(name, t.to(Device.of(backend))));
            saved(dir, there);
            try (SafeTensors file = SafeTensors.open(dir.resolve("x.safetensors"))) {
                for (String name : tensors.keySet()) {
                    Tensor expected = tensors.get(name);
                    for (Tensor actual : List.of(file.get(name), file.read(name))) {
                        assertThat(actual.dtype()).isEqualTo(dtype);
                        assertThat(actual.shape()).isEqualTo(expected.shape());
                        assertThat(Fixtures.bytes(actual)).as(name).isEqualTo(Fixtures.bytes(expected.contiguous()));
                    }
                }
            }
        }
    }

    @Test
    void everySavedTensorIsAligned(@TempDir Path dir) throws Exception {
        Map<String, Tensor> odd = new LinkedHashMap<>();
        for (DType dtype : DType.values()) {
            if (dtype != DType.C128) {
                odd.put(dtype.name(), Tensor.ones(Shape.of(3), dtype));
                odd.put("another " + dtype.name(), Tensor.ones(Shape.of(5), dtype));
            }
        }
        saved(dir, odd);
        assertThat(SafeTensors.map(dir.resolve("x.safetensors"))).hasSameSizeAs(odd);
    }

    @Test
    void largeViewsAreGatheredAcrossTheBuffer(@TempDir Path dir) throws Exception {
        Tensor t = Tensor.arange(1 << 20).reshape(1 << 10, 1 << 10).t();
        saved(dir, Map.of("t", t));
        assertThat(SafeTensors.map(dir.resolve("x.safetensors"))
                        .get("t")
                        .eq(t)
                        .all()
                        .item())
                .isEqualTo(1);
    }

    @Test
    void aFileIsSavedOverTheOneItsTensorsAreMappedFrom(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("x.safetensors");
        SafeTensors.save(file, Map.of("a", Tensor.of(new float[] {1, 2, 3})));
        Tensor mapped = SafeTensors.map(file).get("a");
        SafeTensors.save(file, Map.of("b", mapped.flip(0), "a", mapped));
        assertThat(mapped.toFloatArray()).containsExactly(1, 2, 3);
        assertThat(SafeTensors.load(file).get("b").toFloatArray()).containsExactly(3, 2, 1);
    }

    // ---- refusals

    @Test
    void whatTheFormatDoesNotHaveIsRefusedAndTheOldFileStays(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("x.safetensors");
        SafeTensors.save(file, Map.of("a", Tensor.ones(2)));
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> SafeTensors.save(file, Map.of("z", Tensor.zeros(Shape.of(1), DType.C128))))
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("save: 'z' is C128, which safetensors does not have");
        assertThatThrownBy(() -> SafeTensors.save(file, Map.of("__metadata__", Tensor.ones(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the name __metadata__ is the format's own");
        assertThatThrownBy(() -> SafeTensors.save(file, Map.of("\uD83D", Tensor.ones(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one half of a surrogate pair");
        assertThatThrownBy(() -> SafeTensors.save(file, Map.of(), Map.of("a", "\uDE00")))
                .isInstanceOf(IllegalArgumentException.class);
        Tensor gone;
        try (TensorScope scope = TensorScope.open()) {
            gone = Tensor.ones(3);
            assertThat(scope).isNotNull();
        }
        assertThatThrownBy(() -> SafeTensors.save(file, Map.of("a", gone))).isInstanceOf(TensorStateException.class);
        char[] long1 = new char[100_000_000];
        Arrays.fill(long1, 'x');
        assertThatThrownBy(() -> SafeTensors.save(file, Map.of(), Map.of("a", new String(long1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than the format's limit of 100000000");
        assertThat(file).hasBinaryContent(before);
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files).containsExactly(file);
        }
    }
}
