package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What a program does not pay for at its start. */
class StartTest {
    static final class FirstOperator {
        private FirstOperator() {}

        public static void main(String[] args) {
            System.out.println("sum " + Tensor.of(new float[] {1, 2}).sum().item());
        }
    }

    @Test
    void theFlightRecorderIsNotSetUpUnlessItIsUsed() throws Exception {
        assertThat(FreshJvm.output(FirstOperator.class, "-Xlog:class+load"))
                .contains("sum 3.0")
                .anyMatch(line -> line.contains("io.gatun.tensor.OperatorEvent "))
                .noneMatch(line -> line.contains("jdk.jfr.internal.MetadataRepository "));
    }
}
