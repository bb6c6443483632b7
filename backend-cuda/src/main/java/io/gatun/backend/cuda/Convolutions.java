package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.spi.TensorView;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * Convolutions of up to three spatial dimensions, and their two adjoints: products of matrices of which one is gathered from the
 * image as it is needed, so that no matrix of columns is ever in memory (Chetlur and others, "cuDNN: Efficient Primitives for Deep
 * Learning", 2014). Where a group's result has few channels, of which a tile would be mostly empty, each element is summed by
 * itself.
 *
 * <p>Sums are cut into parts where there are few tiles, by sizes alone, and the parts added in their order: results are the same on
 * every device.
 */
final class Convolutions {
    /** The most spatial dimensions there are kernels for; fewer are treated as so many, the first ones of size 1. */
    static final int MOST_DIMENSIONS = 3;

    private static final String FAMILY = "convolution";
    private static final int ROWS = 64; // of a tile, as in convolution.cu
    private static final int COLUMNS = Products.THREADS;
    private static final long FEW_ROWS = 8; // channels that do not fill a tile
    private static final long ENOUGH_BLOCKS = 512; // for the largest devices
    private static final long LEAST_TERMS = 256; // of a part of a sum
    private static final long MOST_COORDINATES = 1 << 29; // so that sums of them are numbers of 32 bits

    private final DeviceContext device;
    private final ConvolutionGeometry geometry;
    private final DType dtype;

    Convolutions(DeviceContext device, ConvolutionGeometry geometry, DType dtype) {
        this.device = device;
        this.geometry = geometry;
        this.dtype = dtype;
    }

    /** Whether there are kernels for operands of this geometry: for floating-point ones that are not empty. */
    static boolean claims(ConvolutionGeometry geometry, TensorView[] in) {
        boolean fits =
                geometry.spatialRank() <= MOST_DIMENSIONS && in[0].dtype().isFloatingPoint();
        for (TensorView view : in) {
            Shape shape = view.layout().shape();
            fits &= !shape.isEmpty();
            for (int dim = 0; dim < shape.rank(); dim++) {
                fits &= shape.size(dim) < MOST_COORDINATES;
            }
        }
        for (int i = 0; i < geometry.spatialRank(); i++) {
            long reach = (long) geometry.padding().get(i)
                    + geometry.dilation().get(i)
                    + geometry.stride().get(i);
            fits &= reach < MOST_COORDINATES;
        }
        return fits;
    }

    /** (x, weight): the convolution. */
    void forward(TensorView x, TensorView weight, TensorView out) {
        Layout w = weight.layout();
        long perGroup = w.shape().size(0) / geometry.groups();
        Steps steps = new Steps(perGroup * w.stride(0), w.stride(0), w.stride(1));
        Contiguous.write(device, out, target -> gather(false, x, weight, steps, target));
    }

    /** (g, weight): the adjoint in x. */
    void input(TensorView g, TensorView weight, TensorView out) {
        Layout w = weight.layout();
        long perGroup = w.shape().size(0) / geometry.groups();
        Steps steps = new Steps(perGroup * w.stride(0), w.stride(1), w.stride(0));
        Contiguous.write(device, out, target -> gather(true, g, weight, steps, target));
    }

    /** (x, g): the adjoint in the weight. */
    void weight(TensorView x, TensorView g, TensorView out) {
        Contiguous.write(device, out, target -> weightGradient(x, g, target));
    }

    /** Through a weight's memory: from group to group, and along its rows and columns as a matrix of a group's channels. */
    private record Steps(long group, long row, long channel) {}

    private void gather(boolean adjoint, TensorView image, TensorView weight, Steps steps, TensorView out) {
        Shape shape = out.layout().shape();
        Shape kernel = weight.layout().shape();
        long rows = shape.size(1) / geometry.groups();
        long channels = image.layout().shape().size(1) / geometry.groups();
        long phases = 1;
        long places = shape.size(0); // of a phase
        for (int i = 0; i < geometry.spatialRank(); i++) {
            long stride = adjoint ? geometry.stride().get(i) : 1;
            phases *= stride;
            places *= Math.ceilDiv(shape.size(i + 2), stride);
        }
        long rowTiles = Math.ceilDiv(rows, ROWS);
        long columnTiles = Math.ceilDiv(places, COLUMNS);
        long blocks = rowTiles * columnTiles * geometry.groups() * phases;
        Consumer<Params> operands = params -> {
            params.add(shape.size(0)).add((long) geometry.groups()).add(rows).add(channels);
            Spatial.sizes(params, shape);
            params.add(Products.address(weight)).add(steps.group).add(steps.row).add(steps.channel);
            Spatial.steps(params, weight.layout());
            params.add(adjoint ? 1L : 0L);
            geometry(params, kernel);
            image(params, image);
            params.add(rowTiles).add(columnTiles);
        };
        if (rows < FEW_ROWS) {
            Kernel each = Products.kernel(device, FAMILY, "gatherEach", dtype);
            device.forEach(each, shape.numel(), params -> {
                params.add(Products.address(out)).add(0L).add(1L).add(0L);
                operands.accept(params);
            });
        } else {
            long terms = channels * kernel.slice(2, kernel.rank()).numel();
            launch("gather", blocks, terms, out, operands);
        }
    }

    private void weightGradient(TensorView x, TensorView g, TensorView out) {
        Shape kernel = out.layout().shape();
        Shape gradient = g.layout().shape();
        long rows = kernel.size(0) / geometry.groups();
        long columns = kernel.slice(1, kernel.rank()).numel();
        long rowTiles = Math.ceilDiv(rows, ROWS);
        long columnTiles = Math.ceilDiv(columns, COLUMNS);
        Consumer<Params> operands = params -> {
            params.add(gradient.size(0)).add((long) geometry.groups()).add(rows).add(kernel.size(1));
            image(params, g);
            geometry(params, kernel);
            image(params, x);
            params.add(rowTiles).add(columnTiles);
        };
        if (rows < FEW_ROWS) {
            Kernel each = Products.kernel(device, FAMILY, "weightGradientEach", dtype);
            device.launch(each, Rows.blocks(kernel.numel()), Products.THREADS, 0, params -> {
                params.add(Products.address(out)).add(0L).add(1L).add(0L);
                operands.accept(params);
            });
        } else {
            long terms = gradient.numel() / gradient.size(1);
            launch("weightGradient", rowTiles * columnTiles * geometry.groups(), terms, out, operands);
        }
    }

    /** Queues a kernel of {@code blocks} tiles, each with sums of {@code terms}: if they are few, a part of the sums each. */
    private void launch(String name, long blocks, long terms, TensorView out, Consumer<Params> operands) {
        long depth = Products.depth(dtype);
        long wanted = Math.max(1, Math.min(ENOUGH_BLOCKS / blocks, terms / LEAST_TERMS));
        long length = Math.ceilDiv(Math.ceilDiv(terms, wanted), depth) * depth;
        long parts = Math.ceilDiv(terms, length);
        Kernel kernel = Products.kernel(device, FAMILY, name, dtype);
        ObjLongConsumer<Params> arguments = (params, totals) -> {
            params.add(Products.address(out)).add(totals).add(parts).add(length);
            operands.accept(params);
        };
        if (parts == 1) {
            device.launch(kernel, blocks, Products.THREADS, 0, params -> arguments.accept(params, 0));
            return;
        }
        long count = out.layout().shape().numel();
        try (Copies.Temporary totals = Copies.temporary(device, Shape.of(parts, count), Products.wide(dtype))) {
            long address = totals.storage().address();
            device.launch(kernel, blocks * parts, Products.THREADS, 0, params -> arguments.accept(params, address));
            Kernel join = Products.kernel(device, FAMILY, "join", dtype);
            device.forEach(
                    join,
                    count,
                    params -> params.add(Products.address(out))
                            .add(address)
                            .add(parts)
                            .add(count));
        }
    }

    /** Writes the structure {@code Geometry}. */
    private void geometry(Params params, Shape kernel) {
        Spatial.sizes(params, kernel);
        Spatial.numbers(params, geometry.stride(), 1);
        Spatial.numbers(params, geometry.padding(), 0);
        Spatial.numbers(params, geometry.dilation(), 1);
    }

    /** Writes the structure {@code Image}. */
    private static void image(Params params, TensorView image) {
        Layout layout = image.layout();
        params.add(Products.address(image)).add(layout.stride(0)).add(layout.stride(1));
        Spatial.steps(params, layout);
        Spatial.sizes(params, layout.shape());
    }
}
