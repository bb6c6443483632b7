package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValueException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a convolution takes as keyword arguments in PyTorch: an immutable value, whose methods give changed copies. A
 * single number stands for all spatial dimensions.
 *
 * <pre>{@code
 * new Conv2d(3, 16, ConvolutionOptions.kernel(3).padding(1).bias(false))
 * }</pre>
 */
public final class ConvolutionOptions {
    private final int[] kernel;
    private final int[] stride;
    private final int[] padding;
    private final int[] dilation;
    private final int groups;
    private final boolean bias;
    private final DType dtype;
    private final F.PadMode paddingMode;
    private final boolean same;

    private ConvolutionOptions(
            int[] kernel,
            int[] stride,
            int[] padding,
            int[] dilation,
            int groups,
            boolean bias,
            DType dtype,
            F.PadMode paddingMode,
            boolean same) {
        this.kernel = kernel;
        this.stride = stride;
        this.padding = padding;
        this.dilation = dilation;
        this.groups = groups;
        this.bias = bias;
        this.dtype = dtype;
        this.paddingMode = paddingMode;
        this.same = same;
    }

    /** A kernel of this size, stride 1, padding 0, dilation 1, one group, a bias, {@code F32}. */
    public static ConvolutionOptions kernel(int... size) {
        int[] one = {1};
        return new ConvolutionOptions(
                size.clone(), one, new int[] {0}, one, 1, true, DType.F32, F.PadMode.CONSTANT, false);
    }

    /** With windows this far apart. */
    public ConvolutionOptions stride(int... value) {
        return new ConvolutionOptions(kernel, value.clone(), padding, dilation, groups, bias, dtype, paddingMode, same);
    }

    /** With so many zeros, or what {@link #paddingMode} says, added at both ends. */
    public ConvolutionOptions padding(int... value) {
        return new ConvolutionOptions(kernel, stride, value.clone(), dilation, groups, bias, dtype, paddingMode, false);
    }

    /** With as much added as makes the output's size the input's; where that is odd, one more at the end. Needs stride 1. */
    public ConvolutionOptions paddingSame() {
        return new ConvolutionOptions(kernel, stride, padding, dilation, groups, bias, dtype, paddingMode, true);
    }

    /** With what is added taken from the input; not for transposed convolutions. */
    public ConvolutionOptions paddingMode(F.PadMode value) {
        return new ConvolutionOptions(kernel, stride, padding, dilation, groups, bias, dtype, value, same);
    }

    /** With a kernel's elements this far apart. */
    public ConvolutionOptions dilation(int... value) {
        return new ConvolutionOptions(kernel, stride, padding, value.clone(), groups, bias, dtype, paddingMode, same);
    }

    /** With the channels in so many independent groups. */
    public ConvolutionOptions groups(int value) {
        return new ConvolutionOptions(kernel, stride, padding, dilation, value, bias, dtype, paddingMode, same);
    }

    /** With a bias or without. */
    public ConvolutionOptions bias(boolean value) {
        return new ConvolutionOptions(kernel, stride, padding, dilation, groups, value, dtype, paddingMode, same);
    }

    /** With parameters of this dtype. */
    public ConvolutionOptions dtype(DType value) {
        return new ConvolutionOptions(kernel, stride, padding, dilation, groups, bias, value, paddingMode, same);
    }

    int[] stride() {
        return stride;
    }

    int[] padding() {
        return padding;
    }

    private boolean pads() {
        return same || paddingMode != F.PadMode.CONSTANT;
    }

    /** The zeros that the convolution itself adds. */
    int[] innerPadding() {
        return pads() ? new int[] {0} : padding;
    }

    /** The input with what the convolution does not add itself. */
    Tensor padded(Tensor input, int rank) {
        if (!pads()) {
            return input;
        }
        long[] around = new long[2 * rank];
        for (int i = 0; i < rank; i++) {
            int dim = rank - 1 - i; // padding is listed from the last dimension
            long total = (long) (at(kernel, dim) - 1) * at(dilation, dim);
            around[2 * i] = same ? total / 2 : at(padding, dim);
            around[2 * i + 1] = same ? total - total / 2 : at(padding, dim);
        }
        return F.pad(input, around, paddingMode, 0);
    }

    private static int at(int[] values, int dim) {
        return values[values.length == 1 ? 0 : dim];
    }

    int[] dilation() {
        return dilation;
    }

    int groups() {
        return groups;
    }

    boolean bias() {
        return bias;
    }

    DType dtype() {
        return dtype;
    }

    Shape weightShape(String layer, int rank, int inChannels, int outChannels) {
        if (groups < 1 || inChannels % groups != 0 || outChannels % groups != 0) {
            throw new ShapeException(layer + ": " + inChannels + " input and " + outChannels
                    + " output channels cannot be split in " + groups + " groups");
        }
        if (same && Arrays.stream(stride).anyMatch(step -> step != 1)) {
            throw new ValueException(layer + ": paddingSame needs stride 1, not " + Arrays.toString(stride));
        }
        Convolutions.spread(layer, "padding", padding, rank, 0);
        Convolutions.spread(layer, "dilation", dilation, rank, 1);
        long[] sizes = new long[rank + 2];
        sizes[0] = outChannels;
        sizes[1] = inChannels / groups;
        for (int i = 0; i < rank; i++) {
            sizes[2 + i] =
                    Convolutions.spread(layer, "kernelSize", kernel, rank, 1).get(i);
        }
        return Shape.of(sizes);
    }

    /** A transposed convolution's weight has the input's channels first: (C, O / groups, K, ...). */
    Shape transposedWeightShape(String layer, int rank, int inChannels, int outChannels) {
        if (pads()) {
            throw new ValueException(layer + ": a transposed convolution pads with zeros only, by a number");
        }
        Shape shape = weightShape(layer, rank, inChannels, outChannels);
        return Shape.of(inChannels, outChannels / groups).concat(shape.slice(2, shape.rank()));
    }

    String describe(int rank, long inChannels, long outChannels) {
        return describe(rank, inChannels, outChannels, 0);
    }

    /** As PyTorch prints it: what has its default value is left out. */
    String describe(int rank, long inChannels, long outChannels, int... outputPadding) {
        StringBuilder out = new StringBuilder()
                .append(inChannels)
                .append(", ")
                .append(outChannels)
                .append(", kernel_size=")
                .append(tuple(kernel, rank))
                .append(", stride=")
                .append(tuple(stride, rank));
        if (same) {
            out.append(", padding=same");
        } else if (Arrays.stream(padding).anyMatch(p -> p != 0)) {
            out.append(", padding=").append(tuple(padding, rank));
        }
        if (Arrays.stream(dilation).anyMatch(d -> d != 1)) {
            out.append(", dilation=").append(tuple(dilation, rank));
        }
        if (Arrays.stream(outputPadding).anyMatch(p -> p != 0)) {
            out.append(", output_padding=").append(tuple(outputPadding, rank));
        }
        if (groups != 1) {
            out.append(", groups=").append(groups);
        }
        if (!bias) {
            out.append(", bias=False");
        }
        return paddingMode == F.PadMode.CONSTANT
                ? out.toString()
                : out.append(", padding_mode=")
                        .append(paddingMode.name().toLowerCase(Locale.ROOT))
                        .toString();
    }

    private static String tuple(int[] values, int rank) {
        String inside = Convolutions.spread("", "", values, rank, 0).stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        return "(" + inside + (rank == 1 ? ",)" : ")");
    }
}
