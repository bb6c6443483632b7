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
 *
 * <p>With a stride across, rows are first copied whole, with what is around them, and then taken apart all at once: one long run
 * for each remainder, where a row at a time would be too short for vectors.
 */
final class Planes {
    private static final int VECTOR = 64;
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

    /** Bytes of the planes of {@code channels} channels, and what kernels write beyond them. */
    long bytes(int channels) {
        return Math.ceilDiv(channelAt(channels) + VECTOR, VECTOR) * VECTOR;
    }

    /** Where a channel's planes begin: first come, if columns are strided, the rows before they are taken apart. */
    private long channelAt(int channel) {
        int before = columns.stride() == 1 ? channel : channel + 1;
        return before * channelBytes();
    }

    private long channelBytes() {
        return (long) rows.stride() * columns.stride() * high * pitch * size;
    }

    /** Where the run begins that a kernel's element meets in a channel. */
    long runAt(int channel, int tapRow, int tapColumn) {
        int down = rows.at()[tapRow] - rows.at()[0];
        int across = columns.at()[tapColumn] - columns.at()[0];
        long plane = (long) (down % rows.stride()) * columns.stride() + across % columns.stride();
        long element = (plane * high + down / rows.stride()) * pitch + across / columns.stride();
        return channelAt(channel) + element * size;
    }

    /** Makes all what is around the image. */
    void clear(int channels, MemorySegment to) {
        kernel.fill(
                to, 0, outside, Math.toIntExact((columns.stride() == 1 ? channelAt(channels) : channelBytes()) / size));
    }

    /** Copies a channel's planes for results from row {@code row} on to {@code place}, cleared or of another image's same rows. */
    void load(int sample, int channel, int row, MemorySegment to, int place) {
        int top = row * rows.stride() + rows.at()[0];
        int left = columns.at()[0];
        int stride = columns.stride();
        int first = Math.max(0, left);
        int n = Math.min(x.width(), left + spanAcross) - first;
        long wide = (long) stride * pitch * size;
        for (int r = 0; r < rows.stride(); r++) {
            int firstRow = inside(top + r, rows.stride());
            int rowCount = Math.ceilDiv(Math.min(x.height(), top + spanDown) - firstRow, rows.stride());
            long start = stride == 1 ? channelAt(place) : 0;
            if (n > 0 && rowCount > 0) {
                long at = ((long) r * high + (firstRow - top) / rows.stride()) * wide + (long) (first - left) * size;
                copy(x.at(sample, channel, firstRow, first), to, start + at, wide, rowCount, n);
            }
        }
        for (int plane = 0; plane < rows.stride() * stride && stride > 1; plane++) {
            long from = (long) (plane / stride) * high * wide + (long) (plane % stride) * size;
            long at = channelAt(place) + (long) plane * high * pitch * size;
            Strided.gather(size, to, from, (long) stride * size, to, at, high * pitch);
        }
    }

    /** The first of {@code from, from + step, ...} that is not negative. */
    private static int inside(int from, int step) {
        return from >= 0 ? from : from + Math.ceilDiv(-from, step) * step;
    }

    private void copy(long from, MemorySegment to, long at, long wide, int rowCount, int n) {
        long rowBytes = x.rowStride() * rows.stride();
        if (x.columnStride() == size) {
            RowCopies.copy(x.segment(), from, rowBytes, to, at, wide, rowCount, n * (long) size);
            return;
        }
        for (int i = 0; i < rowCount; i++) {
            Strided.gather(size, x.segment(), from + i * rowBytes, x.columnStride(), to, at + i * wide, n);
        }
    }
}
