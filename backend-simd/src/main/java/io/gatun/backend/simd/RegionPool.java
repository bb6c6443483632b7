package io.gatun.backend.simd;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LiveTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Memory from the operating system in regions of {@link SizeClasses}, lent against tokens: a region comes back when its
 * token is unreachable, or at once through {@link #end}.
 *
 * <h2>Coming back by collection</h2>
 *
 * <p>The threads that allocate take unreachable tokens off the reference queue themselves. A {@code Cleaner} would do it on
 * a thread of its own, which falls behind when many threads allocate; here whoever needs memory first collects what is
 * owed. A lease ends once, under the lock, so that a release that races the collector is harmless.
 *
 * <h2>When to ask the collector</h2>
 *
 * <p>The collector sees small Java objects and has no idea that they stand for megabytes. So before the pool grows past a
 * <em>soft limit</em> it calls {@code System.gc()} and takes back what that finds. The soft limit is what was still lent after
 * the last collection and some headroom, so that a program with much live memory is not collected all the time; where
 * collections are slow (a large Java heap) and follow each other closely the headroom doubles. Regions that wait unused count
 * against the same limit: a pool that is about to grow first returns those of other sizes to the system.
 *
 * <h2>The hard limit</h2>
 *
 * <p>Lent and waiting memory together never pass it: collect, return everything unused, and only then fail, saying
 * what was asked for, what is held, and which live tensors are the largest ({@link LiveTensor}).
 *
 * <p>Each region has a shared {@link Arena} of its own, because that is what the JDK lets one close safely: a segment used
 * after its region went back to the system throws, where freed memory would crash. The JDK fills a new region with zeros;
 * a reused one keeps what it holds.
 */
final class RegionPool {

    /** With a Java heap of usual size a loop that closes nothing then stays below a gigabyte. */
    private static final long HEADROOM = 256L << 20;

    private static final long HEADROOM_MOST = HEADROOM * 3 / 2;

    /** The headroom doubles where collections take more than one part in this many of the time, ... */
    private static final int SLOW_PART = 4;

    /** ... and halves again where they take less than one in this many. */
    private static final int FAST_PART = 32;

    /** How often a request that the limit refuses collects and tries again. */
    private static final int ATTEMPTS = 3;

    /** A piece of memory as the system gave it. */
    static final class Region {
        final int sizeClass;
        final MemorySegment memory;
        private final Arena arena;

        /** Whether it has been lent before. */
        boolean wasUsed;

        /** Whether its last user gave it back on purpose, so that it may still be in the cache. */
        boolean wasReleased;

        Region(int sizeClass) {
            this.sizeClass = sizeClass;
            this.arena = Arena.ofShared();
            try {
                this.memory = arena.allocate(SizeClasses.bytes(sizeClass), SizeClasses.ALIGNMENT);
            } catch (Throwable t) {
                arena.close();
                throw t;
            }
        }

        long bytes() {
            return memory.byteSize();
        }

        private void close() {
            arena.close();
        }
    }

    /** A region lent to whoever holds the token. All leases form a list, which keeps them reachable. */
    static final class Lease extends PhantomReference<Object> {
        private @Nullable Region region;
        private @Nullable Lease previous;
        private @Nullable Lease next;

        /** What the token is, if it is a tensor. */
        volatile @Nullable LiveTensor holds;

        private Lease(Object token, ReferenceQueue<Object> queue, @Nullable Region region) {
            super(token, queue);
            this.region = region;
        }
    }

    private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock collecting = new ReentrantLock();
    private final long limit;
    private final Runnable trimCaches;
    private final Runnable grown;

    /** What is cut from regions, or null: it would be too dear to know where nobody asked. */
    private final @Nullable Map<HostStorage, LiveTensor> traced;

    // All of the following under lock.
    private final Lease leases = new Lease(this, queue, null); // the list's head, never enqueued
    private final Map<Integer, ArrayDeque<Region>> waiting = new HashMap<>();
    private long lent;
    private long cached;
    private long softLimit;
    private long headroom;
    private long hits;
    private long misses;
    private long collections;
    private long lastCollection = System.nanoTime();

    /**
     * @param limit the hard limit, in bytes
     * @param trimCaches makes those who cut regions up let go of what they keep for reuse
     * @param grown is told when it has taken memory from the system
     * @param trace whether to know where tensors are made
     */
    RegionPool(long limit, Runnable trimCaches, Runnable grown, boolean trace) {
        this.limit = limit;
        this.trimCaches = trimCaches;
        this.grown = grown;
        this.traced = trace ? new WeakHashMap<>() : null;
        this.headroom = Math.max(1, Math.min(HEADROOM, limit / 4));
        this.softLimit = headroom;
    }

    /** The hard limit, in bytes. */
    long limit() {
        return limit;
    }

    /**
     * A region of at least {@code bytes}. It must be followed by {@link #lease}, or given back with {@link #giveBack}.
     *
     * @throws BackendException if the limit forbids it
     */
    Region take(long bytes) {
        int sizeClass = SizeClasses.of(bytes);
        drain();
        Region region = takeWaiting(sizeClass);
        return region != null ? region : grow(sizeClass, bytes);
    }

    /** Lends a region that was taken until {@code token} is unreachable, or the lease ended. */
    Lease lease(Object token, Region region) {
        Lease lease = new Lease(token, queue, region);
        lock.lock();
        try {
            lease.previous = leases;
            lease.next = leases.next;
            if (leases.next != null) {
                leases.next.previous = lease;
            }
            leases.next = lease;
        } finally {
            lock.unlock();
        }
        return lease;
    }

    /** Takes a region back at once. It does no harm if the collector was faster, or does so later. */
    void end(Lease lease) {
        lease.clear();
        end(lease, true);
    }

    private void end(Lease lease, boolean released) {
        lock.lock();
        try {
            Region region = lease.region;
            if (region == null) {
                return;
            }
            lease.region = null;
            Lease previous = lease.previous;
            Lease next = lease.next;
            if (previous != null) {
                previous.next = next;
            }
            if (next != null) {
                next.previous = previous;
            }
            giveBack(region, released);
        } finally {
            lock.unlock();
        }
    }

    /** Takes back a region that was never lent. */
    void giveBack(Region region) {
        giveBack(region, false);
    }

    private void giveBack(Region region, boolean released) {
        lock.lock();
        try {
            region.wasUsed = true;
            region.wasReleased = released;
            waiting.computeIfAbsent(region.sizeClass, c -> new ArrayDeque<>()).addLast(region);
            lent -= region.bytes();
            cached += region.bytes();
        } finally {
            lock.unlock();
        }
    }

    /** Takes back what the collector found. */
    private void drain() {
        for (Reference<?> found = queue.poll(); found != null; found = queue.poll()) {
            end((Lease) found, false);
        }
    }

    private @Nullable Region takeWaiting(int sizeClass) {
        lock.lock();
        try {
            ArrayDeque<Region> list = waiting.get(sizeClass);
            Region region = list == null ? null : list.pollLast();
            if (region != null) {
                hits++;
                lent += region.bytes();
                cached -= region.bytes();
            }
            return region;
        } finally {
            lock.unlock();
        }
    }

    /** A region that does not wait for us: collects and trims as the class comment says, and asks the system. */
    private Region grow(int sizeClass, long asked) {
        long bytes = SizeClasses.bytes(sizeClass);
        if (passes(softLimit(), bytes)) {
            collect();
            Region found = takeWaiting(sizeClass);
            if (found != null) {
                return found;
            }
        }
        trim(Math.max(0, softLimit() - bytes));
        for (int attempt = 0; ; attempt++) {
            if (reserve(bytes)) {
                try {
                    Region region = new Region(sizeClass);
                    grown.run();
                    return region;
                } catch (OutOfMemoryError e) {
                    unreserve(bytes); // the system has less than the limit allows
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            } else if (attempt == ATTEMPTS) {
                throw exhausted(asked);
            }
            if (attempt > 0) {
                trimCaches.run();
                collect();
            }
            trim(Math.max(0, limit - bytes));
        }
    }

    private long softLimit() {
        lock.lock();
        try {
            return Math.min(softLimit, limit);
        } finally {
            lock.unlock();
        }
    }

    /** Whether lending {@code bytes} more would pass {@code most}. */
    private boolean passes(long most, long bytes) {
        lock.lock();
        try {
            return lent + bytes > most;
        } finally {
            lock.unlock();
        }
    }

    private boolean reserve(long bytes) {
        lock.lock();
        try {
            if (bytes > limit - lent - cached) {
                return false;
            }
            lent += bytes;
            misses++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void unreserve(long bytes) {
        lock.lock();
        try {
            lent -= bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Returns regions that wait to the system, largest first, until no more than {@code most} bytes are held in all. */
    void trim(long most) {
        List<Region> closing = new ArrayList<>();
        lock.lock();
        try {
            List<Integer> classes = new ArrayList<>(waiting.keySet());
            classes.sort(Comparator.reverseOrder());
            for (int sizeClass : classes) {
                ArrayDeque<Region> list = waiting.getOrDefault(sizeClass, new ArrayDeque<>());
                while (lent + cached > most && !list.isEmpty()) {
                    Region region = list.removeFirst(); // the one that waits longest
                    cached -= region.bytes();
                    closing.add(region);
                }
            }
        } finally {
            lock.unlock();
        }
        closing.forEach(Region::close); // outside the lock: it stops every thread for a moment
    }

    /** Asks the collector for unreachable tokens and takes back what it finds. */
    private void collect() {
        long before = collectionCount();
        collecting.lock();
        try {
            if (collectionCount() != before) {
                return; // another thread has just done it
            }
            long begin = System.nanoTime();
            System.gc();
            sweep();
            long took = System.nanoTime() - begin;
            lock.lock();
            try {
                collections++;
                long since = begin - lastCollection;
                if (since < SLOW_PART * took) {
                    headroom = Math.min(2 * headroom, Math.min(HEADROOM_MOST, limit / 4));
                } else if (since > FAST_PART * took) {
                    headroom = Math.max(headroom / 2, Math.min(HEADROOM, limit / 4));
                }
                lastCollection = System.nanoTime();
                softLimit = lent + Math.max(headroom, lent / 2);
            } finally {
                lock.unlock();
            }
        } finally {
            collecting.unlock();
        }
    }

    /**
     * Ends the leases whose tokens the collector has cleared. It does not wait for them to come through the queue: the
     * JVM's thread that puts them there may not get a core for a while, and meanwhile the pool would grow.
     */
    private void sweep() {
        lock.lock();
        try {
            for (Lease lease = leases.next; lease != null; ) {
                Lease next = lease.next;
                if (lease.refersTo(null)) {
                    end(lease, false);
                }
                lease = next;
            }
        } finally {
            lock.unlock();
        }
    }

    private long collectionCount() {
        lock.lock();
        try {
            return collections;
        } finally {
            lock.unlock();
        }
    }

    /** Remembers what {@code storage} is, for the error at the limit: of a large block only, unless tracing. */
    void holds(HostStorage storage, @Nullable Lease lease, @Nullable Op op, Shape shape, DType dtype) {
        if (lease != null) {
            lease.holds = new LiveTensor(op, shape, dtype, traced != null);
        } else if (traced != null) {
            LiveTensor holds = new LiveTensor(op, shape, dtype, true);
            lock.lock();
            try {
                traced.put(storage, holds);
            } finally {
                lock.unlock();
            }
        }
    }

    private BackendException exhausted(long asked) {
        List<LiveTensor> live = new ArrayList<>();
        lock.lock();
        try {
            for (Lease lease = leases.next; lease != null; lease = lease.next) {
                if (lease.holds != null) {
                    live.add(lease.holds);
                }
            }
            if (traced != null) {
                for (Map.Entry<HostStorage, LiveTensor> small : traced.entrySet()) {
                    if (!small.getKey().isGivenBack()) {
                        live.add(small.getValue());
                    }
                }
            }
            return new BackendException(
                    "out of memory: " + asked + " bytes asked for, and " + lent + " of the limit of " + limit
                            + " are in live tensors. Close a TensorScope around the steps of a loop, or raise -D"
                            + MemoryLimit.PROPERTY + LiveTensor.largest(live, lent));
        } finally {
            lock.unlock();
        }
    }

    /** What it holds at this moment. */
    PoolStats stats() {
        drain();
        lock.lock();
        try {
            return new PoolStats(lent, cached, hits, misses, collections);
        } finally {
            lock.unlock();
        }
    }
}
