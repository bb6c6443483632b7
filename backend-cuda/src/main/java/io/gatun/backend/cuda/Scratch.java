package io.gatun.backend.cuda;

import org.jspecify.annotations.Nullable;

/**
 * Memory for what one launch of an operator leaves to the next on the same stream, until {@link #close}: then the stream's next
 * operator may have it, whose work runs later.
 */
final class Scratch implements AutoCloseable {
    /** What is kept; who wants more gets memory of its own. */
    static final long KEPT_BYTES = 1 << 19;

    private final DeviceMemory.Block block;
    private final boolean kept;

    Scratch(DeviceMemory.Block block, boolean kept) {
        this.block = block;
        this.kept = kept;
    }

    /** Of {@code scratch}, or 0 if there is none. */
    static long address(@Nullable Scratch scratch) {
        return scratch == null ? 0 : scratch.block.address();
    }

    @Override
    public void close() {
        if (!kept || !block.stream().keep(this)) {
            block.release();
        }
    }
}
