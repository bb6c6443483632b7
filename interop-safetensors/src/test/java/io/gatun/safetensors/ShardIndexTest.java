package io.gatun.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in several files. */
class ShardIndexTest {
    private static Path index(Path dir, String json) throws Exception {
        return Files.writeString(dir.resolve("model.safetensors.index.json"), json);
    }

    private static Path indexOf(Path dir, String file) throws Exception {
        return index(dir, "{\"weight_map\":{\"a\":\"" + file + "\"}}");
    }

    @Test
    void whatTheReferenceWroteIsOneModel() throws Exception {
        Path path = Fixtures.reference("sharded/model.safetensors.index.json");
        Map<String, Tensor> whole = SafeTensors.load(Fixtures.reference("model.safetensors"));
        try (SafeTensors model = SafeTensors.open(path)) {
            assertThat(model.names()).containsExactly("0.weight", "2.bias", "0.bias", "2.weight");
            assertThat(model.metadata()).isEqualTo(Map.of("format", "pt"));
            for (String name : model.names()) {
                assertThat(model.get(name).dtype()).isEqualTo(whole.get(name).dtype());
                assertThat(Fixtures.bytes(model.get(name))).isEqualTo(Fixtures.bytes(whole.get(name)));
                assertThat(Fixtures.bytes(model.read(name))).isEqualTo(Fixtures.bytes(whole.get(name)));
            }
        }
        assertThat(SafeTensors.load(path).keySet()).containsExactly("0.weight", "2.bias", "0.bias", "2.weight");
        assertThat(SafeTensors.map(path).keySet()).containsExactly("0.weight", "2.bias", "0.bias", "2.weight");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x.safetensors",
                "/x.safetensors",
                "sub/x.safetensors",
                "sub\\\\x.safetensors",
                "..",
                ".",
                "",
                "./x.safetensors",
                "C:x.safetensors",
                "x.safetensors/",
                "x.safetensors/..",
                "..\\\\x.safetensors",
                "x\\u0000.safetensors",
                "\\u002e\\u002e\\u002fx.safetensors",
                "file:x.safetensors"
            })
    void aFileIsNamedBesideTheIndexAndNowhereElse(String name, @TempDir Path dir) throws Exception {
        Path inner = Files.createDirectories(dir.resolve("inner"));
        Files.createDirectories(inner.resolve("sub"));
        for (String place : new String[] {"x.safetensors", "inner/x.safetensors", "inner/sub/x.safetensors"}) {
            SafeTensors.save(dir.resolve(place), Map.of("a", Tensor.ones(1)));
        }
        Path index = indexOf(inner, name);
        assertThatThrownBy(() -> SafeTensors.open(index))
                .isInstanceOf(SafeTensorsFormatException.class)
                .hasMessageContaining("is not the name of a file beside the index, and no other is opened");
    }

    @Test
    void namesOfFilesMayBeStrange(@TempDir Path dir) throws Exception {
        SafeTensors.save(dir.resolve("..x \u00e9.safetensors"), Map.of("a", Tensor.ones(1)));
        assertThat(SafeTensors.load(indexOf(dir, "..x \\u00e9.safetensors"))
                        .get("a")
                        .item())
                .isEqualTo(1);
    }

    @Test
    void whatAFileHasBesideIsPassedOverAndWhatItHasNotIsRefused(@TempDir Path dir) throws Exception {
        SafeTensors.save(dir.resolve("x.safetensors"), Map.of("a", Tensor.ones(1), "b", Tensor.ones(2)));
        assertThat(SafeTensors.load(indexOf(dir, "x.safetensors"))).containsOnlyKeys("a");
        Path index = index(dir, "{\"weight_map\":{\"a\":\"x.safetensors\",\"c\":\"x.safetensors\"}}");
        assertThatThrownBy(() -> SafeTensors.open(index))
                .isInstanceOf(SafeTensorsFormatException.class)
                .hasMessageContaining("tensor 'c' should be in " + dir.resolve("x.safetensors") + ", and is not");
    }

    @Test
    void aFileThatIsMissingOrMalformedIsNamed(@TempDir Path dir) throws Exception {
        Path index = indexOf(dir, "x.safetensors");
        assertThatThrownBy(() -> SafeTensors.open(index))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("x.safetensors");
        Files.write(dir.resolve("x.safetensors"), new byte[3]);
        assertThatThrownBy(() -> SafeTensors.open(index))
                .isInstanceOf(SafeTensorsFormatException.class)
                .hasMessageStartingWith(dir.resolve("x.safetensors").toString());
        Files.delete(dir.resolve("x.safetensors"));
        Files.createDirectory(dir.resolve("x.safetensors"));
        assertThatThrownBy(() -> SafeTensors.open(index))
                .isInstanceOf(java.nio.file.FileSystemException.class)
                .hasMessageContaining("not a regular file");
    }

    @Test
    void whatElseAnIndexSaysIsPassedOver(@TempDir Path dir) throws Exception {
        SafeTensors.save(dir.resolve("x.safetensors"), Map.of("a", Tensor.ones(1)));
        Path index = index(
                dir,
                "\n{\"metadata\": {\"total_size\": 1.5e3, \"n\": -0.25E-7, \"list\": [1, {\"a\": null}], \"who\": \"me\","
                        + " \"yes\": true, \"no\": false}, \"more\": [[], {}, \"\\n\"],"
                        + " \"weight_map\": {\"a\": \"x.safetensors\"}}\n");
        try (SafeTensors model = SafeTensors.open(index)) {
            assertThat(model.names()).containsExactly("a");
            assertThat(model.metadata()).isEqualTo(Map.of("who", "me"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|'{' was expected, and the text ends",
                "{}|an index has a weight_map",
                "[]|'{' was expected",
                "{\"weight_map\":[]}|'{' was expected",
                "{\"weight_map\":{\"a\":1}}|'\"' was expected",
                "{\"weight_map\":{},\"weight_map\":{}}|the name 'weight_map' is there twice",
                "{\"weight_map\":{},\"metadata\":{},\"metadata\":{}}|the name 'metadata' is there twice",
                "{\"weight_map\":{\"a\":\"x\",\"a\":\"x\"}}|the name 'a' is there twice",
                "{\"weight_map\":{}} x|the text should end here",
                "{\"weight_map\":{},\"x\":nul}|a value was expected, not 'nul}'",
                "{\"weight_map\":{},\"x\":01}|a value was expected",
                "{\"weight_map\":{},\"x\":1.}|a value was expected",
                "{\"weight_map\":{},\"x\":NaN}|a value was expected",
                "{\"weight_map\":{},\"x\":}|a value was expected",
                "{\"weight_map\":{},\"x\":[1,]}|a value was expected",
                "{\"weight_map\":{},\"x\":[1}|']' was expected",
            })
    void aMalformedIndexIsRefused(String json, String message, @TempDir Path dir) throws Exception {
        Path index = index(dir, json);
        assertThatThrownBy(() -> SafeTensors.open(index))
                .isInstanceOf(SafeTensorsFormatException.class)
                .hasMessageContaining(message);
    }

    @Test
    void nestingIsBounded(@TempDir Path dir) throws Exception {
        Path deep = index(dir, "{\"weight_map\":{},\"x\":" + "[".repeat(32) + "]".repeat(32) + "}");
        SafeTensors.open(deep).close();
        Path deeper = index(dir, "{\"weight_map\":{},\"x\":" + "[".repeat(1_000_000));
        assertThatThrownBy(() -> SafeTensors.open(deeper))
                .isInstanceOf(SafeTensorsFormatException.class)
                .hasMessageContaining("nested more than 32 deep");
    }
}
