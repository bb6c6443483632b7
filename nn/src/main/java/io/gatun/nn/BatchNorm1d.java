package io.gatun.nn;

/** {@link BatchNorm} of (N, C) or (N, C, L). */
public final class BatchNorm1d extends BatchNorm {
    /** With eps 1e-5 and momentum 0.1. */
    public BatchNorm1d(long numFeatures) {
        this(numFeatures, 1e-5, 0.1);
    }

    /** With this eps, and this share of each batch in the running values. */
    public BatchNorm1d(long numFeatures, double eps, double momentum) {
        super(numFeatures, eps, momentum);
    }

    @Override
    boolean takes(int rank) {
        return rank == 2 || rank == 3;
    }

    @Override
    String expected() {
        return "(N, C) or (N, C, L)";
    }
}
