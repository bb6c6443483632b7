package io.gatun.nn.data;

import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;

/** Samples at random, each with a probability in proportion to its weight: for classes of very different sizes. */
public final class WeightedRandomSampler implements Sampler {
    private final Tensor weights;
    private final long numSamples;
    private final boolean replacement;
    private final Generator generator;

    /** {@code numSamples} an epoch, each drawn from all, from the default generator. */
    public WeightedRandomSampler(Tensor weights, long numSamples) {
        this(weights, numSamples, true, Random.defaultGenerator());
    }

    /**
     * {@code numSamples} an epoch.
     *
     * @param weights (samples), floating-point, not negative
     * @param replacement whether a sample may come more than once in an epoch
     * @throws ShapeException if weights have more than one dimension
     */
    public WeightedRandomSampler(Tensor weights, long numSamples, boolean replacement, Generator generator) {
        if (weights.dim() != 1 || numSamples < 1 || !replacement && numSamples > weights.size(0)) {
            throw new ShapeException("WeightedRandomSampler: " + numSamples + " samples cannot be drawn by weights "
                    + weights.shape() + (replacement ? "" : " without replacement"));
        }
        this.weights = weights.detach();
        this.numSamples = numSamples;
        this.replacement = replacement;
        this.generator = generator;
    }

    @Override
    public long size() {
        return numSamples;
    }

    @Override
    public long[] indices() {
        return weights.multinomial(numSamples, replacement, generator).toLongArray();
    }
}
