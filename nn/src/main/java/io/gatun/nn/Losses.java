package io.gatun.nn;

import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValueException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The losses of an input against a target of the same shape, element by element. */
final class Losses {
    private static final double LEAST_VARIANCE = 1e-12;

    private static final System.Logger LOG = System.getLogger("io.gatun.nn");
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private Losses() {}

    /** The difference; shapes that differ are broadcast, as in PyTorch, with a warning. */
    private static Tensor difference(String loss, Tensor input, Tensor target) {
        if (!input.shape().equals(target.shape())) {
            Shape shape = Shape.broadcast(loss, input.shape(), target.shape());
            if (WARNED.compareAndSet(false, true)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0}: the input has shape {1}, the target {2}: they are broadcast to {3}, which is rarely meant"
                                + " (said once)",
                        loss,
                        input.shape(),
                        target.shape(),
                        shape);
            }
        }
        return input.sub(target);
    }

    static Tensor mse(Tensor input, Tensor target, Reduction reduction) {
        return reduction.apply(difference("mseLoss", input, target).square());
    }

    static Tensor l1(Tensor input, Tensor target, Reduction reduction) {
        return reduction.apply(difference("l1Loss", input, target).abs());
    }

    static Tensor smoothL1(Tensor input, Tensor target, Reduction reduction, double beta) {
        if (beta < 0) {
            throw new ValueException("smoothL1Loss: beta is " + beta + "; it must not be negative");
        }
        Tensor distance = difference("smoothL1Loss", input, target).abs();
        if (beta == 0) {
            return reduction.apply(distance);
        }
        Tensor near = distance.square().mul(0.5 / beta);
        return reduction.apply(Tensor.where(distance.lt(beta), near, distance.sub(0.5 * beta)));
    }

    static Tensor huber(Tensor input, Tensor target, Reduction reduction, double delta) {
        if (!(delta > 0)) {
            throw new ValueException("huberLoss: delta is " + delta + "; it must be positive");
        }
        Tensor distance = difference("huberLoss", input, target).abs();
        Tensor near = distance.square().mul(0.5);
        Tensor far = distance.sub(0.5 * delta).mul(delta);
        return reduction.apply(Tensor.where(distance.le(delta), near, far));
    }

    static Tensor binaryCrossEntropy(Tensor input, Tensor target, @Nullable Tensor weight, Reduction reduction) {
        sameShape("binaryCrossEntropy", input, target);
        Tensor probabilities = input.detach();
        if (input.numel() > 0
                && !probabilities.ge(0).logicalAnd(probabilities.le(1)).all().itemBoolean()) {
            throw new ValueException("binaryCrossEntropy: the input of shape " + input.shape()
                    + " has an element outside 0 to 1: apply sigmoid first, or use binaryCrossEntropyWithLogits");
        }
        // Where the prediction is certain the slope (p - t) / (p (1 - p)) is kept finite, as in PyTorch.
        Tensor variance = probabilities.mul(probabilities.rsub(1));
        Tensor certain = variance.lt(LEAST_VARIANCE);
        Tensor losses;
        if (certain.any().itemBoolean()) {
            Tensor slope = probabilities.sub(target.detach()).div(variance.clampMin(LEAST_VARIANCE));
            Tensor line = bernoulli(probabilities, target).add(slope.mul(input.sub(probabilities)));
            losses = Tensor.where(certain, line, bernoulli(input.maskedFill(certain, 0.5), target));
        } else {
            losses = bernoulli(input, target);
        }
        return reduction.apply(weight == null ? losses : losses.mul(weight));
    }

    /** PyTorch keeps each logarithm at -100 or above, so that a certain but wrong prediction costs a finite number. */
    private static Tensor bernoulli(Tensor p, Tensor target) {
        Tensor hit = target.mul(p.log().clampMin(-100));
        Tensor miss = target.rsub(1).mul(p.neg().log1p().clampMin(-100));
        return hit.add(miss).neg();
    }

    static Tensor binaryCrossEntropyWithLogits(
            Tensor input,
            Tensor target,
            @Nullable Tensor weight,
            Reduction reduction,
            @Nullable Tensor positiveWeight) {
        sameShape("binaryCrossEntropyWithLogits", input, target);
        // -t log s(x) - (1 - t) log s(-x) = (1 - t) x + softplus(-x), with s the sigmoid; softplus does not overflow.
        Tensor minusLogSigmoid = Activations.softplus(input.neg());
        if (positiveWeight != null) {
            minusLogSigmoid =
                    minusLogSigmoid.mul(target.mul(positiveWeight.sub(1)).add(1));
        }
        Tensor losses = target.rsub(1).mul(input).add(minusLogSigmoid);
        return reduction.apply(weight == null ? losses : losses.mul(weight));
    }

    private static void sameShape(String loss, Tensor input, Tensor target) {
        if (!input.shape().equals(target.shape())) {
            throw new ShapeException(loss + ": the input has shape " + input.shape() + ", the target " + target.shape()
                    + ": they must be equal");
        }
        if (!target.dtype().isFloatingPoint()) {
            throw new DTypeException(loss + ": the target is " + target.dtype()
                    + "; it holds probabilities: convert it with to(" + input.dtype() + ")");
        }
    }

    static Tensor klDiv(Tensor input, Tensor target, Reduction reduction, boolean logTarget) {
        Shape.broadcast("klDiv", input.shape(), target.shape());
        Tensor losses;
        if (logTarget) {
            losses = target.exp().mul(target.sub(input));
        } else {
            // t log t is 0 at 0, in value and in gradient: the logarithm is taken of 1 there
            Tensor safe = Tensor.where(target.gt(0), target, Tensor.onesLike(target));
            losses = target.mul(safe.log()).sub(target.mul(input));
        }
        return reduction == Reduction.BATCHMEAN
                ? losses.sum().div(input.dim() == 0 ? 1 : input.size(0))
                : reduction.apply(losses);
    }
}
