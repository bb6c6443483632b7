package io.gatun.nn;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.ValuesAndIndices;
import org.jspecify.annotations.Nullable;

/**
 * The functions that layers compute: PyTorch's {@code torch.nn.functional}, under its names in lowerCamelCase, with its
 * argument order and defaults. All are composed of differentiable operators, so gradients follow, of any order.
 *
 * <p>Shapes: N is the batch, C the channels, L, H, W, D the spatial sizes; "..." stands for any dimensions. Where a
 * geometry argument is an {@code int[]}, a single entry stands for all spatial dimensions. A tensor whose shape or dtype
 * does not fit is refused with a {@link ShapeException} or {@link DTypeException} that names the operands.
 *
 * <p>This class is the list; each subject's reasons are in the class that it calls.
 */
public final class F {
    private static final int[] ONE = {1};
    private static final int[] ZERO = {0};
    private static final int[] AS_KERNEL = {};

    private F() {}

    /** How {@link #pad} fills what it adds. */
    public enum PadMode {
        /** With a constant. */
        CONSTANT,
        /** With the input mirrored at its edge, the edge itself not repeated. */
        REFLECT,
        /** With the edge. */
        REPLICATE,
        /** With the input's other end. */
        CIRCULAR
    }

    /** How {@link #interpolate} finds values between the input's. */
    public enum Interpolation {
        /** The input's element at the rounded-down position. */
        NEAREST,
        /** The mean of the four elements around, by distance; for (N, C, H, W). */
        BILINEAR
    }

    // ---- linear

    /** {@code x Wᵀ}: x (..., in), weight (out, in) to (..., out). */
    public static Tensor linear(Tensor input, Tensor weight) {
        return linear(input, weight, null);
    }

    /** {@code x Wᵀ + b}: x (..., in), weight (out, in), bias (out) or null, to (..., out). */
    public static Tensor linear(Tensor input, Tensor weight, @Nullable Tensor bias) {
        if (weight.dim() != 2 || input.dim() == 0 || input.size(-1) != weight.size(1)) {
            throw new ShapeException("linear: input " + input.shape() + " and weight " + weight.shape()
                    + " do not fit: expected (..., in) and (out, in)");
        }
        if (bias != null && !bias.shape().equals(Shape.of(weight.size(0)))) {
            throw new ShapeException(
                    "linear: bias " + bias.shape() + " does not fit weight " + weight.shape() + ": expected (out)");
        }
        Tensor product = input.matmul(weight.t());
        return bias == null ? product : product.add(bias);
    }

