package io.gatun.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * Pinned memory that copies to a device pass through, so that they return when it has the bytes and not when the device has:
 * a ring, of which each copy takes the next stretch, and an event says when it is free again. Only a copy for which there is no
 * room waits, for the oldest in the ring. Large ones go in parts.
 */
final class StagingRing {
    private static final long SIZE = 32 << 20;
    private static final long PART = SIZE / 4;
    private static final long ALIGNMENT = 64;
    private static final int MOST = 1024; // copies on their way

    private final DeviceContext device;
    private final Deque<Stretch> onTheirWay = new ArrayDeque<>(); // the oldest first
    private final Deque<StreamEvent> spare = new ArrayDeque<>();
    private @Nullable MemorySegment memory;
    private long head; // of all bytes ever taken; the place in the ring is the rest by its size
    private long tail; // up to where they are free again

    /** @param end the head after it was taken */
    private record Stretch(long end, StreamEvent copied, DeviceStream stream) {}

    StagingRing(DeviceContext device) {
        this.device = device;
    }

    /** Queues a copy of the host's memory, which may change when this returns. */
    synchronized void copy(DeviceStream stream, MemorySegment source, long address) {
        for (long at = 0; at < source.byteSize(); at += PART) {
            part(stream, source.asSlice(at, Math.min(PART, source.byteSize() - at)), address + at);
        }
    }

    private void part(DeviceStream stream, MemorySegment source, long address) {
        long bytes = source.byteSize();
        long place = take(Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT);
        MemorySegment.copy(source, 0, memory(), place, bytes);
        device.bind();
        stream.check(
                JCudaDriver.cuMemcpyHtoDAsync(
                        Address.device(address), Address.host(memory().address() + place), bytes, stream.handle()),
                "cuMemcpyHtoDAsync");
        StreamEvent copied = spare.isEmpty() ? new StreamEvent(device, false) : spare.pop();
        copied.record(stream);
        onTheirWay.add(new Stretch(head, copied, stream));
    }

    /** Takes {@code bytes} bytes that lie in one run, and says where. */
    private long take(long bytes) {
        if (head % SIZE + bytes > SIZE) {
            head = Math.ceilDiv(head, SIZE) * SIZE;
        }
        while (!onTheirWay.isEmpty() && (head + bytes - tail > SIZE || onTheirWay.size() >= MOST)) {
            Stretch oldest = onTheirWay.remove();
            oldest.copied.await(oldest.stream, "waiting for room to copy to " + device.device());
            spare.push(oldest.copied);
            tail = oldest.end;
        }
        if (onTheirWay.isEmpty()) {
            tail = head;
        }
        long place = head % SIZE;
        head += bytes;
        return place;
    }

    private MemorySegment memory() {
        MemorySegment known = memory;
        if (known == null) {
            known = device.pinned(SIZE);
            memory = known;
        }
        return known;
    }
}
