package io.gatun.numpy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.file.Quoted;
import io.gatun.tensor.file.Widening;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The type of a file's elements, and what becomes of it here.
 *
 * @param descr as the file spells it
 * @param byteSize bytes of an element in the file
 * @param swapped whether the file's byte order is not the machine's
 * @param dtype the dtype it is read as
 * @param widening how, if it is widened
 */
record ElementType(
        String descr,
        int byteSize,
        boolean swapped,
        DType dtype,
        @Nullable Widening widening) {
    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    /**
     * The names that NumPy takes beside kind and size ({@code f4}), some only before version 2. The last letters, and {@code int} and {@code long},
     * depend on the machine in NumPy; they mean here what they mean on 64-bit Unix. NumPy itself never writes a name.
     */
    private static final Map<String, String> NAMES = Map.ofEntries(
            names("b1", "bool bool_ bool8"),
            names("i1", "int8 byte"),
            names("u1", "uint8 ubyte"),
            names("i2", "int16 short"),
            names("u2", "uint16 ushort"),
            names("i4", "int32 intc"),
            names("u4", "uint32 uintc"),
            names("i8", "int64 int int_ int0 intp long longlong"),
            names("u8", "uint64 uint uint0 uintp ulong ulonglong"),
            names("f2", "float16 half"),
            names("f4", "float32 single"),
            names("f8", "float64 float float_ double"),
            names("f16", "float128 longdouble longfloat"),
            names("c8", "complex64 csingle singlecomplex"),
            names("c16", "complex128 complex complex_ cdouble cfloat"),
            names("c32", "complex256 clongdouble clongfloat longcomplex"),
            names("O", "object object_ object0"),
            names("S", "bytes bytes_ bytes0 string_"),
            names("U", "str str_ str0 unicode unicode_"),
            names("V", "void void0"),
            names("M8", "datetime64"),
            names("m8", "timedelta64"));

    /** NumPy's one-letter codes, which may follow a byte order. */
    private static final Map<Character, String> CODES = Map.ofEntries(
            Map.entry('?', "b1"),
            Map.entry('b', "i1"),
            Map.entry('B', "u1"),
            Map.entry('h', "i2"),
            Map.entry('H', "u2"),
            Map.entry('i', "i4"),
            Map.entry('I', "u4"),
            Map.entry('l', "i8"),
            Map.entry('L', "u8"),
            Map.entry('q', "i8"),
            Map.entry('Q', "u8"),
            Map.entry('p', "i8"),
            Map.entry('P', "u8"),
            Map.entry('n', "i8"),
            Map.entry('N', "u8"),
            Map.entry('e', "f2"),
            Map.entry('f', "f4"),
            Map.entry('d', "f8"),
            Map.entry('g', "f16"),
            Map.entry('F', "c8"),
            Map.entry('D', "c16"),
            Map.entry('G', "c32"));

    /** The same codes by NumPy's numbers of types: it takes the character of such a number for the code, too. */
    private static final String BY_NUMBER = "?bBhHiIlLqQfdgFDGOSUVMme";

    private static final Pattern EMPTY_SHAPE = Pattern.compile("([<>=|]?)\\(\\) *([<>=|]?)([A-Za-z0-9]*)");

    private static Map.Entry<String, String> names(String code, String names) {
        return Map.entry(code, " " + names + " ");
    }

    /**
     * The type that the value of {@code descr} means.
     *
     * @throws NpyFormatException if it means none, or one that a tensor cannot hold; the message says which
     */
    static ElementType of(HeaderText header, PythonValue descr) {
        if (descr.value() instanceof String text) {
            return ofText(header, descr.at(), text);
        }
        List<PythonValue> tuple = descr.items('(');
        if (tuple != null) {
            return ofTuple(header, descr.at(), tuple);
        } else if (descr.items('[') != null) {
            throw header.problem(
                    descr.at(), "the dtype is structured (a list of fields): a tensor's elements are single numbers");
        }
        throw header.problem(descr.at(), "'descr' must be a string such as '<f4', not " + descr.describe());
    }

    /** {@code (type, ())} is the type, and so is {@code (type, another of its size)}; {@code (type, shape)} is a subarray. */
    private static ElementType ofTuple(HeaderText header, int at, List<PythonValue> items) {
        if (items.size() >= 2) {
            ElementType type = of(header, items.get(0));
            PythonValue second = items.get(1);
            List<PythonValue> shape = second.items('(');
            if (shape != null && shape.isEmpty()
                    || second.value() instanceof String other
                            && ofText(header, second.at(), other).byteSize() == type.byteSize()) {
                return type;
            }
        }
        throw header.problem(at, "the dtype is a subarray (a tuple): a tensor's elements are single numbers");
    }

    private static ElementType ofText(HeaderText header, int at, String descr) {
        String spelled = withoutEmptyShape(descr);
        boolean ordered = !spelled.isEmpty() && "<>=|".indexOf(spelled.charAt(0)) >= 0;
        char order = ordered ? spelled.charAt(0) : '=';
        String code = code(ordered ? spelled.substring(1) : spelled, ordered);
        ElementType type = switch (code) {
            case "b1" -> one(descr, DType.BOOL);
            case "i1" -> one(descr, DType.I8);
            case "u1" -> one(descr, DType.U8);
            case "i2" -> same(descr, order, DType.I16);
            case "i4" -> same(descr, order, DType.I32);
            case "i8" -> same(descr, order, DType.I64);
            case "f2" -> same(descr, order, DType.F16);
            case "f4" -> same(descr, order, DType.F32);
            case "f8" -> same(descr, order, DType.F64);
            case "c8" -> same(descr, order, DType.C64);
            case "c16" -> same(descr, order, DType.C128);
            case "u2" -> unsigned(descr, order, Widening.UNSIGNED_16);
            case "u4" -> unsigned(descr, order, Widening.UNSIGNED_32);
            case "u8" -> unsigned(descr, order, Widening.UNSIGNED_64);
            default -> null;
        };
        if (type == null) {
            throw header.problem(at, "the dtype " + Quoted.quoted(descr) + " " + whyNot(code));
        }
        return type;
    }

    /** {@code <f4} of {@code <()f4} or {@code ()<f4}, which is no subarray; anything else as it is. */
    private static String withoutEmptyShape(String descr) {
        Matcher matcher = EMPTY_SHAPE.matcher(descr);
        if (!matcher.matches()) {
            return descr;
        }
        String before = matcher.group(1).replace('=', LITTLE ? '<' : '>');
        String after = matcher.group(2).replace('=', LITTLE ? '<' : '>');
        if (!before.isEmpty() && !after.isEmpty() && !before.equals(after)) {
            return descr;
        }
        String order = before.isEmpty() ? after : before;
        return (isSwapped(order.isEmpty() ? '=' : order.charAt(0)) ? order : "") + matcher.group(3);
    }

    /** Kind and size for {@code spelled}, which comes after a byte order or without one. */
    private static String code(String spelled, boolean ordered) {
        if (spelled.length() == 1) {
            char letter = spelled.charAt(0);
            letter = letter < BY_NUMBER.length() ? BY_NUMBER.charAt(letter) : letter;
            return CODES.getOrDefault(letter, String.valueOf(letter));
        }
        if (!ordered && !spelled.isEmpty() && spelled.indexOf(' ') < 0) {
            for (Map.Entry<String, String> entry : NAMES.entrySet()) {
                if (entry.getValue().contains(" " + spelled + " ")) {
                    return entry.getKey();
                }
            }
        }
        // NumPy reads the size with C's strtol: "f04", "f+4" and "f 4" are f4.
        String size = spelled.isEmpty() ? "" : spelled.substring(1).stripLeading();
        size = size.startsWith("+") ? size.substring(1) : size;
        size = size.replaceFirst("^0+(?=[0-9])", "");
        return size.isEmpty() || !size.chars().allMatch(c -> c >= '0' && c <= '9') ? spelled : spelled.charAt(0) + size;
    }

    private static String whyNot(String code) {
        if (code.indexOf(',') >= 0) {
            return "is structured: a tensor's elements are single numbers";
        }
        String kind = code.isEmpty() ? "" : code.matches("(datetime|timedelta)64.*") ? "M" : code.substring(0, 1);
        boolean sized = code.length() > 1 && code.substring(1).chars().allMatch(c -> c >= '0' && c <= '9');
        return switch (kind) {
            case "O" -> "holds Python objects, which are pickled: they are never evaluated here";
            case "S", "a", "U", "c", "T" -> {
                if (kind.equals("c") && sized) {
                    yield "is a complex type of no known size: c8 and c16 are read";
                }
                yield "holds strings: a tensor's elements are numbers";
            }
            case "V" ->
                "holds raw bytes"
                        + (code.equals("V2") ? " (a bfloat16 array, saved, looks like this: save it as float32)" : "");
            case "M", "m" -> "holds dates or durations: save array.astype('int64')";
            case "f" -> sized ? "is a floating-point type of no known size: f2, f4 and f8 are read" : "is not known";
            case "(", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" ->
                "is a subarray: a tensor's elements are single numbers";
            default -> "is not known";
        };
    }

    private static boolean isSwapped(char order) {
        return order == (LITTLE ? '>' : '<');
    }

    private static ElementType unsigned(String descr, char order, Widening widening) {
        return new ElementType(descr, widening.byteSize(), isSwapped(order), widening.dtype(), widening);
    }

    private static ElementType one(String descr, DType dtype) {
        return new ElementType(descr, 1, false, dtype, null);
    }

    private static ElementType same(String descr, char order, DType dtype) {
        return new ElementType(descr, dtype.byteSize(), isSwapped(order), dtype, null);
    }

    /** Whether a file's bytes are a tensor's bytes. */
    boolean isNative() {
        return !swapped && widening == null;
    }

    /**
     * How NumPy spells a dtype of ours, in the machine's byte order.
     *
     * @throws DTypeException for BF16, which NumPy does not have
     */
    static String descrOf(DType dtype) {
        if (dtype == DType.BF16) {
            throw new DTypeException("save: NumPy has no bfloat16: save tensor.toFloat(), which holds the same values");
        }
        String kind = dtype.isFloatingPoint() ? "f" : dtype.isComplex() ? "c" : "i";
        if (dtype == DType.BOOL || dtype == DType.U8) {
            kind = dtype == DType.BOOL ? "b" : "u";
        }
        return (dtype.byteSize() == 1 ? "|" : LITTLE ? "<" : ">") + kind + dtype.byteSize();
    }
}
