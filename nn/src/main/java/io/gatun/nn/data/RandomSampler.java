package io.gatun.nn.data;

import io.gatun.tensor.DType;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;

/** Samples at random, in a new order each epoch. */
public final class RandomSampler implements Sampler {
    private final long samples;
    private final boolean replacement;
    private final long size;
    private final Generator generator;

    /** Every one of {@code samples} once, drawn from the default generator. */
    public RandomSampler(long samples) {
        this(samples, Random.defaultGenerator());
    }

    /** Every one of {@code samples} once. */
    public RandomSampler(long samples, Generator generator) {
        this(samples, false, samples, generator);
    }

    /**
     * {@code numSamples} of {@code samples}: each drawn from all of them if {@code replacement}, else each once in every pass
     * through all of them.
     *
     * @throws IllegalArgumentException if samples are to be drawn from none
     */
    public RandomSampler(long samples, boolean replacement, long numSamples, Generator generator) {
        if (samples < 0 || numSamples < 0 || samples == 0 && numSamples > 0) {
            throw new IllegalArgumentException(
                    "RandomSampler: " + numSamples + " samples cannot be drawn from " + samples);
        }
        this.samples = samples;
        this.replacement = replacement;
        this.size = numSamples;
        this.generator = generator;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long[] indices() {
        int count = Math.toIntExact(size);
        if (replacement) {
            return Tensor.randint(0, samples, Shape.of(count), DType.I64, generator)
                    .toLongArray();
        }
        long[] all = new long[count];
        for (int at = 0; at < count; ) {
            long[] pass = Tensor.randperm(samples, generator).toLongArray();
            int length = Math.min(pass.length, count - at);
            System.arraycopy(pass, 0, all, at, length);
            at += length;
        }
        return all;
    }
}
