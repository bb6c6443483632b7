package io.gatun.tensor.spi;

import io.gatun.tensor.Device;
import io.gatun.tensor.op.Op;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Executes operators on the memory of its devices. Made once by its {@link BackendProvider}; called from any thread.
 *
 * <p>What a backend may rely on, and need not check again: operands and outputs are on its devices; their shapes and
 * dtypes are what {@link io.gatun.tensor.op.OpRules} says; every output is writable and no two of its indices meet in one
 * element; inputs have any strides, 0 and negative ones included. Where {@link Op} says "may write over x", the output
 * may be the very same view as that operand (same storage, same layout); no other overlap of an output with an operand
 * occurs. What it must check is what depends on values: indices out of range are refused with a
 * {@link io.gatun.tensor.TensorIndexException} that names operator, position and bound, before anything is written.
 */
public interface Backend {
    /** The provider's name. */
    String name();

    /**
     * Memory for {@code byteSize} bytes, aligned to 64, with any content. It comes back when the storage is
     * unreachable, or at once when a scope releases it.
     */
    Storage allocate(Device device, long byteSize);

    /** Executes {@code op}. Inputs are left as they are unless an output is the very same view. */
    void execute(Op.Kernel op, TensorView[] inputs, TensorView[] outputs);

    /**
     * Whether this backend executes {@code op} itself for these operands. If not, the decomposition runs.
     *
     * @return false unless overridden
     */
    default boolean claims(Op.Composite op, TensorView[] inputs) {
        return false;
    }

    /** Executes a composite that was claimed. */
    default void execute(Op.Composite op, TensorView[] inputs, TensorView[] outputs) {
        throw new IllegalStateException(name() + " claimed " + op + " and does not execute it");
    }

    /** Copies {@code target.byteSize()} bytes of a storage, from {@code byteOffset}, to host memory, and waits. */
    default void copyToHost(Storage source, long byteOffset, MemorySegment target) {
        MemorySegment.copy(source.segment(), byteOffset, target, 0, target.byteSize());
    }

    /** Copies host memory into a storage, from {@code byteOffset} on. */
    default void copyFromHost(MemorySegment source, Storage target, long byteOffset) {
        MemorySegment.copy(source, 0, target.segment(), byteOffset, source.byteSize());
    }

    /**
     * Copies {@code byteSize} bytes from one storage into another, each from its own offset on; both are of this backend, on two of
     * its devices. The default goes by way of the host.
     */
    default void copyBetween(Storage source, long sourceOffset, Storage target, long targetOffset, long byteSize) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(byteSize);
            copyToHost(source, sourceOffset, bytes);
            copyFromHost(bytes, target, targetOffset);
        }
    }

    /**
     * Whether the calling thread's work is recorded and not done now, to be repeated later: then numbers that operators were given
     * by the host are the same in each repetition.
     */
    default boolean isCapturing() {
        return false;
    }
}
