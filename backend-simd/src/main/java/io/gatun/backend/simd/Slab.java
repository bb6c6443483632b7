package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * A region from which small blocks are cut, one after the other. Every storage cut from it refers to it, and it is the slab
 * whose reachability is watched, once for thousands of blocks: when none of them is reachable, nor on a free list, its
 * region goes back to the {@link RegionPool}.
 *
 * <p>Only one thread at a time cuts: see {@link ThreadCache}.
 */
final class Slab {

    /** Bytes in a slab. */
    static final int BYTES = 256 * 1024;

    /** Whether the system has just given its memory. */
    final boolean isFresh;

    private final MemorySegment memory;

    /** Never read: see {@link HostPool} on ballast. */
    @SuppressWarnings("unused")
    private final byte[] ballast = new byte[BYTES / HostPool.BALLAST_SHARE];

    private long used;

    Slab(RegionPool.Region region) {
        this.memory = region.memory;
        this.isFresh = !region.wasUsed;
    }

    /** Whether {@code bytes} more can be cut. */
    boolean holds(long bytes) {
        return used + bytes <= BYTES;
    }

    /** Cuts the next block. */
    MemorySegment cut(long bytes) {
        MemorySegment block = memory.asSlice(used, bytes);
        used += bytes;
        return block;
    }
}
