package io.gatun.nn;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Normalises each of {@code numGroups} groups of channels of (N, C, ...); see {@link F#groupNorm}. Parameters, if
 * affine: {@code weight} (C), at first ones, and {@code bias} (C), at first zeros.
 */
public final class GroupNorm extends Module {
    private final long numGroups;
    private final double eps;
    private final long numChannels;
    private final @Nullable Tensor weight;
    private final @Nullable Tensor bias;

    /** With eps 1e-5. */
    public GroupNorm(long numGroups, long numChannels) {
        this(numGroups, numChannels, 1e-5);
    }

    /** With this eps. */
    public GroupNorm(long numGroups, long numChannels, double eps) {
        this(numGroups, numChannels, eps, true);
    }

    /** With weight and bias or without. */
    public GroupNorm(long numGroups, long numChannels, double eps, boolean affine) {
        if (numGroups < 1 || numChannels % numGroups != 0) {
            throw new IllegalArgumentException(
                    "GroupNorm: " + numChannels + " channels cannot be split in " + numGroups + " groups");
        }
        this.numGroups = numGroups;
        this.numChannels = numChannels;
        this.eps = eps;
        weight = affine ? registerParameter("weight", Tensor.ones(numChannels)) : null;
        bias = affine ? registerParameter("bias", Tensor.zeros(numChannels)) : null;
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.groupNorm(input, numGroups, weight, bias, eps);
    }

    @Override
    protected String extraRepr() {
        return numGroups + ", " + numChannels + ", eps=" + python(eps) + ", affine=" + python(weight != null);
    }
}
