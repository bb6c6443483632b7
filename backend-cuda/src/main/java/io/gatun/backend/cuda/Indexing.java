package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ScatterKind;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.util.function.Consumer;

/**
 * Elements taken, put, added and found by index.
 *
 * <p>What is taken is one loop over the result, with the operand's stride along the dimension set to 0 and the index's value
 * times the true stride added; where slices are long, in pieces of 16 bytes.
 *
 * <p>What is brought to places is the same at each run, and what the reference gives: elements that meet in one place are
 * combined in the index's order, by one thread, in double (integers in long), and rounded once. Each thread finds them itself
 * where there are few indices along the dimension ({@link #areFew}), at a cost that grows with their number's square. Else the
 * indices are sorted by place ({@link PlaceOrder}, two words of memory an index), and a thread walks each run of equal ones: what
 * that costs grows with the most elements that one place gets. Where place and number of an index do not fit into 64 bits
 * together, which takes more memory than today's devices have, the first way serves for many, too.
 *
 * <p>All indices are checked before anything is written ({@link CheckedIndex}).
 */
final class Indexing {
    private static final String FAMILY = "index";
    private static final long FEW = 64; // along a dimension
    private static final long NOT_MANY = 1024;
    private static final long COMPARISONS = 1 << 28; // which take no longer than a sort's launches
    private static final int PUT = -1; // of scatter.cu
    private static final int WIDE = 16; // bytes

    private Indexing() {}

    /** {@code out[i][j] = x[index[i][j]][j]} for dimension 0, and so on. */
    static void gather(DeviceContext device, Op.Gather op, TensorView x, TensorView index, TensorView out) {
        TensorView checked = CheckedIndex.of(device, op, op.dim(), index, sizeOf(x.layout(), op.dim()));
        pick(device, op.dim(), x, checked, checked.layout(), out);
    }

    /** Slices of x at a list of indices. */
    static void indexSelect(DeviceContext device, Op.IndexSelect op, TensorView x, TensorView index, TensorView out) {
        TensorView checked = CheckedIndex.of(device, op, op.dim(), index, sizeOf(x.layout(), op.dim()));
        Layout places = alongDimension(checked.layout(), out.layout().shape(), op.dim());
        pick(device, op.dim(), x, checked, places, out);
    }

    /** x with source put, or combined with what is there, at the indices. */
    static void scatter(
            DeviceContext device, Op.Scatter op, TensorView x, TensorView index, TensorView source, TensorView out) {
        TensorView checked = begin(device, op, op.dim(), x, index, out);
        if (!index.layout().shape().isEmpty()) {
            Layout from = Layout.of(
                    index.layout().shape(),
                    source.layout().strides(),
                    source.layout().offset());
            place(device, op.dim(), op.kind(), false, checked, Copies.as(source, from), out);
        }
    }

    /** x with slices of source added at a list of indices. */
    static void indexAdd(
            DeviceContext device, Op.IndexAdd op, TensorView x, TensorView index, TensorView source, TensorView out) {
        TensorView checked = begin(device, op, op.dim(), x, index, out);
        Shape shape = source.layout().shape();
        if (!shape.isEmpty()) {
            Layout places = alongDimension(checked.layout(), shape, op.dim());
            place(device, op.dim(), ScatterKind.ADD, true, Copies.as(checked, places), source, out);
        }
    }

    // ---- layouts

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

    // ---- taking

    private static void pick(
            DeviceContext device, int dim, TensorView x, TensorView index, Layout indexLayout, TensorView out) {
        if (out.layout().shape().isEmpty()) {
            return;
        }
        Layout from = standingStill(x.layout(), indexLayout.shape(), dim);
        long step = strideOf(x.layout(), dim);
        int size = x.dtype().byteSize();
        int pack = WIDE / size;
        int packed = step % pack == 0 ? packedDimension(pack, out.layout(), from, indexLayout) : -1;
        if (packed < 0) {
            pick(device, size, x, from, step, index, indexLayout, out, out.layout());
        } else {
            pick(
                    device,
                    WIDE,
                    x,
                    packed(from, packed, pack),
                    step / pack,
                    index,
                    indexLayout.slice(packed, 0, from.shape().size(packed) / pack, 1),
                    out,
                    packed(out.layout(), packed, pack));
        }
    }

