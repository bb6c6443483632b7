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
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

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
 * <p>Every operator, for every dtype it is defined for, on shapes around every vector width and in every layout, is held
 * against the reference backend, which must be on the path; the golden cases, which PyTorch computed, are run; and
 * gradients are held against finite differences. What a backend leaves out it must declare ({@link #unsupported}), and
 * then refuse.
 */
public abstract class BackendConformance {
    /** For subclasses. */
    protected BackendConformance() {}

    /** The name of the backend's provider. */
    protected abstract String backend();

    /**
     * What the backend refuses: an operator ({@code sort ascending}) or one dtype of it ({@code matmul of F16}), by the
     * names of {@link OperatorSpecs}.
     *
     * @return nothing unless overridden
     */
    protected Set<String> unsupported() {
        return Set.of();
    }

    /** A container an operator, a test a dtype. */
    @TestFactory
    public Stream<DynamicNode> operators() {
        ConformanceRun run = new ConformanceRun(Device.of(backend()));
        Set<String> unsupported = unsupported();
        return OperatorSpecs.all().stream().map(spec -> {
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
        });
    }

    private static void requireRefusal(ConformanceRun run, Trial trial) {
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
        List<GoldenCase> cases = GoldenFolder.bundled();
        return cases.stream()
                .filter(GoldenRunner::hasMethod)
                .map(golden -> DynamicTest.dynamicTest(golden.toString(), () -> {
                    if (runner.run(golden) instanceof GoldenOutcome.Failed failed) {
                        throw new AssertionError(failed.reason());
                    }
                }));
    }

    /** A test a differentiable operator: its gradients against finite differences, in {@code F64}. */
    @TestFactory
    public Stream<DynamicTest> gradients() throws IOException {
        GoldenGradients gradients = new GoldenGradients(Device.of(backend()));
        return GoldenGradients.select(GoldenFolder.bundled()).stream()
                .map(golden -> DynamicTest.dynamicTest(golden.op(), () -> gradients.check(golden)));
    }
}
