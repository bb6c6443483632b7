package io.gatun.backend.tck;

import io.gatun.backend.tck.golden.GoldenCase;
import io.gatun.backend.tck.golden.GoldenFolder;
import io.gatun.backend.tck.golden.GoldenGradients;
import io.gatun.backend.tck.golden.GoldenOutcome;
import io.gatun.backend.tck.golden.GoldenRunner;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * What a backend must pass: extend this in a test of the backend's, name it, and run.
 *
 * <pre>{@code
 * class MyBackendConformanceTest extends BackendConformance {
 *     @Override
 *     protected String backend() {
 *         return "mine";
 *     }
 * }
 * }</pre>
 *
 * <p>That is all: {@code gatun-backend-tck} and {@code gatun-backend-reference} on the test path, and the backend's
 * provider among the services. Every operator, for every dtype it is defined for, on shapes around every vector width,
 * empty and without dimensions, and in every layout, is held against the reference backend; the golden cases, which PyTorch
 * computed, are run; and gradients are held against finite differences. What ran is counted and reported at the end.
 *
 * <p>Nothing is skipped in silence. What a backend leaves out it must declare ({@link #unsupported}), and then refuse; a
 * declaration that names nothing fails, too.
 */
public abstract class BackendConformance {
    private static final System.Logger LOG = System.getLogger("io.gatun");

    /** For subclasses. */
    protected BackendConformance() {}

    /** The name of the backend's provider. */
    protected abstract String backend();

    /**
     * What the backend refuses, by name: an operator ({@code sort ascending}) or one dtype of it ({@code matmul of F16}), by
     * the names of {@link OperatorSpecs}; {@code golden} or {@code gradient} and the name of a golden case or its operator
     * ({@code golden sort}) where that comes to such an operator.
     *
     * @return nothing unless overridden
     */
    protected Set<String> unsupported() {
        return Set.of();
    }

    /** A container an operator, a test a dtype; at last a test that reports how much has run. */
    @TestFactory
    public Stream<DynamicNode> operators(TestReporter reporter) {
        ConformanceRun run = new ConformanceRun(Device.of(backend()));
        Set<String> unsupported = unsupported();
        Stream<DynamicNode> tests = OperatorSpecs.all().stream().map(spec -> container(spec, run, unsupported));
        return Stream.concat(
                tests, Stream.of(DynamicTest.dynamicTest("report", () -> report(reporter, run.tally(), unsupported))));
    }

    private static DynamicNode container(OperatorSpec spec, ConformanceRun run, Set<String> unsupported) {
        List<DynamicNode> tests = new ArrayList<>();
        for (DType dtype : spec.dtypes()) {
            String name = spec.name() + " of " + dtype;
            boolean refused = unsupported.contains(spec.name()) || unsupported.contains(name);
            tests.add(DynamicTest.dynamicTest(name + (refused ? " is refused" : ""), () -> {
                List<Trial> trials = spec.trials(dtype);
                for (int i = 0; i < trials.size(); i++) {
                    if (refused) {
                        requireRefusal(run, trials.get(i));
                    } else {
                        run.run(trials.get(i), i);
                    }
                }
            }));
        }
        return DynamicContainer.dynamicContainer(spec.name(), tests);
    }

    private void report(TestReporter reporter, Tally tally, Set<String> unsupported) {
        String refused = unsupported.isEmpty() ? "nothing" : String.join(", ", new TreeSet<>(unsupported));
        reporter.publishEntry(Map.of("ran", tally.toString(), "refused", refused));
        LOG.log(
                System.Logger.Level.INFO,
                "conformance of " + backend() + ": " + tally + "; declared unsupported: " + refused);
    }

    /** Fails for a declaration that names nothing, such as one of an operator that was renamed. */
    @Test
    public void whatIsDeclaredUnsupportedExists() throws IOException {
        Set<String> known = new HashSet<>();
        for (OperatorSpec spec : OperatorSpecs.all()) {
            known.add(spec.name());
            spec.dtypes().forEach(dtype -> known.add(spec.name() + " of " + dtype));
        }
        for (GoldenCase golden : GoldenFolder.bundled()) {
            known.addAll(List.of("golden " + golden, "golden " + golden.op(), "gradient " + golden.op()));
        }
        Set<String> unknown = new TreeSet<>(unsupported());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new AssertionError("declared unsupported, but unknown: " + unknown);
        }
    }

    private static void requireRefusal(ConformanceRun run, Trial trial) {
        if (trial.resultsAreEmpty()) {
            return; // no backend is asked for nothing
        }
        try {
            run.run(trial, 0);
        } catch (RuntimeException refusal) {
            if (refusal.getClass().getName().startsWith("java.lang.") && refusal.getMessage() == null) {
                throw new AssertionError(trial + " is declared unsupported and fails without a message", refusal);
            }
            return;
        }
        throw new AssertionError(trial + " is declared unsupported, and is executed");
    }

    /** A test a golden case that a method exists for. */
    @TestFactory
    public Stream<DynamicTest> golden() throws IOException {
        GoldenRunner runner = new GoldenRunner(Device.of(backend()));
        Set<String> unsupported = unsupported();
        return GoldenFolder.bundled().stream().filter(GoldenRunner::hasMethod).map(golden -> {
            boolean refused = unsupported.contains("golden " + golden.op()) || unsupported.contains("golden " + golden);
            return DynamicTest.dynamicTest(golden + (refused ? " is refused" : ""), () -> {
                GoldenOutcome outcome = runner.run(golden);
                if (refused && !(outcome instanceof GoldenOutcome.Failed)) {
                    throw new AssertionError(golden + " is declared unsupported, and passes");
                } else if (!refused && outcome instanceof GoldenOutcome.Failed failed) {
                    throw new AssertionError(failed.reason());
                }
            });
        });
    }

    /** A test a differentiable operator: its gradients against finite differences, in {@code F64}. */
    @TestFactory
    public Stream<DynamicTest> gradients() throws IOException {
        GoldenGradients gradients = new GoldenGradients(Device.of(backend()));
        Set<String> unsupported = unsupported();
        return GoldenGradients.select(GoldenFolder.bundled()).stream().map(golden -> {
            boolean refused = unsupported.contains("gradient " + golden.op());
            return DynamicTest.dynamicTest(golden.op() + (refused ? " is refused" : ""), () -> {
                if (refused) {
                    requireGradientRefusal(gradients, golden);
                } else {
                    gradients.check(golden);
                }
            });
        });
    }

    private static void requireGradientRefusal(GoldenGradients gradients, GoldenCase golden) {
        try {
            gradients.check(golden);
        } catch (RuntimeException refusal) {
            return;
        }
        throw new AssertionError("the gradient of " + golden.op() + " is declared unsupported, and is computed");
    }
}
