package io.gatun.nn;

import org.jspecify.annotations.Nullable;

/** {@link BatchNorm} of (N, C) or (N, C, L). */
public final class BatchNorm1d extends BatchNorm {
    /** With eps 1e-5 and momentum 0.1. */
    public BatchNorm1d(long numFeatures) {
        this(numFeatures, 1e-5, 0.1);
    }

    /** With this eps, and this share of each batch in the running values. */
    public BatchNorm1d(long numFeatures, double eps, double momentum) {
        this(numFeatures, eps, momentum, true, true);
    }

    /**
     * With weight and bias or without, and with running values or without.
     *
     * @param momentum null for running values that are the mean over all batches
     */
    public BatchNorm1d(
            long numFeatures, double eps, @Nullable Double momentum, boolean affine, boolean trackRunningStats) {
        super(numFeatures, eps, momentum, affine, trackRunningStats);
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
