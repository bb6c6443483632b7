package io.gatun.backend.simd;

import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that share the work of one operator: a fixed set of daemon platform threads beside the caller, who works
 * too.
 *
 * <h2>How a range is shared</h2>
 *
 * <p>{@link #run} cuts {@code 0 .. count} into chunks of at least {@code grain} indices; callers and helpers claim chunks
 * from one counter until none is left, so that a helper that was late, or whose core is busy elsewhere, costs one chunk and
 * not a whole share. A range of one grain runs on the caller without touching another thread. There are a few more chunks
 * than threads for the same reason; which thread ran which chunk, and how many threads there are, must never show in a
 * result: split outputs, never sums.
 *
 * <p>Waking a parked thread takes tens of microseconds, so that a grain should be worth at least twenty; {@link
 * #SMALLEST_WORK} says it in multiply-adds or bytes. Worse, Linux often wakes it on the very core of the caller, and leaves
 * both there for milliseconds: measured on two cores, a product of 1024 × 1024 took 9 ms in place of 5.8. So helpers look
 * for the next job for a millisecond, and callers for the end of the last chunk, before they park: the first few
 * microseconds without a pause, then yielding to whoever else wants the core. {@code gatun.threads.awake} sets another time,
 * in microseconds; 0 saves power.
 *
 * <h2>Nesting, failures</h2>
 *
 * <p>A call from inside a chunk runs on its own thread: the outer range already keeps the others busy, and nobody ever waits
 * for a thread that waits. The first exception that a chunk throws is thrown to the caller once every running chunk has
 * ended; chunks not begun by then are dropped.
 */
final class Workers {

    /** The system property with the number of threads, the caller included. */
    static final String PROPERTY = "gatun.threads";

    /** About how many elements are worth a thread. The system property is for tests: little work is then shared, too. */
    static final int GRAIN = Integer.getInteger("gatun.threads.grain", 1 << 16);

    /** About how many simple vectorised element operations are worth handing to another thread. */
    static final long SMALLEST_WORK = 2L * GRAIN;

    private static final int CHUNKS_PER_THREAD = 4;
    private static final int SPINS = 200;

    /** How long a thread without work stays awake. */
    private static final long AWAKE_NANOS = 1000 * Math.max(0, Long.getLong("gatun.threads.awake", 1000));

    /** A piece of a range. */
    @FunctionalInterface
    interface Chunk {
        /** Works on the indices {@code from} (inclusive) to {@code to} (exclusive). */
        void run(long from, long to);
    }

    private static final ThreadLocal<boolean[]> INSIDE = ThreadLocal.withInitial(() -> new boolean[1]);

    private final int threads;
    private final LinkedTransferQueue<Job> queue = new LinkedTransferQueue<>();
    private volatile boolean started;

    /** For {@code threads} threads, callers included; helpers start with the first range that is worth sharing. */
    Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + ", expected at least 1");
        }
        this.threads = threads;
    }

    /** The one pool that operators share. */
    static Workers shared() {
        return Shared.INSTANCE;
    }

    /** How many threads work on a range at most, the caller included. */
    int threads() {
        return threads;
    }

    /** Whether a call now would run on its own thread: there is only one, or it is inside a chunk. */
    boolean runsInline() {
        return threads == 1 || INSIDE.get()[0];
    }

    /**
     * Runs {@code chunk} over all of {@code 0 .. count}, and returns when all of it is done. What chunks wrote is visible
     * to the caller.
     *
     * @param grain the fewest indices that are worth a thread of their own
     */
    void run(long count, long grain, Chunk chunk) {
        if (count <= 0) {
            return;
        }
        if (count <= grain || runsInline()) {
            chunk.run(0, count);
            return;
        }
        long size = Math.max(Math.max(1, grain), Math.ceilDiv(count, (long) threads * CHUNKS_PER_THREAD));
        Job job = new Job(chunk, count, size, Thread.currentThread());
        start();
        long helpers = Math.min(threads, job.chunks) - 1;
        for (long i = 0; i < helpers; i++) {
            queue.put(job);
        }
        boolean[] inside = INSIDE.get();
        inside[0] = true;
        try {
            job.work();
        } finally {
            inside[0] = false;
        }
        job.await();
    }

    private void start() {
        if (!started) {
            synchronized (this) {
                if (!started) {
                    for (int i = 1; i < threads; i++) {
                        Thread.ofPlatform().daemon().name("gatun-worker-" + i).start(this::serve);
                    }
                    started = true;
                }
            }
        }
    }

    private void serve() {
        INSIDE.get()[0] = true;
        while (true) {
            Job job = queue.poll();
            for (Wait wait = new Wait(); job == null && wait.more(); ) {
                job = queue.poll();
            }
            try {
                (job != null ? job : queue.take()).work();
            } catch (InterruptedException e) {
                // Nobody may stop these threads: they serve all callers. On to the next job.
            }
        }
    }

    private static final class Shared {
        static final Workers INSTANCE = new Workers(threads(System.getProperty(PROPERTY)));
    }

    /** The number of threads that a property's value asks for, or one for each processor. */
    static int threads(@Nullable String asked) {
        if (asked == null || asked.isBlank()) {
            return Runtime.getRuntime().availableProcessors();
        }
        try {
            int threads = Integer.parseInt(asked.strip());
            if (threads >= 1) {
                return threads;
            }
        } catch (NumberFormatException e) {
            // The message below is for both.
        }
        throw new IllegalArgumentException("-D" + PROPERTY + "=" + asked + ": expected a whole number from 1 on");
    }

    /** A thread that waits, awake at first. */
    private static final class Wait {
        private int spins;
        private long end;

        /** Lets a moment pass; or none, if this has taken long and the caller is to park. */
        @SuppressWarnings("ThreadPriorityCheck") // to yield is a courtesy here: nothing relies on it
        boolean more() {
            if (spins < SPINS) {
                spins++;
                Thread.onSpinWait();
                return true;
            }
            long now = System.nanoTime();
            if (end == 0) {
                end = now + AWAKE_NANOS;
            }
            if (now - end >= 0) {
                return false;
            }
            Thread.yield();
            return true;
        }
    }

    /** One range being worked on. */
    private static final class Job {
        final Chunk chunk;
        final long count;
        final long size;
        final long chunks;
        final Thread caller;
        final AtomicLong next = new AtomicLong();
        final AtomicInteger running = new AtomicInteger(1); // the caller's own share
        final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Job(Chunk chunk, long count, long size, Thread caller) {
            this.chunk = chunk;
            this.count = count;
            this.size = size;
            this.chunks = Math.ceilDiv(count, size);
            this.caller = caller;
        }

        /** Claims chunks until none is left. */
        void work() {
            boolean helper = !Thread.currentThread().equals(caller);
            if (helper && !enter()) {
                return;
            }
            try {
                for (long i = next.getAndIncrement(); i < chunks; i = next.getAndIncrement()) {
                    if (failure.get() == null) {
                        chunk.run(i * size, Math.min(count, (i + 1) * size));
                    }
                }
            } catch (Throwable t) {
                failure.compareAndSet(null, t);
                next.set(chunks);
            } finally {
                if (running.decrementAndGet() == 0 && helper) {
                    LockSupport.unpark(caller);
                }
            }
        }

        /** Joins in, unless everybody has already left: the caller may be gone, and so may the memory. */
        private boolean enter() {
            for (int now = running.get(); now != 0; now = running.get()) {
                if (running.compareAndSet(now, now + 1)) {
                    return true;
                }
            }
            return false;
        }

        /** Waits for helpers that are still inside a chunk, and passes on a failure. */
        void await() {
            for (Wait wait = new Wait(); running.get() != 0; ) {
                if (!wait.more()) {
                    LockSupport.park(this);
                }
            }
            Throwable t = failure.get();
            switch (t) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(t);
            }
        }
    }
}
