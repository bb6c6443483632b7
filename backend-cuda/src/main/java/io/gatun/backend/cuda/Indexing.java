package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ScatterKind;
import io.gatun.tensor.spi.TensorView;
import org.jspecify.annotations.Nullable;

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
    private static final KernelName[] PICK = KernelName.bySize("index", "pick");
    private static final KernelName POSITIONS = KernelName.of("index", "positions");
    private static final KernelName MEET = KernelName.typed("scatter", "meet");
    private static final KernelName RUNS = KernelName.typed("scatter", "runs");
    private static final KernelName COUNT_FOUND = KernelName.typed("scatter", "countFound");
    private static final KernelName WRITE_FOUND = KernelName.typed("scatter", "writeFound");
    private static final long FEW = 64; // along a dimension
    private static final long NOT_MANY = 1024;
    private static final long COMPARISONS = 1 << 28; // which take no longer than a sort's launches
    private static final int PUT = -1; // of scatter.cu
    private static final int WIDE = 16; // bytes

    private Indexing() {}

    /** {@code out[i][j] = x[index[i][j]][j]} for dimension 0, and so on. */
    static void gather(DeviceContext device, Op.Gather op, TensorView x, TensorView index, TensorView out) {
        TensorView checked = CheckedIndex.of(device, op, op.dim(), index, sizeOf(x.layout(), op.dim()));
        pick(device, op.dim(), false, x, checked, out);
    }

    /** Slices of x at a list of indices. */
    static void indexSelect(DeviceContext device, Op.IndexSelect op, TensorView x, TensorView index, TensorView out) {
        TensorView checked = CheckedIndex.of(device, op, op.dim(), index, sizeOf(x.layout(), op.dim()));
        pick(device, op.dim(), true, x, checked, out);
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

    private static long sizeOf(Layout layout, int dim) {
        return layout.rank() == 0 ? 1 : layout.shape().size(dim);
    }

    private static long strideOf(Layout layout, int dim) {
        return layout.rank() == 0 ? 1 : layout.stride(dim);
    }

    // ---- taking

    /** With {@code listed}, the index is of rank 1 and the same for all dimensions but {@code dim}. */
    private static void pick(
            DeviceContext device, int dim, boolean listed, TensorView x, TensorView index, TensorView out) {
        Layout to = out.layout();
        Layout from = x.layout();
        Layout places = index.layout();
        long step = strideOf(from, dim);
        int size = x.dtype().byteSize();
        int pack = WIDE / size;
        int packed = step % pack == 0 ? packedDimension(pack, dim, to, from, listed ? null : places) : -1;
        int unit = packed < 0 ? 1 : pack; // elements moved as one
        try (Nest nest = Nest.open()) {
            nest.begin(CudaStorage.address(out), (long) size * unit, to.offset() / unit);
            for (int i = 0; i < to.rank(); i++) {
                long length = to.shape().size(i);
                nest.dimension(i == packed ? length / unit : length, i == packed ? 1 : to.stride(i) / unit);
            }
            nest.begin(CudaStorage.address(index), Long.BYTES, places.offset());
            for (int i = 0; i < to.rank(); i++) {
                nest.dimension(0, listed ? i == dim ? places.stride(0) : 0 : places.stride(i));
            }
            nest.begin(CudaStorage.address(x), (long) size * unit, from.offset() / unit);
            for (int i = 0; i < to.rank(); i++) {
                nest.dimension(0, i == dim ? 0 : i == packed ? 1 : from.stride(i) / unit);
            }
            Kernel kernel = device.kernel(KernelName.ofSize(PICK, size * unit));
            while (nest.next()) {
                Params params = device.params();
                nest.write(params);
                device.forEach(kernel, nest.count(), params.add(step / unit));
            }
        }
    }

    /**
     * The dimension of which {@code pack} neighbours can be moved as one, or -1: result and operand walk it by 1 and the index
     * stands still, and all else is in multiples of {@code pack}. Blocks of memory are aligned well.
     *
     * @param index null if it stands still along all dimensions but {@code dim}
     */
    private static int packedDimension(int pack, int dim, Layout out, Layout from, @Nullable Layout index) {
        int packed = -1;
        for (int i = 0; i < out.rank(); i++) {
            long stride = i == dim ? 0 : from.stride(i);
            boolean stands = index == null ? i != dim : index.stride(i) == 0;
            boolean whole = out.stride(i) % pack == 0 && stride % pack == 0;
            if (out.stride(i) == 1 && stride == 1 && stands && out.shape().size(i) % pack == 0 && packed < 0) {
                packed = i;
            } else if (!whole && out.shape().size(i) > 1) {
                return -1;
            }
        }
        return out.offset() % pack == 0 && from.offset() % pack == 0 ? packed : -1;
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
        Axes axes = Rows.along(dim);
        Shape shape = index.layout().shape();
        try (Nest nest =
                Nest.open().addStarts(out, shape, axes).addStarts(index, axes).addStarts(source, axes)) {
            while (nest.next()) {
                PlaceOrder.Indices indices = new PlaceOrder.Indices(nest, shared, dim, index, source, out);
                try (PlaceOrder order = areFew(indices) ? null : PlaceOrder.of(device, indices)) {
                    if (order == null) {
                        meet(device, kind, indices);
                    } else {
                        runs(device, kind, indices, order);
                    }
                }
            }
        }
    }

    /** Whether comparing each with all others of its lane costs less than sorting. */
    private static boolean areFew(PlaceOrder.Indices indices) {
        long length = indices.length();
        return length <= FEW || length <= NOT_MANY && indices.lanes().count() <= COMPARISONS / (length * length);
    }

    private static void meet(DeviceContext device, ScatterKind kind, PlaceOrder.Indices indices) {
        Nest lanes = indices.lanes();
        boolean alongFirst = Math.abs(lanes.stride(2, 0)) > Math.abs(indices.sourceStep());
        Params params = device.params();
        indices.writeLanes(params);
        params.add(indices.length()).add(indices.outStep()).add(indices.indexStep());
        params.add(indices.sourceStep()).add(number(kind)).add(alongFirst);
        Kernel kernel = device.kernel(MEET, indices.out().dtype());
        device.forEach(kernel, lanes.count() * indices.length(), params);
    }

    private static void runs(DeviceContext device, ScatterKind kind, PlaceOrder.Indices indices, PlaceOrder order) {
        long threads = order.count() * (indices.shared() ? indices.lanes().count() : 1);
        Params params = device.params();
        indices.writeLanes(params);
        params.add(indices.length()).add(indices.size()).add(indices.outStep());
        params.add(indices.sourceStep()).add(number(kind)).add(indices.shared());
        params.add(order.count()).add(order.numberBits()).add(order.address());
        device.forEach(device.kernel(RUNS, indices.out().dtype()), threads, params);
    }

    /** Of a kind, in scatter.cu. */
    private static long number(ScatterKind kind) {
        return kind == ScatterKind.PUT ? PUT : KernelUnit.code(kind.combination());
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
            Kernel counting = device.kernel(COUNT_FOUND, x.dtype());
            Tiles.launch(device, counting, tiles, finding(device, x, counts.address(), found.address(), count));
            Tiles.offsets(device, counts.address(), tiles);
            Kernel writing = device.kernel(WRITE_FOUND, x.dtype());
            Tiles.launch(device, writing, tiles, finding(device, x, counts.address(), found.address(), count));
            positions(device, found.address(), count, x.layout().shape(), out);
        } finally {
            counts.release();
            found.release();
        }
    }

    private static Params finding(DeviceContext device, TensorView x, long counts, long found, long count) {
        long n = x.layout().shape().numel();
        Params params = device.params().add(Copies.address(x)).add(n).add(Math.ceilDiv(n, Tiles.SIZE));
        return params.add(counts).add(found).add(count);
    }

    /** Row-major numbers as rows of indices, some dimensions at a time. */
    private static void positions(DeviceContext device, long found, long count, Shape shape, TensorView out) {
        Kernel kernel = device.kernel(POSITIONS);
        Layout layout = out.layout();
        long divisor = 1;
        for (int last = shape.rank() - 1; last >= 0; last -= Nest.LOOPS) {
            int columns = Math.min(Nest.LOOPS, last + 1);
            Params params = device.params().add(found).add(count);
            params.add(CudaStorage.address(out) + (layout.offset() + last * layout.stride(1)) * Long.BYTES);
            params.add(layout.stride(0)).add(layout.stride(1)).add(columns).add(divisor);
            for (int i = 0; i < Nest.LOOPS; i++) {
                params.add(i < columns ? shape.size(last - i) : 1);
            }
            device.forEach(kernel, count, params);
            for (int i = 0; i < columns; i++) {
                divisor *= shape.size(last - i);
            }
        }
    }
}
