package io.gatun.tensor;

import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.spi.Philox;
import java.security.SecureRandom;

/**
 * A source of random numbers: a seed and a counter. Each fill takes the next stretch of the counter, so the same calls
 * after the same seed give the same numbers, on every backend. {@link Philox} says which. Safe for use by many threads;
 * their order then decides who gets which stretch.
 */
public final class Generator {
    private long seed;
    private long counter;

    /** Where the numbers of one fill start. */
    record Stretch(long seed, long counter) {}

    /** With this seed, from the start. */
    public Generator(long seed) {
        this.seed = seed;
    }

    /** Sets the seed and starts over. */
    public synchronized Generator manualSeed(long seed) {
        this.seed = seed;
        counter = 0;
        return this;
    }

    /** Sets a seed that nobody can know beforehand, starts over, and gives the seed. */
    public long seed() {
        long chosen = new SecureRandom().nextLong();
        manualSeed(chosen);
        return chosen;
    }

    /** The seed last set. */
    public synchronized long initialSeed() {
        return seed;
    }

    /** All there is to save: seed and counter, in an {@code I64} tensor of shape (2) on the CPU. */
    public synchronized Tensor getState() {
        return Tensor.of(new long[] {seed, counter}, DType.I64, Device.cpu());
    }

    /**
     * Goes on from what {@link #getState} gave.
     *
     * @throws ShapeException if it is not of shape (2)
     * @throws DTypeException if it is not {@code I64}
     */
    public synchronized Generator setState(Tensor state) {
        if (!state.shape().equals(Shape.of(2))) {
            throw new ShapeException("setState: the state has shape " + state.shape() + "; one from getState has (2)");
        }
        if (state.dtype() != DType.I64) {
            throw new DTypeException("setState: the state is " + state.dtype() + "; one from getState is I64");
        }
        long[] parts = state.toLongArray();
        seed = parts[0];
        counter = parts[1];
        return this;
    }

    /** Takes the blocks that {@code count} elements need, and says where they start. */
    Stretch take(RandomKind kind, DType dtype, long range, long count) {
        return take(Math.ceilDiv(count, Philox.elementsPerBlock(kind, dtype, range)));
    }

    /** Takes {@code blocks} blocks of Philox, and says where they start. */
    synchronized Stretch take(long blocks) {
        Stretch taken = new Stretch(seed, counter);
        counter += blocks;
        RandomDraws.drawn(this, taken);
        return taken;
    }

    /** Goes back to {@code start}, and says how many blocks were taken since. */
    synchronized long rewind(Stretch start) {
        long blocks = counter - start.counter;
        seed = start.seed;
        counter = start.counter;
        return blocks;
    }
}
