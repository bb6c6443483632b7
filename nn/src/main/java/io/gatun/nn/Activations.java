package io.gatun.nn;

import io.gatun.tensor.Generator;
import io.gatun.tensor.Operators;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.op.Op;
import java.util.Arrays;
import java.util.List;

/**
 * The activations that are more than one operator. Each is written so that neither value nor gradient overflows in the
 * branch that is not taken, and so that the gradient at a kink is PyTorch's.
 */
final class Activations {
    private static final double SELU_ALPHA = 1.6732632423543772848170429916717;
    private static final double SELU_SCALE = 1.0507009873554804934193349852946;

    private Activations() {}

    static Tensor gelu(Tensor x, boolean tanh) {
        return Operators.run(new Op.Gelu(tanh), x.dtype().isInexact() ? x : x.toFloat());
    }

    /**
     * log(1 + e^x) as relu(x) + log1p(e^-|x|). The |x| is spelled out by a choice whose derivative at 0 is that of -x: so
     * that with relu's 0 the derivative at 0 is the true one, 1/2.
     */
    static Tensor softplus(Tensor x) {
        Tensor minusAbs = Tensor.where(x.le(0), x, x.neg());
        return x.relu().add(minusAbs.exp().log1p());
    }

    static Tensor softplus(Tensor x, double beta, double threshold) {
        Tensor scaled = beta == 1 ? x : x.mul(beta);
        Tensor smooth = softplus(scaled);
        return Tensor.where(scaled.gt(threshold), x, beta == 1 ? smooth : smooth.div(beta));
    }

    static Tensor elu(Tensor x, double alpha, double scale) {
        Tensor negative = x.clampMax(0).expm1().mul(alpha * scale);
        return Tensor.where(x.gt(0), scale == 1 ? x : x.mul(scale), negative);
    }

    static Tensor selu(Tensor x) {
        return elu(x, SELU_ALPHA, SELU_SCALE);
    }

    /** A clamp whose gradient at the bounds themselves is 0. */
    static Tensor hardtanh(Tensor x, double min, double max) {
        Tensor outside = x.le(min).logicalOr(x.ge(max));
        return Tensor.where(outside, x.detach().clamp(min, max), x);
    }

    /** By its three branches; what is not chosen is kept finite, as its gradient is multiplied by 0. */
    static Tensor hardswish(Tensor x) {
        Tensor below = x.lt(-3);
        Tensor above = x.gt(3);
        Tensor inside = x.maskedFill(below.logicalOr(above), 0);
        Tensor curve = inside.mul(inside.add(3.0)).div(6.0);
        return Tensor.where(below, x.mul(0.0), Tensor.where(above, x, curve));
    }

    static Tensor celu(Tensor x, double alpha) {
        if (alpha == 0) {
            throw new IllegalArgumentException("celu: alpha is 0, by which x would be divided");
        }
        Tensor negative = x.clampMax(0).div(alpha).expm1().mul(alpha);
        return Tensor.where(x.gt(0), x, negative);
    }

    static Tensor glu(Tensor x, int dim) {
        if (x.dim() == 0 || x.size(dim) % 2 != 0) {
            throw new ShapeException("glu: dimension " + dim + " of input " + x.shape() + " cannot be halved");
        }
        List<Tensor> halves = x.split(Math.max(x.size(dim) / 2, 1), dim);
        return x.size(dim) == 0 ? x : halves.get(0).mul(halves.get(1).sigmoid());
    }

    static Tensor prelu(Tensor x, Tensor weight) {
        long channels = x.dim() > 1 ? x.size(1) : 1;
        if (weight.dim() != 1 || weight.size(0) != 1 && weight.size(0) != channels) {
            throw new ShapeException("prelu: weight " + weight.shape() + " does not fit input " + x.shape()
                    + ": expected (1) or (" + channels + "), one a channel");
        }
        long[] along = new long[Math.max(x.dim() - 1, 1)];
        Arrays.fill(along, 1);
        along[0] = weight.size(0);
        Tensor slopes = x.dim() == 0 ? weight.squeeze(0) : weight.view(along);
        return Tensor.where(x.gt(0), x, x.mul(slopes));
    }

    static Tensor rrelu(Tensor x, double lower, double upper, boolean training, Generator generator) {
        if (!training) {
            return F.leakyRelu(x, (lower + upper) / 2);
        }
        Tensor slopes = Tensor.emptyLike(x).uniform_(lower, upper, generator);
        return Tensor.where(x.gt(0), x, x.mul(slopes));
    }

    static double probability(String where, double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new ValueException(where + ": the probability is " + p + "; it must be from 0 to 1");
        }
        return p;
    }

    static Tensor dropout(Tensor x, double p, boolean training, Generator generator) {
        probability("dropout", p);
        if (!training || p == 0) {
            return x;
        }
        if (p == 1) {
            return x.mul(Tensor.zerosLike(x));
        }
        return x.isComplex() ? x.mul(keepMask(x, p, generator)) : Operators.dropout(x, p, generator);
    }

    /** 1 / (1 - p) with probability 1 - p, else 0. */
    private static Tensor keepMask(Tensor x, double p, Generator generator) {
        try (TensorScope scope = TensorScope.open()) {
            return scope.keep(Tensor.emptyLike(x).bernoulli_(1 - p, generator).mul_(1 / (1 - p)));
        }
    }
}
