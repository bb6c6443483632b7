package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that NumPy wrote (see make_fixtures.py), read and mapped. */
class NpyReadTest {
    /** A type as NumPy spells it, and what it is read as. */
    record Type(String file, DType dtype) {
        boolean isMappable() {
            return !file.startsWith("be-") && !file.contains("-u");
        }
    }

    static List<Type> types() {
        List<Type> types = new ArrayList<>(
                List.of(new Type("b1", DType.BOOL), new Type("i1", DType.I8), new Type("u1", DType.U8)));
        for (String order : List.of("le-", "be-")) {
            types.add(new Type(order + "i2", DType.I16));
            types.add(new Type(order + "i4", DType.I32));
            types.add(new Type(order + "i8", DType.I64));
            types.add(new Type(order + "u2", DType.I32));
            types.add(new Type(order + "u4", DType.I64));
            types.add(new Type(order + "u8", DType.I64));
            types.add(new Type(order + "f2", DType.F16));
            types.add(new Type(order + "f4", DType.F32));
            types.add(new Type(order + "f8", DType.F64));
        }
        return types;
    }

    private static void requireFixture(Tensor tensor, Type type, String order) {
        assertThat(tensor.dtype()).isEqualTo(type.dtype());
        assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3, 4));
        assertThat(tensor.strides()).isEqualTo(order.equals("c") ? new long[] {12, 4, 1} : new long[] {1, 2, 6});
        if (type.dtype().isFloatingPoint()) {
            assertThat(tensor.toDoubleArray()).as(type.file()).isEqualTo(floatingValues(type.dtype()));
        } else {
            assertThat(tensor.toLongArray()).as(type.file()).isEqualTo(integralValues(type.file()));
        }
    }

    /** As value() in make_fixtures.py. */
    private static double[] floatingValues(DType dtype) {
        double[] values = new double[24];
        for (int k = 0; k < 24; k++) {
            double value = (k - 11) * 0.37;
            values[k] = switch (dtype) {
                case F16 -> Float.float16ToFloat(Float.floatToFloat16((float) value));
                case F32 -> (float) value;
                default -> value;
            };
        }
        return values;
    }

    /** As value() in make_fixtures.py. */
    private static long[] integralValues(String file) {
        char kind = file.charAt(file.length() - 2);
        int bits = 8 * (file.charAt(file.length() - 1) - '0');
        long[] values = new long[24];
        for (int k = 0; k < 24; k++) {
            values[k] = switch (kind) {
                case 'b' -> k % 3 == 0 ? 1 : 0;
                case 'i' -> (k - 12) * Long.divideUnsigned(1L << (bits - 1), 12);
                default -> k * Long.divideUnsigned(1L << Math.min(bits, 63), 24);
            };
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeIsReadInBothOrders(Type type) throws Exception {
        for (String order : List.of("c", "f")) {
            Path file = Fixtures.npy(type.file() + "-" + order + ".npy");
            requireFixture(Npy.read(file), type, order);
            try (InputStream in = Files.newInputStream(file)) {
                requireFixture(Npy.read(in), type, order);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeOfOursIsMappedInBothOrdersAndOthersSayThatReadWillDo(Type type) throws Exception {
        for (String order : List.of("c", "f")) {
            Path file = Fixtures.npy(type.file() + "-" + order + ".npy");
            if (type.isMappable()) {
                requireFixture(Npy.map(file), type, order);
            } else {
                assertThatThrownBy(() -> Npy.map(file))
                        .isInstanceOf(NpyFormatException.class)
                        .hasMessageContaining("cannot be mapped here: ")
                        .hasMessageContaining("Npy.read");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v2.npy", "v3.npy"})
    void laterVersionsAreReadAndMapped(String name) throws Exception {
        Type type = new Type("le-f4", DType.F32);
        requireFixture(Npy.read(Fixtures.npy(name)), type, "c");
        requireFixture(Npy.map(Fixtures.npy(name)), type, "c");
    }

    @Test
    void scalarsEmptyArraysAndSinglesKeepTheirShapes() throws Exception {
        for (boolean map : new boolean[] {false, true}) {
            Tensor scalar = open("scalar.npy", map);
            assertThat(scalar.shape()).isEqualTo(Shape.scalar());
            assertThat(scalar.item()).isEqualTo(2.5);
            Tensor empty = open("empty.npy", map);
            assertThat(empty.shape()).isEqualTo(Shape.of(0, 3));
            assertThat(empty.dtype()).isEqualTo(DType.I32);
            assertThat(empty.toIntArray()).isEmpty();
            assertThat(open("one.npy", map).toLongArray()).containsExactly(7);
        }
    }

    @Test
    void complexNumbersAreReadMappedAndSwapped() throws Exception {
        for (boolean map : new boolean[] {false, true}) {
            Tensor tensor = open("complex128.npy", map);
            assertThat(tensor.dtype()).isEqualTo(DType.C128);
            assertThat(tensor.viewAsReal().toDoubleArray()).containsExactly(1, 2);
            assertThat(open("complex64-fortran.npy", map).viewAsReal().toDoubleArray())
                    .containsExactly(0, 0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5);
        }
        Tensor swapped = open("complex64-big.npy", false);
        assertThat(swapped.dtype()).isEqualTo(DType.C64);
        assertThat(swapped.viewAsReal().toDoubleArray()).containsExactly(1.5, -2.5, 0, 3);
    }

    private static Tensor open(String name, boolean map) throws Exception {
        return map ? Npy.map(Fixtures.npy(name)) : Npy.read(Fixtures.npy(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uint64-large: uint64 at index (1, 0) is 9223372036854775808",
                "object: Python objects, which are pickled: they are never evaluated",
                "structured: structured",
                "unicode-names: structured",
                "subarray: structured",
                "strings: strings",
                "bytes: strings",
                "void: bfloat16",
                "dates: dates or durations",
                "longdouble: floating-point type of no known size"
            })
    void whatNoTensorHoldsIsRefusedByName(String nameAndReason) {
        String[] parts = nameAndReason.split(": ", 2);
        Path file = Fixtures.npy("refused-" + parts[0] + ".npy");
        assertThatThrownBy(() -> Npy.read(file))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(parts[1]);
        assertThatThrownBy(() -> Npy.map(file)).isInstanceOf(NpyFormatException.class);
    }

    @Test
    void aLargeUnsignedNumberIsRefusedAtItsByte() {
        assertThatThrownBy(() -> Npy.read(Fixtures.npy("refused-uint64-large.npy")))
                .isInstanceOfSatisfying(
                        NpyFormatException.class, e -> assertThat(e.position()).isEqualTo(128 + 2 * 8));
    }

    @Test
    void arraysInAStreamAreReadOneAfterAnother() throws Exception {
        byte[] first = Files.readAllBytes(Fixtures.npy("le-f4-c.npy"));
        byte[] second = Files.readAllBytes(Fixtures.npy("one.npy"));
        InputStream in = new SequenceInputStream(
                new ByteArrayInputStream(first),
                new SequenceInputStream(new ByteArrayInputStream(second), new ByteArrayInputStream(new byte[] {99})));
        assertThat(Npy.read(in).shape()).isEqualTo(Shape.of(2, 3, 4));
        assertThat(Npy.read(in).toLongArray()).containsExactly(7);
        assertThat(in.read()).isEqualTo(99);
    }

    @Test
    void arraysInAChannelAreReadOneAfterAnother(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("x.npy");
        Files.write(file, Files.readAllBytes(Fixtures.npy("be-f8-f.npy")));
        Files.write(file, Files.readAllBytes(Fixtures.npy("one.npy")), StandardOpenOption.APPEND);
        Pipe pipe = Pipe.open();
        try (SeekableByteChannel in = Files.newByteChannel(file);
                Pipe.SourceChannel source = pipe.source()) {
            try (Pipe.SinkChannel sink = pipe.sink()) {
                sink.write(ByteBuffer.wrap(Files.readAllBytes(file)));
                sink.write(ByteBuffer.wrap(new byte[] {99}));
            }
            for (ReadableByteChannel channel : List.of(in, source)) {
                requireFixture(Npy.read(channel), new Type("be-f8", DType.F64), "f");
                assertThat(Npy.read(channel, Device.of("reference")).toLongArray())
                        .containsExactly(7);
            }
            assertThat(in.position()).isEqualTo(in.size());
            ByteBuffer left = ByteBuffer.allocate(2);
            assertThat(source.read(left)).isEqualTo(1);
            assertThatThrownBy(() -> Npy.read(in))
                    .isInstanceOf(NpyFormatException.class)
                    .hasMessageStartingWith("channel, byte 0: the file ends");
        }
    }

    @Test
    void aChannelThatDoesNotWaitIsRefused() throws Exception {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            assertThatThrownBy(() -> Npy.read(source)).isInstanceOf(IllegalBlockingModeException.class);
            assertThat(sink.isOpen()).isTrue();
        }
    }

    @Test
    void isReadOntoTheDeviceThatIsNamed() throws Exception {
        for (String backend : List.of("reference", "simd")) {
            Device device = Device.of(backend);
            Path file = Fixtures.npy("be-u2-f.npy");
            try (InputStream in = Files.newInputStream(file)) {
                for (Tensor tensor : new Tensor[] {Npy.read(file, device), Npy.read(in, device)}) {
                    assertThat(tensor.device()).isEqualTo(device);
                    requireFixture(tensor, new Type("be-u2", DType.I32), "f");
                }
            }
        }
    }

    /** More than is treated at once, and no multiple of it. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void manyNumbersOfTheOtherByteOrderAreSwapped(int size) throws Exception {
        int count = 300_001;
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            String descr = (order == ByteOrder.BIG_ENDIAN ? ">i" : "<i") + size;
            ByteBuffer file = ByteBuffer.wrap(Fixtures.file(
                            1,
                            "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + count + ",)}",
                            count * size))
                    .order(order);
            int start = file.capacity() - count * size;
            long[] expected = new long[count];
            SplittableRandom random = new SplittableRandom(size);
            for (int i = 0; i < count; i++) {
                long bits = random.nextLong() >> 64 - 8 * size;
                expected[i] = bits;
                switch (size) {
                    case 2 -> file.putShort(start + 2 * i, (short) bits);
                    case 4 -> file.putInt(start + 4 * i, (int) bits);
                    default -> file.putLong(start + 8 * i, bits);
                }
            }
            assertThat(Fixtures.read(file.array()).toLongArray()).isEqualTo(expected);
        }
    }

    @Test
    void everyByteIsATruthValue() throws Exception {
        for (int count : new int[] {0, 1, 7, 8, 300_003}) {
            byte[] bytes =
                    Fixtures.file(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (" + count + ",)}", count);
            int start = bytes.length - count;
            boolean[] expected = new boolean[count];
            SplittableRandom random = new SplittableRandom(count);
            for (int i = 0; i < count; i++) {
                bytes[start + i] = (byte) (random.nextBoolean() ? 0 : random.nextInt());
                expected[i] = bytes[start + i] != 0;
            }
            Tensor tensor = Fixtures.read(bytes);
            assertThat(tensor.toBooleanArray()).isEqualTo(expected);
            for (byte value : Fixtures.bytes(tensor)) {
                assertThat(value).isBetween((byte) 0, (byte) 1);
            }
        }
    }

    @Test
    void aLargeStreamIsSpooledAndReadWhole() throws Exception {
        int count = 3_000_000; // several pieces of the spool
        Tensor original = Tensor.arange(count);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ArrayWriter(original).write(java.nio.channels.Channels.newChannel(out));
        Tensor back = Npy.read(new ByteArrayInputStream(out.toByteArray()));
        assertThat(back.toLongArray()).isEqualTo(original.toLongArray());
    }

    @Test
    void aStreamThatClaimsTerabytesCostsNoMore() {
        byte[] lie = Fixtures.file(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}", 5_000_000);
        assertThatThrownBy(() -> Npy.read(new ByteArrayInputStream(lie)))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageContaining("takes 8000000000000 bytes, and the stream ends after 5000000 of them");
    }

    @Test
    void truthValuesOtherThanOneAreReadAsOneAndNotMapped(@TempDir Path dir) throws Exception {
        byte[] bytes = Fixtures.file(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (3, 5)}", 15);
        int start = bytes.length - 15;
        bytes[start + 13] = 2;
        bytes[start + 14] = (byte) 0x80;
        Path file = Files.write(dir.resolve("x.npy"), bytes);
        Tensor read = Npy.read(file);
        assertThat(Fixtures.bytes(read)).containsOnly(0, 1).endsWith(0, 1, 1);
        assertThatThrownBy(() -> Npy.map(file))
                .isInstanceOf(NpyFormatException.class)
                .hasMessageContaining("byte " + (start + 13) + ":")
                .hasMessageContaining("the byte at index (2, 3) is 2, not 0 or 1");
    }

    @Test
    void aMissingFileOrADirectoryIsAnIoExceptionWithThePath(@TempDir Path dir) {
        Path missing = dir.resolve("no.npy");
        assertThatThrownBy(() -> Npy.read(missing))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(missing.toString());
        assertThatThrownBy(() -> Npy.map(missing))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(missing.toString());
        assertThatThrownBy(() -> Npy.read(dir))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("it is a directory");
    }

    @Test
    void aReadTensorIsItsScopesAndAMappedOneIsNot() throws Exception {
        Tensor read;
        Tensor mapped;
        try (TensorScope scope = TensorScope.open()) {
            read = Npy.read(Fixtures.npy("one.npy"));
            mapped = Npy.map(Fixtures.npy("one.npy"));
            assertThat(scope).isNotNull();
        }
        assertThat(mapped.itemLong()).isEqualTo(7);
        assertThatThrownBy(read::itemLong).isInstanceOf(IllegalStateException.class);
    }
}
