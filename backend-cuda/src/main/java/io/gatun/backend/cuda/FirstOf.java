package io.gatun.backend.cuda;

import io.gatun.tensor.Layout;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;

/** The first element, in row-major order, of which a kernel says that it is not what an operator takes. */
final class FirstOf {
    /** That there is none. */
    static final long NONE = -1;

    private FirstOf() {}

    /**
     * Waits for {@code kernel}, which lowers a number in memory to the least index of such an element.
     *
     * @param kernel of the structure (number in memory, its first index, what {@code more} says, {@code Nest<2>} of row-major
     *     indices and the view)
     */
    static long find(DeviceContext device, Kernel kernel, TensorView view, long... more) {
        if (view.layout().shape().isEmpty()) {
            return NONE;
        }
        DeviceMemory.Block found = device.memory().allocate(Long.BYTES);
        try {
            device.set(found.address(), (byte) NONE, Long.BYTES); // the largest, unsigned
            queue(device, kernel, found.address(), view, more);
            return device.readLong(found.address());
        } finally {
            found.release();
        }
    }

    /** Queues {@code kernel} alone, for the number at address {@code found}. */
    static void queue(DeviceContext device, Kernel kernel, long found, TensorView view, long... more) {
        LoopNest nest = LoopNest.of(Layout.contiguous(view.layout().shape()), view.layout());
        Nests.forEachPart(
                nest,
                part -> device.forEach(kernel, part.count(), params -> {
                    params.add(found).add(part.offset(0));
                    for (long number : more) {
                        params.add(number);
                    }
                    part.loops(params, 2);
                    params.add(0L)
                            .add(CudaStorage.address(view)
                                    + part.offset(1) * view.dtype().byteSize());
                }));
    }

    /** The index of element {@code i} in row-major order, as messages have it. */
    static String position(Layout layout, long i) {
        StringBuilder text = new StringBuilder(")");
        long rest = i;
        for (int dim = layout.rank() - 1; dim >= 0; dim--) {
            long size = layout.shape().size(dim);
            text.insert(0, rest % size).insert(0, dim == 0 ? "" : ", ");
            rest /= size;
        }
        return text.insert(0, "(").toString();
    }
}
