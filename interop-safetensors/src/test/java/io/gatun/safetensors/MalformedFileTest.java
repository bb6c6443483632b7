package io.gatun.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that must be refused when they are opened, and those near them that must not. */
class MalformedFileTest {
    /**
     * A file that is refused.
     *
     * @param message a part of the message
     * @param here whether only this reader refuses it, and the reference implementation does not
     */
    @SuppressWarnings("ArrayRecordComponent") // no two of these are ever compared
    record Wrong(String what, byte[] bytes, String message, boolean here) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static final String T = "{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[0,16]}";

    private static Wrong wrong(String what, String header, int data, String message) {
        return new Wrong(what, Fixtures.file(header, data), message, false);
    }

    private static Wrong stricter(String what, String header, int data, String message) {
        return new Wrong(what, Fixtures.file(header, data), message, true);
    }

    /** An I32 tensor of this shape and these offsets. */
    private static String i32(String shape, String offsets) {
        return "{\"test\":{\"dtype\":\"I32\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    }

    static List<Wrong> files() {
        List<Wrong> all = new ArrayList<>();
        byte[] good = ("{\"test\":" + T + "}").getBytes(StandardCharsets.UTF_8);
        // ---- the length
        all.add(new Wrong("nothing", new byte[0], "has 8 bytes at least, and this has 0", false));
        all.add(new Wrong("seven bytes", new byte[7], "has 8 bytes at least, and this has 7", false));
        all.add(new Wrong(
                "a length beyond the limit",
                Fixtures.file(100_000_001, good, new byte[16]),
                "100000001 bytes, more than the limit of 100000000",
                false));
        all.add(new Wrong(
                "a length above 2^63",
                Fixtures.file(0xFFFFFF000000003CL, good, new byte[16]),
                "18446742974197923900 bytes, more than the limit",
                false));
        all.add(new Wrong(
                "a length beyond the file", Fixtures.file(60, new byte[0], new byte[0]), "file ends after 0", false));
        all.add(new Wrong(
                "a length one beyond the file",
                Fixtures.file(good.length + 17, good, new byte[16]),
                "file ends after " + (good.length + 16),
                false));
        all.add(new Wrong("no header", Fixtures.file(0, new byte[0], new byte[0]), "begins with '{'", false));
        // ---- the text
        all.add(new Wrong(
                "a byte that is not UTF-8", Fixtures.file(new byte[] {-1}, new byte[0]), "begins with '{'", false));
        byte[] invalid = ("{\"te?t\":" + T + "}").getBytes(StandardCharsets.UTF_8);
        for (byte[] bytes : new byte[][] {{(byte) 0x80}, {(byte) 0xC0}, {(byte) 0xFF}, {(byte) 0xE9}}) {
            byte[] copy = invalid.clone();
            copy[4] = bytes[0];
            all.add(new Wrong(
                    "a name with the byte %02x".formatted(bytes[0]),
                    Fixtures.file(copy, new byte[16]),
                    "is not UTF-8",
                    false));
        }
        byte[] surrogate = "{\"\u00e9x\":1}".getBytes(StandardCharsets.UTF_8);
        surrogate[2] = (byte) 0xED;
        surrogate[3] = (byte) 0xA0;
        surrogate[4] = (byte) 0x80;
        all.add(new Wrong("half a surrogate pair in UTF-8", Fixtures.file(surrogate, new byte[0]), "UTF-8", false));
        all.add(stricter("blanks first", " {}", 0, "begins with '{'"));
        all.add(wrong("an array", "[]", 0, "begins with '{'"));
        all.add(wrong("a string", "\"a\"", 0, "begins with '{'"));
        all.add(wrong("a byte order mark", "\uFEFF{}", 0, "begins with '{'"));
        all.add(wrong("an object that does not end", "{", 0, "'\"' was expected, and the text ends"));
        all.add(wrong("text after it", "{}x", 0, "the text should end here, not 'x'"));
        all.add(wrong("a zero after it", "{}\0", 0, "the text should end here, not '\\u0000'"));
        all.add(wrong("a second object", "{}{}", 0, "the text should end here"));
        all.add(wrong("a comma too many", "{\"test\":" + T + ",}", 16, "'\"' was expected, not '}'"));
        all.add(wrong("a comma too few", "{\"a\":" + T + " \"b\":" + T + "}", 16, "'}' was expected"));
        all.add(wrong("a name without quotes", "{test:" + T + "}", 16, "'\"' was expected, not 'test"));
        all.add(wrong("single quotes", "{'test':" + T + "}", 16, "'\"' was expected"));
        all.add(wrong("a comment", "{/**/\"test\":" + T + "}", 16, "'\"' was expected"));
        all.add(wrong("a string that does not end", "{\"test", 0, "the string does not end"));
        all.add(wrong("an escape at the end", "{\"test\\", 0, "the escape"));
        all.add(wrong("an unknown escape", "{\"te\\st\":" + T + "}", 16, "the escape is none that JSON has"));
        all.add(wrong("a short escape", "{\"te\\u12\":" + T + "}", 16, "\\u and four hexadecimal digits"));
        all.add(wrong("half a surrogate pair", "{\"\\ud800\":" + T + "}", 16, "one half of a surrogate pair"));
        all.add(wrong("the other half", "{\"\\udc00\":" + T + "}", 16, "one half of a surrogate pair"));
        all.add(wrong("a line break in a string", "{\"te\nt\":" + T + "}", 16, "a control character"));
        all.add(wrong("a form feed between", "{\f\"test\":" + T + "}", 16, "'\"' was expected"));
        // ---- names
        all.add(stricter("a name twice", "{\"a\":" + T + ",\"a\":" + T + "}", 16, "the name 'a' is there twice"));
        all.add(stricter(
                "a name twice, once escaped", "{\"a\":" + T + ",\"\\u0061\":" + T + "}", 16, "is there twice"));
        // ---- metadata
        for (String value : List.of("1", "null", "true", "{}", "[]", "[\"a\"]", "{\"b\":\"c\"}", "1.5")) {
            all.add(wrong("metadata of " + value, "{\"__metadata__\":{\"a\":" + value + "}}", 0, "'\"' was expected"));
        }
        all.add(wrong("metadata that is text", "{\"__metadata__\":\"a\"}", 0, "'{' was expected"));
        all.add(wrong("metadata that is a list", "{\"__metadata__\":[]}", 0, "'{' was expected"));
        all.add(stricter("metadata that is null", "{\"__metadata__\":null}", 0, "'{' was expected"));
        all.add(wrong(
                "metadata twice", "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "'__metadata__' is there twice"));
        all.add(stricter("a key twice", "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 0, "'a' is there twice"));
        // ---- what a tensor says
        all.add(wrong("a tensor that is a number", "{\"test\":1}", 0, "'{' was expected, not '1}'"));
        all.add(wrong("a tensor that is null", "{\"test\":null}", 0, "'{' was expected"));
        all.add(stricter("a tensor that is a list", "{\"test\":[\"I32\",[2,2],[0,16]]}", 16, "'{' was expected"));
        for (String missing : List.of("dtype", "shape", "data_offsets")) {
            String other = T.replaceAll("\"" + missing + "\":(\"I32\"|\\[[^]]*])", "");
            other = other.replace("{,", "{").replace(",,", ",").replace(",}", "}");
            all.add(wrong("no " + missing, "{\"test\":" + other + "}", 16, "tensor 'test' has no " + missing));
            String twice =
                    T.replace("}", "," + T.replaceAll(".*(\"" + missing + "\":(\"I32\"|\\[[^]]*])).*", "$1") + "}");
            all.add(wrong(missing + " twice", "{\"test\":" + twice + "}", 16, "has '" + missing + "' twice"));
        }
        all.add(stricter(
                "a field more",
                "{\"test\":" + T.replace("}", ",\"x\":0}") + "}",
                16,
                "only dtype, shape and data_offsets"));
        for (String dtype : List.of("float32", "f32", "F31", "", "I4", "C128", "__metadata__")) {
            all.add(wrong(
                    "the dtype '" + dtype + "'",
                    "{\"test\":" + T.replace("I32", dtype) + "}",
                    16,
                    "the dtype '" + dtype + "' of tensor 'test' is not known"));
        }
        all.add(wrong("a dtype that is a number", "{\"test\":" + T.replace("\"I32\"", "32") + "}", 16, "'\"' was"));
        // ---- numbers
        for (String number :
                List.of("-1", "1.0", "1e1", "\"1\"", "null", "true", "01", "+1", "0x1", "[1]", "NaN", "1E0")) {
            all.add(wrong("a size of " + number, i32("[" + number + "]", "[0,4]"), 4, "was expected"));
            all.add(wrong("an offset of " + number, i32("[1]", "[0," + number + "]"), 4, "was expected"));
        }
        all.add(wrong("a size of -0", i32("[-0]", "[0,0]"), 0, "a whole number"));
        all.add(wrong("a size of 2^64", i32("[18446744073709551616]", "[0,4]"), 4, "the number is more than 2^63 - 1"));
        all.add(wrong("a size of 2^63", i32("[9223372036854775808]", "[0,4]"), 4, "the number is more than 2^63 - 1"));
        all.add(wrong("an offset of 2^64 - 1", i32("[1]", "[0,18446744073709551615]"), 4, "more than 2^63 - 1"));
        all.add(wrong("offsets near 2^63", i32("[1]", "[9223372036854775803,9223372036854775807]"), 4, "not a range"));
        all.add(wrong("a size of a thousand digits", i32("[" + "9".repeat(1000) + "]", "[0,4]"), 4, "more than 2^63"));
        all.add(wrong("a shape that overflows", i32("[2,18446744073709551614]", "[0,16]"), 16, "more than 2^63 - 1"));
        all.add(wrong("bytes that overflow", i32("[2,9223372036854775807]", "[0,16]"), 16, "more than 2^63 - 1 bits"));
        all.add(wrong("bytes that overflow to 16", i32("[4294967296,4294967296,4]", "[0,16]"), 16, "2^63 - 1 bits"));
        all.add(wrong("bytes of 2^63", i32("[2305843009213693952]", "[0,16]"), 16, "more than 2^63 - 1 bits"));
        all.add(wrong("an overflow before a zero", i32("[4294967296,4294967296,0]", "[0,0]"), 0, "2^63 - 1 bits"));
        all.add(stricter("an overflow after a zero", i32("[0,4294967296,4294967296]", "[0,0]"), 0, "2^63 - 1 bits"));
        String ones = IntStream.range(0, 65).mapToObj(i -> "1").toList().toString();
        all.add(stricter("65 dimensions", i32(ones, "[0,4]"), 4, "more than 64 numbers"));
        // ---- offsets
        all.add(wrong("no offset", i32("[1]", "[]"), 4, "the data_offsets [] of tensor 'test' are not a range"));
        all.add(wrong("one offset", i32("[1]", "[4]"), 4, "not a range"));
        all.add(wrong("three offsets", i32("[1]", "[0,4,8]"), 4, "more than 2 numbers"));
        all.add(wrong("offsets that go back", i32("[1]", "[4,0]"), 4, "not a range"));
        all.add(wrong(
                "an end beyond the file", i32("[1000]", "[0,4000]"), 16, "the file ends 3984 bytes before it does"));
        all.add(wrong("an end far beyond the file", i32("[1152921504606846975]", "[0,4611686018427387900]"), 16, ""));
        all.add(wrong("fewer bytes than the shape", i32("[2,2]", "[0,4]"), 4, "takes 16 bytes, and its data_offsets"));
        all.add(wrong("more bytes than the shape", i32("[2,2]", "[0,20]"), 20, "takes 16 bytes, and its data_offsets"));
        all.add(wrong("bytes of no element", i32("[0]", "[0,4]"), 4, "takes 0 bytes"));
        all.add(wrong("a hole in front", i32("[1]", "[4,8]"), 8, "no tensor has the 4 bytes before tensor 'test'"));
        all.add(wrong("bytes after the last", i32("[1]", "[0,4]"), 8, "4 bytes after the last tensor"));
        all.add(wrong("a file one byte long", i32("[1]", "[0,4]"), 5, "1 bytes after the last tensor"));
        all.add(wrong("a file one byte short", i32("[1]", "[0,4]"), 3, "the file ends 1 bytes before it does"));
        all.add(wrong("bytes and no tensor", "{}", 1, "1 bytes after the last tensor"));
        String one = "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
        all.add(wrong(
                "the same bytes twice", "{\"a\":" + one + ",\"b\":" + one + "}", 1, "overlaps the one before it"));
        all.add(wrong(
                "one tensor in another",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]},"
                        + "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[4,5]}}",
                9,
                "tensor 'b' overlaps"));
        all.add(wrong(
                "nothing in another",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]},"
                        + "\"b\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[4,4]}}",
                9,
                "tensor 'b' overlaps"));
        all.add(wrong(
                "a hole between",
                "{\"a\":" + one + ",\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]}}",
                3,
                "no tensor has the 1 bytes before tensor 'b'"));
        all.add(wrong(
                "ten tensors over one place",
                IntStream.range(0, 10)
                        .mapToObj(i -> "\"weight_" + i + "\":" + T)
                        .collect(Collectors.joining(",", "{", "}")),
                16,
                "overlaps the one before it"));
        all.add(wrong(
                "half a byte",
                "{\"a\":{\"dtype\":\"F4\",\"shape\":[1,3],\"data_offsets\":[0,2]}}",
                2,
                "does not end at the end of a byte"));
        all.add(wrong(
                "more bytes than its half bytes",
                "{\"a\":{\"dtype\":\"F4\",\"shape\":[1,2],\"data_offsets\":[0,2]}}",
                2,
                "takes 1 bytes, and its data_offsets are 2 apart"));
        all.add(wrong("deep nesting", "{\"a\":" + "[".repeat(100_000), 0, "'{' was expected"));
        all.add(wrong("deep nesting of metadata", "{\"__metadata__\":" + "{\"a\":".repeat(100_000), 0, "was expected"));
        return all;
    }

    @ParameterizedTest
    @MethodSource("files")
    void isRefused(Wrong wrong, @TempDir Path dir) throws Exception {
        Path file = Files.write(dir.resolve("x.safetensors"), wrong.bytes);
        assertThatThrownBy(() -> SafeTensors.open(file))
                .isInstanceOf(SafeTensorsFormatException.class)
                .hasMessageStartingWith(file + ", byte ")
                .hasMessageContaining(wrong.message)
                .satisfies(e -> assertThat(e.getMessage())
                        .hasSizeLessThan(file.toString().length() + 600));
    }

    static Stream<String> unusualHeaders() {
        return Stream.of(
                "{}",
                "{}      ",
                "{}\r \t\n",
                "{ \"a\" :\n{ \"shape\":[ ] , \"data_offsets\":[ 0 , 0 ],\"dtype\":\"F4\"\t}\r}".replace("[ ]", "[0]"),
                "{\"__metadata__\":{}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"__metadata__\":{\"\":\"\"}}",
                "{\"\":{\"dtype\":\"U8\",\"shape\":[0,5],\"data_offsets\":[0,0]}}",
                "{\"\\ud83d\\ude00\\u00E9\\/\\\\\\\"\\b\\f\\n\\r\\t\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}");
    }

    @ParameterizedTest
    @MethodSource("unusualHeaders")
    void isTaken(String header, @TempDir Path dir) throws Exception {
        Path file = Files.write(dir.resolve("x.safetensors"), Fixtures.file(header, 0));
        try (SafeTensors opened = SafeTensors.open(file)) {
            for (String name : opened.names()) {
                assertThat(opened.shape(name).isEmpty()).isTrue();
            }
        }
    }

    @Test
    void escapesAreRead(@TempDir Path dir) throws Exception {
        Path file = Files.write(
                dir.resolve("x.safetensors"),
                Fixtures.file(
                        "{\"__metadata__\":{\"a\\ud83d\\ude00\\u00E9z\":\"\\/\\\\\\\"\\b\\f\\n\\r\\t\\u0000\u00e9\"}}",
                        0));
        try (SafeTensors opened = SafeTensors.open(file)) {
            assertThat(opened.metadata()).containsOnlyKeys("a\uD83D\uDE00\u00e9z");
            assertThat(opened.metadata().values()).containsExactly("/\\\"\b\f\n\r\t\0\u00e9");
        }
    }

    @Test
    void whatIsNoFileIsRefusedByTheFileSystem(@TempDir Path dir) {
        assertThatThrownBy(() -> SafeTensors.open(dir.resolve("x")))
                .isInstanceOf(java.nio.file.NoSuchFileException.class);
        assertThatThrownBy(() -> SafeTensors.open(dir))
                .isInstanceOf(java.nio.file.FileSystemException.class)
                .hasMessageContaining("not a regular file");
    }
}
