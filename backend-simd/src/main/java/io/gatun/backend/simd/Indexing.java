package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ScatterKind;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Elements picked, put and added by index.
 *
 * <p>All four operators are one loop: over the index, or an index of rank 1 expanded to slices, with the indexed operand's
 * stride along the dimension set to 0 and the index's value times the true stride added. Where the index is constant over
 * the innermost loop (slices of rows) that loop is a plain strided run: a block copy, or an addition by vectors.
 *
 * <p>Elements that meet in one place differ in their position along the dimension only, and every loop nest visits those in
 * ascending order; so "the later stays" needs no care here. Indices are checked, all of them, before anything is written.
 */
final class Indexing {
    /** Stamped from {@link PickTemplate}; offsets and steps in bytes. */
    interface Pick {
        /** {@code n} elements, each with an index that counts steps of {@code dimStep}; with one for all if its step is 0. */
        void run(
                MemorySegment to,
                long at,
                long outStep,
                MemorySegment indices,
                long indexAt,
                long indexStep,
                MemorySegment from,
                long fromAt,
                long step,
                long dimStep,
                int n);
    }

    /** Stamped from {@link NonzeroTemplate}; offsets and steps in bytes. */
    interface Search {
        /**
         * Writes which of {@code n} elements are not 0.
         *
         * @param room how many positions may be written; more are not looked for
         * @return how many were found
         */
        long run(MemorySegment x, long at, long step, long n, MemorySegment out, long outAt, long outStep, long room);
    }

    private static final @Nullable Search[] SEARCHES = new Search[DType.values().length];
    private static final @Nullable Pick[] PICKS = new Pick[DType.values().length];

    private Indexing() {}

    /** {@code out[i][j] = x[index[i][j]][j]} for dimension 0, and so on. */
    static void gather(Op.Gather op, TensorView x, TensorView index, TensorView out) {
        pick(op, op.dim(), x, index, index.layout(), out);
    }

    /** Slices of x at a list of indices. */
    static void indexSelect(Op.IndexSelect op, TensorView x, TensorView index, TensorView out) {
        pick(op, op.dim(), x, index, alongDimension(index.layout(), out.layout().shape(), op.dim()), out);
    }

    /** x with source put, or combined with what is there, at the indices. */
    static void scatter(Op.Scatter op, TensorView x, TensorView index, TensorView source, TensorView out) {
        Layout at = index.layout();
        Layout from =
                Layout.of(at.shape(), source.layout().strides(), source.layout().offset());
        place(op, op.dim(), op.kind(), x, index, at, source, from, out);
    }

    /** x with slices of source added at a list of indices. */
    static void indexAdd(Op.IndexAdd op, TensorView x, TensorView index, TensorView source, TensorView out) {
        Layout at = alongDimension(index.layout(), source.layout().shape(), op.dim());
        place(op, op.dim(), ScatterKind.ADD, x, index, at, source, source.layout(), out);
    }

    /** An index of rank 1, the same for all of the other dimensions. */
    private static Layout alongDimension(Layout index, Shape shape, int dim) {
        long[] strides = new long[shape.rank()];
        if (strides.length > 0) {
            strides[dim] = index.stride(0);
        }
        return Layout.of(shape, strides, index.offset());
    }

    /** {@code layout}'s dimensions under the shape of the index, standing still along {@code dim}. */
    private static Layout standingStill(Layout layout, Shape shape, int dim) {
        long[] strides = layout.strides();
        if (strides.length > 0) {
            strides[dim] = 0;
        }
        return Layout.of(shape, strides, layout.offset());
    }

    private static long sizeOf(Layout layout, int dim) {
        return layout.rank() == 0 ? 1 : layout.shape().size(dim);
    }

    private static long strideOf(Layout layout, int dim) {
        return layout.rank() == 0 ? 1 : layout.stride(dim);
    }

