package io.gatun.numpy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.FileReplacement;
import io.gatun.tensor.file.MappedStorage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * NumPy's {@code .npy} files: {@link #map} sees a file as a tensor, {@link #read} copies it into one, {@link #save} writes
 * one.
 *
 * <pre>{@code
 * Tensor images = Npy.map(Path.of("digits-images.npy"));      // U8, (1797, 8, 8); no byte is read yet
 * Npy.save(Path.of("predictions.npy"), model.call(images.toFloat().div(16)).argmax(1));
 * }</pre>
 *
 * <p>Files of format version 1.0, 2.0 and 3.0, in C and in Fortran order, with these elements:
 *
 * <table>
 * <caption>NumPy's types and ours</caption>
 * <tr><th>NumPy</th><th>tensor</th><th>{@code map}</th><th>{@code read}</th></tr>
 * <tr><td>bool</td><td>BOOL</td><td>yes; every byte is looked at, and must be 0 or 1</td><td>yes</td></tr>
 * <tr><td>int8, uint8</td><td>I8, U8</td><td>yes</td><td>yes</td></tr>
 * <tr><td>int16, int32, int64</td><td>I16, I32, I64</td><td>in the machine's byte order</td><td>yes</td></tr>
 * <tr><td>float16, float32, float64</td><td>F16, F32, F64</td><td>in the machine's byte order</td><td>yes</td></tr>
 * <tr><td>complex64, complex128</td><td>C64, C128</td><td>in the machine's byte order</td><td>yes</td></tr>
 * <tr><td>uint16, uint32</td><td>I32, I64</td><td>no</td><td>widened</td></tr>
 * <tr><td>uint64</td><td>I64</td><td>no</td><td>if every value fits</td></tr>
 * </table>
 *
 * <p>Everything else (long doubles, strings, dates, structures, and Python objects, which are pickled)
 * is refused by name. Nothing in a file is ever evaluated, and no memory is allocated by a number from a file before that
 * number is checked against the file's length.
 *
 * <p>Tensors are made on the CPU, whatever the default device is, as PyTorch's {@code from_numpy} makes them; {@code
 * t.to(device)} takes them elsewhere.
 */
public final class Npy {
    private static final long EVEN_BITS = 0xFEFEFEFEFEFEFEFEL;

    private Npy() {}

    /**
     * The array of a file, seen in place: nothing is copied, pages are loaded as they are used and can be dropped again,
     * and the file may be larger than memory.
     *
     * <p>The tensor is read-only: in-place operators refuse it, and {@code clone()} gives one of its own. Fortran order
     * becomes strides, so such a tensor of two dimensions and more is not contiguous. The file stays mapped until the last
     * tensor over it is unreachable. Replace a mapped file by renaming another over it ({@link #save} does), and never
     * cut it short in place: that takes its pages from under the tensor. The virtual machine makes an {@code InternalError}
     * of touching them where compiled code has a scalar access, and stops with SIGBUS where it has vector accesses alone.
     *
     * @param path an {@code .npy} file; bytes after the array are ignored
     * @return a tensor over the file
     * @throws NpyFormatException if the file is malformed; or if it cannot be seen in place and has to be {@link #read}:
     *     the other byte order, unsigned integers of 16 bits and more, data that does not start at a multiple of its
     *     element's size, truth values other than 0 and 1
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws IOException if it cannot be opened or mapped
     */
    public static Tensor map(Path path) throws IOException {
        try (FileChannel channel = open(path)) {
            NpyInput in = input(channel, path);
            NpyHeader header = NpyHeader.read(in);
            if (!in.isLengthKnown()) {
                throw new FileSystemException(path.toString(), null, "not a regular file: only those can be mapped");
            }
            requireMappable(in, header);
            long bytes = header.dataSize();
            // The JVM cannot map nothing at all, and needs no file for it.
            MemorySegment segment = bytes == 0
                    ? Arena.ofAuto().allocate(0).asReadOnly()
                    : channel.map(FileChannel.MapMode.READ_ONLY, header.dataOffset(), bytes, Arena.ofAuto());
            if (header.type().dtype() == DType.BOOL) {
                requireTruth(in, header, segment);
            }
            return Tensor.over(
                    new MappedStorage(segment), header.layout(), header.type().dtype());
        }
    }

