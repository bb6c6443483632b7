package io.gatun.tensor;

import io.gatun.tensor.op.RandomKind;

/**
 * The random draws of {@link Tensor}: in place into this tensor, or with this tensor as parameters. Every one takes a
 * {@link Generator}; without one the default generator draws. The same seed gives the same numbers on every backend.
 * Gradients do not flow through draws.
 *
 * <p>Methods that say so want a floating-point dtype, and throw a {@link DTypeException} for others; parameters outside
 * their range are an {@link IllegalArgumentException}.
 */
public sealed interface RandomOps permits Tensor {
    /** {@link #uniform_(double, double, Generator)} with 0 and 1, from the default generator. */
    default Tensor uniform_() {
        return uniform_(0, 1, Random.defaultGenerator());
    }

    /** {@link #uniform_(double, double, Generator)} from the default generator. */
    default Tensor uniform_(double from, double to) {
        return uniform_(from, to, Random.defaultGenerator());
    }

    /** Draws every element uniformly from [{@code from}, {@code to}); floating-point. */
    default Tensor uniform_(double from, double to, Generator generator) {
        if (!(from <= to)) {
            throw new ValueException("uniform_: the interval from " + from + " to " + to + " is empty");
        }
        return Random.fill("uniform_", (Tensor) this, RandomKind.UNIFORM, from, to, generator);
    }

    /** {@link #normal_(double, double, Generator)} with mean 0 and standard deviation 1, from the default generator. */
    default Tensor normal_() {
        return normal_(0, 1, Random.defaultGenerator());
    }

    /** {@link #normal_(double, double, Generator)} from the default generator. */
    default Tensor normal_(double mean, double std) {
        return normal_(mean, std, Random.defaultGenerator());
    }

    /** Draws every element from a normal distribution; floating-point. */
    default Tensor normal_(double mean, double std, Generator generator) {
        if (!(std >= 0)) {
            throw new ValueException("normal_: the standard deviation is " + std + "; it must be 0 or more");
        }
        return Random.fill("normal_", (Tensor) this, RandomKind.NORMAL, mean, std, generator);
    }

    /** {@link #logNormal_(double, double, Generator)} with mean 1 and standard deviation 2, from the default generator. */
    default Tensor logNormal_() {
        return logNormal_(1, 2, Random.defaultGenerator());
    }

    /** {@link #logNormal_(double, double, Generator)} from the default generator. */
    default Tensor logNormal_(double mean, double std) {
        return logNormal_(mean, std, Random.defaultGenerator());
    }

    /** Draws every element as e to the power of a normal number of this mean and standard deviation; floating-point. */
    default Tensor logNormal_(double mean, double std, Generator generator) {
        if (!(std > 0)) {
            throw new ValueException("logNormal_: the standard deviation is " + std + "; it must be above 0");
        }
        return Random.fill("logNormal_", (Tensor) this, RandomKind.LOG_NORMAL, mean, std, generator);
    }

    /** {@link #exponential_(double, Generator)} with rate 1, from the default generator. */
    default Tensor exponential_() {
        return exponential_(1, Random.defaultGenerator());
    }

    /** {@link #exponential_(double, Generator)} from the default generator. */
    default Tensor exponential_(double lambda) {
        return exponential_(lambda, Random.defaultGenerator());
    }

    /** Draws every element from an exponential distribution of rate {@code lambda}, never 0 before rounding; floating-point. */
    default Tensor exponential_(double lambda, Generator generator) {
        if (!(lambda >= 0)) {
            throw new ValueException("exponential_: the rate is " + lambda + "; it must be 0 or more");
        }
        return Random.fill("exponential_", (Tensor) this, RandomKind.EXPONENTIAL, lambda, 0, generator);
    }

    /** {@link #cauchy_(double, double, Generator)} with median 0 and half-width 1, from the default generator. */
    default Tensor cauchy_() {
        return cauchy_(0, 1, Random.defaultGenerator());
    }

    /** {@link #cauchy_(double, double, Generator)} from the default generator. */
    default Tensor cauchy_(double median, double sigma) {
        return cauchy_(median, sigma, Random.defaultGenerator());
    }

    /** Draws every element from a Cauchy distribution of this median and half-width; floating-point. */
    default Tensor cauchy_(double median, double sigma, Generator generator) {
        if (!(sigma >= 0)) {
            throw new ValueException("cauchy_: the half-width is " + sigma + "; it must be 0 or more");
        }
        return Random.fill("cauchy_", (Tensor) this, RandomKind.CAUCHY, median, sigma, generator);
    }

