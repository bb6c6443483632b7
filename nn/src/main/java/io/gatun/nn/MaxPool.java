package io.gatun.nn;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValuesAndIndices;

/** The largest element of each window, over 1 to 3 spatial dimensions; see {@link PoolingOptions}. */
public abstract sealed class MaxPool extends Module permits MaxPool1d, MaxPool2d, MaxPool3d {
    private final int rank;
    private final PoolingOptions options;

    MaxPool(int rank, PoolingOptions options) {
        this.rank = rank;
        this.options = options;
    }

    @Override
    public final Tensor forward(Tensor input) {
        return options.max(rank, input).values();
    }

    /** What is computed, and where in the flattened spatial dimensions of the input each maximum was, {@code I64}. */
    public final ValuesAndIndices withIndices(Tensor input) {
        return options.max(rank, input);
    }

    @Override
    protected String extraRepr() {
        return options.describeMax();
    }
}