    private static void pick(Op op, int dim, TensorView x, TensorView index, Layout indexLayout, TensorView out) {
        check(op, dim, index, sizeOf(x.layout(), dim));
        if (out.layout().shape().isEmpty()) {
            return;
        }
        LoopNest nest = LoopNest.of(out.layout(), indexLayout, standingStill(x.layout(), indexLayout.shape(), dim));
        int size = x.dtype().byteSize();
        long dimStep = strideOf(x.layout(), dim) * size;
        MemorySegment to = out.storage().segment();
        MemorySegment indices = index.storage().segment();
        MemorySegment from = x.storage().segment();
        long inner = nest.innerSize();
        long outStep = nest.innerStride(0) * size;
        long indexStep = nest.innerStride(1) * Long.BYTES;
        long step = nest.innerStride(2) * size;
        boolean rows = nest.loops() == 2 && nest.stride(2, 0) == 0 && indexStep == 0 && outStep == size && step == size;
        if (rows && inner * size >= RowCopies.SHORTEST) {
            pickRows(nest, dimStep, from, indices, to, size);
            return;
        }
        Pick pick = pick(x.dtype());
        long grain = Math.max(1, Elementwise.GRAIN / 4 / inner);
        // One long run is cut into pieces for the threads; of many runs each goes to one.
        long pieces = nest.outerCount() == 1 ? Math.ceilDiv(inner, Elementwise.GRAIN / 4) : 1;
        Workers.shared().run(nest.outerCount() * pieces, grain, (first, last) -> {
            LoopNest.Cursor cursor = nest.cursor(first / pieces);
            for (long unit = first; unit < last; unit++) {
                long begin = unit % pieces * inner / pieces;
                int n = Math.toIntExact((unit % pieces + 1) * inner / pieces - begin);
                pick.run(
                        to,
                        cursor.offset(0) * size + begin * outStep,
                        outStep,
                        indices,
                        cursor.offset(1) * Long.BYTES + begin * indexStep,
                        indexStep,
                        from,
                        cursor.offset(2) * size + begin * step,
                        step,
                        dimStep,
                        n);
                if (unit % pieces == pieces - 1) {
                    cursor.next();
                }
            }
        });
    }

    /** Whole runs, each with an index of its own. */
    private static void pickRows(
            LoopNest nest, long dimStep, MemorySegment from, MemorySegment indices, MemorySegment to, int size) {
        long bytes = nest.innerSize() * size;
        long indexStep = nest.stride(1, 0) * Long.BYTES;
        long row = nest.stride(0, 0) * size;
        RowCopies.Kernel kernel = RowCopies.kernel(bytes);
        long grain = Math.max(1, Elementwise.GRAIN / 4 / nest.innerSize());
        Workers.shared()
                .run(
                        nest.size(0),
                        grain,
                        (first, last) -> kernel.pick(
                                from,
                                nest.base(2) * size,
                                dimStep,
                                indices,
                                nest.base(1) * Long.BYTES + first * indexStep,
                                indexStep,
                                to,
                                nest.base(0) * size + first * row,
                                row,
                                Math.toIntExact(last - first),
                                bytes));
    }