    /** {@code out_k = x1ᵀ W_k x2 + b_k}: x1 (..., in1), x2 (..., in2), weight (out, in1, in2), bias (out) or null. */
    public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, @Nullable Tensor bias) {
        if (weight.dim() != 3 || input1.size(-1) != weight.size(1) || input2.size(-1) != weight.size(2)) {
            throw new ShapeException("bilinear: inputs " + input1.shape() + " and " + input2.shape() + " and weight "
                    + weight.shape() + " do not fit: expected (..., in1), (..., in2) and (out, in1, in2)");
        }
        // (..., 1, 1, in1)·(out, in1, in2) is (..., out, 1, in2); times x2 and summed, (..., out)
        Tensor left = input1.unsqueeze(-2).unsqueeze(-2).matmul(weight).squeeze(-2);
        Tensor product = left.mul(input2.unsqueeze(-2)).sum(-1);
        return bias == null ? product : product.add(bias);
    }

    /** Rows of {@code weight} (number, D) by index: indices of any shape S and integer dtype to S followed by D. */
    public static Tensor embedding(Tensor indices, Tensor weight) {
        return embedding(indices, weight, null, null, 2, false);
    }

    /** {@link #embedding(Tensor, Tensor)}, without a gradient for row {@code paddingIdx}; a negative one counts from the end. */
    public static Tensor embedding(Tensor indices, Tensor weight, long paddingIdx) {
        return embedding(indices, weight, paddingIdx, null, 2, false);
    }

    /**
     * {@link #embedding(Tensor, Tensor)}, with changes to the weight and its gradient.
     *
     * @param paddingIdx a row without a gradient, from the end if negative; null for none
     * @param maxNorm what rows are scaled down to, where they are longer, before they are looked up: those of {@code indices},
     *     in the weight itself, unrecorded; null for no limit
     * @param normType the p of that norm, positive or infinite
     * @param scaleGradByFreq whether a row's gradient is divided by how often it occurs in {@code indices}
     * @throws TensorIndexException if there is no row {@code paddingIdx}
     */
    public static Tensor embedding(
            Tensor indices,
            Tensor weight,
            @Nullable Long paddingIdx,
            @Nullable Double maxNorm,
            double normType,
            boolean scaleGradByFreq) {
        return Embedding.lookUp(indices, weight, paddingIdx, maxNorm, normType, scaleGradByFreq);
    }

    /**
     * 1 at each class, 0 elsewhere: classes of shape S to S followed by {@code numClasses}, {@code I64}.
     *
     * @param numClasses how many; -1 for one more than the largest
     * @throws TensorIndexException if a class is negative or too large
     */
    public static Tensor oneHot(Tensor classes, long numClasses) {
        if (!classes.dtype().isIntegral() || classes.dtype() == DType.BOOL) {
            throw new DTypeException("oneHot: classes must be of an integer dtype, not " + classes.dtype());
        }
        Tensor numbers = classes.detach().toLong();
        long count = numClasses >= 0 ? numClasses : numbers.max().itemLong() + 1;
        Tensor zeros = Tensor.zeros(classes.shape().concat(Shape.of(count)), DType.I64, classes.device());
        Tensor index = numbers.unsqueeze(-1);
        return zeros.scatter_(-1, index, Tensor.onesLike(index));
    }

    // ---- convolutions

    /** {@link #conv1d(Tensor, Tensor, Tensor, int[], int[], int[], int)} with stride 1 and no padding. */
    public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias) {
        return conv1d(input, weight, bias, ONE, ZERO, ONE, 1);
    }

    /** Cross-correlation of x (N, C, L) or (C, L) with weight (O, C / groups, K), plus bias (O) or null. */
    public static Tensor conv1d(
            Tensor input,
            Tensor weight,
            @Nullable Tensor bias,
            int[] stride,
            int[] padding,
            int[] dilation,
            int groups) {
        return Convolutions.convolution(1, input, weight, bias, stride, padding, dilation, groups);
    }

    /** {@link #conv2d(Tensor, Tensor, Tensor, int[], int[], int[], int)} with stride 1 and no padding. */
    public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias) {
        return conv2d(input, weight, bias, ONE, ZERO, ONE, 1);
    }

    /** {@link #conv2d(Tensor, Tensor, Tensor, int[], int[], int[], int)} with one stride and padding for both. */
    public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias, int stride, int padding) {
        return conv2d(input, weight, bias, new int[] {stride}, new int[] {padding}, ONE, 1);
    }

    /**
     * Cross-correlation of x (N, C, H, W) or (C, H, W) with weight (O, C / groups, KH, KW), plus bias (O) or null: (N, O,
     * (H + 2 padding - dilation (KH - 1) - 1) / stride + 1, ...).
     *
     * <p>In F32 kernels of 3 by 3 with stride and dilation 1 may be computed by Winograd's way, whose rounding is relative to
     * the largest of the 16 elements around four neighbouring results; in F64 they are not.
     *
     * @param stride the distance between windows; default 1
     * @param padding zeros added at both ends; default 0
     * @param dilation the distance between a kernel's elements; default 1
     * @param groups into how many independent groups the channels fall; default 1
     */
    public static Tensor conv2d(
            Tensor input,
            Tensor weight,
            @Nullable Tensor bias,
            int[] stride,
            int[] padding,
            int[] dilation,
            int groups) {
        return Convolutions.convolution(2, input, weight, bias, stride, padding, dilation, groups);
    }

    /** {@link #conv3d(Tensor, Tensor, Tensor, int[], int[], int[], int)} with stride 1 and no padding. */
    public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias) {
        return conv3d(input, weight, bias, ONE, ZERO, ONE, 1);
    }

    /** Cross-correlation of x (N, C, D, H, W) or (C, D, H, W) with weight (O, C / groups, KD, KH, KW), plus bias. */
    public static Tensor conv3d(
            Tensor input,
            Tensor weight,
            @Nullable Tensor bias,
            int[] stride,
            int[] padding,
            int[] dilation,
            int groups) {
        return Convolutions.convolution(3, input, weight, bias, stride, padding, dilation, groups);
    }

    /** {@link #convTranspose1d(Tensor, Tensor, Tensor, int[], int[], int[], int, int[])} with stride 1. */
    public static Tensor convTranspose1d(Tensor input, Tensor weight, @Nullable Tensor bias) {
        return convTranspose1d(input, weight, bias, ONE, ZERO, ZERO, 1, ONE);
    }

    /** The adjoint of {@link #conv1d}: x (N, C, L), weight (C, O / groups, K), bias (O) or null. */
    public static Tensor convTranspose1d(
            Tensor input,
            Tensor weight,
            @Nullable Tensor bias,
            int[] stride,
            int[] padding,
            int[] outputPadding,
            int groups,
            int[] dilation) {
        return Convolutions.transposed(1, input, weight, bias, stride, padding, outputPadding, groups, dilation);
    }

    /** {@link #convTranspose2d(Tensor, Tensor, Tensor, int[], int[], int[], int, int[])} with stride 1. */
    public static Tensor convTranspose2d(Tensor input, Tensor weight, @Nullable Tensor bias) {
        return convTranspose2d(input, weight, bias, ONE, ZERO, ZERO, 1, ONE);
    }

    /**
     * The adjoint of {@link #conv2d}: x (N, C, H, W), weight (C, O / groups, KH, KW), bias (O) or null, to (N, O, (H - 1)
     * stride - 2 padding + dilation (KH - 1) + outputPadding + 1, ...).
     *
     * @param outputPadding rows and columns more at the far end, where several input sizes convolve to one; default 0
     */
    public static Tensor convTranspose2d(
            Tensor input,
            Tensor weight,
            @Nullable Tensor bias,
            int[] stride,
            int[] padding,
            int[] outputPadding,
            int groups,
            int[] dilation) {
        return Convolutions.transposed(2, input, weight, bias, stride, padding, outputPadding, groups, dilation);
    }

    /** Windows of (N, C, H, W) as columns: (N, C * KH * KW, windows), in row-major order of both. PyTorch's im2col. */
    public static Tensor unfold(Tensor input, int[] kernelSize, int[] dilation, int[] padding, int[] stride) {
        return Resampling.columns(input, kernelSize, dilation, padding, stride);
    }

    // ---- pooling

    /** {@link #maxPool1d(Tensor, int, int, int)} with windows side by side. */
    public static Tensor maxPool1d(Tensor input, int kernelSize) {
        return maxPool1d(input, kernelSize, kernelSize, 0);
    }

    /** The largest element of each window of (N, C, L) or (C, L). */
    public static Tensor maxPool1d(Tensor input, int kernelSize, int stride, int padding) {
        int[] kernel = {kernelSize};
        return Pooling.max(1, input, kernel, new int[] {stride}, new int[] {padding}, ONE, false)
                .values();
    }

    /** {@link #maxPool2d(Tensor, int[], int[], int[], int[], boolean)} with windows side by side. */
    public static Tensor maxPool2d(Tensor input, int kernelSize) {
        return maxPool2d(input, new int[] {kernelSize}, AS_KERNEL, ZERO, ONE, false);
    }

    /** {@link #maxPool2d(Tensor, int[], int[], int[], int[], boolean)} with square windows. */
    public static Tensor maxPool2d(Tensor input, int kernelSize, int stride, int padding) {
        return maxPool2d(input, new int[] {kernelSize}, new int[] {stride}, new int[] {padding}, ONE, false);
    }

    /**
     * The largest element of each window of (N, C, H, W) or (C, H, W); the gradient goes to the first of equals.
     *
     * @param stride empty for the kernel size
     * @param padding at most half the kernel; what is added never wins
     * @param ceilMode whether a last window may reach past the end
     */
    public static Tensor maxPool2d(
            Tensor input, int[] kernelSize, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
        return Pooling.max(2, input, kernelSize, stride, padding, dilation, ceilMode)
                .values();
    }

    /** {@link #maxPool2d} and the position of each maximum in the flattened H x W of the input, {@code I64}. */
    public static ValuesAndIndices maxPool2dWithIndices(
            Tensor input, int[] kernelSize, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
        return Pooling.max(2, input, kernelSize, stride, padding, dilation, ceilMode);
    }

    /** {@link #avgPool1d(Tensor, int, int, int)} with windows side by side. */
    public static Tensor avgPool1d(Tensor input, int kernelSize) {
        return avgPool1d(input, kernelSize, kernelSize, 0);
    }

    /** The mean of each window of (N, C, L) or (C, L), zeros of the padding included. */
    public static Tensor avgPool1d(Tensor input, int kernelSize, int stride, int padding) {
        int[] kernel = {kernelSize};
        return Pooling.average(1, input, kernel, new int[] {stride}, new int[] {padding}, false, true, 0);
    }

    /** {@link #avgPool2d(Tensor, int[], int[], int[], boolean, boolean)} with windows side by side. */
    public static Tensor avgPool2d(Tensor input, int kernelSize) {
        return avgPool2d(input, new int[] {kernelSize}, AS_KERNEL, ZERO, false, true);
    }

    /** {@link #avgPool2d(Tensor, int[], int[], int[], boolean, boolean)} with square windows. */
    public static Tensor avgPool2d(Tensor input, int kernelSize, int stride, int padding) {
        return avgPool2d(input, new int[] {kernelSize}, new int[] {stride}, new int[] {padding}, false, true);
    }

    /**
     * The mean of each window of (N, C, H, W) or (C, H, W).
     *
     * @param stride empty for the kernel size
     * @param countIncludePad whether the zeros of the padding count; default true
     */
    public static Tensor avgPool2d(
            Tensor input, int[] kernelSize, int[] stride, int[] padding, boolean ceilMode, boolean countIncludePad) {
        return Pooling.average(2, input, kernelSize, stride, padding, ceilMode, countIncludePad, 0);
    }

    /** The largest element of each cubic window of (N, C, D, H, W) or (C, D, H, W); see {@link #maxPool2d}. */
    public static Tensor maxPool3d(Tensor input, int kernelSize, int stride, int padding) {
        int[] kernel = {kernelSize};
        return Pooling.max(3, input, kernel, new int[] {stride}, new int[] {padding}, ONE, false)
                .values();
    }

    /** The mean of each cubic window of (N, C, D, H, W) or (C, D, H, W), zeros of the padding included. */
    public static Tensor avgPool3d(Tensor input, int kernelSize, int stride, int padding) {
        int[] kernel = {kernelSize};
        return Pooling.average(3, input, kernel, new int[] {stride}, new int[] {padding}, false, true, 0);
    }

    /** The largest element of each window of (N, C, L) or (C, L); the gradient goes to the first of equals. */
    public static Tensor maxPool1d(Tensor input, PoolingOptions options) {
        return options.max(1, input).values();
    }

    /** {@link #maxPool1d(Tensor, PoolingOptions)} and the position of each maximum in the flattened spatial dimensions, {@code I64}. */
    public static ValuesAndIndices maxPool1dWithIndices(Tensor input, PoolingOptions options) {
        return options.max(1, input);
    }

    /** The mean of each window of (N, C, L) or (C, L). */
    public static Tensor avgPool1d(Tensor input, PoolingOptions options) {
        return options.average(1, input);
    }

    /** The largest element of each window of (N, C, H, W) or (C, H, W); the gradient goes to the first of equals. */
    public static Tensor maxPool2d(Tensor input, PoolingOptions options) {
        return options.max(2, input).values();
    }

    /** The mean of each window of (N, C, H, W) or (C, H, W). */
    public static Tensor avgPool2d(Tensor input, PoolingOptions options) {
        return options.average(2, input);
    }

    /** The largest element of each window of (N, C, D, H, W) or (C, D, H, W); the gradient goes to the first of equals. */
    public static Tensor maxPool3d(Tensor input, PoolingOptions options) {
        return options.max(3, input).values();
    }

    /** {@link #maxPool3d(Tensor, PoolingOptions)} and the position of each maximum in the flattened spatial dimensions, {@code I64}. */
    public static ValuesAndIndices maxPool3dWithIndices(Tensor input, PoolingOptions options) {
        return options.max(3, input);
    }

    /** The mean of each window of (N, C, D, H, W) or (C, D, H, W). */
    public static Tensor avgPool3d(Tensor input, PoolingOptions options) {
        return options.average(3, input);
    }

    /** Means of windows of nearly equal size, (N, C, L) or (C, L) to size (length) after C. */
    public static Tensor adaptiveAvgPool1d(Tensor input, long length) {
        return AdaptivePooling.AVG.apply(input, length);
    }

    /** Means of windows of nearly equal size, (N, C, H, W) or (C, H, W) to sizes (height, width) after C. */
    public static Tensor adaptiveAvgPool2d(Tensor input, long height, long width) {
        return AdaptivePooling.AVG.apply(input, height, width);
    }

    /** {@link #adaptiveAvgPool2d(Tensor, long, long)}; null keeps the input's size. */
    public static Tensor adaptiveAvgPool2d(Tensor input, @Nullable Integer height, @Nullable Integer width) {
        return AdaptivePooling.AVG.apply(input, AdaptivePooling.size(height), AdaptivePooling.size(width));
    }

    /** Means of windows of nearly equal size, (N, C, D, H, W) or (C, D, H, W) to sizes (depth, height, width) after C. */
    public static Tensor adaptiveAvgPool3d(Tensor input, long depth, long height, long width) {
        return AdaptivePooling.AVG.apply(input, depth, height, width);
    }

    /** {@link #adaptiveAvgPool3d(Tensor, long, long, long)}; null keeps the input's size. */
    public static Tensor adaptiveAvgPool3d(
            Tensor input, @Nullable Integer depth, @Nullable Integer height, @Nullable Integer width) {
        return AdaptivePooling.AVG.apply(
                input, AdaptivePooling.size(depth), AdaptivePooling.size(height), AdaptivePooling.size(width));
    }

    /** Maxima of windows of nearly equal size, (N, C, L) or (C, L) to size (length) after C. */
    public static Tensor adaptiveMaxPool1d(Tensor input, long length) {
        return AdaptivePooling.MAX.apply(input, length);
    }

    /** Maxima of windows of nearly equal size, (N, C, H, W) or (C, H, W) to sizes (height, width) after C. */
    public static Tensor adaptiveMaxPool2d(Tensor input, long height, long width) {
        return AdaptivePooling.MAX.apply(input, height, width);
    }

    /** {@link #adaptiveMaxPool2d(Tensor, long, long)}; null keeps the input's size. */
    public static Tensor adaptiveMaxPool2d(Tensor input, @Nullable Integer height, @Nullable Integer width) {
        return AdaptivePooling.MAX.apply(input, AdaptivePooling.size(height), AdaptivePooling.size(width));
    }

    /** Maxima of windows of nearly equal size, (N, C, D, H, W) or (C, D, H, W) to sizes (depth, height, width) after C. */
    public static Tensor adaptiveMaxPool3d(Tensor input, long depth, long height, long width) {
        return AdaptivePooling.MAX.apply(input, depth, height, width);
    }

    /** {@link #adaptiveMaxPool3d(Tensor, long, long, long)}; null keeps the input's size. */
    public static Tensor adaptiveMaxPool3d(
            Tensor input, @Nullable Integer depth, @Nullable Integer height, @Nullable Integer width) {
        return AdaptivePooling.MAX.apply(
                input, AdaptivePooling.size(depth), AdaptivePooling.size(height), AdaptivePooling.size(width));
    }

    // ---- activations

    /** max(x, 0). */
    public static Tensor relu(Tensor input) {
        return input.relu();
    }

    /** min(max(x, 0), 6). */
    public static Tensor relu6(Tensor input) {
        return hardtanh(input, 0, 6);
    }

    /** x Φ(x), with Φ the normal distribution function, exactly (by erf). */
    public static Tensor gelu(Tensor input) {
        return Activations.gelu(input, false);
    }

    /** {@link #gelu(Tensor)} for {@code "none"}, or the approximation by tanh for {@code "tanh"}. */
    public static Tensor gelu(Tensor input, String approximate) {
        return switch (approximate) {
            case "none" -> Activations.gelu(input, false);
            case "tanh" -> Activations.gelu(input, true);
            default ->
                throw new ValueException(
                        "gelu: the approximation is '" + approximate + "'; it must be 'none' or 'tanh'");
        };
    }

    /** x sigmoid(x). */
    public static Tensor silu(Tensor input) {
        return input.mul(input.sigmoid());
    }

    /** log(1 + e^x). */
    public static Tensor softplus(Tensor input) {
        return softplus(input, 1, 20);
    }

    /** log(1 + e^(beta x)) / beta; x itself where beta x is above {@code threshold}. */
    public static Tensor softplus(Tensor input, double beta, double threshold) {
        return Activations.softplus(input, beta, threshold);
    }

    /** x where positive, else e^x - 1. */
    public static Tensor elu(Tensor input) {
        return elu(input, 1);
    }

    /** x where positive, else alpha (e^x - 1). */
    public static Tensor elu(Tensor input, double alpha) {
        return Activations.elu(input, alpha, 1);
    }

    /** {@link #elu} with the scale and alpha that keep mean 0 and variance 1. */
    public static Tensor selu(Tensor input) {
        return Activations.selu(input);
    }

    /** x where positive, else 0.01 x. */
    public static Tensor leakyRelu(Tensor input) {
        return leakyRelu(input, 0.01);
    }

    /** x where positive, else slope times x. */
    public static Tensor leakyRelu(Tensor input, double negativeSlope) {
        return Tensor.where(input.gt(0), input, input.mul(negativeSlope));
    }

    /** {@link #rrelu(Tensor, double, double, boolean, Generator)} from the default generator. */
    public static Tensor rrelu(Tensor input, double lower, double upper, boolean training) {
        return rrelu(input, lower, upper, training, Random.defaultGenerator());
    }

    /**
     * x where positive, else x times a slope: in training one for each element, uniform in [lower, upper]; otherwise their
     * mean (Xu and others, 2015).
     */
    public static Tensor rrelu(Tensor input, double lower, double upper, boolean training, Generator generator) {
        return Activations.rrelu(input, lower, upper, training, generator);
    }

    /** x moved into [-1, 1]. */
    public static Tensor hardtanh(Tensor input) {
        return hardtanh(input, -1, 1);
    }

    /** x moved into [min, max]. */
    public static Tensor hardtanh(Tensor input, double min, double max) {
        return Activations.hardtanh(input, min, max);
    }

    /** x min(max(x + 3, 0), 6) / 6. */
    public static Tensor hardswish(Tensor input) {
        return Activations.hardswish(input);
    }

    /** log(sigmoid(x)), without overflow. */
    public static Tensor logsigmoid(Tensor input) {
        return Activations.softplus(input.neg()).neg();
    }

    /** x tanh(softplus(x)). */
    public static Tensor mish(Tensor input) {
        return input.mul(Activations.softplus(input).tanh());
    }

    /** x / (1 + |x|). */
    public static Tensor softsign(Tensor input) {
        return input.div(input.abs().add(1.0));
    }

    /** 1 / (1 + e^-x). */
    public static Tensor sigmoid(Tensor input) {
        return input.sigmoid();
    }

    /** Hyperbolic tangent. */
    public static Tensor tanh(Tensor input) {
        return input.tanh();
    }

    /** e^x / sum(e^x) along {@code dim}. */
    public static Tensor softmax(Tensor input, int dim) {
        return input.softmax(dim);
    }

    /** min(max(x + 3, 0), 6) / 6. */
    public static Tensor hardsigmoid(Tensor input) {
        return relu6(input.add(3.0)).div(6.0);
    }

    /** x where positive, else alpha (e^(x / alpha) - 1); PyTorch's default alpha is 1. */
    public static Tensor celu(Tensor input, double alpha) {
        return Activations.celu(input, alpha);
    }

    /** The first half of {@code dim} times the sigmoid of the second; PyTorch's default is the last dimension. */
    public static Tensor glu(Tensor input, int dim) {
        return Activations.glu(input, dim);
    }

    /** x where |x| is more than lambda, else 0; PyTorch's default lambda is 0.5. */
    public static Tensor hardshrink(Tensor input, double lambda) {
        return input.maskedFill(input.abs().le(lambda), 0);
    }

    /** x moved towards 0 by lambda, and no further; PyTorch's default lambda is 0.5. */
    public static Tensor softshrink(Tensor input, double lambda) {
        return input.sub(input.clamp(-lambda, lambda));
    }

    /** x - tanh(x). */
    public static Tensor tanhshrink(Tensor input) {
        return input.sub(input.tanh());
    }

    /** x where it is more than {@code threshold}, else {@code value}. */
    public static Tensor threshold(Tensor input, double threshold, double value) {
        return input.maskedFill(input.le(threshold), value);
    }

    /** x where positive, else {@code weight} times x: one weight, (1), or one a channel of (N, C, ...), (C). */
    public static Tensor prelu(Tensor input, Tensor weight) {
        return Activations.prelu(input, weight);
    }

    /** softmax(-x) along {@code dim}. */
    public static Tensor softmin(Tensor input, int dim) {
        return input.neg().softmax(dim);
    }

    /** log(softmax(x)) along {@code dim}, without overflow. */
    public static Tensor logSoftmax(Tensor input, int dim) {
        return input.logSoftmax(dim);
    }

    /** {@link #dropout(Tensor, double, boolean, Generator)} from the default generator. */
    public static Tensor dropout(Tensor input, double p, boolean training) {
        return dropout(input, p, training, Random.defaultGenerator());
    }

    /** In training: 0 with probability {@code p}, else x / (1 - p). Otherwise the input itself. */
    public static Tensor dropout(Tensor input, double p, boolean training, Generator generator) {
        return Activations.dropout(input, p, training, generator);
    }

    // ---- normalisation

    /** {@link #layerNorm(Tensor, Shape, Tensor, Tensor, double)} without weight and bias, eps 1e-5. */
    public static Tensor layerNorm(Tensor input, Shape normalizedShape) {
        return layerNorm(input, normalizedShape, null, null, 1e-5);
    }

    /** (x - mean) / sqrt(var + eps) over the last dimensions, of {@code normalizedShape}; times weight, plus bias. */
    public static Tensor layerNorm(
            Tensor input, Shape normalizedShape, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
        return Normalizations.layer(input, normalizedShape, weight, bias, eps);
    }

    /** x / sqrt(mean(x²) + eps) over the last dimensions, of {@code normalizedShape}; times weight. */
    public static Tensor rmsNorm(Tensor input, Shape normalizedShape, @Nullable Tensor weight, double eps) {
        return Normalizations.rms(input, normalizedShape, weight, eps);
    }

    /** {@link #layerNorm} over each of {@code numGroups} groups of channels of (N, C, ...); weight and bias (C). */
    public static Tensor groupNorm(
            Tensor input, long numGroups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
        return Normalizations.group(input, numGroups, weight, bias, eps);
    }

    /**
     * (x - mean) / sqrt(var + eps) for each channel of (N, C, ...), times weight, plus bias.
     *
     * <p>In training, mean and (biased) variance are the batch's, and the running ones, if not null, move towards them in
     * place: {@code running = (1 - momentum) running + momentum batch}, with the unbiased variance. Otherwise the running
     * ones are used.
     */
    public static Tensor batchNorm(
            Tensor input,
            @Nullable Tensor runningMean,
            @Nullable Tensor runningVar,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            boolean training,
            double momentum,
            double eps) {
        return Normalizations.batch(input, runningMean, runningVar, weight, bias, training, momentum, eps);
    }

    /** x / max(‖x‖₂, 1e-12) along dimension 1. */
    public static Tensor normalize(Tensor input) {
        return normalize(input, 2, 1, 1e-12);
    }

    /** x / max(‖x‖_p, eps) along {@code dim}. */
    public static Tensor normalize(Tensor input, double p, int dim, double eps) {
        return input.div(input.norm(p, Axes.of(dim), true).clampMin(eps));
    }

    /** x·y / (max(‖x‖, eps) max(‖y‖, eps)) along {@code dim}; PyTorch's defaults are 1 and 1e-8. */
    public static Tensor cosineSimilarity(Tensor x1, Tensor x2, int dim, double eps) {
        Shape shape = Shape.broadcast("cosineSimilarity", x1.shape(), x2.shape());
        Tensor a = x1.expand(shape);
        Tensor b = x2.expand(shape);
        Tensor norms = a.norm(2, Axes.of(dim), false)
                .clampMin(eps)
                .mul(b.norm(2, Axes.of(dim), false).clampMin(eps));
        return a.mul(b).sum(dim).div(norms);
    }

    // ---- losses

    /** {@link #mseLoss(Tensor, Tensor, Reduction)}, the mean. */
    public static Tensor mseLoss(Tensor input, Tensor target) {
        return mseLoss(input, target, Reduction.MEAN);
    }

    /** (x - y)². Shapes should be equal; where they are not they are broadcast, with a warning. */
    public static Tensor mseLoss(Tensor input, Tensor target, Reduction reduction) {
        return Losses.mse(input, target, reduction);
    }

    /** {@link #l1Loss(Tensor, Tensor, Reduction)}, the mean. */
    public static Tensor l1Loss(Tensor input, Tensor target) {
        return l1Loss(input, target, Reduction.MEAN);
    }

    /** |x - y|. */
    public static Tensor l1Loss(Tensor input, Tensor target, Reduction reduction) {
        return Losses.l1(input, target, reduction);
    }

    /** (x - y)² / (2 beta) where |x - y| is below beta, else |x - y| - beta / 2; PyTorch's default beta is 1. */
    public static Tensor smoothL1Loss(Tensor input, Tensor target, Reduction reduction, double beta) {
        return Losses.smoothL1(input, target, reduction, beta);
    }

    /** (x - y)² / 2 where |x - y| is at most delta, else delta (|x - y| - delta / 2); the default delta is 1. */
    public static Tensor huberLoss(Tensor input, Tensor target, Reduction reduction, double delta) {
        return Losses.huber(input, target, reduction, delta);
    }

    /** {@link #binaryCrossEntropy(Tensor, Tensor, Tensor, Reduction)}, the mean. */
    public static Tensor binaryCrossEntropy(Tensor input, Tensor target) {
        return binaryCrossEntropy(input, target, null, Reduction.MEAN);
    }

    /**
     * -(y log x + (1 - y) log(1 - x)), each logarithm at least -100, for probabilities x.
     *
     * @throws ValueException if one of x is outside 0 to 1
     */
    public static Tensor binaryCrossEntropy(Tensor input, Tensor target, @Nullable Tensor weight, Reduction reduction) {
        return Losses.binaryCrossEntropy(input, target, weight, reduction);
    }

    /** {@link #binaryCrossEntropyWithLogits(Tensor, Tensor, Tensor, Reduction, Tensor)}, the mean. */
    public static Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target) {
        return binaryCrossEntropyWithLogits(input, target, null, Reduction.MEAN, null);
    }

    /** {@link #binaryCrossEntropy} of sigmoid(x), without overflow; {@code posWeight} multiplies the first term. */
    public static Tensor binaryCrossEntropyWithLogits(
            Tensor input, Tensor target, @Nullable Tensor weight, Reduction reduction, @Nullable Tensor posWeight) {
        return Losses.binaryCrossEntropyWithLogits(input, target, weight, reduction, posWeight);
    }

    /** {@link #crossEntropy(Tensor, Tensor, Tensor, long, Reduction, double)}, the mean. */
    public static Tensor crossEntropy(Tensor input, Tensor target) {
        return crossEntropy(input, target, null, -100, Reduction.MEAN, 0);
    }

    /**
     * -log softmax(x)[y]: scores x (N, C), (N, C, d1, ...) or (C), and targets y: class numbers of an integer dtype, (N),
     * (N, d1, ...) or (); or probabilities of a floating-point dtype and x's shape.
     *
     * @param weight (C) a factor a class, or null
     * @param ignoreIndex the target that does not count; PyTorch's default is -100
     * @param reduction MEAN divides by the sum of the weights of the targets that count
     * @param labelSmoothing how much of each target is spread over all classes, from 0 (the default) to 1
     * @throws TensorIndexException if a class number is out of range, naming where and the bound
     */
    public static Tensor crossEntropy(
            Tensor input,
            Tensor target,
            @Nullable Tensor weight,
            long ignoreIndex,
            Reduction reduction,
            double labelSmoothing) {
        return CrossEntropy.crossEntropy(input, target, weight, ignoreIndex, reduction, labelSmoothing);
    }

    /** {@link #nllLoss(Tensor, Tensor, Tensor, long, Reduction)}, the mean. */
    public static Tensor nllLoss(Tensor input, Tensor target) {
        return nllLoss(input, target, null, -100, Reduction.MEAN);
    }

    /** -x[y] for log-probabilities x; otherwise as {@link #crossEntropy} with class numbers. */
    public static Tensor nllLoss(
            Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
        return CrossEntropy.nll(input, target, weight, ignoreIndex, reduction);
    }

    /** y (log y - x) for log-probabilities x; with {@code logTarget}, y is given as its logarithm. */
    public static Tensor klDiv(Tensor input, Tensor target, Reduction reduction, boolean logTarget) {
        return Losses.klDiv(input, target, reduction, logTarget);
    }

    // ---- padding, resizing, attention

    /** {@link #pad(Tensor, long[], PadMode, double)} with zeros. */
    public static Tensor pad(Tensor input, long... pad) {
        return pad(input, pad, PadMode.CONSTANT, 0);
    }

    /**
     * Surrounded by more elements.
     *
     * @param pad how many before and after in the last dimension, then in the one before it, and so on; negative numbers
     *     crop, with a constant only
     * @param value the constant, for mode CONSTANT
     */
    public static Tensor pad(Tensor input, long[] pad, PadMode mode, double value) {
        return Padding.pad(input, pad, mode, value);
    }

    /** (N, C, ...) resized to these spatial sizes. */
    public static Tensor interpolate(Tensor input, long[] size, Interpolation mode, boolean alignCorners) {
        return Resampling.interpolate(input, size, new double[0], mode, alignCorners);
    }

    /** (N, C, ...) resized by {@code scaleFactor}, one or one a spatial dimension; sizes are rounded down. */
    public static Tensor interpolate(Tensor input, double[] scaleFactor, Interpolation mode, boolean alignCorners) {
        return Resampling.interpolate(input, new long[0], scaleFactor, mode, alignCorners);
    }

    /** {@link #scaledDotProductAttention(Tensor, Tensor, Tensor, Tensor, double, boolean, double)}, plain. */
    public static Tensor scaledDotProductAttention(Tensor query, Tensor key, Tensor value, boolean isCausal) {
        return scaledDotProductAttention(query, key, value, null, 0, isCausal, 1 / Math.sqrt((double) query.size(-1)));
    }

    /**
     * softmax(scale q kᵀ) v: query (..., L, E), key (..., S, E), value (..., S, V) to (..., L, V). Leading dimensions are
     * broadcast. A position that may look nowhere gives NaN.
     *
     * <p>Without dropout, and with L of 8 or more, this is one operator. On the default backend, in {@code F32} and {@code F64},
     * and on CUDA the (..., L, S) weights are then never in memory as a whole: the CPU takes some tens of rows of them a thread, and
     * for the gradient, which computes them again, twice that. The gradient of a mask, and a second derivative, take all weights. Keys and
     * values that no query of a block may see are not read: a NaN in them need not reach a result, as it does where all are
     * multiplied.
     *
     * @param attnMask broadcast to (..., L, S), or null: of bool, where to look; of floating-point, added to the scores
     * @param dropoutP the probability of dropping a weight
     * @param isCausal whether position i sees positions up to i only; excludes a mask
     * @param scale PyTorch's default is 1 / sqrt(E)
     * @throws ShapeException if the shapes do not fit
     */
    public static Tensor scaledDotProductAttention(
            Tensor query,
            Tensor key,
            Tensor value,
            @Nullable Tensor attnMask,
            double dropoutP,
            boolean isCausal,
            double scale) {
        return Attention.scaledDotProduct(query, key, value, attnMask, dropoutP, isCausal, scale);
    }
}
