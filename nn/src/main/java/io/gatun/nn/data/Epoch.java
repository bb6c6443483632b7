package io.gatun.nn.data;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch, in their order. Without workers each is made when it is asked for. With workers {@code ahead}
 * batches are under way, each on a virtual thread of its own, of which {@code workers} run at a time: nothing is left to
 * close where a loop is broken off, and the consumer takes them in their order whichever is done first.
 */
final class Epoch implements Iterator<Batch> {
    /** How batches are made. */
    @FunctionalInterface
    interface Source {
        /** Batch number {@code number}, or null if the epoch has ended. */
        @Nullable Batch batch(long number);
    }

    /** The number of batches of a stream. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private final Source source;
    private final long count;
    private final int ahead;
    private final Semaphore running;
    private final boolean inConsumer;
    private final Deque<FutureTask<@Nullable Batch>> underWay = new ArrayDeque<>();
    private long started;
    private long taken;
    private boolean ended;
    private boolean left;

    /**
     * So many batches.
     *
     * @param count {@link #UNKNOWN} for a source that must be asked in turn and says itself when it has ended
     */
    Epoch(Source source, long count, int workers, int ahead) {
        this.source = source;
        this.count = count;
        this.ahead = workers == 0 ? 1 : ahead;
        this.running = new Semaphore(workers);
        this.inConsumer = workers == 0;
    }

    @Override
    public boolean hasNext() {
        boolean more = more();
        left |= !more;
        return more;
    }

    private boolean more() {
        if (ended || taken >= count) {
            return false;
        }
        if (count != UNKNOWN) {
            return true;
        }
        try {
            ended = result() == null;
            return !ended;
        } catch (RuntimeException | Error failure) {
            return true; // and next() throws it
        }
    }

    @Override
    public Batch next() {
        if (!more()) {
            throw new NoSuchElementException("the epoch has " + taken + " batches");
        }
        try {
            Batch batch = result();
            if (batch == null) {
                throw new NoSuchElementException("the epoch has " + taken + " batches");
            }
            underWay.remove();
            taken++;
            return batch;
        } catch (RuntimeException | Error failure) {
            ended = true;
            underWay.clear();
            throw failure;
        }
    }

    /** How many batches the consumer has taken. */
    long taken() {
        return taken;
    }

    /** Whether the consumer's loop is over: it was told that there is no more. */
    boolean isOver() {
        return left;
    }

    /** What becomes of the batch that is next. */
    private @Nullable Batch result() {
        while (underWay.size() < ahead && started < count) {
            start();
        }
        try {
            return underWay.element().get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException("a batch could not be made", e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a batch", e);
        }
    }

    private void start() {
        long number = started++;
        FutureTask<@Nullable Batch> before = count == UNKNOWN ? underWay.peekLast() : null;
        FutureTask<@Nullable Batch> task = new FutureTask<>(() -> make(number, before));
        underWay.add(task);
        if (inConsumer) {
            task.run();
        } else {
            Thread.ofVirtual().name("batch-" + number).start(task);
        }
    }

    private @Nullable Batch make(long number, @Nullable FutureTask<@Nullable Batch> before) throws Exception {
        if (inConsumer) {
            return source.batch(number);
        }
        if (before != null && before.get() == null) {
            return null;
        }
        running.acquire();
        try {
            return source.batch(number);
        } finally {
            running.release();
        }
    }
}
