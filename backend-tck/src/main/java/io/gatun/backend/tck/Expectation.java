package io.gatun.backend.tck;

import io.gatun.tensor.DType;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.op.OutputSpec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the reference backend gives for a trial, with the magnitude that each element's tolerance is relative to. */
final class Expectation {
    private final Tensor[] results;
    private final double @Nullable [] magnitudes; // of the only result; null: those of the results themselves
    private final Tolerance tolerance;

    private Expectation(Tensor[] results, double @Nullable [] magnitudes, Tolerance tolerance) {
        this.results = results;
        this.magnitudes = magnitudes;
        this.tolerance = tolerance;
    }

    /** For the trial's operator on these contiguous operands. */
    static Expectation of(Trial trial, List<Tensor> operands) {
        Tensor[] inputs = operands.toArray(Tensor[]::new);
        Tensor[] results = execute(trial.op(), inputs);
        Tolerance tolerance = Tolerances.of(trial.op(), results[0].dtype());
        double[] magnitudes = switch (tolerance.scale()) {
            case RESULT -> null;
            case TERMS -> execute(trial.op(), absolute(inputs))[0].toDoubleArray();
            case OPERANDS -> largest(inputs, results[0]);
        };
        return new Expectation(results, magnitudes, tolerance);
    }

    private static Tensor[] execute(Op op, Tensor[] inputs) {
        if (op instanceof Op.Composite composite) {
            return Operators.runAll(composite, inputs);
        }
        Op.Kernel kernel = (Op.Kernel) op;
        OutputSpec[] specs = OpRules.outputs(kernel, inputs);
        Tensor[] results = new Tensor[specs.length];
        for (int i = 0; i < specs.length; i++) {
            results[i] = Tensor.empty(specs[i].shape(), specs[i].dtype(), OperatorSpec.REFERENCE);
        }
        OperatorSpec.REFERENCE.backend().execute(kernel, inputs, results);
        return results;
    }

    private static Tensor[] absolute(Tensor[] inputs) {
        Tensor[] absolute = new Tensor[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            absolute[i] = inputs[i].dtype().isFloatingPoint() ? inputs[i].abs() : inputs[i];
        }
        return absolute;
    }

    private static double[] largest(Tensor[] inputs, Tensor result) {
        double largest = 1;
        for (Tensor input : inputs) {
            for (double value : input.toDoubleArray()) {
                largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
            }
        }
        double[] magnitudes = new double[(int) result.numel()];
        Arrays.fill(magnitudes, largest);
        return magnitudes;
    }

    /** What is wrong with the results of a backend, or null. */
    @Nullable String difference(Op op, Tensor[] actual) {
        for (int i = 0; i < results.length; i++) {
            if (actual[i].dtype() != results[i].dtype() || !actual[i].shape().equals(results[i].shape())) {
                return "result " + i + " is " + actual[i].dtype() + actual[i].shape() + ", expected "
                        + results[i].dtype() + results[i].shape();
            }
            String difference = results[i].dtype().isFloatingPoint()
                    ? ofFloats(op, actual[i], results[i])
                    : ofIntegers(actual[i], results[i]);
            if (difference != null) {
                return (results.length > 1 ? "result " + i + ": " : "") + difference;
            }
        }
        return null;
    }

    private @Nullable String ofFloats(Op op, Tensor actual, Tensor expected) {
        DType dtype = expected.dtype();
        double[] x = actual.toDoubleArray();
        double[] y = expected.toDoubleArray();
        for (int i = 0; i < y.length; i++) {
            double bound = tolerance.bound(dtype, magnitudes == null ? y[i] : magnitudes[i]);
            boolean same = x[i] == y[i] || Double.isNaN(x[i]) && Double.isNaN(y[i]);
            if (!same && !(Math.abs(x[i] - y[i]) <= bound && Double.isFinite(y[i]))) {
                return op.operatorName() + " gives " + x[i] + " at element " + i + " of " + expected.shape()
                        + ", the reference " + y[i] + "; allowed is a difference of " + bound;
            }
        }
        return null;
    }

    private static @Nullable String ofIntegers(Tensor actual, Tensor expected) {
        long[] x = actual.toLongArray();
        long[] y = expected.toLongArray();
        for (int i = 0; i < y.length; i++) {
            if (x[i] != y[i]) {
                return x[i] + " at element " + i + " of " + expected.shape() + ", the reference gives " + y[i];
            }
        }
        return null;
    }
}
