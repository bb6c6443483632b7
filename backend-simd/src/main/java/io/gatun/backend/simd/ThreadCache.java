package io.gatun.backend.simd;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one thread needs to allocate small blocks without meeting another: the slab it cuts from, and for each size class the
 * blocks that were given back on this thread, last in, first out, so that the next tensor is written to memory that is still
 * in the cache.
 *
 * <p>A block may be given back on another thread than it was cut on; it then simply serves that other thread. A list that is
 * full lets go of its blocks: their slab comes back through collection.
 *
 * <p>Not safe for concurrent use; {@link HostPool} gives every platform thread its own and guards those that virtual threads
 * share.
 */
final class ThreadCache {

    /** The largest block that is cut from slabs. */
    static final int LARGEST = 32 * 1024;

    private static final int CLASSES = SizeClasses.of(LARGEST) + 1;
    private static final long CACHED_BYTES = 1 << 20;
    private static final int CACHED_MOST = 4096;

    private final HostPool pool;
    private final @Nullable HostStorage[][] free = new HostStorage[CLASSES][0];
    private final int[] counts = new int[CLASSES];
    private @Nullable Slab slab;
    private int trims;

    // Read by other threads, for statistics only: a number that is a little old does no harm, a fence would.
    private long hits;
    private long misses;

    ThreadCache(HostPool pool) {
        this.pool = pool;
    }

    HostStorage allocate(long byteSize, int trimsNow) {
        if (trims != trimsNow) {
            clear(trimsNow);
        }
        int sizeClass = SizeClasses.of(byteSize);
        int count = counts[sizeClass];
        if (count > 0) {
            @Nullable HostStorage[] list = free[sizeClass];
            HostStorage previous = list[count - 1];
            list[count - 1] = null;
            counts[sizeClass] = count - 1;
            if (previous != null) {
                hits++;
                return new HostStorage(byteSize, previous);
            }
        }
        long bytes = SizeClasses.bytes(sizeClass);
        Slab from = slab;
        if (from == null || !from.holds(bytes)) {
            slab = null; // it must not be kept from collection by the search for another
            from = pool.newSlab();
            slab = from;
        }
        if (from.isFresh) {
            misses++;
        } else {
            hits++;
        }
        return new HostStorage(pool, byteSize, from.cut(bytes), sizeClass, from);
    }

    void takeBack(HostStorage storage, int trimsNow) {
        if (trims != trimsNow) {
            clear(trimsNow);
        }
        int sizeClass = storage.sizeClass;
        int count = counts[sizeClass];
        @Nullable HostStorage[] list = free[sizeClass];
        if (count == list.length) {
            int most = (int) Math.min(CACHED_MOST, CACHED_BYTES / SizeClasses.bytes(sizeClass));
            if (count >= most) {
                return;
            }
            list = Arrays.copyOf(list, Math.min(most, Math.max(16, 2 * count)));
            free[sizeClass] = list;
        }
        list[count] = storage;
        counts[sizeClass] = count + 1;
    }

    /** Lets go of all blocks, and of the slab; may be called from within {@link #allocate}. */
    void clear(int trimsNow) {
        trims = trimsNow;
        slab = null;
        Arrays.fill(counts, 0);
        for (int i = 0; i < CLASSES; i++) {
            free[i] = new HostStorage[0];
        }
    }

    long hits() {
        return hits;
    }

    long misses() {
        return misses;
    }
}
