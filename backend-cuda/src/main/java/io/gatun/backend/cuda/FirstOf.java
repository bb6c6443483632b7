package io.gatun.backend.cuda;

import io.gatun.tensor.Layout;
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
        Layout layout = view.layout();
        try (Nest nest = Nest.open().addIndices(layout.shape()).add(view)) {
            while (nest.next()) {
                Params params = device.params().add(found).add(nest.offset(0));
                for (long number : more) {
                    params.add(number);
                }
                nest.write(params);
                device.forEach(kernel, nest.count(), params);
            }
        }
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