    /** Queues the kernel for pieces of {@code size} bytes, which the layouts of x and the result count. */
    private static void pick(
            DeviceContext device,
            int size,
            TensorView x,
            Layout from,
            long step,
            TensorView index,
            Layout indexLayout,
            TensorView out,
            Layout to) {
        Kernel kernel = device.kernel(FAMILY, "pick" + size);
        Nests.forEachPart(
                LoopNest.of(to, indexLayout, from),
                part -> device.forEach(kernel, part.count(), params -> {
                    part.loops(params, 3);
                    params.add(CudaStorage.address(out) + part.offset(0) * size)
                            .add(CudaStorage.address(index) + part.offset(1) * Long.BYTES)
                            .add(CudaStorage.address(x) + part.offset(2) * size)
                            .add(step);
                }));
    }

    /**
     * The dimension of which {@code pack} neighbours can be moved as one, or -1: result and operand walk it by 1 and the index
     * stands still, and all else is in multiples of {@code pack}. Blocks of memory are aligned well.
     */
    private static int packedDimension(int pack, Layout out, Layout from, Layout index) {
        int packed = -1;
        for (int dim = 0; dim < out.rank(); dim++) {
            boolean whole = out.stride(dim) % pack == 0 && from.stride(dim) % pack == 0;
            if (out.stride(dim) == 1
                    && from.stride(dim) == 1
                    && index.stride(dim) == 0
                    && out.shape().size(dim) % pack == 0
                    && packed < 0) {
                packed = dim;
            } else if (!whole && out.shape().size(dim) > 1) {
                return -1;
            }
        }
        return out.offset() % pack == 0 && from.offset() % pack == 0 ? packed : -1;
    }

    private static Layout packed(Layout layout, int dim, int pack) {
        long[] strides = layout.strides();
        for (int i = 0; i < strides.length; i++) {
            strides[i] = i == dim ? 1 : strides[i] / pack;
        }
        Shape shape = layout.shape().with(dim, layout.shape().size(dim) / pack);
        return Layout.of(shape, strides, layout.offset() / pack);
    }

    // ---- bringing

    @SuppressWarnings("ReferenceEquality") // the very same memory is meant
    private static boolean isSame(TensorView a, TensorView b) {
        return a.storage() == b.storage() && a.layout().equals(b.layout());
    }

    /** Gives the index to use. */
    private static TensorView begin(
            DeviceContext device, Op op, int dim, TensorView x, TensorView index, TensorView out) {
        TensorView checked = CheckedIndex.of(device, op, dim, index, sizeOf(out.layout(), dim));
        if (!isSame(x, out)) {
            Copies.copy(device, x, out);
        }
        return checked;
    }

    /** Index and source have the same shape. With {@code shared}, the index is the same in all lanes. */
    private static void place(
            DeviceContext device,
            int dim,
            ScatterKind kind,
            boolean shared,
            TensorView index,
            TensorView source,
            TensorView out) {
        Layout standing = standingStill(out.layout(), index.layout().shape(), dim);
        LoopNest nest = LoopNest.of(lanes(standing, dim), lanes(index.layout(), dim), lanes(source.layout(), dim));
        Nests.forEachPart(nest, lanes -> {
            PlaceOrder.Indices indices = new PlaceOrder.Indices(lanes, shared, dim, index, source, out);
            try (PlaceOrder order = areFew(indices) ? null : PlaceOrder.of(device, indices)) {
                if (order == null) {
                    meet(device, kind, indices);
                } else {
                    runs(device, kind, indices, order);
                }
            }
        });
    }

    /** Whether comparing each with all others of its lane costs less than sorting. */
    private static boolean areFew(PlaceOrder.Indices indices) {
        long length = indices.length();
        return length <= FEW || length <= NOT_MANY && indices.lanes().count() <= COMPARISONS / (length * length);
    }

