package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Normalises each channel: by the batch's mean and variance in training, which move the running ones, and by those in
 * evaluation; see {@link F#batchNorm}. Parameters, if affine: {@code weight} (C), at first ones, and {@code bias} (C), at
 * first zeros. Buffers, if running values are kept: {@code running_mean} (C), zeros, {@code running_var} (C), ones, and {@code
 * num_batches_tracked}; otherwise the batch's own values are used in evaluation too.
 */
public abstract sealed class BatchNorm extends Module permits BatchNorm1d, BatchNorm2d {
    private final long numFeatures;
    private final double eps;
    private final @Nullable Double momentum;
    private final @Nullable Tensor weight;
    private final @Nullable Tensor bias;
    private final @Nullable Tensor runningMean;
    private final @Nullable Tensor runningVar;
    private final @Nullable Tensor batches;

    BatchNorm(long numFeatures, double eps, @Nullable Double momentum, boolean affine, boolean trackRunningStats) {
        this.numFeatures = numFeatures;
        this.eps = eps;
        this.momentum = momentum;
        weight = affine ? registerParameter("weight", Tensor.ones(numFeatures)) : null;
        bias = affine ? registerParameter("bias", Tensor.zeros(numFeatures)) : null;
        runningMean = trackRunningStats ? registerBuffer("running_mean", Tensor.zeros(numFeatures)) : null;
        runningVar = trackRunningStats ? registerBuffer("running_var", Tensor.ones(numFeatures)) : null;
        batches = trackRunningStats
                ? registerBuffer("num_batches_tracked", Tensor.zeros(Shape.scalar(), DType.I64))
                : null;
    }

    @Override
    public final Tensor forward(Tensor input) {
        if (!takes(input.dim())) {
            throw new ShapeException(name() + ": the input has shape " + input.shape() + "; expected " + expected());
        }
        if (input.size(1) != numFeatures) {
            throw new ShapeException(name() + ": the input has shape " + input.shape() + "; expected " + expected()
                    + " with " + numFeatures + " channels");
        }
        Tensor counted = isTraining() ? batches : null;
        Tensor output = F.batchNorm(
                input,
                runningMean,
                runningVar,
                weight,
                bias,
                isTraining() || runningMean == null,
                counted == null ? 0 : share(counted),
                eps);
        if (counted != null) {
            counted.add_(1);
        }
        return output;
    }

    /** That of this batch in the running values. */
    private double share(Tensor before) {
        return momentum == null ? 1 / (before.item() + 1) : momentum;
    }

    abstract boolean takes(int rank);

    abstract String expected();

    /** The running mean, (C), or null. */
    public final @Nullable Tensor runningMean() {
        return runningMean;
    }

    /** The running variance, (C), or null. */
    public final @Nullable Tensor runningVar() {
        return runningVar;
    }

    @Override
    protected String extraRepr() {
        return numFeatures + ", eps=" + python(eps) + ", momentum=" + (momentum == null ? "None" : python(momentum))
                + ", affine=" + python(weight != null) + ", track_running_stats=" + python(runningMean != null);
    }
}
