package io.gatun.tensor;

/** How {@link Tensor#div(Tensor, RoundingMode)} rounds its quotients. */
public enum RoundingMode {
    /** Down, as Python's {@code //}. */
    FLOOR,
    /** Towards zero, as Java's {@code /} on integers. */
    TRUNC
}
