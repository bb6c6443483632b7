package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.op.Op;
import org.jspecify.annotations.Nullable;

/**
 * The classification losses. Scores have shape (N, C, d1, ...) with classes along dimension 1, or (C) for a single
 * sample; class numbers (N, d1, ...), or a number; class probabilities the shape of the scores.
 */
final class CrossEntropy {
    private CrossEntropy() {}

    static Tensor crossEntropy(
            Tensor input,
            Tensor target,
            @Nullable Tensor weight,
            long ignoreIndex,
            Reduction reduction,
            double labelSmoothing) {
        if (labelSmoothing < 0 || labelSmoothing > 1) {
            throw new ValueException("crossEntropy: labelSmoothing is " + labelSmoothing + "; it must be from 0 to 1");
        }
        int classDim = classDim("crossEntropy", input, weight);
        if (target.dtype().isFloatingPoint()) {
            return ofProbabilities(input, target, weight, reduction, labelSmoothing, classDim);
        }
        if (labelSmoothing == 0 && input.dim() <= 2 && input.dtype().isFloatingPoint()) {
            return fused(input, target, weight, ignoreIndex, reduction);
        }
        Tensor logProbabilities = input.logSoftmax(classDim);
        Picked picked = pick("crossEntropy", logProbabilities, target, weight, ignoreIndex, classDim);
        if (labelSmoothing == 0) {
            return picked.reduce(picked.losses, reduction);
        }
        Tensor weighted =
                weight == null ? logProbabilities : logProbabilities.mul(alongClasses(weight, input.dim(), classDim));
        Tensor smooth = weighted.sum(classDim).neg().maskedFill(picked.ignored, 0.0);
        double share = labelSmoothing / input.size(classDim);
        Tensor losses = picked.losses.mul(1 - labelSmoothing).add(smooth.mul(share));
        return picked.reduce(losses, reduction);
    }

    /** Of scores (N, C) or (C) as one operator, which keeps one number a sample for its gradient. */
    private static Tensor fused(
            Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
        Tensor classes = classes("crossEntropy", input, target, input.dim() - 1);
        boolean single = input.dim() == 1;
        Tensor scores = single ? input.unsqueeze(0) : input;
        Tensor rows = single ? classes.unsqueeze(0) : classes;
        Tensor losses;
        try {
            losses = Operators.run(new Op.CrossEntropy(ignoreIndex), scores, rows);
        } catch (TensorIndexException e) {
            throw outOfRange("crossEntropy", classes.maskedFill(classes.eq(ignoreIndex), 0), scores.size(1), e);
        }
        Tensor ignored = classes.eq(ignoreIndex);
        losses = single ? losses.squeeze(0) : losses;
        if (weight == null) {
            Tensor total = ignored.logicalNot().sum().to(losses.dtype());
            return new Picked(losses, ignored, total).reduce(losses, reduction);
        }
        Tensor each = weights(weight, classes.maskedFill(ignored, 0), ignored);
        Tensor weighted = losses.mul(each);
        return new Picked(weighted, ignored, each.sum()).reduce(weighted, reduction);
    }

    static Tensor nll(Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
        int classDim = classDim("nllLoss", input, weight);
        Picked picked = pick("nllLoss", input, target, weight, ignoreIndex, classDim);
        return picked.reduce(picked.losses, reduction);
    }

