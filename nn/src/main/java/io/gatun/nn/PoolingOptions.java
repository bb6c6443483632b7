package io.gatun.nn;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.ValuesAndIndices;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * How windows are laid for pooling: an immutable value, whose methods give changed copies. Sizes are given once for all
 * spatial dimensions or for each of them.
 *
 * <pre>{@code
 * new MaxPool2d(PoolingOptions.kernel(3, 2).stride(2).padding(1, 0).ceilMode(true))
 * }</pre>
 */
public final class PoolingOptions {
    private final int[] kernel;
    private final int[] stride;
    private final int[] padding;
    private final int[] dilation;
    private final boolean ceilMode;
    private final boolean countIncludePad;
    private final int divisorOverride;

    private PoolingOptions(
            int[] kernel,
            int[] stride,
            int[] padding,
            int[] dilation,
            boolean ceilMode,
            boolean countIncludePad,
            int divisorOverride) {
        this.kernel = kernel;
        this.stride = stride;
        this.padding = padding;
        this.dilation = dilation;
        this.ceilMode = ceilMode;
        this.countIncludePad = countIncludePad;
        this.divisorOverride = divisorOverride;
    }

    /** Windows of this size side by side, without padding. */
    public static PoolingOptions kernel(int... size) {
        return new PoolingOptions(size.clone(), size.clone(), new int[] {0}, new int[] {1}, false, true, 0);
    }

    /** With windows this far apart; default the kernel size. */
    public PoolingOptions stride(int... value) {
        return new PoolingOptions(kernel, value.clone(), padding, dilation, ceilMode, countIncludePad, divisorOverride);
    }

    /** With so much added at both ends, at most half of the kernel, which never is a maximum; default 0. */
    public PoolingOptions padding(int... value) {
        return new PoolingOptions(kernel, stride, value.clone(), dilation, ceilMode, countIncludePad, divisorOverride);
    }

    /** With a window's elements this far apart, for maxima only; default 1. */
    public PoolingOptions dilation(int... value) {
        return new PoolingOptions(kernel, stride, padding, value.clone(), ceilMode, countIncludePad, divisorOverride);
    }

    /** Whether a last window may reach past the end; default no. */
    public PoolingOptions ceilMode(boolean value) {
        return new PoolingOptions(kernel, stride, padding, dilation, value, countIncludePad, divisorOverride);
    }

    /** Whether the zeros of the padding count in a mean; default yes. */
    public PoolingOptions countIncludePad(boolean value) {
        return new PoolingOptions(kernel, stride, padding, dilation, ceilMode, value, divisorOverride);
    }

    /** With sums divided by this and not by the number of elements, for means only. */
    public PoolingOptions divisorOverride(int value) {
        if (value == 0) {
            throw new ValueException("divisorOverride is 0, by which sums would be divided");
        }
        return new PoolingOptions(kernel, stride, padding, dilation, ceilMode, countIncludePad, value);
    }

    ValuesAndIndices max(int rank, Tensor input) {
        return Pooling.max(rank, input, kernel, stride, padding, dilation, ceilMode);
    }

    Tensor average(int rank, Tensor input) {
        return Pooling.average(rank, input, kernel, stride, padding, ceilMode, countIncludePad, divisorOverride);
    }

    /** As PyTorch prints it. */
    String describeMax() {
        return describe() + ", dilation=" + sizes(dilation) + ", ceil_mode=" + Module.python(ceilMode);
    }

    /** As PyTorch prints it. */
    String describe() {
        return "kernel_size=" + sizes(kernel) + ", stride=" + sizes(stride) + ", padding=" + sizes(padding);
    }

    private static String sizes(int[] values) {
        return values.length == 1
                ? Integer.toString(values[0])
                : Arrays.stream(values).mapToObj(Integer::toString).collect(Collectors.joining(", ", "(", ")"));
    }
}
