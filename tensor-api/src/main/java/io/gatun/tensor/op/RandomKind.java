package io.gatun.tensor.op;

/**
 * The distributions a backend fills a tensor from. {@link io.gatun.tensor.spi.Philox} defines the number each element
 * gets, so that a seed gives the same numbers on every backend.
 */
public enum RandomKind {
    /** Uniform on [first, second); floating-point. */
    UNIFORM,
    /** Normal with mean first and standard deviation second; floating-point. */
    NORMAL,
    /** Integers from first to second - 1, both exact as {@code long}; any dtype but bool. */
    INTEGER
}
