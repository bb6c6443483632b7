package io.gatun.nn;

import io.gatun.tensor.Tensor;

/** The mean of each window, over 1 to 3 spatial dimensions; see {@link PoolingOptions}. */
public abstract sealed class AvgPool extends Module permits AvgPool1d, AvgPool2d, AvgPool3d {
    private final int rank;
    private final PoolingOptions options;

    AvgPool(int rank, PoolingOptions options) {
        this.rank = rank;
        this.options = options;
    }

    @Override
    public final Tensor forward(Tensor input) {
        return options.average(rank, input);
    }

    @Override
    protected String extraRepr() {
        return options.describe();
    }
}
