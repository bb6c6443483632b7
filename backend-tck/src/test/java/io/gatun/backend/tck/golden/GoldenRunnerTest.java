package io.gatun.backend.tck.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** That the runner sees what is wrong: cases made up to be so. */
class GoldenRunnerTest {
    private static final Device REFERENCE = Device.of("reference");

    private static Tensor f32(double... values) {
        return Tensor.of(values, DType.F32, REFERENCE);
    }

    private static GoldenCase golden(String op, String args, boolean refused, Map<String, Tensor> arrays) {
        List<String> inputs = arrays.keySet().stream()
                .filter(key -> !key.startsWith("y"))
                .sorted()
                .toList();
        List<String> outputs = refused ? List.of() : List.of("y0");
        return new GoldenCase(
                op + "_01",
                op,
                JsonMapper.shared().readTree(args),
                inputs,
                false,
                outputs,
                List.of(),
                1e-6,
                1e-6,
                refused,
                "",
                arrays);
    }

    private static String reason(GoldenCase golden) {
        return switch (new GoldenRunner(REFERENCE).run(golden)) {
            case GoldenOutcome.Failed(var _, var reason) -> reason;
            case GoldenOutcome.Passed _ -> "passed";
            case GoldenOutcome.Skipped _ -> "skipped";
        };
    }

    @Test
    void agreementPasses() {
        assertThat(reason(golden("neg", "{}", false, Map.of("a", f32(1, Double.NaN), "y0", f32(-1, Double.NaN)))))
                .isEqualTo("passed");
    }

    @Test
    void wrongValuesDTypesAndShapesFail() {
        Tensor a = f32(1, 2);
        assertThat(reason(golden("neg", "{}", false, Map.of("a", a, "y0", f32(-1, 2)))))
                .contains("contiguous inputs: result y0: -2.0 instead of 2.0 at element 1 of (2)");
        assertThat(reason(golden("neg", "{}", false, Map.of("a", a, "y0", f32(-1, Double.NaN)))))
                .contains("instead of NaN");
        assertThat(reason(golden("neg", "{}", false, Map.of("a", a, "y0", f32(-1, Double.NEGATIVE_INFINITY)))))
                .contains("instead of -Infinity");
        assertThat(reason(
                        golden("neg", "{}", false, Map.of("a", a, "y0", a.neg().to(DType.F64)))))
                .contains("dtype F32 instead of F64");
        assertThat(reason(
                        golden("neg", "{}", false, Map.of("a", a, "y0", a.neg().unsqueeze(0)))))
                .contains("shape (2) instead of (1, 2)");
    }

    @Test
    void anArgumentThatIsNotReadFails() {
        assertThat(reason(golden("neg", "{\"inplace\": true}", false, Map.of("a", f32(1), "y0", f32(-1)))))
                .contains("does not read its arguments [inplace]");
    }

    @Test
    void aCallThatShouldBeRefusedAndIsNotFails() {
        assertThat(reason(golden("neg", "{}", true, Map.of("a", f32(1))))).contains("accepted");
        assertThat(reason(golden("add", "{}", true, Map.of("a", f32(1, 2, 3), "b", f32(1, 2)))))
                .isEqualTo("passed");
    }

    @Test
    void aWrongNumberOfArgumentsIsAFailureAndNotASkip() {
        assertThat(reason(golden("transpose", "{}", false, Map.of("a", f32(1), "y0", f32(1)))))
                .contains("the argument dim0 is missing");
    }

    @Test
    void anOperatorWithoutAMethodIsSkippedByName() {
        GoldenCase unknown = golden("no_such_operator", "{}", false, Map.of("a", f32(1), "y0", f32(1)));
        GoldenReport report = GoldenReport.of(new GoldenRunner(REFERENCE), List.of(unknown));
        assertThat(report.lines())
                .containsExactly("SKIPPED no_such_operator: no method yet, 1 case(s)", "0 passed, 0 failed, 1 skipped");
    }
}