    private static void meet(DeviceContext device, ScatterKind kind, PlaceOrder.Indices indices) {
        Nests.Part lanes = indices.lanes();
        boolean alongFirst = Math.abs(lanes.nest().innerStride(2)) > Math.abs(indices.sourceStep());
        device.forEach(kernel(device, "meet", indices.out().dtype()), lanes.count() * indices.length(), params -> {
            indices.writeLanes(params);
            params.add(indices.length()).add(indices.outStep()).add(indices.indexStep());
            params.add(indices.sourceStep()).add(number(kind)).add(alongFirst ? 1L : 0L);
        });
    }

    private static void runs(DeviceContext device, ScatterKind kind, PlaceOrder.Indices indices, PlaceOrder order) {
        long threads = order.count() * (indices.shared() ? indices.lanes().count() : 1);
        device.forEach(kernel(device, "runs", indices.out().dtype()), threads, params -> {
            indices.writeLanes(params);
            params.add(indices.length()).add(indices.size()).add(indices.outStep());
            params.add(indices.sourceStep()).add(number(kind)).add(indices.shared() ? 1L : 0L);
            params.add(order.count()).add((long) order.numberBits()).add(order.address());
        });
    }

    /** Of a kind, in scatter.cu. */
    private static long number(ScatterKind kind) {
        return kind == ScatterKind.PUT ? PUT : KernelUnit.code(kind.combination());
    }

    private static Layout lanes(Layout layout, int dim) {
        return layout.rank() == 0 ? layout : layout.select(dim, 0);
    }

    private static Kernel kernel(DeviceContext device, String name, DType dtype) {
        return device.kernel("scatter", name, dtype);
    }

    // ---- finding

    /** The positions of the elements that are not zero, row-major. */
    static void nonzero(DeviceContext device, TensorView x, TensorView out) {
        if (out.layout().shape().isEmpty()) {
            return;
        }
        if (!x.layout().isContiguous()) {
            try (Copies.Temporary whole = Copies.contiguous(device, x)) {
                nonzero(device, whole, out);
            }
            return;
        }
        long n = x.layout().shape().numel();
        long count = out.layout().shape().size(0);
        long tiles = Math.ceilDiv(n, Tiles.SIZE);
        DeviceMemory.Block counts = device.memory().allocate(tiles * Long.BYTES);
        DeviceMemory.Block found = device.memory().allocate(count * Long.BYTES);
        try {
            Consumer<Params> arguments = params -> params.add(CudaStorage.address(x)
                            + x.layout().offset() * x.dtype().byteSize())
                    .add(n)
                    .add(tiles)
                    .add(counts.address())
                    .add(found.address())
                    .add(count);
            Tiles.launch(device, kernel(device, "countFound", x.dtype()), tiles, arguments);
            Tiles.offsets(device, counts.address(), tiles);
            Tiles.launch(device, kernel(device, "writeFound", x.dtype()), tiles, arguments);
            positions(device, found.address(), count, x.layout().shape(), out);
        } finally {
            counts.release();
            found.release();
        }
    }

    /** Row-major numbers as rows of indices, some dimensions at a time. */
    private static void positions(DeviceContext device, long found, long count, Shape shape, TensorView out) {
        Kernel kernel = device.kernel(FAMILY, "positions");
        Layout layout = out.layout();
        long divisor = 1;
        for (int last = shape.rank() - 1; last >= 0; last -= Nests.LOOPS) {
            int columns = Math.min(Nests.LOOPS, last + 1);
            int end = last;
            long within = divisor;
            device.forEach(kernel, count, params -> {
                params.add(found).add(count);
                params.add(CudaStorage.address(out) + (layout.offset() + end * layout.stride(1)) * Long.BYTES);
                params.add(layout.stride(0))
                        .add(layout.stride(1))
                        .add((long) columns)
                        .add(within);
                for (int i = 0; i < Nests.LOOPS; i++) {
                    params.add(i < columns ? shape.size(end - i) : 1);
                }
            });
            for (int i = 0; i < columns; i++) {
                divisor *= shape.size(last - i);
            }
        }
    }
}
