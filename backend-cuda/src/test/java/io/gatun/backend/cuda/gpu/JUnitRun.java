package io.gatun.backend.cuda.gpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs tests by JUnit, and prints how many passed, each failure by name with its first line, and why others were skipped. Its
 * arguments: classes, methods as {@code Class#method(types)}, or {@code package.*}, which is without those that are parts of
 * their own, and without what asks nvcc for minutes and no device at all.
 */
final class JUnitRun {
    /** The exit status where a test failed. */
    static final int FAILED = 3;

    private static final String LEFT_OUT = ".*\\.(CudaConformanceTest|RandomProgramsTest|RealCompilerTest|gpu\\..*)";
    private static final int MOST_FAILURES = 200; // that are printed

    private JUnitRun() {}

    public static void main(String... arguments) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
        Arrays.stream(arguments).map(JUnitRun::selector).forEach(request::selectors);
        if (Arrays.stream(arguments).anyMatch(JUnitRun::isPackage)) {
            request.filters(
                    ClassNameFilter.includeClassNamePatterns(".*Test"),
                    ClassNameFilter.excludeClassNamePatterns(LEFT_OUT));
        }
        run(request.build());
    }

    private static boolean isPackage(String argument) {
        return argument.endsWith(".*");
    }

    private static DiscoverySelector selector(String argument) {
        if (isPackage(argument)) {
            return DiscoverySelectors.selectPackage(argument.substring(0, argument.length() - 2));
        }
        return argument.contains("#")
                ? DiscoverySelectors.selectMethod(argument)
                : DiscoverySelectors.selectClass(argument);
    }

    private static void run(LauncherDiscoveryRequest request) {
        Tally tally = new Tally();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> tally.print("when it was stopped")));
        LauncherFactory.create().execute(request, tally);
        tally.print("");
        System.exit(tally.allPassed() ? 0 : FAILED);
    }

    private static final class Tally implements TestExecutionListener {
        private final AtomicBoolean printed = new AtomicBoolean();
        private final Map<String, Integer> skipped = new TreeMap<>(); // reasons
        private final List<String> current = new ArrayList<>();
        private int passed;
        private int failed;
        private TestPlan plan;

        @Override
        public void testPlanExecutionStarted(TestPlan started) {
            plan = started;
        }

        @Override
        public synchronized void executionStarted(TestIdentifier test) {
            if (test.isTest()) {
                current.add(name(test));
            }
        }

        @Override
        public synchronized void executionSkipped(TestIdentifier test, String reason) {
            skipped.merge(reason, 1, Integer::sum);
        }

        @Override
        public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
            current.remove(name(test));
            switch (result.getStatus()) {
                case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
                case ABORTED -> skipped.merge(firstLine(result), 1, Integer::sum);
                case FAILED -> fail(test, result);
            }
        }

        private void fail(TestIdentifier test, TestExecutionResult result) {
            failed++;
            if (failed <= MOST_FAILURES) {
                System.out.println("- " + name(test) + " failed: " + firstLine(result));
                result.getThrowable().ifPresent(Throwable::printStackTrace);
            }
        }

        private static String firstLine(TestExecutionResult result) {
            return result.getThrowable()
                    .map(String::valueOf)
                    .flatMap(
                            text -> text.lines().filter(line -> !line.isBlank()).findFirst())
                    .orElse("without a reason");
        }

        /** With what it is in, up to the class. */
        private String name(TestIdentifier test) {
            String name = test.getDisplayName();
            TestIdentifier at = test;
            while (plan.getParent(at).flatMap(plan::getParent).isPresent()) {
                at = plan.getParent(at).orElseThrow();
                name = at.getDisplayName() + ": " + name;
            }
            return name;
        }

        synchronized boolean allPassed() {
            return failed == 0 && passed > 0;
        }

        synchronized void print(String when) {
            if (printed.getAndSet(true)) {
                return;
            }
            System.out.printf("%n%,d tests passed, %,d failed", passed, failed);
            System.out.println(when.isEmpty() ? "." : " " + when + ", in " + current + ".");
            skipped.forEach((reason, count) -> System.out.println("- skipped, " + count + ": " + reason));
        }
    }
}
