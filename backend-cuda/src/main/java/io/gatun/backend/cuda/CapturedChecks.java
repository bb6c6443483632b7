package io.gatun.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * What the operators of a graph refuse. A replay cannot stop and ask the host, so each check has a number in device memory that
 * its kernel lowers, and the graph ends with copies of them to pinned memory, where the host looks when it waits for something or
 * replays again. The operator itself works with values that do no harm where it would have refused.
 */
final class CapturedChecks {
    private static final int ROOM = 64; // numbers in one block
    private static final long BYTES = ROOM * (long) Long.BYTES;
    private static final long NONE = -1; // the largest, unsigned
    private static final VarHandle NUMBER = ValueLayout.JAVA_LONG.varHandle();

    private final DeviceContext device;
    private final List<LongFunction<RuntimeException>> messages = new ArrayList<>();
    private final List<DeviceMemory.Block> blocks = new ArrayList<>();
    private @Nullable MemorySegment found; // of all blocks

    CapturedChecks(DeviceContext device) {
        this.device = device;
    }

    /** The address of the number of another check. */
    long add(Capture capture, LongFunction<RuntimeException> message) {
        int place = messages.size() % ROOM;
        if (place == 0) {
            blocks.add(capture.keepApart(BYTES));
        }
        messages.add(message);
        return blocks.get(blocks.size() - 1).address() + place * (long) Long.BYTES;
    }

    /** Queues, as the last of the graph, that the host learns the numbers. */
    void queueReport(DeviceStream stream) {
        if (blocks.isEmpty()) {
            return;
        }
        MemorySegment memory = device.pinned(blocks.size() * BYTES);
        memory.fill((byte) NONE);
        found = memory;
        for (int i = 0; i < blocks.size(); i++) {
            stream.check(
                    JCudaDriver.cuMemcpyDtoHAsync(
                            Address.host(memory.address() + i * BYTES),
                            Address.device(blocks.get(i).address()),
                            BYTES,
                            stream.handle()),
                    "cuMemcpyDtoHAsync");
        }
    }

    /** Sets all numbers to none, when {@code stream} comes there. */
    void reset(DeviceStream stream) {
        blocks.forEach(block -> stream.set(block.address(), (byte) NONE, BYTES));
    }

    /** Whether a number is there, as far as the host knows. */
    boolean anyFault() {
        MemorySegment memory = found;
        for (int i = 0; memory != null && i < messages.size(); i++) {
            if ((long) NUMBER.getVolatile(memory, i * (long) Long.BYTES) != NONE) {
                return true;
            }
        }
        return false;
    }

    /** Throws for the first that is, and forgets all, when what runs on {@code stream} is done. */
    void report(DeviceStream stream) {
        MemorySegment memory = found;
        if (memory == null || !anyFault()) {
            return;
        }
        stream.synchronize("CudaGraph.replay");
        RuntimeException fault = null;
        for (int i = messages.size() - 1; i >= 0; i--) {
            long number = memory.getAtIndex(ValueLayout.JAVA_LONG, i);
            fault = number == NONE ? fault : messages.get(i).apply(number);
        }
        reset(stream);
        stream.synchronize("CudaGraph.replay");
        memory.fill((byte) NONE);
        if (fault != null) {
            throw fault;
        }
    }

    /** Gives the host's memory back; no replay may run. */
    void close() {
        MemorySegment memory = found;
        found = null;
        if (memory != null) {
            device.unpin(memory);
        }
    }
}
