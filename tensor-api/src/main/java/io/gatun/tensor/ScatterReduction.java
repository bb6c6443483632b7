package io.gatun.tensor;

/** How {@link IndexingOps#scatterReduce} makes one element of several. */
public enum ScatterReduction {
    /** The sum. */
    SUM,
    /** The product. */
    PROD,
    /** The mean; of integers rounded down. */
    MEAN,
    /** The largest; NaN if any is. */
    AMAX,
    /** The smallest; NaN if any is. */
    AMIN
}
