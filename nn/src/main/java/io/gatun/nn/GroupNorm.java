package io.gatun.nn;

import io.gatun.tensor.Tensor;

/**
 * Normalises each of {@code numGroups} groups of channels of (N, C, ...); see {@link F#groupNorm}. Parameters: {@code
 * weight} (C), at first ones, and {@code bias} (C), at first zeros.
 */
public final class GroupNorm extends Module {
    private final long numGroups;
    private final double eps;
    private final Tensor weight;
    private final Tensor bias;

    /** With eps 1e-5. */
    public GroupNorm(long numGroups, long numChannels) {
        this(numGroups, numChannels, 1e-5);
    }

    /** With this eps. */
    public GroupNorm(long numGroups, long numChannels, double eps) {
        this.numGroups = numGroups;
        this.eps = eps;
        weight = registerParameter("weight", Tensor.ones(numChannels));
        bias = registerParameter("bias", Tensor.zeros(numChannels));
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.groupNorm(input, numGroups, weight, bias, eps);
    }

    @Override
    protected String extraRepr() {
        return numGroups + ", " + weight.size(0) + ", eps=" + python(eps) + ", affine=True";
    }
}
