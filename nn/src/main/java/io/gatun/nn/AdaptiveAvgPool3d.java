package io.gatun.nn;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Means of windows of nearly equal size: (N, C, D, H, W) to (N, C, depth, height, width). */
public final class AdaptiveAvgPool3d extends Module {
    private final long depth;
    private final long height;
    private final long width;

    /** With one size for all dimensions. */
    public AdaptiveAvgPool3d(long size) {
        this(size, size, size);
    }

    /** With these output sizes. */
    public AdaptiveAvgPool3d(long depth, long height, long width) {
        this.depth = depth;
        this.height = height;
        this.width = width;
    }

    /** With these output sizes; null keeps the input's. */
    public AdaptiveAvgPool3d(@Nullable Integer depth, @Nullable Integer height, @Nullable Integer width) {
        this(AdaptivePooling.size(depth), AdaptivePooling.size(height), AdaptivePooling.size(width));
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.adaptiveAvgPool3d(input, depth, height, width);
    }

    @Override
    protected String extraRepr() {
        return AdaptivePooling.text(depth, height, width);
    }
}
