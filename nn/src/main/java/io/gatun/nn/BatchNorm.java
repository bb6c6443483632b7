package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;

/**
 * Normalises each channel: by the batch's mean and variance in training, which move the running ones, and by those in
 * evaluation; see {@link F#batchNorm}. Parameters: {@code weight} (C), at first ones, and {@code bias} (C), at first
 * zeros. Buffers: {@code running_mean} (C), zeros, {@code running_var} (C), ones, and {@code num_batches_tracked}.
 */
public abstract sealed class BatchNorm extends Module permits BatchNorm1d, BatchNorm2d {
    private final double eps;
    private final double momentum;
    private final Tensor weight;
    private final Tensor bias;
    private final Tensor runningMean;
    private final Tensor runningVar;
    private final Tensor batches;

    BatchNorm(long numFeatures, double eps, double momentum) {
        this.eps = eps;
        this.momentum = momentum;
        weight = registerParameter("weight", Tensor.ones(numFeatures));
        bias = registerParameter("bias", Tensor.zeros(numFeatures));
        runningMean = registerBuffer("running_mean", Tensor.zeros(numFeatures));
        runningVar = registerBuffer("running_var", Tensor.ones(numFeatures));
        batches = registerBuffer("num_batches_tracked", Tensor.zeros(Shape.scalar(), DType.I64));
    }

    @Override
    public final Tensor forward(Tensor input) {
        if (!takes(input.dim())) {
            throw new ShapeException(name() + ": the input has shape " + input.shape() + "; expected " + expected());
        }
        Tensor output = F.batchNorm(input, runningMean, runningVar, weight, bias, isTraining(), momentum, eps);
        if (isTraining()) {
            batches.add_(1);
        }
        return output;
    }

    abstract boolean takes(int rank);

    abstract String expected();

    /** The running mean, (C). */
    public final Tensor runningMean() {
        return runningMean;
    }

    /** The running variance, (C). */
    public final Tensor runningVar() {
        return runningVar;
    }

    @Override
    protected String extraRepr() {
        return weight.size(0) + ", eps=" + python(eps) + ", momentum=" + python(momentum)
                + ", affine=True, track_running_stats=True";
    }
}
