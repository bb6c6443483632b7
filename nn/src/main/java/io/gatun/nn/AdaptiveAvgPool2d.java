package io.gatun.nn;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Means of windows of nearly equal size: (N, C, H, W) to (N, C, height, width). */
public final class AdaptiveAvgPool2d extends Module {
    private final long height;
    private final long width;

    /** With one size for both dimensions. */
    public AdaptiveAvgPool2d(long size) {
        this(size, size);
    }

    /** With {@code height} and {@code width}. */
    public AdaptiveAvgPool2d(long height, long width) {
        this.height = height;
        this.width = width;
    }

    /** With these output sizes; null keeps the input's. */
    public AdaptiveAvgPool2d(@Nullable Integer height, @Nullable Integer width) {
        this(AdaptivePooling.size(height), AdaptivePooling.size(width));
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.adaptiveAvgPool2d(input, height, width);
    }

    @Override
    protected String extraRepr() {
        return AdaptivePooling.text(height, width);
    }
}
