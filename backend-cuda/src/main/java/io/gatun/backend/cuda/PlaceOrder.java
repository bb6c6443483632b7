package io.gatun.backend.cuda;

import io.gatun.tensor.spi.TensorView;
import org.jspecify.annotations.Nullable;

/**
 * The indices of a dimension sorted by the place that they name, those of one place in row-major order: entries in memory, each
 * a place above an index's number, as index.cu says. Sorted by their digits of four bits, the least significant first.
 */
final class PlaceOrder implements AutoCloseable {
    private static final int DIGITS = 16;
    private static final int DIGIT_BITS = 4;

    private static final KernelName ENTRIES = KernelName.of("index", "entries");
    private static final KernelName COUNT_DIGITS = KernelName.of("index", "countDigits");
    private static final KernelName SORT_DIGITS = KernelName.of("index", "sortDigits");

    private final long count;
    private final int numberBits;
    private DeviceMemory.Block entries;

    private PlaceOrder(long count, int numberBits, DeviceMemory.Block entries) {
        this.count = count;
        this.numberBits = numberBits;
        this.entries = entries;
    }

    /**
     * Indices for dimension {@code dim} of a result, with what they bring; index and source have the same shape.
     *
     * @param lanes the other dimensions, of result, index and source
     * @param shared whether the index is the same in all lanes
     */
    record Indices(Nest lanes, boolean shared, int dim, TensorView index, TensorView source, TensorView out) {
        /** Of the index along the dimension. */
        long length() {
            return index.layout().rank() == 0 ? 1 : index.layout().shape().size(dim);
        }

        /** Of the result along the dimension. */
        long size() {
            return out.layout().rank() == 0 ? 1 : out.layout().shape().size(dim);
        }

        long indexStep() {
            return step(index);
        }

        long sourceStep() {
            return step(source);
        }

        long outStep() {
            return step(out);
        }

        private long step(TensorView view) {
            return view.layout().rank() == 0 ? 1 : view.layout().stride(dim);
        }

        void writeLanes(Params params) {
            lanes.write(params);
        }
    }

    /** Queues the sorting, or gives null if a place and a number do not fit into a word together. */
    static @Nullable PlaceOrder of(DeviceContext device, Indices indices) {
        long laneCount = indices.shared() ? 1 : indices.lanes().count();
        long count = laneCount * indices.length();
        int numberBits = bits(count);
        int placeBits = bits(laneCount * indices.size());
        if (numberBits + placeBits > Long.SIZE) {
            return null;
        }
        PlaceOrder order = new PlaceOrder(count, numberBits, device.memory().allocate(count * Long.BYTES));
        try {
            Params params = device.params();
            indices.writeLanes(params);
            params.add(indices.length()).add(indices.size()).add(indices.indexStep());
            params.add(numberBits).add(order.address()).add(count);
            device.forEach(device.kernel(ENTRIES), count, params);
            order.sort(device, placeBits);
            return order;
        } catch (RuntimeException | Error e) {
            order.close();
            throw e;
        }
    }

    /** The bits of numbers below {@code bound}. */
    private static int bits(long bound) {
        return Long.SIZE - Long.numberOfLeadingZeros(bound - 1);
    }

    private void sort(DeviceContext device, int placeBits) {
        long tiles = Math.ceilDiv(count, Tiles.SIZE);
        DeviceMemory.Block counts = device.memory().allocate(DIGITS * tiles * Long.BYTES);
        try {
            DeviceMemory.Block other = device.memory().allocate(count * Long.BYTES);
            try {
                for (int digit = 0; digit < placeBits; digit += DIGIT_BITS) {
                    sort(device, entries.address(), other.address(), numberBits + digit, tiles, counts.address());
                    DeviceMemory.Block sorted = other;
                    other = entries;
                    entries = sorted;
                }
            } finally {
                other.release();
            }
        } finally {
            counts.release();
        }
    }

    /** Queues the sorting by one digit. */
    private void sort(DeviceContext device, long from, long to, long shift, long tiles, long counts) {
        Kernel count = device.kernel(COUNT_DIGITS);
        Tiles.launch(device, count, tiles, digits(device, from, to, shift, tiles, counts));
        Tiles.offsets(device, counts, DIGITS * tiles);
        Kernel sort = device.kernel(SORT_DIGITS);
        Tiles.launch(device, sort, tiles, digits(device, from, to, shift, tiles, counts));
    }

    private Params digits(DeviceContext device, long from, long to, long shift, long tiles, long counts) {
        return device.params()
                .add(from)
                .add(to)
                .add(count)
                .add(shift)
                .add(tiles)
                .add(counts);
    }

    /** The number of entries. */
    long count() {
        return count;
    }

    /** The low bits of an entry, which are an index's number. */
    int numberBits() {
        return numberBits;
    }

    long address() {
        return entries.address();
    }

    @Override
    public void close() {
        entries.release();
    }
}