    /** {@link #geometric_(double, Generator)} from the default generator. */
    default Tensor geometric_(double p) {
        return geometric_(p, Random.defaultGenerator());
    }

    /**
     * Draws every element as the number of trials up to the first success, of probability {@code p} each: 1, 2, ... Any
     * dtype but bool.
     */
    default Tensor geometric_(double p, Generator generator) {
        return Sampling.geometric((Tensor) this, p, generator);
    }

    /** {@link #random_(Generator)} from the default generator. */
    default Tensor random_() {
        return random_(Random.defaultGenerator());
    }

    /** Draws integers from 0 to the dtype's largest; for floating-point to the largest up to which all are exact. */
    default Tensor random_(Generator generator) {
        Tensor target = (Tensor) this;
        return Random.fillIntegers("random_", target, 0, Random.highest(target.dtype()), generator);
    }

    /** {@link #random_(long, long)} from 0. */
    default Tensor random_(long to) {
        return random_(0, to);
    }

    /** {@link #random_(long, long, Generator)} from the default generator. */
    default Tensor random_(long from, long to) {
        return random_(from, to, Random.defaultGenerator());
    }

    /** Draws integers from {@code from} to {@code to}, exclusive, which must be exact in the dtype; any dtype. */
    default Tensor random_(long from, long to, Generator generator) {
        if (from >= to) {
            throw new ValueException("random_: there is no integer from " + from + " to " + to + ", exclusive");
        }
        return Random.fillIntegers("random_", (Tensor) this, from, to - 1, generator);
    }

    /** {@link #bernoulli(Generator)} from the default generator. */
    default Tensor bernoulli() {
        return bernoulli(Random.defaultGenerator());
    }

    /** 1 with the probability that each element of this tensor gives, else 0; of this shape and dtype. */
    default Tensor bernoulli(Generator generator) {
        return Sampling.bernoulli((Tensor) this, generator);
    }

    /** {@link #bernoulli(double, Generator)} from the default generator. */
    default Tensor bernoulli(double p) {
        return bernoulli(p, Random.defaultGenerator());
    }

    /** 1 with probability {@code p}, else 0; of this shape and dtype, which may be any. */
    default Tensor bernoulli(double p, Generator generator) {
        return Tensor.emptyLike((Tensor) this).bernoulli_(p, generator);
    }

    /** {@link #bernoulli_(double)} with probability 0.5. */
    default Tensor bernoulli_() {
        return bernoulli_(0.5);
    }

    /** {@link #bernoulli_(double, Generator)} from the default generator. */
    default Tensor bernoulli_(double p) {
        return bernoulli_(p, Random.defaultGenerator());
    }

    /** Sets every element to 1 with probability {@code p}, else to 0; any dtype. */
    default Tensor bernoulli_(double p, Generator generator) {
        return Sampling.bernoulliInto((Tensor) this, p, generator);
    }

    /** {@link #bernoulli_(Tensor, Generator)} from the default generator. */
    default Tensor bernoulli_(Tensor probabilities) {
        return bernoulli_(probabilities, Random.defaultGenerator());
    }

    /**
     * Sets every element to 1 with the probability that {@code probabilities} (floating-point, broadcast) gives, else to 0;
     * any dtype.
     */
    default Tensor bernoulli_(Tensor probabilities, Generator generator) {
        return Sampling.bernoulliInto((Tensor) this, probabilities, generator);
    }

    /** {@link #multinomial(long, boolean, Generator)} from the default generator. */
    default Tensor multinomial(long numSamples, boolean replacement) {
        return multinomial(numSamples, replacement, Random.defaultGenerator());
    }

    /**
     * Categories drawn by weight: this is a row of weights (categories), or rows (n, categories); they need not add up to
     * 1. Without replacement a row's samples are different; categories of weight 0 come only after all others.
     *
     * @return {@code I64}, (numSamples) or (n, numSamples)
     * @throws ValueException if a weight is negative, infinite or NaN, a row has none above 0, or there are more
     *     samples than categories without replacement
     */
    default Tensor multinomial(long numSamples, boolean replacement, Generator generator) {
        return Sampling.multinomial((Tensor) this, numSamples, replacement, generator);
    }

    /** {@link #multinomial(long, boolean)} without replacement. */
    default Tensor multinomial(long numSamples) {
        return multinomial(numSamples, false);
    }

    /** {@link #poisson(Generator)} from the default generator. */
    default Tensor poisson() {
        return poisson(Random.defaultGenerator());
    }

    /** Numbers of events at the rates that the elements (0 or more) give; of this shape and floating-point dtype. */
    default Tensor poisson(Generator generator) {
        return Sampling.poisson((Tensor) this, generator);
    }
}
