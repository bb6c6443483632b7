package io.gatun.backend.cuda.gpu;

import io.gatun.backend.cuda.KernelWarmUp;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of the check: a process, so that one that hangs or crashes leaves the others alone.
 *
 * @param title its heading in the report
 * @param seconds how long it may take
 * @param alone whether nothing else may run meanwhile: what measures speed
 * @param options for the Java VM
 * @param main the class that it runs, which prints the part's Markdown to its standard output
 */
record Part(String title, int seconds, boolean alone, List<String> options, Class<?> main, List<String> arguments) {
    private static final String CUDA = "-Dgatun.backend=cuda";
    private static final String PACKAGE = "io.gatun.backend.cuda.";

    /** A first one, which says what there is. */
    static Part facts() {
        return new Part("The machine", 60, true, List.of(CUDA), DeviceFacts.class, List.of());
    }

    /** The next: compiles all kernels into the cache that the others share, of which each would else compile what it needs. */
    static Part kernels() {
        return new Part("The kernels", 300, true, List.of(CUDA), KernelWarmUp.class, List.of());
    }

    /** All others, in the order of the report. */
    static List<Part> all() {
        List<Part> parts = new ArrayList<>();
        String conformance = PACKAGE + "CudaConformanceTest";
        parts.add(tests("Conformance: operators", 240, conformance + "#operators(org.junit.jupiter.api.TestReporter)"));
        parts.add(tests(
                "Conformance: golden cases and gradients",
                240,
                conformance + "#golden()",
                conformance + "#gradients()",
                conformance + "#whatIsDeclaredUnsupportedExists()"));
        parts.add(tests("The backend's own tests", 180, PACKAGE + "*"));
        parts.add(tests("Random programs beside the reference backend", 150, PACKAGE + "RandomProgramsTest"));
        parts.add(work("Memory over many training steps", 90, MemorySoak.class));
        parts.add(work("Examples", 150, ExampleRuns.class));
        for (String family : SpeedRows.families()) {
            parts.add(speed(family));
        }
        return parts;
    }

    private static Part tests(String title, int seconds, String... selected) {
        return new Part(
                title, seconds, false, List.of(CUDA, "-Dgatun.cuda.emulator=false"), JUnitRun.class, List.of(selected));
    }

    private static Part work(String title, int seconds, Class<?> main) {
        return new Part(title, seconds, false, List.of(CUDA), main, List.of());
    }

    private static Part speed(String family) {
        boolean tf32 = family.contains("TF32");
        return new Part(
                "Speed: " + family,
                60,
                true,
                List.of(CUDA, "-Dgatun.cuda.allowTf32=" + tf32),
                SpeedTable.class,
                List.of(family));
    }
}
