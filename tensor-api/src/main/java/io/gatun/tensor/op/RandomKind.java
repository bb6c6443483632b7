package io.gatun.tensor.op;

/**
 * The distributions a backend fills a tensor from. {@link io.gatun.tensor.spi.Philox} defines the number each element
 * gets, to the last bit, so that a seed gives the same numbers on every backend.
 */
public enum RandomKind {
    /** Uniform on [first, second); floating-point. */
    UNIFORM,
    /** Normal with mean first and standard deviation second; floating-point. */
    NORMAL,
    /** e to the power of a normal number with mean first and standard deviation second; floating-point. */
    LOG_NORMAL,
    /** Exponential with rate first; floating-point. */
    EXPONENTIAL,
    /** Cauchy with median first and half-width second; floating-point. */
    CAUCHY,
    /** The number of trials up to the first success, where first is the probability of one; floating-point. */
    GEOMETRIC,
    /** The number second with probability first, else 0; any dtype, probabilities as of {@code F32} but in {@code F64}. */
    BERNOULLI,
    /**
     * Integers from first to second - 1, both exact as {@code long}; second wraps around where the last is {@link
     * Long#MAX_VALUE}. Any dtype but bool.
     */
    INTEGER
}
