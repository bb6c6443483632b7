package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.PoolGeometry;
import io.gatun.tensor.spi.TensorView;

/**
 * Pooling of up to three spatial dimensions. A thread finds a window's largest element, and its place; or the sum of its
 * elements; or, for the gradient of that, the sum of all windows that an element is in.
 */
final class Pools {
    private static final int MOST_DIMENSIONS = Convolutions.MOST_DIMENSIONS;
    private static final long MOST_COORDINATES = 1 << 29;

    private Pools() {}

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
        Contiguous.write(
                device, values, to -> Contiguous.write(device, places, at -> launch(device, geometry, x, to, at)));
        if (everyWindowSeesTheInput(geometry)) { // then the gradient need not ask
            Shape shape = x.layout().shape();
            long bound = shape.slice(2, shape.rank()).numel();
            ((CudaStorage) places.storage()).holdsIndices(places.layout(), bound, 0);
        }
    }

    /** A padding of at most half of a window cannot hold it, but for gaps between its elements. */
    private static boolean everyWindowSeesTheInput(PoolGeometry geometry) {
        return geometry.dilation().stream().allMatch(step -> step == 1);
    }

    private static void launch(
            DeviceContext device, PoolGeometry geometry, TensorView x, TensorView values, TensorView places) {
        Layout layout = x.layout();
        Shape shape = values.layout().shape();
        Kernel kernel = device.kernel("pool", "maxPool", x.dtype());
        device.forEach(kernel, shape.numel(), params -> {
            params.add(Products.address(values)).add(Products.address(places)).add(Products.address(x));
            params.add(shape.numel()).add(shape.size(1)).add(layout.stride(0)).add(layout.stride(1));
            Spatial.steps(params, layout);
            Spatial.sizes(params, layout.shape());
            Spatial.sizes(params, shape);
            Spatial.numbers(params, geometry.kernel(), 1);
            Spatial.numbers(params, geometry.stride(), 1);
            Spatial.numbers(params, geometry.padding(), 0);
            Spatial.numbers(params, geometry.dilation(), 1);
            params.add(lowest(x.dtype()));
        });
    }

    /** x (N, C, ...) to the means of its windows. */
    static void average(DeviceContext device, Op.AveragePool pool, TensorView x, TensorView out) {
        Contiguous.write(device, out, to -> average(device, "averagePool", pool, x, to));
    }

    /** The gradient of these means to that of what they are of. */
    static void averageInput(DeviceContext device, Op.AveragePool pool, TensorView g, TensorView out) {
        Contiguous.write(device, out, to -> average(device, "averagePoolInput", pool, g, to));
    }

    private static void average(
            DeviceContext device, String name, Op.AveragePool pool, TensorView from, TensorView to) {
        PoolGeometry geometry = pool.geometry();
        Layout layout = from.layout();
        Shape shape = to.layout().shape();
        Shape input = name.equals("averagePool") ? layout.shape() : shape;
        Shape windows = name.equals("averagePool") ? shape : layout.shape();
        Kernel kernel = device.kernel("pool", name, to.dtype());
        device.forEach(kernel, shape.numel(), params -> {
            params.add(Products.address(to)).add(Products.address(from));
            params.add(shape.numel()).add(shape.size(1)).add(layout.stride(0)).add(layout.stride(1));
            Spatial.steps(params, layout);
            Spatial.sizes(params, input);
            Spatial.sizes(params, windows);
            Spatial.numbers(params, geometry.kernel(), 1);
            Spatial.numbers(params, geometry.stride(), 1);
            Spatial.numbers(params, geometry.padding(), 0);
            params.add(pool.commonDivisor(input.slice(2, input.rank()))).add(pool.countsPadding() ? 1L : 0L);
        });
    }

    /** Of an integer type: what padding is. */
    private static long lowest(DType dtype) {
        return dtype.isFloatingPoint() || dtype == DType.U8 ? 0 : -1L << (dtype.byteSize() * Byte.SIZE - 1);
    }
}
