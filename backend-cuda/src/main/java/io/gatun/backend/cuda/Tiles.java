package io.gatun.backend.cuda;

/** Kernels whose blocks handle tiles of elements in their order: tiles.cuh. */
final class Tiles {
    private static final int THREADS = 256;

    /** The elements of a tile. */
    static final int SIZE = 8 * THREADS;

    private static final int MOST_BLOCKS = 1 << 20; // which stride over the tiles

    private static final KernelName OFFSETS = KernelName.of("index", "offsets");

    private Tiles() {}

    /** Queues a kernel for {@code tiles} tiles. */
    static void launch(DeviceContext device, Kernel kernel, long tiles, Params params) {
        device.launch(kernel, Math.min(tiles, MOST_BLOCKS), THREADS, params);
    }

    /** Queues that counts in memory become the sums of those before them. */
    static void offsets(DeviceContext device, long counts, long count) {
        launch(device, device.kernel(OFFSETS), 1, device.params().add(counts).add(count));
    }
}
