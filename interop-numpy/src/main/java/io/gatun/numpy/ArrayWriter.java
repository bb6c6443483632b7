package io.gatun.numpy;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.ElementWriter;
import io.gatun.tensor.spi.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Writes an array as NumPy does: row-major memory as it lies; column-major memory as it lies, marked as Fortran order;
 * anything else in row-major order.
 */
final class ArrayWriter {
    private final Storage storage;
    private final Layout layout;
    private final int byteSize;
    private final byte[] header;
    private final boolean fortranOrder;

    /**
     * For {@code tensor} as it is now; nothing is written yet.
     *
     * @throws io.gatun.tensor.DTypeException for BF16
     */
    ArrayWriter(Tensor tensor) {
        DType dtype = tensor.dtype();
        String descr = ElementType.descrOf(dtype);
        Tensor host = onHost(tensor);
        this.storage = host.storage();
        this.layout = host.layout();
        this.byteSize = dtype.byteSize();
        this.fortranOrder = !layout.isContiguous() && reversed(layout).isContiguous();
        this.header = NpyHeader.bytes(descr, fortranOrder, layout.shape());
    }

    /** The same tensor, or a copy in the host's memory. */
    static Tensor onHost(Tensor tensor) {
        return tensor.device().type().equals("cpu") ? tensor : tensor.detach().cpu();
    }

    private static Layout reversed(Layout layout) {
        int[] order = new int[layout.rank()];
        for (int i = 0; i < order.length; i++) {
            order[i] = order.length - 1 - i;
        }
        return layout.permute(Axes.of(order));
    }

    /** Bytes that {@link #write} writes. */
    long size() {
        return header.length + layout.shape().numel() * byteSize;
    }

    /** Writes header and elements. */
    void write(WritableByteChannel out) throws IOException {
        ElementWriter.writeAll(out, ByteBuffer.wrap(header));
        ElementWriter.write(out, storage, fortranOrder ? reversed(layout) : layout, byteSize);
    }
}
