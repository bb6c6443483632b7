package io.gatun.backend.cuda;

import io.gatun.tensor.Device;

/** What the allocator of a device holds, for {@code gpu.MemorySoak}. */
public final class ReservedMemory {
    private ReservedMemory() {}

    /** The bytes that it has of the driver, in use or free. */
    public static long bytes(Device device) {
        return ((CudaBackend) device.backend()).context(device).memory().reserved();
    }
}
