package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Headers in every spelling that NumPy's reader accepts; RealNumPyTest asks NumPy whether that is so. */
class NpyHeaderTest {
    /** All of them mean a (2, 3) array of native f4 in C order. */
    static final List<String> SPELLINGS = List.of(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }          \n",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
            "{'shape':(2,3),'fortran_order':False,'descr':'<f4'}",
            "{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (2, 3)}\n\n\n",
            "{'descr': u'<f4', u'fortran_order': False, 'shape': (2L, 3L), }\n",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2 L, 3L)}",
            "{'descr': r'<f4', 'fortran_order': False, 'shape': (2, 3,)}",
            "{'descr': '''<f4''', 'fortran_order': False, 'shape': (2, 3)}",
            "{'de' 'scr': '<' \"f4\", 'fortran_order': False, 'shape': (2, 3)}",
            "{'\\x64\\145scr': '\\u003cf\\N{DIGIT FOUR}', 'fortran_order': False, 'shape': (2, 3)}",
            "{'descr': '=f4', 'fortran_order': False, 'shape': (+2, 0x3)}",
            "{'descr': '|f4', 'fortran_order': False, 'shape': (0b10, 0o3)}",
            "{'descr': 'f4', 'fortran_order': False, 'shape': (2, 3)}",
            "{'descr': 'float32', 'fortran_order': False, 'shape': (2, 3)}",
            "{'descr': 'single', 'fortran_order': False, 'shape': (2, 3)}",
            "{'descr': '<f', 'fortran_order': False, 'shape': (2, 3)}",
            "{'descr': 'f', 'fortran_order': (False), 'shape': ((2), (3))}",
            "({'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)})",
            "{ # the type\n'descr': '<f4',\n 'fortran_order':\tFalse, # C\r\n 'shape': (2,\n3)}  # done",
            "  {'descr'\n:\n'<f4', 'fortran_order': False, 'shape': (2, 3)}  ",
            "{'descr': '<f\\\n4', 'fortran_order': False, \\\n 'shape': (2, 3)}",
            "{'descr': '<f04', 'fortran_order': False, 'shape': (2, 3)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (0x_2, 0b1_1)}",
            "{'descr': '<f4', 'fortran_order': False, \\\r\n 'shape': (2, \\\r3)}",
            "{'descr': '<\\\r\nf\\\r4', 'fortran_order': False, 'shape': (2, 3)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (+(2), + ((3)))}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2L L, 3 \\\nL\tL)}",
            "{'descr': ('<f4', ()), 'fortran_order': False, 'shape': (2, 3)}",
            "{'descr': (('()f4', '<i4'), (), None), 'fortran_order': False, 'shape': (2, 3)}",
            "{'descr': '\\x0b', 'fortran_order': False, 'shape': (2, 3)}");

    private static final String PLAIN = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}";

    /** Blanks and comments around the same dictionary that Python takes; in NumPy 1 only with version 3. */
    static final List<String> BLANKS = List.of(
            " \t\f" + PLAIN + "\n  \\\n  # done",
            " \n\t# comment \\\n\f\\\n" + PLAIN + " \\\n\n",
            "\r\n \f" + PLAIN + "\n \\\n\\\n \n",
            "\n \f\\\n" + PLAIN + "\n \f");

    /** And those that it takes for an indented block, or for a line without an end. */
    static final List<String> INDENTED = List.of(
            "\n " + PLAIN,
            "\f " + PLAIN,
            "\\\n " + PLAIN,
            "#\n\t" + PLAIN,
            "\n \\\n\f" + PLAIN,
            PLAIN + "\n ",
            PLAIN + "\n#\n\f ",
            PLAIN + "\n\\\n",
            PLAIN + "\\");

    @ParameterizedTest
    @FieldSource("BLANKS")
    void blanksAndCommentsMayStandAround(String header) throws Exception {
        assertThat(Fixtures.header(Fixtures.file(3, header, 24)).shape()).isEqualTo(Shape.of(2, 3));
    }

    @ParameterizedTest
    @FieldSource("INDENTED")
    void indentationIsRefusedAsPythonRefusesIt(String header) {
        assertThatThrownBy(() -> Fixtures.header(Fixtures.file(3, header, 24)))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageMatching(
                        "(?s)x.npy, byte \\d+: .*(to Python is a block of code|found '.*' where the end of the"
                                + " header is expected)");
    }

    @ParameterizedTest
    @FieldSource("SPELLINGS")
    void everySpellingIsRead(String header) throws Exception {
        for (int version = 1; version <= (header.contains("L") ? 2 : 3); version++) {
            NpyHeader parsed = Fixtures.header(Fixtures.file(version, header, 24));
            assertThat(parsed.shape()).isEqualTo(Shape.of(2, 3));
            assertThat(parsed.fortranOrder()).isFalse();
            assertThat(parsed.type().dtype()).isEqualTo(DType.F32);
            assertThat(parsed.type().isNative()).isTrue();
            assertThat(parsed.dataOffset()).isEqualTo((version == 1 ? 10 : 12) + header.length());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "?, BOOL", "|b1, BOOL", ">?, BOOL", "bool, BOOL", "b, I8", "|i1, I8", "<i1, I8", "B, U8", "uint8, U8",
        "<h, I16", "=i2, I16", "short, I16", "i, I32", "intc, I32", "l, I64", "q, I64", "p, I64", "int, I64",
        "long, I64", "H, I32", "uint16, I32", "I, I64", "<u4, I64", "Q, I64", "L, I64", "uint64, I64", "e, F16",
        "half, F16", "float16, F16", "d, F64", "float, F64", "double, F64", "<f8, F64", "n, I64", "N, I64",
                "float_, F64"
    })
    void everyNameOfATypeIsRead(String descr, DType dtype) throws Exception {
        NpyHeader parsed =
                Fixtures.header(Fixtures.file(1, "{'descr': '" + descr + "', 'fortran_order': True, 'shape': ()}", 8));
        assertThat(parsed.type().dtype()).isEqualTo(dtype);
        assertThat(parsed.type().swapped()).isFalse();
        assertThat(parsed.fortranOrder()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({">f8, 8", ">i2, 2", ">u4, 4", ">e, 2", ">l, 8"})
    void theOtherByteOrderIsSeen(String descr, int size) throws Exception {
        ElementType type = Fixtures.header(
                        Fixtures.file(1, "{'descr': '" + descr + "', 'fortran_order': False, 'shape': ()}", 8))
                .type();
        assertThat(type.swapped()).isTrue();
        assertThat(type.byteSize()).isEqualTo(size);
    }
}
