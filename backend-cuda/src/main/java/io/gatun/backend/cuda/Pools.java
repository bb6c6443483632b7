package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.PoolGeometry;
import io.gatun.tensor.spi.TensorView;

/**
 * Pooling of up to three spatial dimensions. A thread finds a window's largest element, and its place; or the sum of its
 * elements; or, for the gradients of these, the windows that an element is in.
 */
final class Pools {
    private static final int MOST_DIMENSIONS = Convolutions.MOST_DIMENSIONS;
    private static final long MOST_COORDINATES = 1 << 29;
    private static final KernelName MAX_POOL = KernelName.typed("pool", "maxPool");
    private static final KernelName MAX_POOL_GRADIENT = KernelName.typed("pool", "maxPoolGradient");
    private static final KernelName AVERAGE_POOL = KernelName.typed("pool", "averagePool");
    private static final KernelName AVERAGE_POOL_INPUT = KernelName.typed("pool", "averagePoolInput");

    private Pools() {}

    /** Whether there is a kernel for gradients of what was pooled from such an input. */
    static boolean claimsGradient(PoolGeometry geometry, Shape inputSpatial, TensorView g) {
        Shape x = g.layout().shape().slice(0, 2).concat(inputSpatial);
        return g.dtype().isFloatingPoint() && everyWindowSeesTheInput(geometry) && claims(geometry, x);
    }

    /** Whether there is a kernel for an input of {@code shape} (N, C, ...). */
    static boolean claims(PoolGeometry geometry, Shape shape) {
        boolean fits = geometry.spatialRank() <= MOST_DIMENSIONS && !shape.isEmpty();
        for (int i = 0; i < geometry.spatialRank(); i++) {
            long reach = (long) geometry.dilation().get(i) * geometry.kernel().get(i);
            fits &= shape.size(i + 2) < MOST_COORDINATES
                    && reach < MOST_COORDINATES
                    && geometry.stride().get(i) < MOST_COORDINATES;
        }
        return fits;
    }

    /** x (N, C, ...) to the values and the places in x's flattened spatial dimensions. */
    static void pool(DeviceContext device, PoolGeometry geometry, TensorView x, TensorView values, TensorView places) {
        try (Copies.Temporary to = Copies.temporaryFor(device, values);
                Copies.Temporary at = Copies.temporaryFor(device, places)) {
            launch(device, geometry, x, to == null ? values : to, at == null ? places : at);
            Copies.copyBack(device, to, values);
            Copies.copyBack(device, at, places);
        }
        if (everyWindowSeesTheInput(geometry)) { // then the gradient need not ask
            Shape shape = x.layout().shape();
            long bound = shape.numel() / (shape.size(0) * shape.size(1));
            ((CudaStorage) places.storage()).holdsIndices(places.layout(), bound, 0);
        }
    }

    /** A padding of at most half of a window cannot hold it, but for gaps between its elements. */
    private static boolean everyWindowSeesTheInput(PoolGeometry geometry) {
        boolean dense = true;
        for (int i = 0; i < geometry.spatialRank(); i++) {
            dense &= geometry.dilation().get(i) == 1;
        }
        return dense;
    }

    private static void launch(
            DeviceContext device, PoolGeometry geometry, TensorView x, TensorView values, TensorView places) {
        Layout layout = x.layout();
        Shape shape = values.layout().shape();
        Params params = device.params();
        params.add(Copies.address(values)).add(Copies.address(places)).add(Copies.address(x));
        params.add(shape.numel()).add(shape.size(1));
        steps(params, layout);
        Spatial.sizes(params, layout.shape());
        Spatial.sizes(params, shape);
        Spatial.numbers(params, geometry.kernel(), 1);
        Spatial.numbers(params, geometry.stride(), 1);
        Spatial.numbers(params, geometry.padding(), 0);
        Spatial.numbers(params, geometry.dilation(), 1);
        params.add(lowest(x.dtype()));
        device.forEach(device.kernel(MAX_POOL, x.dtype()), shape.numel(), params);
    }

    /** The gradient of what was pooled: contiguous runs of places are read by neighbours. */
    static void gradient(DeviceContext device, PoolGeometry geometry, TensorView g, TensorView places, TensorView out) {
        try (Copies.Temporary whole = Copies.temporaryFor(device, out)) {
            TensorView to = whole == null ? out : whole;
            Shape shape = to.layout().shape();
            Params params = device.params();
            params.add(Copies.address(to)).add(Copies.address(g)).add(Copies.address(places));
            params.add(shape.numel()).add(shape.size(1));
            steps(params, g.layout());
            steps(params, places.layout());
            Spatial.sizes(params, shape);
            Spatial.sizes(params, g.layout().shape());
            Spatial.numbers(params, geometry.kernel(), 1);
            Spatial.numbers(params, geometry.stride(), 1);
            Spatial.numbers(params, geometry.padding(), 0);
            device.forEach(device.kernel(MAX_POOL_GRADIENT, g.dtype()), shape.numel(), params);
            Copies.copyBack(device, whole, out);
        }
    }

    private static void steps(Params params, Layout layout) {
        params.add(layout.stride(0)).add(layout.stride(1));
        Spatial.steps(params, layout);
    }

    /** x (N, C, ...) to the means of its windows. */
    static void average(DeviceContext device, Op.AveragePool pool, TensorView x, TensorView out) {
        try (Copies.Temporary whole = Copies.temporaryFor(device, out)) {
            TensorView to = whole == null ? out : whole;
            Params params = averages(device, x, to);
            write(params, pool, x.layout().shape(), to.layout().shape());
            device.forEach(
                    device.kernel(AVERAGE_POOL, to.dtype()), to.layout().shape().numel(), params);
            Copies.copyBack(device, whole, out);
        }
    }

    /** The gradient of these means to that of what they are of. */
    static void averageInput(DeviceContext device, Op.AveragePool pool, TensorView g, TensorView out) {
        try (Copies.Temporary whole = Copies.temporaryFor(device, out)) {
            TensorView to = whole == null ? out : whole;
            Params params = averages(device, g, to);
            write(params, pool, to.layout().shape(), g.layout().shape());
            device.forEach(
                    device.kernel(AVERAGE_POOL_INPUT, to.dtype()),
                    to.layout().shape().numel(),
                    params);
            Copies.copyBack(device, whole, out);
        }
    }

    /** Begins the argument with what is read and written. */
    private static Params averages(DeviceContext device, TensorView from, TensorView to) {
        Params params = device.params().add(Copies.address(to)).add(Copies.address(from));
        params.add(to.layout().shape().numel()).add(to.layout().shape().size(1));
        steps(params, from.layout());
        return params;
    }

    /** Goes on with the shapes of the input and of the windows. */
    private static void write(Params params, Op.AveragePool pool, Shape input, Shape windows) {
        PoolGeometry geometry = pool.geometry();
        Spatial.sizes(params, input);
        Spatial.sizes(params, windows);
        Spatial.numbers(params, geometry.kernel(), 1);
        Spatial.numbers(params, geometry.stride(), 1);
        Spatial.numbers(params, geometry.padding(), 0);
        params.add(pool.commonDivisor(input.slice(2, input.rank()))).add(pool.countsPadding());
    }

    /** Of an integer type: what padding is. */
    private static long lowest(DType dtype) {
        return dtype.isFloatingPoint() || dtype == DType.U8 ? 0 : -1L << (dtype.byteSize() * Byte.SIZE - 1);
    }
}
