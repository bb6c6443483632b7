package io.gatun.nn.data;

import io.gatun.tensor.DType;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;

/** Data sets made up to try things on. */
public final class Datasets {
    private Datasets() {}

    /**
     * A made-up regression problem.
     *
     * @param inputs (samples, features), {@code F32}
     * @param targets (samples): {@code inputs · coefficients} plus noise
     * @param coefficients (features), the truth
     */
    public record Regression(Tensor inputs, Tensor targets, Tensor coefficients) {
        /** As a data set of inputs (features) and targets (). */
        public TensorDataset dataset() {
            return new TensorDataset(inputs, targets);
        }
    }

    /** {@link #makeRegression(long, long, double, Generator)} from the default generator. */
    public static Regression makeRegression(long samples, long features, double noise) {
        return makeRegression(samples, features, noise, io.gatun.tensor.Random.defaultGenerator());
    }

    /**
     * Standard normal inputs, coefficients uniform on [0, 100), normal noise: the model of scikit-learn's {@code
     * make_regression} with all features informative. The numbers are Gatun's own.
     *
     * @param noise the standard deviation of the noise
     */
    public static Regression makeRegression(long samples, long features, double noise, Generator generator) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor inputs = Tensor.randn(Shape.of(samples, features), DType.F32, generator);
            Tensor coefficients =
                    Tensor.rand(Shape.of(features), DType.F32, generator).mul_(100.0);
            Tensor targets = inputs.mv(coefficients);
            if (noise > 0) {
                targets.add_(Tensor.randn(Shape.of(samples), DType.F32, generator), noise);
            }
            return new Regression(scope.keep(inputs), scope.keep(targets), scope.keep(coefficients));
        }
    }
}
