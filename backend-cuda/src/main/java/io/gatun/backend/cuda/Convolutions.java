package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.spi.TensorView;
import org.jspecify.annotations.Nullable;

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

    private static final KernelName GATHER = Products.kernel("convolution", "gather");
    private static final KernelName GATHER_EACH = Products.kernel("convolution", "gatherEach");
    private static final KernelName WEIGHT_GRADIENT = Products.kernel("convolution", "weightGradient");
    private static final KernelName WEIGHT_GRADIENT_EACH = Products.kernel("convolution", "weightGradientEach");
    private static final KernelName JOIN = Products.kernel("convolution", "join");
    private static final Sums WHOLE = new Sums(1, 0);

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
        try (Copies.Temporary whole = Copies.temporaryFor(device, out)) {
            gather(false, x, weight, steps, whole == null ? out : whole);
            Copies.copyBack(device, whole, out);
        }
    }

    /** (g, weight): the adjoint in x. */
    void input(TensorView g, TensorView weight, TensorView out) {
        Layout w = weight.layout();
        long perGroup = w.shape().size(0) / geometry.groups();
        Steps steps = new Steps(perGroup * w.stride(0), w.stride(1), w.stride(0));
        try (Copies.Temporary whole = Copies.temporaryFor(device, out)) {
            gather(true, g, weight, steps, whole == null ? out : whole);
            Copies.copyBack(device, whole, out);
        }
    }

    /** (x, g): the adjoint in the weight. */
    void weight(TensorView x, TensorView g, TensorView out) {
        try (Copies.Temporary whole = Copies.temporaryFor(device, out)) {
            weightGradient(x, g, whole == null ? out : whole);
            Copies.copyBack(device, whole, out);
        }
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
        boolean each = rows < FEW_ROWS;
        Sums sums = each
                ? WHOLE
                : sums(blocks, channels * kernel.slice(2, kernel.rank()).numel());
        try (Scratch totals = totals(sums, out)) {
            Params params = begin(out, totals, sums);
            params.add(shape.size(0)).add(geometry.groups()).add(rows).add(channels);
            Spatial.sizes(params, shape);
            params.add(Copies.address(weight)).add(steps.group).add(steps.row).add(steps.channel);
            Spatial.steps(params, weight.layout());
            params.add(adjoint);
            geometry(params, kernel);
            image(params, image);
            params.add(rowTiles).add(columnTiles);
            if (each) {
                device.forEach(device.kernel(GATHER_EACH, dtype), shape.numel(), params);
            } else {
                device.launch(device.kernel(GATHER, dtype), blocks * sums.parts, Products.THREADS, params);
            }
            join(out, totals, sums);
        }
    }

    private void weightGradient(TensorView x, TensorView g, TensorView out) {
        Shape kernel = out.layout().shape();
        Shape gradient = g.layout().shape();
        long rows = kernel.size(0) / geometry.groups();
        long columns = kernel.slice(1, kernel.rank()).numel();
        long rowTiles = Math.ceilDiv(rows, ROWS);
        long columnTiles = Math.ceilDiv(columns, COLUMNS);
        long tiles = rowTiles * columnTiles * geometry.groups();
        boolean each = rows < FEW_ROWS;
        Sums sums = each ? WHOLE : sums(tiles, gradient.numel() / gradient.size(1));
        try (Scratch totals = totals(sums, out)) {
            Params params = begin(out, totals, sums);
            params.add(gradient.size(0)).add(geometry.groups()).add(rows).add(kernel.size(1));
            image(params, g);
            geometry(params, kernel);
            image(params, x);
            params.add(rowTiles).add(columnTiles);
            KernelName name = each ? WEIGHT_GRADIENT_EACH : WEIGHT_GRADIENT;
            long blocks = each ? Rows.blocks(kernel.numel()) : tiles * sums.parts;
            device.launch(device.kernel(name, dtype), blocks, Products.THREADS, params);
            join(out, totals, sums);
        }
    }

    /** How sums are cut: into parts of so many terms. */
    private record Sums(long parts, long length) {}

    /** For {@code blocks} tiles, each with sums of {@code terms}: if they are few, a part of the sums each. */
    private Sums sums(long blocks, long terms) {
        long depth = Products.depth(dtype);
        long wanted = Math.max(1, Math.min(ENOUGH_BLOCKS / blocks, terms / LEAST_TERMS));
        long length = Math.ceilDiv(Math.ceilDiv(terms, wanted), depth) * depth;
        return new Sums(Math.ceilDiv(terms, length), length);
    }

    /** Memory for the parts; null if there is one. */
    private @Nullable Scratch totals(Sums sums, TensorView out) {
        long numbers = sums.parts * out.layout().shape().numel();
        return sums.parts == 1
                ? null
                : device.scratch(numbers * Products.wide(dtype).byteSize());
    }

    /** Writes what kernels for tiles begin with. */
    private Params begin(TensorView out, @Nullable Scratch totals, Sums sums) {
        Params params = device.params().add(Copies.address(out)).add(Scratch.address(totals));
        return params.add(sums.parts).add(sums.length);
    }

    /** Queues the adding of the parts, if there are any. */
    private void join(TensorView out, @Nullable Scratch totals, Sums sums) {
        if (totals != null) {
            long count = out.layout().shape().numel();
            Params params = device.params().add(Copies.address(out)).add(Scratch.address(totals));
            device.forEach(
                    device.kernel(JOIN, dtype), count, params.add(sums.parts).add(count));
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
        params.add(Copies.address(image)).add(layout.stride(0)).add(layout.stride(1));
        Spatial.steps(params, layout);
        Spatial.sizes(params, layout.shape());
    }
}
