package io.gatun.nn;

import org.jspecify.annotations.Nullable;

/** {@link BatchNorm} of (N, C, H, W). */
public final class BatchNorm2d extends BatchNorm {
    /** With eps 1e-5 and momentum 0.1. */
    public BatchNorm2d(long numFeatures) {
        this(numFeatures, 1e-5, 0.1);
    }

    /** With this eps, and this share of each batch in the running values. */
    public BatchNorm2d(long numFeatures, double eps, double momentum) {
        this(numFeatures, eps, momentum, true, true);
    }

    /**
     * With weight and bias or without, and with running values or without.
     *
     * @param momentum null for running values that are the mean over all batches
     */
    public BatchNorm2d(
            long numFeatures, double eps, @Nullable Double momentum, boolean affine, boolean trackRunningStats) {
        super(numFeatures, eps, momentum, affine, trackRunningStats);
    }

    @Override
    boolean takes(int rank) {
        return rank == 4;
    }

    @Override
    String expected() {
        return "(N, C, H, W)";
    }
}
