package io.gatun.benchmarks.peers;

/** Whether two sides computed the same, so that a row compares equal work. */
final class Agreement {
    /** Of the largest element: orders of summation differ, and so do approximations of functions. */
    private static final double TOLERANCE = 1e-4;

    private Agreement() {}

    /** Throws where they did not. */
    static void check(double[] ours, double[] theirs) {
        if (ours.length != theirs.length) {
            throw new IllegalStateException(ours.length + " elements here, " + theirs.length + " there");
        }
        double largest = 0;
        for (double element : theirs) {
            largest = Math.max(largest, Math.abs(element));
        }
        for (int i = 0; i < ours.length; i++) {
            if (!(Math.abs(ours[i] - theirs[i]) <= TOLERANCE * largest)) {
                throw new IllegalStateException(
                        "element " + i + " of " + ours.length + " is " + ours[i] + " here, " + theirs[i] + " there");
            }
        }
    }
}