    private static Tensor ofProbabilities(
            Tensor input,
            Tensor target,
            @Nullable Tensor weight,
            Reduction reduction,
            double labelSmoothing,
            int classDim) {
        if (!target.shape().equals(input.shape())) {
            throw new ShapeException("crossEntropy: the input has shape " + input.shape()
                    + ", the target of probabilities " + target.shape() + ": they must be equal");
        }
        long classes = input.size(classDim);
        Tensor smoothed =
                labelSmoothing == 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes);
        Tensor terms = input.logSoftmax(classDim).mul(smoothed);
        if (weight != null) {
            terms = terms.mul(alongClasses(weight, input.dim(), classDim));
        }
        if (reduction == Reduction.NONE) {
            return terms.sum(classDim).neg();
        } else if (reduction == Reduction.MEAN) {
            return terms.sum().neg().div((double) input.numel() / classes);
        }
        return reduction == Reduction.SUM ? terms.sum().neg() : reduction.apply(terms);
    }

    /**
     * What the targets pick.
     *
     * @param losses minus the (weighted) value of each target's class, 0 where ignored
     * @param ignored where the target is the index to ignore
     * @param total what a mean divides by: the sum of the weights of the targets that are not ignored
     */
    private record Picked(Tensor losses, Tensor ignored, Tensor total) {
        Tensor reduce(Tensor values, Reduction reduction) {
            return reduction == Reduction.MEAN ? values.sum().div(total) : reduction.apply(values);
        }
    }

    private static Picked pick(
            String loss, Tensor values, Tensor target, @Nullable Tensor weight, long ignoreIndex, int classDim) {
        Tensor classes = classes(loss, values, target, classDim);
        Tensor ignored = classes.eq(ignoreIndex);
        Tensor safe = classes.maskedFill(ignored, 0);
        Tensor picked;
        try {
            picked = values.gather(classDim, safe.unsqueeze(classDim)).squeeze(classDim);
        } catch (TensorIndexException e) {
            throw outOfRange(loss, safe, values.size(classDim), e);
        }
        if (weight == null) {
            Tensor total = ignored.logicalNot().sum().to(values.dtype());
            return new Picked(picked.neg().maskedFill(ignored, 0.0), ignored, total);
        }
        Tensor each = weights(weight, safe, ignored);
        return new Picked(picked.neg().mul(each).maskedFill(ignored, 0.0), ignored, each.sum());
    }

    /** Class numbers that fit the input, as I64. */
    private static Tensor classes(String loss, Tensor input, Tensor target, int classDim) {
        if (!target.dtype().isIntegral() || target.dtype() == DType.BOOL) {
            throw new DTypeException(loss + ": the target is " + target.dtype()
                    + "; class numbers are of an integer dtype: convert it with toLong()");
        }
        Shape expected = input.shape().without(classDim);
        if (!target.shape().equals(expected)) {
            throw new ShapeException(loss + ": the input has shape " + input.shape() + ", so class numbers must have "
                    + expected + ", not " + target.shape());
        }
        return target.toLong();
    }

    /** The weight of each class number, 0 where ignored. */
    private static Tensor weights(Tensor weight, Tensor classes, Tensor ignored) {
        return weight.indexSelect(0, classes.reshape(-1))
                .reshape(classes.shape())
                .maskedFill(ignored, 0.0);
    }

    /** Where the first target at fault is. The operator has looked already: this is for the message alone. */
    private static TensorIndexException outOfRange(
            String loss, Tensor classes, long count, TensorIndexException cause) {
        long[] numbers = classes.toLongArray();
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] < 0 || numbers[i] >= count) {
                TensorIndexException exception = new TensorIndexException(loss + ": the target " + numbers[i]
                        + " at position " + position(i, classes.shape()) + " is out of range for " + count
                        + " classes: expected 0 to " + (count - 1));
                exception.initCause(cause);
                return exception;
            }
        }
        return cause;
    }

    private static Shape position(long flat, Shape shape) {
        long[] at = new long[shape.rank()];
        long rest = flat;
        for (int i = at.length - 1; i >= 0; i--) {
            at[i] = rest % shape.size(i);
            rest /= shape.size(i);
        }
        return Shape.of(at);
    }

    private static int classDim(String loss, Tensor input, @Nullable Tensor weight) {
        if (input.dim() == 0) {
            throw new ShapeException(loss + ": the input has shape (); it needs a dimension of classes");
        }
        int classDim = input.dim() == 1 ? 0 : 1;
        if (weight != null && !weight.shape().equals(Shape.of(input.size(classDim)))) {
            throw new ShapeException(loss + ": the weight has shape " + weight.shape() + " for " + input.size(classDim)
                    + " classes: expected (" + input.size(classDim) + ")");
        }
        return classDim;
    }

    private static Tensor alongClasses(Tensor weight, int rank, int classDim) {
        long[] sizes = new long[rank];
        java.util.Arrays.fill(sizes, 1);
        sizes[classDim] = -1;
        return weight.reshape(sizes);
    }
}
