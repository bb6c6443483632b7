package io.gatun.numpy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.ElementWriter;
import io.gatun.tensor.file.FileReplacement;
import io.gatun.tensor.file.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/**
 * Writes an {@code .npy} file that grows along its first axis, for arrays that are larger than memory or not known in
 * advance.
 *
 * <pre>{@code
 * try (NpyWriter out = NpyWriter.create(Path.of("features.npy"), DType.F32, 512)) {
 *     for (Tensor batch : batches) {
 *         out.append(model.call(batch));        // (n, 512)
 *     }
 * }
 * }</pre>
 *
 * <p>The bytes are those that NumPy writes for the whole array. At every moment the file is one that NumPy and {@link Npy}
 * read: new rows are written behind the old ones first, then the header is changed, in place and by one write, to count
 * them. A program that ends in between leaves the rows before and bytes that nobody reads; the next {@link #open} overwrites
 * them. What a power failure leaves is up to the operating system; {@link #force} makes what was appended survive it.
 *
 * <p>One file should have one writer, used by one thread at a time. Tensors mapped from the file keep the rows they had.
 */
public final class NpyWriter implements AutoCloseable {
    private final String source;
    private final FileChannel file;
    private final NpyHeader header;
    private final ByteBuffer headerBytes;
    private long rows;

    private NpyWriter(String source, FileChannel file) throws IOException {
        this.source = source;
        this.file = file;
        NpyInput in = NpyInput.of(file, source);
        this.header = NpyHeader.read(in);
        Shape shape = header.shape();
        String why = null;
        if (!header.type().isNative()) {
            why = "its elements of " + Quoted.quoted(header.type().descr()) + " are no dtype's as they lie";
        } else if (shape.rank() == 0) {
            why = "the array has no dimensions";
        } else if (header.fortranOrder() && shape.rank() > 1) {
            why = "the array is in Fortran order, whose last axis grows";
        } else if (!in.isLengthKnown()) {
            why = "only a regular file grows";
        } else if (NpyHeader.isMagic(file, header.end())) {
            why = "another array follows in the file";
        }
        if (why != null) {
            throw in.problem(0, "rows cannot be appended here: " + why);
        }
        this.rows = shape.size(0);
        this.headerBytes = ByteBuffer.allocate((int) header.dataOffset());
        file.read(headerBytes, 0);
    }

    /**
     * Begins a new file, of no rows yet; one that is there is replaced, and what is mapped from it stays.
     *
     * @param dtype any but BF16
     * @param rowShape the shape of a row, of no dimensions for an array of one
     * @throws DTypeException for BF16, which NumPy does not have: write F32
     * @throws IOException if the file cannot be made
     */
    public static NpyWriter create(Path path, DType dtype, long... rowShape) throws IOException {
        byte[] header =
                NpyHeader.bytes(ElementType.descrOf(dtype), false, Shape.of(0).concat(Shape.of(rowShape)));
        FileReplacement.write(path, out -> out.write(ByteBuffer.wrap(header)));
        return open(path);
    }

    /**
     * Goes on with a file. Bytes behind the array in it are overwritten.
     *
     * @throws NpyFormatException if it is malformed; or cannot grow along its first axis: it is in Fortran order, has no
     *     dimensions, is not of a dtype as it lies, or is followed by another array in the file
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws IOException if it cannot be opened
     */
    public static NpyWriter open(Path path) throws IOException {
        FileChannel file = Npy.open(path, MapMode.READ_WRITE);
        try {
            return new NpyWriter(path.toString(), file);
        } catch (Throwable failure) {
            file.close();
            throw failure;
        }
    }

    /** The array's shape as it is now. */
    public Shape shape() {
        return shape(rows);
    }

    private Shape shape(long rows) {
        return header.shape().with(0, rows);
    }

    /**
     * Appends rows, of any strides. If it fails, the array is as it was.
     *
     * @param tensor (n, row shape...), of the file's dtype; it may be on another device or require a gradient
     * @throws ShapeException if its rows have another shape, or no further row can be counted
     * @throws DTypeException if it is of another dtype
     * @throws IllegalStateException if this is closed
     * @throws io.gatun.tensor.BackendException if it is mapped from a file that was cut short
     * @throws IOException if it cannot be written
     */
    public void append(Tensor tensor) throws IOException {
        requireOpen("append");
        DType dtype = header.type().dtype();
        if (tensor.dtype() != dtype) {
            throw new DTypeException("append: " + tensor.dtype() + " to " + source + ", which is of " + dtype
                    + ": append tensor.to(" + dtype + ")");
        }
        long count = tensor.dim() == 0 ? 0 : tensor.size(0);
        if (!tensor.shape().equals(shape(count))) {
            throw new ShapeException("append: " + tensor.shape() + " to " + source + ", which is " + shape()
                    + ": only the first size may differ; unsqueeze(0) makes a row an array of one");
        }
        long end = header.dataOffset() + rows * rowBytes();
        long most = (Long.MAX_VALUE - end) / Math.max(rowBytes(), 1);
        byte[] longer = count > most
                ? null
                : NpyHeader.resized(headerBytes.array(), ElementType.descrOf(dtype), shape(rows + count));
        if (longer == null) {
            throw new ShapeException("append: " + tensor.shape() + " to " + source + ", which is " + shape()
                    + " and has no room in its header for more: append both to a new file that NpyWriter.create makes");
        }
        file.position(end);
        Tensor host = ArrayWriter.onHost(tensor);
        ElementWriter.write(file, host.storage(), host.layout(), dtype.byteSize());
        file.position(0);
        ElementWriter.writeAll(file, ByteBuffer.wrap(longer));
        rows += count;
    }

    private long rowBytes() {
        return shape(1).numel() * header.type().byteSize();
    }

    private void requireOpen(String what) {
        if (!file.isOpen()) {
            throw new IllegalStateException(
                    what + ": the writer of " + source + " is closed: NpyWriter.open goes on with the file");
        }
    }

    /**
     * Waits until everything appended is on the disk.
     *
     * @throws IllegalStateException if this is closed
     */
    public void force() throws IOException {
        requireOpen("force");
        file.force(true);
    }

    /** Closes the file, behind whose array nothing is left; closing again does nothing. */
    @Override
    public void close() throws IOException {
        try (file) {
            if (file.isOpen()) {
                file.truncate(header.dataOffset() + rows * rowBytes());
            }
        }
    }
}
