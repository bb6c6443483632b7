package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a file can be wrong, and what the message says of it. */
class MalformedNpyTest {
    /** A wrong file: its bytes, as Latin-1; the position to be named; a part of the message. */
    record Wrong(String what, String latin1, long position, String message) {
        Wrong(String what, byte[] bytes, long position, String message) {
            this(what, new String(bytes, StandardCharsets.ISO_8859_1), position, message);
        }

        byte[] bytes() {
            return latin1.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private static final String SHAPED = "{'descr': '<f4', 'fortran_order': False, 'shape': %s}";
    private static final String TYPED = "{'descr': %s, 'fortran_order': False, 'shape': (2,)}";
    private static final int SHAPE_AT = 10 + SHAPED.indexOf('%');
    private static final int TYPE_AT = 10 + TYPED.indexOf('%');

    private static Wrong text(String header, long position, String message) {
        return new Wrong(header, Fixtures.file(1, header, 64), position, message);
    }

    private static Wrong shape(String shape, long position, String message) {
        return text(SHAPED.formatted(shape), SHAPE_AT + position, message);
    }

    private static Wrong type(String descr, String message) {
        return text(TYPED.formatted(descr), TYPE_AT, message);
    }

    private static Wrong bytes(String what, byte[] bytes, long position, String message) {
        return new Wrong(what, bytes, position, message);
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        copy[at] = (byte) value;
        return copy;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static List<Wrong> files() {
        byte[] good = Fixtures.file(1, SHAPED.formatted("(2, 3)"), 24);
        byte[] good2 = Fixtures.file(2, SHAPED.formatted("(2, 3)"), 24);
        byte[] utf8 = Fixtures.file(3, SHAPED.formatted("(2, 3)"), 24);
        return List.of(
                bytes("nothing", new byte[0], 0, "ends within the magic string"),
                bytes("three bytes", Arrays.copyOf(good, 3), 3, "ends within the magic string"),
                bytes("no version", Arrays.copyOf(good, 6), 6, "ends within the magic string and version"),
                bytes("wrong first byte", with(good, 0, 'x'), 0, "does not begin with \\x93NUMPY"),
                bytes("wrong magic", with(good, 3, 'm'), 3, "does not begin with \\x93NUMPY"),
                bytes("text", ascii("a,b,c\n1,2,3\n"), 0, "not a .npy file"),
                bytes("zip", ascii("PK\3\4 and so on"), 0, "zip archive, not an array: Npz reads"),
                bytes("pickle", new byte[] {(byte) 0x80, 3, 99, 1, 2, 3, 4, 5, 6}, 0, "pickle"),
                bytes("version 0.0", with(good, 6, 0), 6, "format version 0.0 is not known"),
                bytes("version 4.0", with(good, 6, 4), 6, "format version 4.0 is not known: 1.0, 2.0 and 3.0 are read"),
                bytes("version 1.1", with(good, 7, 1), 6, "format version 1.1 is not known"),
                bytes("version 255.255", with(with(good, 6, 255), 7, 255), 6, "format version 255.255"),
                bytes("no length", Arrays.copyOf(good, 9), 8, "ends within the header's length"),
                bytes("half a length", Arrays.copyOf(good2, 11), 8, "ends within the header's length"),
                bytes("header cut", Arrays.copyOf(good, 30), 8, "the file ends after 20"),
                bytes("length beyond the file", with(good, 9, 0x7F), 8, "the file ends after"),
                bytes("length of 4 GiB", with(with(good2, 11, 0xFF), 10, 0xFF), 8, "bytes, and the file ends after"),
                bytes(
                        "a long header",
                        Fixtures.file(2, SHAPED.formatted("(2, 3)") + " ".repeat(20_000), 24),
                        8,
                        "more than the limit of 10000"),
                bytes(
                        "a header long in characters",
                        Fixtures.file(3, SHAPED.formatted("(2, 3)") + " ".repeat(20_000), 24),
                        8,
                        "has 20057 characters, more than the limit of 10000"),
                bytes("not UTF-8", with(utf8, 20, 0xFF), 20, "not valid UTF-8"),
                bytes("data cut", Arrays.copyOf(good, good.length - 1), good.length - 24, "takes 24 bytes"),
                bytes(
                        "no data",
                        Arrays.copyOf(good, good.length - 24),
                        good.length - 24,
                        "the file ends after 0 of them"),
                text("", 10, "ends where a value is expected"),
                text("   \n", 14, "ends where a value is expected"),
                text("# only a comment", 26, "ends where a value is expected"),
                text("[1, 2]", 10, "must be a dictionary, not a list"),
                text("'descr'", 10, "must be a dictionary, not the string 'descr'"),
                text("(1,)", 10, "must be a dictionary, not a tuple"),
                text("None", 10, "must be a dictionary, not None"),
                text("{}", 10, "the key 'descr' is missing"),
                text("{'descr': '<f4'}", 10, "the key 'fortran_order' is missing"),
                text("{'descr': '<f4', 'fortran_order': False}", 10, "the key 'shape' is missing"),
                text("{'Descr': '<f4', 'fortran_order': False, 'shape': ()}", 11, "unexpected key the string 'Descr'"),
                text("{'x': 1, 'descr': '<f4', 'fortran_order': False, 'shape': ()}", 11, "unexpected key"),
                text("{1: '<f4'}", 11, "unexpected key the integer 1"),
                text("{'shape': (), 'shape': (), }", 24, "the key 'shape' is there twice"),
                text("{'descr': '<f4', 'descr': '<f4'}", 27, "the key 'descr' is there twice"),
                text("{'descr' '<f4'}", 24, "where ':' after the string 'descr<f4' is expected"),
                text("{'descr': '<f4'", 25, "ends where ',' or '}' is expected"),
                text("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)", 64, "ends where"),
                text("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x", 66, "the end of the header"),
                text("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}}", 65, "the end of the header"),
                text(
                        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
                        44,
                        "must be True or False, not the integer 0"),
                text("{'descr': '<f4', 'fortran_order': 'C', 'shape': (2,)}", 44, "must be True or False"),
                text("{'descr': '<f4', 'fortran_order': None, 'shape': (2,)}", 44, "must be True or False, not None"),
                text("{'descr': '<f4', 'fortran_order': false, 'shape': (2,)}", 44, "'false' is not a literal"),
                text("__import__('os').system('true')", 10, "nothing in it is evaluated"),
                text("{'descr': f'<f4'}", 20, "'f' is not a literal"),
                text("{'descr': b'<f4'}", 20, "'b' is not a literal"),
                text("{'descr': lambda: 0}", 20, "'lambda' is not a literal"),
                text("{**{}}", 11, "found '*' where a value is expected"),
                text("{'descr': '<f4\0'}", 24, "NUL"),
                text("{'descr': '<f4", 20, "a string begins here and does not end"),
                text("{'descr': '<f\n4'}", 20, "a string begins here and does not end"),
                text("{'descr': '<f4\\", 20, "a string begins here and does not end"),
                text("{'descr': '''<f4'}", 20, "a string begins here and does not end"),
                text("{'descr': '\\x4'}", 21, "the escape \\x needs 2 hexadecimal digits"),
                text("{'descr': '\\U00110000'}", 21, "the escape \\U needs 8 hexadecimal digits"),
                text("{'descr': '\\N{NO SUCH}'}", 21, "no character named 'NO SUCH'"),
                text("{'descr': '\\N'}", 21, "needs the name of a character in braces"),
                text("(".repeat(300), 210, "nested more than 200 deep"),
                text("[".repeat(9_000), 210, "nested more than 200 deep"),
                shape("3", 0, "must be a tuple of integers, not the integer 3"),
                shape("(3)", 1, "must be a tuple of integers, not the integer 3"),
                shape("[3]", 0, "must be a tuple of integers, not a list"),
                shape("None", 0, "must be a tuple of integers, not None"),
                shape("{}", 0, "must be a tuple of integers, not a dictionary"),
                shape("{1, 2}", 2, "where ':' after the integer 1"),
                shape("(2, '3')", 4, "size 1 of the shape must be an integer, not the string '3'"),
                shape("(2, None)", 4, "size 1 of the shape must be an integer, not None"),
                shape("(2, (3,))", 4, "size 1 of the shape must be an integer, not a tuple"),
                shape("(2.0, 3)", 1, "2.0 is not an integer"),
                shape("(2e0, 3)", 1, "2e0 is not an integer"),
                shape("(2j, 3)", 1, "2j is not an integer"),
                shape("(.5, 3)", 1, "found '.'"),
                shape("(010, 3)", 1, "010 is not an integer"),
                shape("(1__0, 3)", 1, "1__0 is not an integer"),
                shape("(0x, 3)", 1, "0x is not an integer"),
                shape("(0b2, 3)", 1, "0b2 is not an integer"),
                shape("(2LL, 3)", 1, "2L is not an integer"),
                shape("(2l, 3)", 1, "2l is not an integer"),
                shape("(2, 3", 5, "found '}' where ',' or ')' is expected"),
                shape("(2 3)", 3, "found '3' where ',' or ')' is expected"),
                shape("(,)", 1, "found ',' where a value is expected"),
                shape("(2,,3)", 3, "found ',' where a value is expected"),
                shape("(1+1, 3)", 2, "found '+' where ',' or ')' is expected"),
                shape("(--2, 3)", 2, "a number after '-'"),
                shape("(2, -3)", 4, "size 1 of the shape is negative: the integer -3"),
                shape("(-1,)", 1, "size 0 of the shape is negative"),
                shape("(9223372036854775808,)", 1, "more than 2^63 - 1"),
                shape("(1" + "0".repeat(200) + ",)", 1, "more than 2^63 - 1: the integer 1000"),
                shape("(9223372036854775807,)", 0, "would take more than 2^63 - 1 bytes"),
                shape("(4294967296, 4294967296)", 0, "would take more than 2^63 - 1 bytes"),
                shape("(0, 4294967296, 4294967296)", 0, "would take more than 2^63 - 1 bytes"),
                shape("(" + "1,".repeat(65) + ")", 0, "65 dimensions, more than the limit of 64"),
                shape("(1000000000000,)", 15 + 2, "takes 4000000000000 bytes, and the file ends after 64"),
                type("'O'", "Python objects, which are pickled: they are never evaluated"),
                type("'|O'", "Python objects"),
                type("'|O8'", "Python objects"),
                type("'object'", "Python objects"),
                type("'<U3'", "holds strings"),
                type("'|S3'", "holds strings"),
                type("'S'", "holds strings"),
                type("'|V8'", "raw bytes"),
                type("'<M8[ns]'", "dates or durations"),
                type("'<m8[s]'", "dates or durations"),
                type("'datetime64[s]'", "dates or durations"),
                type("'<c32'", "complex type of no known size"),
                type("'clongdouble'", "complex type of no known size"),
                type("'<f16'", "floating-point type of no known size"),
                type("'<f3'", "floating-point type of no known size"),
                type("'<i16'", "is not known"),
                type("'<b2'", "is not known"),
                type("''", "is not known"),
                type("'<'", "is not known"),
                type("'<=f4'", "is not known"),
                type("'<float32'", "is not known"),
                type("' f4'", "is not known"),
                type("'f4 '", "is not known"),
                type("'F4'", "is not known"),
                type("'" + "z".repeat(5000) + "'", "(5000 characters)"),
                type("'\\x1b[31m'", "\\u001b"),
                type("'f4,f4'", "is structured"),
                type("'(2,)f4'", "is structured"),
                type("'2f4'", "is a subarray"),
                type("[('a', '<f4')]", "structured (a list of fields)"),
                type("('<f4', (2,))", "subarray (a tuple)"),
                type("4", "must be a string such as '<f4', not the integer 4"),
                type("None", "must be a string such as '<f4', not None"),
                type("{'a': 1}", "must be a string such as '<f4', not a dictionary"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void isRefusedWithFileByteAndReason(Wrong wrong, @TempDir Path dir) throws Exception {
        Path file = Files.write(dir.resolve("wrong.npy"), wrong.bytes());
        for (boolean map : new boolean[] {false, true}) {
            assertThatThrownBy(() -> {
                        if (map) {
                            Npy.map(file);
                        } else {
                            Npy.read(file);
                        }
                    })
                    .isInstanceOfSatisfying(NpyFormatException.class, e -> {
                        assertThat(e.source()).isEqualTo(file.toString());
                        assertThat(e.position()).as(e.getMessage()).isEqualTo(wrong.position());
                    })
                    .hasMessageStartingWith(file + ", byte " + wrong.position() + ": ")
                    .hasMessageContaining(wrong.message());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void isRefusedInAStreamToo(Wrong wrong) {
        assertThatThrownBy(() -> Npy.read(new ByteArrayInputStream(wrong.bytes())))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageStartingWith("stream, byte ");
    }

    @ParameterizedTest
    @MethodSource("prefixes")
    void aFileCutAnywhereIsRefused(byte[] prefix) {
        assertThatThrownBy(() -> Fixtures.read(prefix)).isInstanceOf(NpyFormatException.class);
    }

    static List<byte[]> prefixes() throws Exception {
        byte[] whole = Files.readAllBytes(Fixtures.npy("le-f4-c.npy"));
        List<byte[]> prefixes = new ArrayList<>();
        for (int length = 0; length < whole.length; length += 7) {
            prefixes.add(Arrays.copyOf(whole, length));
        }
        return prefixes;
    }
}
