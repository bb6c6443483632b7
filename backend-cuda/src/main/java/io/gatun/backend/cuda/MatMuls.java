package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.TensorView;

/**
 * Products of matrices: floating-point ones by cuBLAS, of integers by a kernel of our own.
 *
 * <p>cuBLAS wants matrices of which rows, or columns, lie in one run, and batches at equal distances; transposed operands are
 * such as they are, and so are batches of stride 0. Anything else is copied first.
 */
final class MatMuls implements AutoCloseable {
    private static final int TILE = 16;
    private static final long WORKSPACE = 32 << 20; // what NVIDIA advises for Hopper

    private static final KernelName INTEGERS = KernelName.typed("matmul", "integers");

    private final DeviceContext device;
    private final Cublas cublas; // whose lock is that of all below
    private final Cublas.Product product;
    private long stream; // that cuBLAS queues on, and the workspace it has there
    private long workspace;

    /**
     * {@code cublas} is of this device.
     *
     * @param tf32 whether factors of F32 may be rounded to TF32
     */
    MatMuls(DeviceContext device, Cublas cublas, boolean tf32) {
        this.device = device;
        this.cublas = cublas;
        this.product = new Cublas.Product(tf32);
    }

    /** (..., m, k) times (..., k, n): (..., m, n). */
    void multiply(TensorView a, TensorView b, TensorView out) {
        if (out.layout().shape().isEmpty()) {
            return;
        }
        try (Copies.Temporary whole = Copies.temporaryFor(device, out)) {
            intoWhole(a, b, whole == null ? out : whole);
            Copies.copyBack(device, whole, out);
        }
    }

    private void intoWhole(TensorView a, TensorView b, TensorView out) {
        if (a.layout().shape().size(-1) == 0) {
            device.set(
                    Copies.address(out),
                    (byte) 0,
                    out.layout().shape().numel() * out.dtype().byteSize());
            return;
        }
        boolean floating = out.dtype().isFloatingPoint();
        try (Copies.Temporary left = isTaken(floating, a) ? null : Copies.contiguous(device, a);
                Copies.Temporary right = isTaken(floating, b) ? null : Copies.contiguous(device, b)) {
            TensorView first = left == null ? a : left;
            TensorView second = right == null ? b : right;
            if (floating) {
                floating(first, second, out);
            } else {
                integers(first, second, out);
            }
        }
    }

    private void floating(TensorView a, TensorView b, TensorView out) {
        Shape shape = out.layout().shape();
        int m = Math.toIntExact(shape.size(-2));
        int n = Math.toIntExact(shape.size(-1));
        int k = Math.toIntExact(a.layout().shape().size(-1));
        int count = Math.toIntExact(shape.numel() / ((long) m * n));
        synchronized (cublas) {
            // Rows are cuBLAS's columns, so its C is our transposed product, bᵀ times aᵀ.
            product.set(type(out.dtype()), n, m, k, count);
            set(product.a(), b);
            set(product.b(), a);
            product.c().set(Copies.address(out), false, n, (long) m * n);
            useStream();
            cublas.multiply(product);
        }
    }

    /** Has cuBLAS queue on the thread's stream, with memory that no other stream's products use meanwhile. */
    private void useStream() {
        DeviceStream current = device.current();
        Capture capture = device.capture();
        DeviceMemory.Block block =
                capture == null ? current.workspace(WORKSPACE) : capture.workspace(current, WORKSPACE);
        device.bind(); // only now: what waits for a lock may go on in another thread of the system
        if (current.address() != stream || block.address() != workspace) {
            stream = current.address();
            workspace = block.address();
            cublas.setStream(stream, workspace, WORKSPACE);
        }
    }

    private static Cublas.Type type(DType dtype) {
        return switch (dtype) {
            case F32 -> Cublas.Type.F32;
            case F64 -> Cublas.Type.F64;
            case F16 -> Cublas.Type.F16;
            case BF16 -> Cublas.Type.BF16;
            default -> throw new IllegalArgumentException("cuBLAS has no products of " + dtype);
        };
    }

    private void integers(TensorView a, TensorView b, TensorView out) {
        Shape shape = out.layout().shape();
        long m = shape.size(-2);
        long n = shape.size(-1);
        long rowTiles = Math.ceilDiv(m, TILE);
        long columnTiles = Math.ceilDiv(n, TILE);
        long blocks = shape.numel() / (m * n) * rowTiles * columnTiles;
        Params params = device.params();
        params.add(Copies.address(out)).add(Copies.address(a)).add(Copies.address(b));
        params.add(m).add(a.layout().shape().size(-1)).add(n).add(rowTiles).add(columnTiles);
        device.launch(device.kernel(INTEGERS, out.dtype()), blocks, TILE * TILE, params);
    }

    // ---- operands

    /** Whether an operand can be read where it is. */
    private static boolean isTaken(boolean floating, TensorView view) {
        Layout layout = view.layout();
        return layout.isContiguous()
                || floating && distance(layout) >= 0 && (rowsAreRuns(layout) || columnsAreRuns(layout));
    }

    /** Describes a matrix, or a batch of them, as cuBLAS takes it: transposed if its columns are the runs. */
    private static void set(Cublas.Matrices matrices, TensorView view) {
        Layout layout = view.layout();
        boolean transposed = !rowsAreRuns(layout);
        long leading = transposed ? along(layout) : down(layout);
        matrices.set(Copies.address(view), transposed, leading, distance(layout));
    }

    private static boolean rowsAreRuns(Layout layout) {
        long columns = layout.shape().size(-1);
        return (along(layout) == 1 || columns == 1) && down(layout) >= columns;
    }

    private static boolean columnsAreRuns(Layout layout) {
        long rows = layout.shape().size(-2);
        return (down(layout) == 1 || rows == 1) && along(layout) >= rows;
    }

    /** The step from row to row; of one row what a matrix without gaps has. */
    private static long down(Layout layout) {
        Shape shape = layout.shape();
        return shape.size(-2) == 1 ? shape.size(-1) : layout.stride(layout.rank() - 2);
    }

    /** The step from column to column; of one column what a transposed matrix without gaps has. */
    private static long along(Layout layout) {
        Shape shape = layout.shape();
        return shape.size(-1) == 1 ? shape.size(-2) : layout.stride(layout.rank() - 1);
    }

    /** The distance in elements from one matrix to the next, if it is the same for all; else -1. */
    private static long distance(Layout layout) {
        long distance = -1;
        long expected = 0;
        for (int dim = layout.rank() - 3; dim >= 0; dim--) {
            long size = layout.shape().size(dim);
            if (size == 1) {
                continue;
            }
            if (distance < 0) {
                distance = layout.stride(dim);
                expected = distance * size;
            } else if (layout.stride(dim) == expected) {
                expected *= size;
            } else {
                return -1;
            }
            if (distance < 0) {
                return -1;
            }
        }
        return Math.max(distance, 0);
    }

    @Override
    public void close() {
        cublas.close();
    }
}
