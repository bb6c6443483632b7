package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Qr;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.ValueException;

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

    /** {@link #truncNormal_(Tensor, double, double, double, double, Generator)} with 0, 1, -2 and 2. */
    public static Tensor truncNormal_(Tensor tensor) {
        return truncNormal_(tensor, 0, 1, -2, 2, Random.defaultGenerator());
    }

    /**
     * Normal with this mean and deviation, of which only what lies in [{@code a}, {@code b}] counts: the inverse of the
     * distribution function at uniform draws.
     */
    @SuppressWarnings("try") // a scope need not be named in its body
    public static Tensor truncNormal_(Tensor tensor, double mean, double std, double a, double b, Generator generator) {
        if (!(a <= b) || !(std > 0)) {
            throw new ValueException("truncNormal_: the interval [" + a + ", " + b
                    + "] must not be empty, and the deviation " + std + " must be positive");
        }
        double low = normalShare((a - mean) / std);
        double high = normalShare((b - mean) / std);
        try (var scope = TensorScope.open()) {
            Tensor share =
                    Tensor.empty(tensor.shape(), DType.F64, tensor.device()).uniform_(low, high, generator);
            tensor.detach()
                    .copy_(share.erfinv().mul(std * Math.sqrt(2)).add(mean).clamp(a, b));
        }
        return tensor;
    }

    /** Twice the normal distribution function, less 1. */
    private static double normalShare(double x) {
        return Tensor.of(x * Math.sqrt(0.5)).erf().item();
    }

    /**
     * Orthonormal rows, or columns if there are more rows, of the tensor as a matrix (first size, all others), times {@code
     * gain} (Saxe and others, 2013). Needs the module of linear algebra, gatun-linalg.
     *
     * @throws ShapeException if it has less than 2 dimensions
     */
    @SuppressWarnings("try") // a scope need not be named in its body
    public static Tensor orthogonal_(Tensor tensor, double gain, Generator generator) {
        fan("orthogonal_", tensor, Fan.IN);
        try (var scope = TensorScope.open()) {
            Tensor data = tensor.detach();
            long rows = data.size(0);
            long columns = rows == 0 ? 0 : data.numel() / rows;
            Tensor draws = Tensor.randn(
                            Shape.of(Math.max(rows, columns), Math.min(rows, columns)), DType.F64, generator)
                    .to(tensor.device());
            Qr parts = draws.qr();
            Tensor q = parts.q().mul(parts.r().diagonal().sign()); // so that every rotation is as likely
            data.copy_((rows < columns ? q.t() : q).mul(gain).reshape(data.shape()));
        }
        return tensor;
    }

    /** {@link #dirac_(Tensor, long)} with one group. */
    public static Tensor dirac_(Tensor tensor) {
        return dirac_(tensor, 1);
    }

    /**
     * The identity for a convolution's weight (out, in, K, ...), of 1 to 3 spatial dimensions: as many channels of each
     * group as there are go through unchanged.
     *
     * @throws ShapeException if it has another number of dimensions, or groups do not divide its first size
     */
    public static Tensor dirac_(Tensor tensor, long groups) {
        int rank = tensor.dim();
        if (rank < 3 || rank > 5 || groups < 1 || tensor.size(0) % groups != 0) {
            throw new ShapeException("dirac_: shape " + tensor.shape()
                    + " is not that of a convolution's weight with outputs in " + groups + " groups");
        }
        Tensor centre = tensor.detach().zero_();
        for (int dim = rank - 1; dim >= 2; dim--) {
            centre = centre.select(dim, centre.size(dim) / 2);
        }
        long each = tensor.size(0) / groups;
        for (long group = 0; group < groups; group++) {
            centre.narrow(0, group * each, each).diagonal().fill_(1);
        }
        return tensor;
    }

    /**
     * Normal, with this share of each column set to zero, rounded up, for a matrix (Martens, 2010); PyTorch's default
     * deviation is 0.01.
     *
     * @throws ShapeException if it is no matrix
     */
    public static Tensor sparse_(Tensor tensor, double sparsity, double std, Generator generator) {
        if (tensor.dim() != 2) {
            throw new ShapeException("sparse_: shape " + tensor.shape() + " is not a matrix's");
        }
        Activations.probability("sparse_", sparsity);
        normal_(tensor, 0, std, generator);
        long rows = tensor.size(0);
        long zeros = (long) Math.ceil(sparsity * rows);
        for (long column = 0; column < tensor.size(1); column++) {
            Tensor chosen = Tensor.randperm(rows, generator).narrow(0, 0, zeros).to(tensor.device());
            tensor.detach().select(1, column).indexFill_(0, chosen, 0);
        }
        return tensor;
    }

    /** PyTorch's gain of an activation by its name, such as {@code tanh} (5/3); for leaky_relu see {@link #leakyReluGain}. */
    public static double calculateGain(String nonlinearity) {
        return switch (nonlinearity) {
            case "tanh" -> 5.0 / 3;
            case "relu" -> leakyReluGain(0);
            case "leaky_relu" -> leakyReluGain(0.01);
            case "selu" -> 3.0 / 4;
            case "sigmoid",
                    "linear",
                    "conv1d",
                    "conv2d",
                    "conv3d",
                    "conv_transpose1d",
                    "conv_transpose2d",
                    "conv_transpose3d" -> 1;
            default -> throw new IllegalArgumentException("calculateGain: no gain is known for '" + nonlinearity + "'");
        };
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
