package io.gatun.numpy;

import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.FileReplacement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * NumPy's {@code .npy} files: {@link #map} sees a file as a tensor, {@link #read} copies it into one, {@link #save} writes
 * one; {@link NpyWriter} appends to one.
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
 * <p>Tensors are made on the CPU, whatever the default device is, as PyTorch's {@code from_numpy} makes them, unless {@code
 * read} is told otherwise.
 */
public final class Npy {
    private Npy() {}

    /**
     * The array of a file, seen in place: nothing is copied, pages are loaded as they are used and can be dropped again,
     * and the file may be larger than memory.
     *
     * <p>The tensor is read-only: in-place operators refuse it, and {@code clone()} gives one of its own. Fortran order
     * becomes strides, so such a tensor of two dimensions and more is not contiguous. The file stays mapped until the last
     * tensor over it is unreachable. Replace a mapped file by renaming another over it ({@link #save} does), and never
     * cut it short in place: that takes its pages from under the tensor. What touches them throws a {@link
     * io.gatun.tensor.BackendException} then. For that an operator of the SIMD backend works on a copy of the part that it needs until it has taken five seconds in this
     * process, by when it has been compiled; from then on it works on the file itself. A part larger than a quarter of
     * {@code gatun.memory.limit} is never copied: the file that is cut short during the first seconds of an operator on
     * one can still end the process.
     *
     * @param path an {@code .npy} file; bytes after the array are ignored
     * @return a tensor over the file
     * @throws NpyFormatException if the file is malformed; or if it cannot be seen in place and has to be {@link #read}:
     *     the other byte order, unsigned integers of 16 bits and more, data that does not start at a multiple of its
     *     element's size, truth values other than 0 and 1, a pipe or a device
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws IOException if it cannot be opened or mapped
     */
    public static Tensor map(Path path) throws IOException {
        return map(path, MapMode.READ_ONLY);
    }

    /**
     * As {@link #map(Path)}, with a choice of what becomes of changes.
     *
     * @param mode {@code READ_ONLY}: there are none. {@code READ_WRITE}: in-place operators write to the file, and whoever has
     *     it mapped or reads it, NumPy's {@code memmap} say, sees it at once; {@code tensor.memorySegment().force()} waits for
     *     the disk. {@code PRIVATE}: they change the tensor alone, a copy of each page touched. The last two need a file that
     *     may be written
     */
    public static Tensor map(Path path, MapMode mode) throws IOException {
        return map(path, mode, 0);
    }

    /**
     * As {@link #map(Path, MapMode)}, for an array that does not begin at the file's first byte.
     *
     * @param offset where it begins, header and all
     */
    public static Tensor map(Path path, MapMode mode, long offset) throws IOException {
        try (FileChannel file = open(path, mode)) {
            skip(file, offset);
            return map(file, mode, offset, name(path, offset));
        }
    }

    /**
     * As {@link #map(Path, MapMode)}, for the array at a channel's position, which is then that behind the array: so arrays
     * that follow each other in a file are mapped one by one. If it is refused the position stays.
     *
     * @param file open for reading, and unless {@code mode} is {@code READ_ONLY} for writing; it may be closed afterwards
     */
    public static Tensor map(FileChannel file, MapMode mode) throws IOException {
        return map(file, mode, file.position(), "channel");
    }

    private static Tensor map(FileChannel file, MapMode mode, long start, String name) throws IOException {
        boolean done = false;
        try {
            NpyInput in = NpyInput.of(file, name);
            NpyHeader header = NpyHeader.read(in);
            Tensor tensor = ArrayMapper.map(file, start, mode, in, header, "Npy.read");
            file.position(start + header.end());
            done = true;
            return tensor;
        } finally {
            if (!done && file.size() > 0) {
                file.position(start);
            }
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
        return read(path, Device.cpu());
    }

    /** As {@link #read(Path)}, on {@code device}. */
    public static Tensor read(Path path, Device device) throws IOException {
        return read(path, device, 0);
    }

    /**
     * As {@link #read(Path, Device)}, for an array that does not begin at the file's first byte.
     *
     * @param offset where it begins, header and all
     */
    public static Tensor read(Path path, Device device, long offset) throws IOException {
        try (FileChannel file = open(path, MapMode.READ_ONLY)) {
            skip(file, offset);
            return ArrayReader.read(NpyInput.of(file, name(path, offset)), device);
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
        return read(in, Device.cpu());
    }

    /** As {@link #read(InputStream)}, on {@code device}. */
    public static Tensor read(InputStream in, Device device) throws IOException {
        return ArrayReader.read(NpyInput.of(Channels.newChannel(in), "stream"), device);
    }

    /**
     * As {@link #read(InputStream)}, from a channel. One of a file knows its length.
     *
     * @throws java.nio.channels.IllegalBlockingModeException if it is one that does not wait for bytes
     */
    public static Tensor read(ReadableByteChannel in) throws IOException {
        return read(in, Device.cpu());
    }

    /** As {@link #read(ReadableByteChannel)}, on {@code device}. */
    public static Tensor read(ReadableByteChannel in, Device device) throws IOException {
        return ArrayReader.read(NpyInput.of(in, "channel"), device);
    }

    /**
     * Writes a tensor as NumPy's {@code save} writes the same array, byte for byte: any strides, without an intermediate
     * copy of the whole. A tensor whose memory is column-major is written in Fortran order. One on another device is
     * copied to the host first; one that requires a gradient is saved without it.
     *
     * <p>The file is written beside {@code path} and renamed when it is complete: a failure leaves what was there before.
     * Symbolic links are followed, and a file that is replaced hands on its permissions. The disk is not waited for.
     *
     * @param path taken as it is; no {@code .npy} is added to its name
     * @param tensor of any dtype but BF16
     * @throws io.gatun.tensor.DTypeException for BF16, which NumPy does not have: save {@code tensor.toFloat()}
     * @throws io.gatun.tensor.TensorStateException if the tensor has been given back
     * @throws io.gatun.tensor.BackendException if the tensor is mapped from a file that was cut short
     * @throws IOException if the file cannot be written, its directory does not exist, or {@code path} is a directory or a
     *     device
     */
    public static void save(Path path, Tensor tensor) throws IOException {
        ArrayWriter writer = new ArrayWriter(tensor);
        FileReplacement.write(path, writer::write);
    }

    private static void skip(FileChannel file, long offset) throws IOException {
        if (offset < 0) {
            throw new IllegalArgumentException("an array cannot begin at byte " + offset + " of a file");
        }
        if (offset > 0) { // pipes have no positions, and no size; files none that is too large for their system
            file.position(file.size() > 0 ? Math.min(offset, file.size()) : offset);
        }
    }

    private static String name(Path path, long offset) {
        return offset == 0 ? path.toString() : path + " from byte " + offset;
    }

    /** A file, for reading, and for writing if {@code mode} needs that. */
    static FileChannel open(Path path, MapMode mode) throws IOException {
        if (Files.isDirectory(path)) { // some systems open one, and fail only at the first read
            throw new FileSystemException(path.toString(), null, "it is a directory");
        }
        return mode.equals(MapMode.READ_ONLY)
                ? FileChannel.open(path, StandardOpenOption.READ)
                : FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
