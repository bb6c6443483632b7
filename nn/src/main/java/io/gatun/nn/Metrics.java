package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;

/** How good predictions are. Nothing here is recorded for gradients. */
public final class Metrics {
    private Metrics() {}

    /**
     * The share of samples whose largest score is their class's, from 0 to 1; NaN for none.
     *
     * @param scores (N, C)
     * @param targets class numbers, (N)
     */
    public static double accuracy(Tensor scores, Tensor targets) {
        Tensor right = classes("accuracy", scores, targets).eq(targets);
        return right.sum().item() / right.numel();
    }

    /**
     * How often each class was taken for each: (C, C), {@code I64}, a row a true class, a column a predicted one.
     *
     * @param scores (N, C)
     * @param targets class numbers, (N)
     * @throws TensorIndexException if a class number is not from 0 to C - 1
     */
    public static Tensor confusionMatrix(Tensor scores, Tensor targets) {
        Tensor predicted = classes("confusionMatrix", scores, targets);
        int count = Math.toIntExact(scores.size(1));
        long[][] matrix = new long[count][count];
        long[] guesses = predicted.toLongArray();
        long[] truths = targets.toLongArray();
        for (int i = 0; i < truths.length; i++) {
            if (truths[i] < 0 || truths[i] >= count) {
                throw new TensorIndexException("confusionMatrix: target " + truths[i] + " at position " + i
                        + " is not from 0 to " + (count - 1));
            }
            matrix[(int) truths[i]][(int) guesses[i]]++;
        }
        return Tensor.of(matrix);
    }

    private static Tensor classes(String operator, Tensor scores, Tensor targets) {
        if (scores.dim() != 2
                || targets.dim() != 1
                || targets.size(0) != scores.size(0)
                || targets.dtype().isFloatingPoint()) {
            throw new ShapeException(operator + ": scores " + scores.shape() + " and targets " + targets.shape()
                    + " of " + targets.dtype() + " do not fit: expected (N, C) and class numbers (N)");
        }
        return scores.detach().argmax(1).to(DType.I64);
    }

    /** A mean over batches of different sizes, as of a loss in an epoch. */
    public static final class Mean {
        private double sum;
        private double weight;

        /** Of nothing yet. */
        public Mean() {}

        /** Counts the mean {@code value} of {@code count} samples. */
        public Mean add(double value, long count) {
            sum += value * count;
            weight += count;
            return this;
        }

        /** The mean so far; NaN of nothing. */
        public double value() {
            return sum / weight;
        }

        /** Forgets everything. */
        public void reset() {
            sum = 0;
            weight = 0;
        }
    }
}
