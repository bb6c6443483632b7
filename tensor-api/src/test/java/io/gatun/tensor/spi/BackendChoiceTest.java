package io.gatun.tensor.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.op.OpRules;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackendChoiceTest {
    private record Fake(String name, int priority, int opSetVersion, Availability availability)
            implements BackendProvider {
        Fake(String name, int priority) {
            this(name, priority, OpRules.OP_SET_VERSION, Availability.usable("ready"));
        }

        @Override
        public String deviceType() {
            return "cpu";
        }

        @Override
        public Backend create() {
            throw new IllegalStateException("not in this test");
        }
    }

    private static final Fake REFERENCE = new Fake("reference", 100);
    private static final Fake SIMD = new Fake("simd", 200);
    private static final Fake NO_SIMD = new Fake(
            "simd", 200, OpRules.OP_SET_VERSION, Availability.unusable("the module jdk.incubator.vector is missing"));
    private static final Fake OLD = new Fake("old", 900, OpRules.OP_SET_VERSION - 1, Availability.usable("ready"));

    @Test
    void unsetTakesTheUsableOneOfTheHighestPriority() {
        BackendChoice choice = BackendChoice.of(List.of(REFERENCE, SIMD), null);
        assertThat(choice.provider()).isEqualTo(SIMD);
        assertThat(choice.level()).isEqualTo(System.Logger.Level.INFO);
        assertThat(choice.line()).contains("simd").contains("ready");
    }

    @Test
    void fallingToReferenceWarnsWithTheFlagThatWouldHelp() {
        BackendChoice choice = BackendChoice.of(List.of(REFERENCE, NO_SIMD), null);
        assertThat(choice.provider()).isEqualTo(REFERENCE);
        assertThat(choice.level()).isEqualTo(System.Logger.Level.WARNING);
        assertThat(choice.line())
                .contains("--add-modules jdk.incubator.vector")
                .contains("the module jdk.incubator.vector is missing");
    }

    @Test
    void askingForReferenceDoesNotWarn() {
        assertThat(BackendChoice.of(List.of(REFERENCE, SIMD), "reference").level())
                .isEqualTo(System.Logger.Level.INFO);
    }

    @Test
    void anUnknownNameIsRefusedWithAllThatWereFound() {
        assertThatThrownBy(() -> BackendChoice.of(List.of(REFERENCE, NO_SIMD), "cuda"))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("'cuda'")
                .hasMessageContaining("reference (usable)")
                .hasMessageContaining("simd (not usable: the module jdk.incubator.vector is missing)");
    }

    @Test
    void anUnusableNameIsRefusedWithTheReasonAndNeverReplaced() {
        assertThatThrownBy(() -> BackendChoice.of(List.of(REFERENCE, NO_SIMD), "simd"))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("'simd' is not usable: the module jdk.incubator.vector is missing");
    }

    @Test
    void aBackendOfAnotherOperatorSetIsNeverUsed() {
        assertThat(BackendChoice.of(List.of(OLD, SIMD), null).provider()).isEqualTo(SIMD);
        assertThatThrownBy(() -> BackendChoice.of(List.of(OLD), "old"))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("operator set " + (OpRules.OP_SET_VERSION - 1));
    }

    @Test
    void noneAtAllSaysWhatToAdd() {
        assertThatThrownBy(() -> BackendChoice.of(List.of(), null))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("gatun-backend-simd");
    }
}
