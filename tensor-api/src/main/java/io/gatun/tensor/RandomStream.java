package io.gatun.tensor;

import io.gatun.tensor.spi.Philox;

/**
 * As many random numbers as somebody needs, one after the other, from one block of a generator's counter: the blocks with
 * that low half of {@link Philox}'s 128-bit counter and high halves 0, 1, 2, ... For what cannot be said by element, such
 * as an order or a method that rejects. Computed on the host, so the same with every backend.
 */
final class RandomStream {
    private final long seed;
    private final long block;
    private final int[] words = new int[4];
    private long next;

    /** From block {@code block}. */
    RandomStream(long seed, long block) {
        this.seed = seed;
        this.block = block;
    }

    /** From the next block of {@code generator}. */
    static RandomStream of(Generator generator) {
        Generator.Stretch stretch = generator.take(1);
        return new RandomStream(stretch.seed(), stretch.counter());
    }

    /** 64 random bits. */
    long nextLong() {
        int half = (int) (next & 1);
        if (half == 0) {
            Philox.block(seed, block, next >>> 1, words);
        }
        next++;
        return words[2 * half] & 0xFFFFFFFFL | (long) words[2 * half + 1] << 32;
    }

    /** From 0 to {@code bound}, exclusive. */
    long nextLong(long bound) {
        return Math.unsignedMultiplyHigh(nextLong(), bound);
    }

    /** Uniform on [0, 1). */
    double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }
}
