package io.gatun.tensor;

/** What {@link StatisticsOps#quantile} gives where a quantile lies between two elements. */
public enum Interpolation {
    /** Between the two, by distance. */
    LINEAR,
    /** The smaller. */
    LOWER,
    /** The larger. */
    HIGHER,
    /** Half way between the two. */
    MIDPOINT,
    /** The nearer; of two equally near the one at the even place. */
    NEAREST
}
