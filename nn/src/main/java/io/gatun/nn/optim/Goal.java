package io.gatun.nn.optim;

/** Which way a measure gets better. */
public enum Goal {
    /** Down, as a loss: the default. */
    MIN,
    /** Up, as an accuracy. */
    MAX
}
