package io.gatun.backend.tck.toy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.backend.tck.BackendConformance;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** That the suite fails a backend for what it does wrong, for what it leaves out in silence, and for nothing else. */
class BrokenToyTest {
    /** The suite of a toy, as an object. */
    private static final class Suite extends BackendConformance {
        private final String backend;
        private final Set<String> unsupported;

        Suite(String backend, String... unsupported) {
            this.backend = backend;
            this.unsupported = Set.of(unsupported);
        }

        @Override
        protected String backend() {
            return backend;
        }

        @Override
        protected Set<String> unsupported() {
            return unsupported;
        }
    }

    private static Map<String, Throwable> failures(Suite suite, TestReporter reporter) {
        Map<String, Throwable> failures = new LinkedHashMap<>();
        run(suite.operators(reporter), failures);
        return failures;
    }

    private static void run(Stream<? extends DynamicNode> nodes, Map<String, Throwable> failures) {
        nodes.forEach(node -> {
            if (node instanceof DynamicContainer container) {
                if (Set.of("add", "sub", "fmod").contains(container.getDisplayName())) {
                    run(container.getChildren(), failures);
                }
            } else if (node instanceof DynamicTest test) {
                try {
                    test.getExecutable().execute();
                } catch (Throwable failure) {
                    failures.put(test.getDisplayName(), failure);
                }
            }
        });
    }

    @Test
    void aRightBackendPassesAndWhatRanIsReported() {
        StringBuilder reported = new StringBuilder();
        TestReporter reporter = reported::append;
        assertThat(failures(new Suite("toy", "fmod of BF16"), reporter)).isEmpty();
        assertThat(reported.toString())
                .containsPattern("ran=3 operators, .* \\d{3,} combinations of operator, dtype, layout and size")
                .contains("refused=fmod of BF16");
    }

    @Test
    void whatIsWrongIsReportedByNameLayoutAndElement(TestReporter reporter) {
        Map<String, Throwable> failures = failures(new Suite("broken-toy", "fmod of BF16"), reporter);
        assertThat(failures).containsOnlyKeys("add of F32");
        assertThat(failures.get("add of F32"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("with inputs [")
                .hasMessageContaining("the reference");
    }

    @Test
    void whatIsLeftOutUndeclaredFails(TestReporter reporter) {
        assertThat(failures(new Suite("toy"), reporter)).containsOnlyKeys("fmod of BF16");
    }

    @Test
    void whatIsDeclaredAndWorksFails(TestReporter reporter) {
        assertThat(failures(new Suite("toy", "fmod of BF16", "sub of I32"), reporter))
                .containsOnlyKeys("sub of I32 is refused");
    }

    @Test
    @SuppressWarnings("JUnitMethodInvoked") // of a suite that is an object here
    void aDeclarationOfNothingFails() {
        assertThatThrownBy(() -> new Suite("toy", "fmod of BF16", "ad of F32").whatIsDeclaredUnsupportedExists())
                .hasMessageContaining("unknown: [ad of F32]");
    }
}
