package io.gatun.nn;

import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;

/**
 * Initial values: PyTorch's {@code torch.nn.init}. Every method fills its tensor in place, without a gradient, and gives
 * it back; without a generator the default one draws.
 *
 * <p>The fan-in of a weight (out, in, ...) is in times the number of elements of its kernel, the fan-out is out times
 * that.
 */
public final class Init {
    private Init() {}

    /** Which of a weight's fans a variance is scaled by. */
    public enum Fan {
        /** Keeps the variance of the forward pass. */
        IN,
        /** Keeps the variance of the backward pass. */
        OUT
    }

    /** Uniform on [{@code from}, {@code to}). */
    public static Tensor uniform_(Tensor tensor, double from, double to) {
        return uniform_(tensor, from, to, Random.defaultGenerator());
    }

    /** Uniform on [{@code from}, {@code to}). */
    public static Tensor uniform_(Tensor tensor, double from, double to, Generator generator) {
        tensor.detach().uniform_(from, to, generator);
        return tensor;
    }

    /** Normal. */
    public static Tensor normal_(Tensor tensor, double mean, double std) {
        return normal_(tensor, mean, std, Random.defaultGenerator());
    }

    /** Normal. */
    public static Tensor normal_(Tensor tensor, double mean, double std, Generator generator) {
        tensor.detach().normal_(mean, std, generator);
        return tensor;
    }

    /** One value everywhere. */
    public static Tensor constant_(Tensor tensor, double value) {
        tensor.detach().fill_(value);
        return tensor;
    }

    /** Zeros. */
    public static Tensor zeros_(Tensor tensor) {
        return constant_(tensor, 0);
    }

    /** Ones. */
    public static Tensor ones_(Tensor tensor) {
        return constant_(tensor, 1);
    }

    /** The identity, for a matrix: ones on the diagonal. */
    public static Tensor eye_(Tensor tensor) {
        if (tensor.dim() != 2) {
            throw new ShapeException("eye_: shape " + tensor.shape() + " is not a matrix's");
        }
        Tensor data = tensor.detach().zero_();
        data.diagonal().fill_(1);
        return tensor;
    }

    /** Glorot's uniform: the bound is {@code sqrt(6 / (fanIn + fanOut))}. */
    public static Tensor xavierUniform_(Tensor tensor) {
        return xavierUniform_(tensor, 1, Random.defaultGenerator());
    }

    /** Glorot's uniform: the bound is {@code gain * sqrt(6 / (fanIn + fanOut))}. */
    public static Tensor xavierUniform_(Tensor tensor, double gain, Generator generator) {
        double bound = gain * Math.sqrt(6.0 / (fan("xavierUniform_", tensor, Fan.IN) + fan("", tensor, Fan.OUT)));
        return uniform_(tensor, -bound, bound, generator);
    }

    /** Glorot's normal: the deviation is {@code sqrt(2 / (fanIn + fanOut))}. */
    public static Tensor xavierNormal_(Tensor tensor) {
        return xavierNormal_(tensor, 1, Random.defaultGenerator());
    }

    /** Glorot's normal: the deviation is {@code gain * sqrt(2 / (fanIn + fanOut))}. */
    public static Tensor xavierNormal_(Tensor tensor, double gain, Generator generator) {
        double std = gain * Math.sqrt(2.0 / (fan("xavierNormal_", tensor, Fan.IN) + fan("", tensor, Fan.OUT)));
        return normal_(tensor, 0, std, generator);
    }

    /** He's uniform for a leaky ReLU of this slope (0 for ReLU), by the fan-in. */
    public static Tensor kaimingUniform_(Tensor tensor, double slope) {
        return kaimingUniform_(tensor, slope, Fan.IN, Random.defaultGenerator());
    }

    /** He's uniform: the bound is {@code gain(slope) * sqrt(3 / fan)}. */
    public static Tensor kaimingUniform_(Tensor tensor, double slope, Fan fan, Generator generator) {
        double bound = leakyReluGain(slope) * Math.sqrt(3.0 / fan("kaimingUniform_", tensor, fan));
        return uniform_(tensor, -bound, bound, generator);
    }

    /** He's normal for a leaky ReLU of this slope (0 for ReLU), by the fan-in. */
    public static Tensor kaimingNormal_(Tensor tensor, double slope) {
        return kaimingNormal_(tensor, slope, Fan.IN, Random.defaultGenerator());
    }

    /** He's normal: the deviation is {@code gain(slope) / sqrt(fan)}. */
    public static Tensor kaimingNormal_(Tensor tensor, double slope, Fan fan, Generator generator) {
        double std = leakyReluGain(slope) / Math.sqrt(fan("kaimingNormal_", tensor, fan));
        return normal_(tensor, 0, std, generator);
    }

    /** The gain of a leaky ReLU: {@code sqrt(2 / (1 + slope^2))}, sqrt(2) for ReLU. */
    public static double leakyReluGain(double slope) {
        return Math.sqrt(2 / (1 + slope * slope));
    }

    /**
     * The default of Linear's and the convolutions' weights: {@code kaiming_uniform_(a=sqrt(5))}, which is uniform within
     * {@code 1 / sqrt(fanIn)}.
     */
    static Tensor layerWeight_(Tensor weight) {
        return kaimingUniform_(weight, Math.sqrt(5));
    }

    /** The default of their biases: uniform within {@code 1 / sqrt(fanIn)} of the weight; zeros if that is 0. */
    static Tensor layerBias_(Tensor bias, Tensor weight) {
        double fanIn = fan("layerBias_", weight, Fan.IN);
        double bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
        return bound == 0 ? zeros_(bias) : uniform_(bias, -bound, bound);
    }

    private static double fan(String method, Tensor weight, Fan fan) {
        Shape shape = weight.shape();
        if (shape.rank() < 2) {
            throw new ShapeException(
                    method + ": shape " + shape + " has no fan-in and fan-out: at least 2 dimensions are needed");
        }
        long kernel = shape.slice(2, shape.rank()).numel();
        return kernel * shape.size(fan == Fan.IN ? 1 : 0);
    }
}
