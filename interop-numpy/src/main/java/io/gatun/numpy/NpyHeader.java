package io.gatun.numpy;

import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.file.Quoted;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of an array's bytes: a magic string, a version, a length, and a Python dictionary of that length.
 *
 * <pre>
 *   bytes   0 to 5    93 4E 55 4D 50 59, which is \x93NUMPY
 *   bytes   6 and 7   the version: 1.0, 2.0 or 3.0
 *   bytes   8 and 9   the length of what follows (version 1), little-endian; versions 2 and 3 have 4 bytes
 *   then              {'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }   spaces   newline
 * </pre>
 *
 * <p>Versions 1 and 2 are in Latin-1 and may be Python 2's, version 3 is in UTF-8. Source: "NEP 1, a simple file format
 * for NumPy arrays", and {@code numpy.lib.format}, whose reader decides what is accepted here, with exceptions that no
 * program writes: a duplicate key is refused (a Python dictionary silently keeps the last), a negative size is refused, and
 * so is a type that NumPy 1 and NumPy 2 do not read alike.
 *
 * @param shape the sizes, whose product with the element's size is below 2^63 (sizes of 0 not counted)
 * @param fortranOrder whether the first index runs fastest
 * @param type the type of the elements
 * @param dataOffset the position of the first element's first byte
 */
record NpyHeader(Shape shape, boolean fortranOrder, ElementType type, long dataOffset) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final List<String> KEYS = List.of("descr", "fortran_order", "shape");

    /** The longest header in characters, as in NumPy: nothing that a tensor can hold needs more than a few hundred. */
    static final int LONGEST = 10_000;

    /** NumPy 2 stops at 64 dimensions, NumPy 1 at 32. */
    static final int MOST_DIMENSIONS = 64;

    /** Where the data begins in files that NumPy writes: at a multiple of this. */
    private static final int ALIGNMENT = 64;

    /** NumPy leaves room for the growing size to reach this many digits, so that an array can be appended to in place. */
    private static final int GROWTH_DIGITS = 21;

    /** Bytes the elements take in the file. */
    long dataSize() {
        return shape.numel() * type.byteSize();
    }

    /** The position after the last element. */
    long end() {
        return dataOffset + dataSize();
    }

    /** Bytes that a tensor of the elements takes. */
    long tensorSize() {
        return shape.numel() * type.dtype().byteSize();
    }

    /** Where the elements lie, once read or mapped: row-major, or column-major as strides. */
    Layout layout() {
        if (!fortranOrder) {
            return Layout.contiguous(shape);
        }
        long[] strides = new long[shape.rank()];
        long stride = 1;
        for (int i = 0; i < strides.length; i++) {
            strides[i] = stride;
            stride *= Math.max(shape.size(i), 1);
        }
        return Layout.of(shape, strides, 0);
    }

    // ---- reading

    /**
     * Reads a header; the input then stands at the first element.
     *
     * @throws NpyFormatException if it is malformed, or the input is known to be shorter than its shape says
     */
    static NpyHeader read(NpyInput in) throws IOException {
        byte[] start = in.upTo(8);
        requireMagic(in, start);
        int version = start[6];
        if (start[7] != 0 || version < 1 || version > 3) {
            throw in.problem(
                    6,
                    "format version " + (start[6] & 0xFF) + "." + (start[7] & 0xFF)
                            + " is not known: 1.0, 2.0 and 3.0 are read");
        }
        int lengthBytes = version == 1 ? 2 : 4;
        byte[] lengthField = in.upTo(lengthBytes);
        if (lengthField.length < lengthBytes) {
            throw in.problem(8, "the file ends within the header's length");
        }
        long length = 0;
        for (int i = lengthBytes - 1; i >= 0; i--) {
            length = length << 8 | lengthField[i] & 0xFF;
        }
        if (in.isShorterThan(length)) {
            throw in.problem(
                    8,
                    "the header should have " + length + " bytes, and the file ends after " + in.remaining() + " more");
        }
        Charset charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        if (length > (version == 3 ? 4L * LONGEST : LONGEST)) {
            throw in.problem(8, "the header should have " + length + " bytes, more than the limit of " + LONGEST);
        }
        long textStart = in.position();
        byte[] bytes = in.upTo((int) length);
        if (bytes.length < length) {
            throw in.problem(
                    8,
                    "the header should have " + length + " bytes, and the file ends after " + bytes.length
                            + " of them");
        }
        HeaderText text = new HeaderText(in.name(), textStart, charset, decode(in, textStart, bytes, charset));
        if (text.text().length() > LONGEST) {
            throw in.problem(
                    8, "the header has " + text.text().length() + " characters, more than the limit of " + LONGEST);
        }
        NpyHeader header = ofText(text, version, in.position());
        if (in.isShorterThan(header.dataSize())) {
            throw in.problem(
                    header.dataOffset(),
                    "shape " + header.shape() + " of "
                            + Quoted.quoted(header.type().descr()) + " takes " + header.dataSize()
                            + " bytes, and the file ends after " + in.remaining() + " of them");
        }
        return header;
    }

    /** Whether an array begins at byte {@code at} of a file. */
    static boolean isMagic(FileChannel file, long at) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(MAGIC.length);
        file.read(start, at);
        return Arrays.equals(start.array(), MAGIC);
    }

    private static void requireMagic(NpyInput in, byte[] start) {
        int same = Arrays.mismatch(start, MAGIC);
        if (start.length == 8 && same == MAGIC.length) {
            return;
        }
        if (start.length >= 4 && start[0] == 'P' && start[1] == 'K') {
            throw in.problem(0, "this is a zip archive, not an array: Npz reads .npz files");
        }
        if (start.length >= 2 && start[0] == (byte) 0x80 && start[1] >= 2 && start[1] <= 5) {
            throw in.problem(0, "this is a Python pickle, not an array: pickles are never evaluated here");
        }
        if (start.length < 8 && (same < 0 || same == start.length || same == MAGIC.length)) {
            throw in.problem(
                    start.length, "the file ends within the magic string and version that begin every .npy file");
        }
        throw in.problem(same, "this is not a .npy file: it does not begin with \\x93NUMPY");
    }

    private static String decode(NpyInput in, long start, byte[] bytes, Charset charset) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        try {
            return charset.newDecoder().decode(source).toString();
        } catch (CharacterCodingException e) {
            throw in.problem(start + source.position(), "the header is not valid " + charset.name());
        }
    }

    /** The header that a dictionary's text means; {@code dataOffset} is taken as it is. */
    static NpyHeader ofText(HeaderText text, int version, long dataOffset) {
        PythonValue value = PythonLiteral.parse(text, version < 3);
        List<PythonValue> entries = value.items('{');
        if (entries == null) {
            throw text.problem(value.at(), "the header must be a dictionary, not " + value.describe());
        }
        @Nullable PythonValue[] values = new @Nullable PythonValue[KEYS.size()];
        for (int i = 0; i < entries.size(); i += 2) {
            PythonValue name = entries.get(i);
            int key = name.value() instanceof String known ? KEYS.indexOf(known) : -1;
            if (key < 0) {
                throw text.problem(name.at(), "unexpected key " + name.describe() + ": the keys must be " + KEYS);
            }
            if (values[key] != null) {
                throw text.problem(name.at(), "the key '" + KEYS.get(key) + "' is there twice");
            }
            values[key] = entries.get(i + 1);
        }
        ElementType type = ElementType.of(text, required(text, value, values, 0));
        boolean fortranOrder = fortranOrder(text, required(text, value, values, 1));
        PythonValue shapeValue = required(text, value, values, 2);
        return new NpyHeader(shape(text, shapeValue, type), fortranOrder, type, dataOffset);
    }

    private static PythonValue required(HeaderText text, PythonValue dict, @Nullable PythonValue[] values, int key) {
        PythonValue value = values[key];
        if (value == null) {
            throw text.problem(dict.at(), "the key '" + KEYS.get(key) + "' is missing");
        }
        return value;
    }

    private static boolean fortranOrder(HeaderText text, PythonValue value) {
        if (value.value() instanceof Boolean flag) {
            return flag;
        }
        throw text.problem(value.at(), "'fortran_order' must be True or False, not " + value.describe());
    }

    private static Shape shape(HeaderText text, PythonValue value, ElementType type) {
        List<PythonValue> items = value.items('(');
        if (items == null) {
            throw text.problem(value.at(), "'shape' must be a tuple of integers, not " + value.describe());
        }
        if (items.size() > MOST_DIMENSIONS) {
            throw text.problem(
                    value.at(),
                    "the shape has " + items.size() + " dimensions, more than the limit of " + MOST_DIMENSIONS);
        }
        long[] sizes = new long[items.size()];
        BigInteger bytes = BigInteger.valueOf(type.byteSize());
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = size(text, i, items.get(i));
            bytes = bytes.multiply(BigInteger.valueOf(Math.max(sizes[i], 1)));
        }
        if (bytes.bitLength() > 63) {
            throw text.problem(
                    value.at(),
                    "shape " + Arrays.toString(sizes) + " of " + Quoted.quoted(type.descr())
                            + " would take more than 2^63 - 1 bytes");
        }
        return Shape.of(sizes);
    }

    private static long size(HeaderText text, int dim, PythonValue item) {
        Object number = item.value();
        BigInteger size;
        if (number instanceof BigInteger integer) {
            size = integer;
        } else if (number instanceof Boolean flag) {
            size = flag ? BigInteger.ONE : BigInteger.ZERO; // a Python bool is an int
        } else {
            throw text.problem(item.at(), "size " + dim + " of the shape must be an integer, not " + item.describe());
        }
        if (size.signum() < 0) {
            throw text.problem(item.at(), "size " + dim + " of the shape is negative: " + item.describe());
        }
        if (size.bitLength() > 63) {
            throw text.problem(item.at(), "size " + dim + " of the shape is more than 2^63 - 1: " + item.describe());
        }
        return size.longValueExact();
    }

    // ---- writing

    /**
     * The bytes that NumPy (1.23 and later) writes in front of an array: keys in alphabetical order, room for the growing
     * size, spaces up to a multiple of 64 (a whole 64 where none are needed), a newline.
     *
     * @param descr as {@link ElementType#descrOf} gives it
     */
    static byte[] bytes(String descr, boolean fortranOrder, Shape shape) {
        StringBuilder text = dictionary(descr, fortranOrder, shape);
        if (shape.rank() > 0) {
            int digits = Long.toString(shape.size(fortranOrder ? -1 : 0)).length();
            text.append(" ".repeat(GROWTH_DIGITS - digits));
        }
        int prefix = MAGIC.length + 4;
        int padding = ALIGNMENT - (prefix + text.length() + 1) % ALIGNMENT;
        text.append(" ".repeat(padding)).append('\n');
        ByteBuffer out = ByteBuffer.allocate(prefix + text.length());
        out.put(MAGIC).put((byte) 1).put((byte) 0);
        out.put((byte) text.length()).put((byte) (text.length() >> 8));
        out.put(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        return out.array();
    }

    /** The bytes of a header like this one, of the same length, for a row-major array of {@code shape}; null if too short. */
    static byte @Nullable [] resized(byte[] header, String descr, Shape shape) {
        byte[] text = dictionary(descr, false, shape).toString().getBytes(StandardCharsets.ISO_8859_1);
        int start = header[MAGIC.length] == 1 ? 10 : 12;
        if (start + text.length >= header.length) {
            return null;
        }
        byte[] resized = header.clone();
        Arrays.fill(resized, start, resized.length - 1, (byte) ' ');
        System.arraycopy(text, 0, resized, start, text.length);
        resized[resized.length - 1] = '\n';
        return resized;
    }

    private static StringBuilder dictionary(String descr, boolean fortranOrder, Shape shape) {
        StringBuilder text = new StringBuilder("{'descr': '")
                .append(descr)
                .append("', 'fortran_order': ")
                .append(fortranOrder ? "True" : "False")
                .append(", 'shape': (");
        for (int i = 0; i < shape.rank(); i++) {
            text.append(i == 0 ? "" : ", ").append(shape.size(i));
        }
        return text.append(shape.rank() == 1 ? ",), }" : "), }");
    }
}
