package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LiveTensor;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Host memory for tensors: off the Java heap, aligned to 64 bytes, never filled with zeros when it is used again.
 *
 * <h2>Why a pool</h2>
 *
 * <p>Memory that is reused while it is hot in the cache is written 5 to 7 times faster than memory that waited for a
 * collection or comes fresh from the system, page fault by page fault. And one {@code Cleaner} for every tensor costs 50
 * times an allocation and falls behind: 10 million blocks pile up. Hence:
 *
 * <ul>
 *   <li>Blocks of up to 32 KiB are cut from <em>slabs</em>. Only slabs are watched for reachability, thousands of blocks at
 *       once. Each thread cuts from its own slab and keeps what is given back to it ({@link ThreadCache}): this path takes
 *       no lock and meets no other thread.
 *   <li>Larger blocks are regions of their own, each watched, with free lists for each size ({@link RegionPool}).
 *   <li>What a scope gives back ({@link HostStorage#close}) is the next to be handed out: last in, first out.
 * </ul>
 *
 * <h2>Ballast</h2>
 *
 * <p>The collector runs when the Java heap fills, and a storage of a hundred bytes fills it slowly, whatever it stands for.
 * So slabs, and large blocks that did not come straight from a scope, carry a little weight on the heap, a sixteenth of
 * their size, which makes young collections come before much memory is owed. A program that closes scopes pays nothing
 * of it for large blocks. {@link RegionPool} bounds what ballast does not.
 *
 * <h2>Who must keep what reachable</h2>
 *
 * <p>The storage is the token: the segment alone keeps nothing. An operator that runs on segments needs a
 * {@link Reference#reachabilityFence} on its storages after its last access.
 */
final class HostPool {

    /** A block's ballast is its size divided by this. */
    static final int BALLAST_SHARE = 16;

    private static final int BALLAST_MOST = 32 * 1024;

    private final Device device;
    private final RegionPool regions;
    private final ThreadLocal<ThreadCache> caches = ThreadLocal.withInitial(this::newCache);
    private final Queue<WeakReference<ThreadCache>> allCaches = new ConcurrentLinkedQueue<>();

    /** Counts the calls for trimming; a thread's cache clears itself when it sees a new number. */
    private final AtomicInteger trims = new AtomicInteger();

    // Virtual threads are too many to have a slab each.
    private final ReentrantLock sharedLock = new ReentrantLock();
    private final ThreadCache sharedCache;

    /** A pool for storages of {@code device} that never holds more than {@code limit} bytes. */
    HostPool(Device device, long limit) {
        this(device, limit, Boolean.getBoolean(LiveTensor.TRACE));
    }

    /** The same, and it knows where tensors were made if {@code trace}. */
    HostPool(Device device, long limit, boolean trace) {
        this.device = device;
        this.regions = new RegionPool(limit, this::trimCaches, () -> PoolEvent.record(this), trace);
        this.sharedCache = newCache();
    }

    Device device() {
        return device;
    }

    /** The most that it holds, in bytes. */
    long limit() {
        return regions.limit();
    }

    /**
     * A block of at least {@code byteSize} bytes with any content; its segment has exactly {@code byteSize}.
     *
     * @throws io.gatun.tensor.BackendException if the limit forbids it even after a collection
     */
    HostStorage allocate(long byteSize) {
        if (byteSize > ThreadCache.LARGEST) {
            return allocateLarge(byteSize);
        }
        if (!Thread.currentThread().isVirtual()) {
            return caches.get().allocate(byteSize, trims.get());
        }
        sharedLock.lock();
        try {
            return sharedCache.allocate(byteSize, trims.get());
        } finally {
            sharedLock.unlock();
        }
    }

    private HostStorage allocateLarge(long byteSize) {
        RegionPool.Region region = regions.take(byteSize);
        try {
            int ballast = region.wasReleased ? 0 : (int) Math.min(BALLAST_MOST, region.bytes() / BALLAST_SHARE);
            HostStorage storage = new HostStorage(this, byteSize, region, ballast);
            storage.lease(regions.lease(storage, region));
            return storage;
        } catch (OutOfMemoryError e) {
            regions.giveBack(region); // the Java heap is full
            throw e;
        }
    }

    /** Remembers what {@code storage} is, for the error at the limit. */
    void holds(HostStorage storage, RegionPool.@Nullable Lease lease, @Nullable Op op, Shape shape, DType dtype) {
        regions.holds(storage, lease, op, shape, dtype);
    }

    void takeBackSmall(HostStorage storage) {
        if (!Thread.currentThread().isVirtual()) {
            caches.get().takeBack(storage, trims.get());
            return;
        }
        sharedLock.lock();
        try {
            sharedCache.takeBack(storage, trims.get());
        } finally {
            sharedLock.unlock();
        }
    }

    void takeBackLarge(RegionPool.Lease lease) {
        regions.end(lease);
    }

    /** For a thread's cache whose slab is used up. */
    Slab newSlab() {
        RegionPool.Region region = regions.take(Slab.BYTES);
        try {
            Slab slab = new Slab(region);
            regions.lease(slab, region);
            return slab;
        } catch (OutOfMemoryError e) {
            regions.giveBack(region);
            throw e;
        }
    }

    /** Returns what waits unused to the system, and lets threads' caches go at their next call. */
    void trim() {
        trimCaches();
        regions.trim(0);
    }

    /** This thread's cache is cleared at once: what it is just about to allocate may need the room. */
    private void trimCaches() {
        int now = trims.incrementAndGet();
        if (!Thread.currentThread().isVirtual()) {
            caches.get().clear(now);
        }
        sharedLock.lock();
        try {
            sharedCache.clear(now);
        } finally {
            sharedLock.unlock();
        }
    }

    /** What it holds at this moment. */
    PoolStats stats() {
        PoolStats r = regions.stats();
        long hits = r.hits();
        long misses = r.misses();
        for (Iterator<WeakReference<ThreadCache>> i = allCaches.iterator(); i.hasNext(); ) {
            ThreadCache cache = i.next().get();
            if (cache == null) {
                i.remove(); // its thread has ended
            } else {
                hits += cache.hits();
                misses += cache.misses();
            }
        }
        return new PoolStats(r.liveBytes(), r.cachedBytes(), hits, misses, r.collections());
    }

    private ThreadCache newCache() {
        ThreadCache cache = new ThreadCache(this);
        allCaches.add(new WeakReference<>(cache));
        return cache;
    }
}
