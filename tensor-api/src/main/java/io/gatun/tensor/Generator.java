package io.gatun.tensor;

import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.spi.Philox;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A source of random numbers: a seed and a counter. Each fill takes the next stretch of the counter, so the same calls
 * after the same seed give the same numbers, on every backend. {@link Philox} says which. Safe for use by many threads;
 * their order then decides who gets which stretch.
 */
public final class Generator {
    private final AtomicLong counter = new AtomicLong();
    private volatile long seed;

    /** With this seed, from the start. */
    public Generator(long seed) {
        this.seed = seed;
    }

    /** Sets the seed and starts over. */
    public Generator manualSeed(long seed) {
        this.seed = seed;
        counter.set(0);
        return this;
    }

    /** The seed last set. */
    public long initialSeed() {
        return seed;
    }

    /** Where the counter stands; with the seed it is the whole state. */
    public long counter() {
        return counter.get();
    }

    /** Sets the counter, to resume from a saved state. */
    public Generator counter(long value) {
        counter.set(value);
        return this;
    }

    /** Takes the blocks that {@code count} elements need, and says where they start. */
    long take(RandomKind kind, DType dtype, long range, long count) {
        int perBlock = Philox.elementsPerBlock(kind, dtype, range);
        return counter.getAndAdd((count + perBlock - 1) / perBlock);
    }
}