    /**
     * The array of a file, in a tensor of its own. Fortran order becomes strides, as NumPy's {@code load} gives it;
     * {@code contiguous()} turns it.
     *
     * @param path an {@code .npy} file; bytes after the array are ignored
     * @return a tensor on the CPU
     * @throws NpyFormatException if the file is malformed, its elements are of a type that no tensor has, or a uint64 in
     *     it is above 2^63 - 1 (the first such is named)
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws IOException if it cannot be read
     */
    public static Tensor read(Path path) throws IOException {
        try (FileChannel channel = open(path)) {
            return ArrayReader.read(input(channel, path));
        }
    }

    /**
     * The next array of a stream, in a tensor of its own, as {@link #read(Path)}. The stream is left after the array's
     * last byte, so that several arrays can be read one after another, and open.
     *
     * <p>A stream's length is not known, so what its header claims is not believed: beyond a mebibyte, the bytes are taken
     * in before the tensor is allocated.
     *
     * @param in read to the array's last byte and no further
     * @return a tensor on the CPU
     * @throws NpyFormatException as {@link #read(Path)}, or if the stream ends early
     * @throws IOException if it cannot be read
     */
    public static Tensor read(InputStream in) throws IOException {
        return ArrayReader.read(new NpyInput(Channels.newChannel(in), "stream", NpyInput.UNKNOWN));
    }

    /**
     * Writes a tensor as NumPy's {@code save} writes the same array, byte for byte: any strides, without an intermediate
     * copy of the whole. A tensor whose memory is column-major is written in Fortran order. One on another device is
     * copied to the host first; one that requires a gradient is saved without it.
     *
     * <p>The file is written beside {@code path} and renamed when it is complete: a failure leaves what was there before.
     *
     * @param path taken as it is; no {@code .npy} is added to its name
     * @param tensor of any dtype but BF16
     * @throws io.gatun.tensor.DTypeException for BF16, which NumPy does not have: save {@code tensor.toFloat()}
     * @throws io.gatun.tensor.TensorStateException if the tensor has been given back
     * @throws IOException if the file cannot be written, its directory does not exist, or {@code path} is a directory or a
     *     device
     */
    public static void save(Path path, Tensor tensor) throws IOException {
        ArrayWriter writer = new ArrayWriter(tensor);
        FileReplacement.write(path, writer::write);
    }

    private static FileChannel open(Path path) throws IOException {
        if (Files.isDirectory(path)) { // some systems open one, and fail only at the first read
            throw new FileSystemException(path.toString(), null, "it is a directory");
        }
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    /** A pipe or a device has no length to check against. */
    private static NpyInput input(FileChannel channel, Path path) throws IOException {
        long length = Files.isRegularFile(path) ? channel.size() : NpyInput.UNKNOWN;
        return new NpyInput(channel, path.toString(), length);
    }

    private static void requireMappable(NpyInput in, NpyHeader header) {
        ElementType type = header.type();
        String why = null;
        if (type.widening() != ElementType.Widening.NONE) {
            why = "there is no unsigned dtype of " + type.byteSize() * 8 + " bits to see it as. Npy.read widens to "
                    + type.dtype();
        } else if (type.swapped()) {
            why = "its byte order is not this machine's. Npy.read swaps the bytes";
        } else if (header.dataOffset() % type.byteSize() != 0 && header.dataSize() > 0) {
            why = "its data is not aligned to its elements of " + type.byteSize() + " bytes. Npy.read copies it";
        }
        if (why != null) {
            throw in.problem(
                    header.dataOffset(),
                    "an array of " + PythonValue.quoted(type.descr()) + " cannot be mapped here: " + why);
        }
    }

    /** Kernels rely on truth values being 0 or 1, so a file in place has to be looked at. */
    private static void requireTruth(NpyInput in, NpyHeader header, MemorySegment segment) {
        long size = segment.byteSize();
        long at = 0;
        while (at + 8 <= size && (segment.get(ValueLayout.JAVA_LONG_UNALIGNED, at) & EVEN_BITS) == 0) {
            at += 8;
        }
        for (; at < size; at++) {
            byte value = segment.get(ValueLayout.JAVA_BYTE, at);
            if ((value & ~1) != 0) {
                throw in.problem(
                        header.dataOffset() + at,
                        "an array of bool cannot be mapped here: the byte at index " + ArrayReader.index(header, at)
                                + " is " + (value & 0xFF) + ", not 0 or 1. Npy.read makes it true");
            }
        }
    }
}
