package io.gatun.backend.cuda;

import java.lang.foreign.MemorySegment;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * Pinned memory that what the host reads passes through, in two parts: while one is copied on to where it was wanted, the
 * device fills the other. For one reader at a time.
 */
final class Landing {
    private static final long PART = 2 << 20;

    private final DeviceContext device;
    private final @Nullable MemorySegment[] parts = new MemorySegment[2];
    private final StreamEvent[] filled;

    Landing(DeviceContext device) {
        this.device = device;
        this.filled = new StreamEvent[] {new StreamEvent(device, false), new StreamEvent(device, false)};
    }

    /** Copies device memory, as {@code stream} has it after all that is queued by now, and waits for that alone. */
    void copy(DeviceStream stream, long address, MemorySegment target) {
        long bytes = target.byteSize();
        int queued = stream.queued();
        int last = Math.toIntExact(Math.ceilDiv(bytes, PART)) - 1;
        for (int i = 0; i <= last + 1; i++) {
            if (i <= last) {
                fill(i % 2, stream, address + i * PART, Math.min(PART, bytes - i * PART));
            }
            if (i > 0) {
                long at = (i - 1) * PART;
                filled[(i - 1) % 2].await(stream, "reading a value");
                MemorySegment.copy(part((i - 1) % 2), 0, target, at, Math.min(PART, bytes - at));
            }
        }
        stream.reached(queued);
    }

    private void fill(int part, DeviceStream stream, long address, long bytes) {
        device.bind();
        stream.check(
                JCudaDriver.cuMemcpyDtoHAsync(
                        Address.host(part(part).address()), Address.device(address), bytes, stream.handle()),
                "cuMemcpyDtoHAsync");
        filled[part].record(stream);
    }

    private MemorySegment part(int part) {
        MemorySegment known = parts[part];
        if (known == null) {
            known = device.pinned(PART);
            parts[part] = known;
        }
        return known;
    }
}