    private static Pick pick(DType dtype) {
        DType bits = Lanes.bits(dtype);
        Pick kernel = PICKS[Stamp.place(bits)];
        if (kernel == null) {
            kernel = Stamp.kernel(Pick.class, PickTemplate.class, bits);
            PICKS[Stamp.place(bits)] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    private static void place(
            Op op,
            int dim,
            ScatterKind kind,
            TensorView x,
            TensorView index,
            Layout indexLayout,
            TensorView source,
            Layout sourceLayout,
            TensorView out) {
        check(op, dim, index, sizeOf(out.layout(), dim));
        if (!isSame(out, x)) {
            Copies.copy(out, x);
        }
        if (indexLayout.shape().isEmpty()) {
            return;
        }
        LoopNest nest = LoopNest.of(sourceLayout, indexLayout, standingStill(out.layout(), indexLayout.shape(), dim));
        DType dtype = out.dtype();
        int size = dtype.byteSize();
        long dimStep = strideOf(out.layout(), dim) * size;
        MemorySegment from = source.storage().segment();
        MemorySegment indices = index.storage().segment();
        MemorySegment to = out.storage().segment();
        int inner = Math.toIntExact(nest.innerSize());
        long sourceStep = nest.innerStride(0) * size;
        long indexStep = nest.innerStride(1) * Long.BYTES;
        long step = nest.innerStride(2) * size;
        Placement placement = Placements.of(kind, dtype);
        LoopNest.Cursor cursor = nest.cursor(0);
        for (long run = 0; run < nest.outerCount(); run++) {
            long at = cursor.offset(2) * size;
            long indexAt = cursor.offset(1) * Long.BYTES;
            long sourceAt = cursor.offset(0) * size;
            if (indexStep == 0) {
                placement.slice(
                        to, at + indices.get(Lanes.LONG, indexAt) * dimStep, step, from, sourceAt, sourceStep, inner);
            } else {
                placement.elements(
                        to, at, step, dimStep, indices, indexAt, indexStep, from, sourceAt, sourceStep, inner);
            }
            cursor.next();
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very same memory is meant
    private static boolean isSame(TensorView a, TensorView b) {
        return a.storage() == b.storage() && a.layout().equals(b.layout());
    }

    /** Refuses an index outside 0 to {@code size - 1}, naming the first in row-major order. */
    private static void check(Op op, int dim, TensorView index, long size) {
        Layout layout = index.layout();
        if (layout.shape().isEmpty()) {
            return;
        }
        LoopNest nest = LoopNest.of(layout);
        MemorySegment indices = index.storage().segment();
        long inner = nest.innerSize();
        long step = nest.innerStride(0) * Long.BYTES;
        AtomicBoolean wrong = new AtomicBoolean();
        Workers.shared().run(nest.outerCount(), Math.max(1, Elementwise.GRAIN / inner), (first, last) -> {
            LoopNest.Cursor cursor = nest.cursor(first);
            boolean outside = false;
            for (long run = first; run < last; run++) {
                outside |= anyOutside(indices, cursor.offset(0) * Long.BYTES, step, inner, size);
                cursor.next();
            }
            if (outside) {
                wrong.set(true);
            }
        });
        if (wrong.get()) {
            throw outside(op, dim, layout, indices, size);
        }
    }

    /** Whether the sign bit of an index, or of what it lacks of the last, is set; with a constant step, by vectors. */
    private static boolean anyOutside(MemorySegment indices, long at, long step, long n, long size) {
        long last = size - 1;
        long signs = 0;
        if (step == Long.BYTES) {
            for (long i = 0; i < n; i++) {
                long index = indices.get(Lanes.LONG, at + i * Long.BYTES);
                signs |= index | (last - index);
            }
        } else {
            for (long i = 0; i < n; i++) {
                long index = indices.get(Lanes.LONG, at + i * step);
                signs |= index | (last - index);
            }
        }
        return signs < 0;
    }

    private static TensorIndexException outside(Op op, int dim, Layout layout, MemorySegment indices, long size) {
        long n = layout.shape().numel();
        for (long i = 0; i < n; i++) {
            long value = indices.get(Lanes.LONG, layout.elementAt(i) * Long.BYTES);
            if (value < 0 || value >= size) {
                return new TensorIndexException(op.operatorName() + ": index " + value + " at position "
                        + position(layout.shape(), i) + " is out of range for dimension " + dim + " of size " + size
                        + ": expected 0 to " + (size - 1));
            }
        }
        throw new IllegalStateException("an index was out of range and no longer is: it changes while it is read");
    }

    /** The indices of element {@code number} in row-major order. */
    private static Shape position(Shape shape, long number) {
        long[] indices = new long[shape.rank()];
        long rest = number;
        for (int i = indices.length - 1; i >= 0; i--) {
            indices[i] = rest % shape.size(i);
            rest /= shape.size(i);
        }
        return Shape.of(indices);
    }

    /** The positions of the elements that are not zero, row-major. */
    static void nonzero(TensorView x, TensorView out) {
        Layout layout = x.layout();
        int rank = layout.rank();
        if (rank == 0 || out.layout().shape().isEmpty()) {
            return;
        }
        MemorySegment from = x.storage().segment();
        MemorySegment to = out.storage().segment();
        int size = x.dtype().byteSize();
        long rowStep = out.layout().stride(0) * Long.BYTES;
        long columnStep = out.layout().stride(1) * Long.BYTES;
        long at = out.layout().offset() * Long.BYTES;
        long room = out.layout().shape().size(0);
        long[] index = new long[rank]; // of the run; its last stays 0
        long n = layout.shape().size(rank - 1);
        long runs = layout.shape().numel() / n;
        Search kernel = search(x.dtype());
        for (long run = 0; run < runs && room > 0; run++) {
            long element = layout.offset();
            for (int dim = 0; dim < rank - 1; dim++) {
                element += index[dim] * layout.stride(dim);
            }
            long found = kernel.run(
                    from,
                    element * size,
                    layout.stride(rank - 1) * size,
                    n,
                    to,
                    at + (rank - 1) * columnStep,
                    rowStep,
                    room);
            for (int dim = 0; dim < rank - 1; dim++) {
                for (long row = 0; row < found; row++) {
                    to.set(Lanes.LONG, at + row * rowStep + dim * columnStep, index[dim]);
                }
            }
            at += found * rowStep;
            room -= found;
            for (int dim = rank - 2; dim >= 0 && ++index[dim] == layout.shape().size(dim); dim--) {
                index[dim] = 0;
            }
        }
    }

    private static Search search(DType dtype) {
        Search kernel = SEARCHES[Stamp.place(dtype)];
        if (kernel == null) {
            kernel = Stamp.kernel(Search.class, NonzeroTemplate.class, dtype);
            SEARCHES[Stamp.place(dtype)] = kernel; // as above
        }
        return kernel;
    }
}
