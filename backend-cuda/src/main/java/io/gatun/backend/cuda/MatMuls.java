package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.TensorView;
import java.util.ArrayList;
import java.util.List;

/**
 * Products of matrices: floating-point ones by cuBLAS, of integers by a kernel of our own.
 *
 * <p>cuBLAS wants matrices of which rows, or columns, lie in one run, and batches at equal distances; transposed operands are
 * such as they are, and so are batches of stride 0. Anything else is copied first.
 */
final class MatMuls implements AutoCloseable {
    private static final int TILE = 16;
    private static final long WORKSPACE = 32 << 20; // what NVIDIA advises for Hopper
    private static final boolean TF32 = Boolean.getBoolean("gatun.cuda.allowTf32");

    private final DeviceContext device;
    private final Cublas cublas;
    private long stream; // that cuBLAS queues on, and the workspace it has there
    private long workspace;

    /** {@code cublas} is of this device. */
    MatMuls(DeviceContext device, Cublas cublas) {
        this.device = device;
        this.cublas = cublas;
    }

    /** (..., m, k) times (..., k, n): (..., m, n). */
    void multiply(TensorView a, TensorView b, TensorView out) {
        if (out.layout().shape().numel() == 0) {
            return;
        }
        try (Temporaries temporaries = new Temporaries()) {
            boolean direct = out.layout().isContiguous();
            TensorView target = direct
                    ? out
                    : temporaries.add(Copies.temporary(device, out.layout().shape(), out.dtype()));
            if (a.layout().shape().size(-1) == 0) {
                device.set(
                        address(target),
                        (byte) 0,
                        target.layout().shape().numel() * target.dtype().byteSize());
            } else if (out.dtype().isFloatingPoint()) {
                floating(temporaries, a, b, target);
            } else {
                integers(temporaries.contiguous(a), temporaries.contiguous(b), target);
            }
            if (!direct) {
                Copies.copy(device, target, out);
            }
        }
    }

    private void floating(Temporaries temporaries, TensorView a, TensorView b, TensorView out) {
        Shape shape = out.layout().shape();
        Cublas.Matrices left = temporaries.operand(a);
        Cublas.Matrices right = temporaries.operand(b);
        int m = Math.toIntExact(shape.size(-2));
        int n = Math.toIntExact(shape.size(-1));
        int k = Math.toIntExact(a.layout().shape().size(-1));
        int count = Math.toIntExact(shape.numel() / ((long) m * n));
        Cublas.Matrices result = new Cublas.Matrices(address(out), false, n, (long) m * n);
        // Rows are cuBLAS's columns, so its C is our transposed product, bᵀ times aᵀ.
        var product = new Cublas.Product(type(out.dtype()), n, m, k, right, left, result, count, TF32);
        synchronized (cublas) {
            device.bind();
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
        if (current.address() != stream || block.address() != workspace) {
            stream = current.address();
            workspace = block.address();
            cublas.setStream(stream, workspace, WORKSPACE);
        }
    }

    private static Cublas.Type type(DType dtype) {
        return Cublas.Type.valueOf(dtype.name());
    }

    private static long address(TensorView view) {
        return CudaStorage.address(view) + view.layout().offset() * view.dtype().byteSize();
    }

    private void integers(TensorView a, TensorView b, TensorView out) {
        Shape shape = out.layout().shape();
        long m = shape.size(-2);
        long n = shape.size(-1);
        long rowTiles = Math.ceilDiv(m, TILE);
        long columnTiles = Math.ceilDiv(n, TILE);
        long blocks = shape.numel() / (m * n) * rowTiles * columnTiles;
        Kernel kernel = device.kernel("matmul", "integers", out.dtype());
        device.launch(
                kernel,
                blocks,
                TILE * TILE,
                0,
                params -> params.add(address(out))
                        .add(address(a))
                        .add(address(b))
                        .add(m)
                        .add(a.layout().shape().size(-1))
                        .add(n)
                        .add(rowTiles)
                        .add(columnTiles));
    }

    /** Copies that one product needs. */
    private final class Temporaries implements AutoCloseable {
        private final List<Copies.Temporary> copies = new ArrayList<>();

        Copies.Temporary add(Copies.Temporary copy) {
            copies.add(copy);
            return copy;
        }

        TensorView contiguous(TensorView view) {
            return view.layout().isContiguous() ? view : add(Copies.contiguous(device, view));
        }

        /** A matrix, or a batch of them, as cuBLAS takes it: transposed if its columns are the runs. */
        Cublas.Matrices operand(TensorView view) {
            Layout layout = view.layout();
            long distance = distance(layout);
            if (distance >= 0) {
                long rows = layout.shape().size(-2);
                long columns = layout.shape().size(-1);
                long down = rows == 1 ? columns : layout.stride(layout.rank() - 2);
                long along = columns == 1 ? rows : layout.stride(layout.rank() - 1);
                if ((along == 1 || columns == 1) && down >= columns) {
                    return new Cublas.Matrices(address(view), false, down, distance);
                } else if ((down == 1 || rows == 1) && along >= rows) {
                    return new Cublas.Matrices(address(view), true, along, distance);
                }
            }
            return operand(add(Copies.contiguous(device, view)));
        }

        @Override
        public void close() {
            copies.forEach(Copies.Temporary::close);
        }
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
