package io.gatun.nn;

import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Maxima of windows of nearly equal size: (N, C, H, W) to (N, C, height, width). */
public final class AdaptiveMaxPool2d extends Module {
    private final long height;
    private final long width;

    /** With one size for all dimensions. */
    public AdaptiveMaxPool2d(long size) {
        this(size, size);
    }

    /** With these output sizes. */
    public AdaptiveMaxPool2d(long height, long width) {
        this.height = height;
        this.width = width;
    }

    /** With these output sizes; null keeps the input's. */
    public AdaptiveMaxPool2d(@Nullable Integer height, @Nullable Integer width) {
        this(AdaptivePooling.size(height), AdaptivePooling.size(width));
    }

    @Override
    public Tensor forward(Tensor input) {
        return F.adaptiveMaxPool2d(input, height, width);
    }

    @Override
    protected String extraRepr() {
        return AdaptivePooling.text(height, width);
    }
}
