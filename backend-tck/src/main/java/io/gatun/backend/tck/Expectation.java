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
    private final double @Nullable [] magnitudes; // of every result; null: those of the results themselves
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
        Tolerance tolerance =
                anyComplex(inputs) ? Tolerances.ofComplex(trial.op()) : Tolerances.of(trial.op(), results[0].dtype());
        boolean complex = results[0].isComplex();
        double[] magnitudes = switch (tolerance.scale()) {
            case RESULT -> complex ? twice(results[0].abs().toDoubleArray()) : null;
            case TERMS -> {
                double[] terms = execute(trial.op(), absolute(inputs))[0].toDoubleArray();
                yield complex ? twice(terms) : terms;
            }
            case OPERANDS -> largest(inputs, Canonical.of(trial.op(), results));
        };
        return new Expectation(results, magnitudes, tolerance);
    }

    /** A complex number's magnitude counts for both of its parts. */
    private static double[] twice(double[] magnitudes) {
        double[] parts = new double[2 * magnitudes.length];
        Arrays.setAll(parts, i -> magnitudes[i / 2]);
        return parts;
    }

    static boolean anyComplex(Tensor... tensors) {
        return Arrays.stream(tensors).anyMatch(Tensor::isComplex);
    }

    /** The library's own way: what backends are not given, the parts of complex operands, they are not asked for. */
    static Tensor[] execute(Op op, Tensor[] inputs) {
        return switch (op) {
            case Op.Composite composite -> Operators.runAll(composite, inputs);
            case Op.Kernel kernel when inputs.length == 0 -> created(kernel);
            case Op.Kernel kernel -> Operators.runAll(kernel, inputs);
            case Op.View _ -> throw new IllegalArgumentException(op.operatorName() + " is a view: it has no result");
        };
    }

    private static Tensor[] created(Op.Kernel op) {
        OutputSpec spec = OpRules.outputs(op)[0];
        Tensor result = Tensor.empty(spec.shape(), spec.dtype(), OperatorSpec.REFERENCE);
        OperatorSpec.REFERENCE.backend().execute(op, new Tensor[0], new Tensor[] {result});
        return new Tensor[] {result};
    }

    private static Tensor[] absolute(Tensor[] inputs) {
        Tensor[] absolute = new Tensor[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            absolute[i] = inputs[i].dtype().isInexact() ? inputs[i].abs() : inputs[i];
        }
        return absolute;
    }

    private static double[] largest(Tensor[] inputs, Tensor[] compared) {
        double largest = 1;
        for (Tensor input : inputs) {
            for (double value : parts(input).toDoubleArray()) {
                largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
            }
        }
        double[] magnitudes = new double
                [Arrays.stream(compared)
                        .mapToInt(part -> (int) parts(part).numel())
                        .max()
                        .orElse(0)];
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
        }
        Tensor[] expected = Canonical.of(op, results);
        Tensor[] given = Canonical.of(op, actual);
        for (int i = 0; i < expected.length; i++) {
            String difference = expected[i].dtype().isInexact()
                    ? ofFloats(op, parts(given[i]), parts(expected[i]))
                    : ofIntegers(given[i], expected[i]);
            if (difference != null) {
                return (results.length > 1 ? "result " + i + ": " : "") + difference;
            }
        }
        return null;
    }

    private static Tensor parts(Tensor tensor) {
        return tensor.isComplex() ? tensor.viewAsReal() : tensor;
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
