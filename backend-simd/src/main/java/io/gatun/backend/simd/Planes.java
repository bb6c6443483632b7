package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The planes of an image in which every element of a kernel sees a plane that is merely shifted.
 *
 * <p>A plane gets zeros around it (or what else is asked for), and with a stride of s falls into s times s planes: those of every s-th row and column,
 * from each remainder on. Then the elements that one element of the kernel meets at all positions of the result are one
 * contiguous run, {@link #pitch} elements a row, and only what lies between the rows' ends and beginnings means nothing.
 * Example: with a stride of 2, the element 1 of a kernel of 3 meets the columns 1, 3, 5, ..., which are the plane of
 * remainder 1; elements 0 and 2 meet the plane of remainder 0, from its columns 0 and 1 on.
 */
final class Planes {
    private static final @Nullable PlaneKernel[] KERNELS = new PlaneKernel[DType.values().length];

    private final PlaneKernel kernel;
    private final int size;
    private final Images x;
    private final Sweep rows;
    private final Sweep columns;
    private final int spanDown;
    private final int spanAcross;
    private final int high; // of a plane
    private final int pitch;
    private final double outside;

    /** For blocks of {@code height} rows of results; around the image is {@code outside}. */
    Planes(PatchType type, Images x, Sweep rows, Sweep columns, int height, double outside) {
        this.kernel = kernel(type.dtype());
        this.size = type.size();
        this.x = x;
        this.rows = rows;
        this.columns = columns;
        this.outside = outside;
        this.spanDown = rows.span(height);
        this.spanAcross = columns.span(columns.count());
        this.high = Math.ceilDiv(spanDown, rows.stride());
        this.pitch = Math.ceilDiv(spanAcross, columns.stride());
    }

    static PlaneKernel kernel(DType dtype) {
        int at = Stamp.place(dtype);
        PlaneKernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = Stamp.kernel(PlaneKernel.class, PlaneTemplate.class, dtype);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    /** Elements in a row. */
    int pitch() {
        return pitch;
    }

    /** Bytes of all planes of a channel. */
    long channelBytes() {
        return (long) rows.stride() * columns.stride() * high * pitch * size;
    }

    /** Where the run that a kernel's element meets begins, from the channel's planes on. */
    long runAt(int tapRow, int tapColumn) {
        int down = rows.at()[tapRow] - rows.at()[0];
        int across = columns.at()[tapColumn] - columns.at()[0];
        long plane = (long) (down % rows.stride()) * columns.stride() + across % columns.stride();
        return ((plane * high + down / rows.stride()) * pitch + across / columns.stride()) * size;
    }

    /** Copies a channel's planes for results from row {@code row} on. */
    void load(int sample, int channel, int row, MemorySegment to, long at) {
        kernel.fill(to, at, outside, Math.toIntExact(channelBytes() / size));
        int top = row * rows.stride() + rows.at()[0];
        int left = columns.at()[0];
        for (int r = 0; r < rows.stride(); r++) {
            int firstRow = inside(top + r, rows.stride());
            int rowCount = count(firstRow, x.height(), top + spanDown, rows.stride());
            for (int c = 0; c < columns.stride() && rowCount > 0; c++) {
                int first = inside(left + c, columns.stride());
                int n = count(first, x.width(), left + spanAcross, columns.stride());
                if (n > 0) {
                    long plane = (long) r * columns.stride() + c;
                    long start = (plane * high + (firstRow - top) / rows.stride()) * pitch
                            + (first - left) / columns.stride();
                    copy(x.at(sample, channel, firstRow, first), to, at + start * size, rowCount, n);
                }
            }
        }
    }

    /** The first of {@code from, from + step, ...} that is not negative. */
    private static int inside(int from, int step) {
        return from >= 0 ? from : from + Math.ceilDiv(-from, step) * step;
    }

    private static int count(int first, int size, int end, int step) {
        return Math.max(0, Math.ceilDiv(Math.min(size, end) - first, step));
    }

    private void copy(long from, MemorySegment to, long at, int rowCount, int n) {
        long rowBytes = x.rowStride() * rows.stride();
        long step = x.columnStride() * columns.stride();
        long pitchBytes = (long) pitch * size;
        if (step == size) {
            kernel.copyRows(x.segment(), from, rowBytes, to, at, pitchBytes, rowCount, n);
            return;
        }
        for (int i = 0; i < rowCount; i++) {
            Strided.gather(size, x.segment(), from + i * rowBytes, step, to, at + i * pitchBytes, n);
        }
    }
}
