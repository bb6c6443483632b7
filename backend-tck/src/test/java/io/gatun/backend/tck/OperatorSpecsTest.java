package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.Op;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OperatorSpecsTest {
    @Test
    void everyKernelAndCompositeHasASpec() {
        Set<Class<?>> described = OperatorSpecs.all().stream()
                .flatMap(spec -> spec.trials(spec.dtypes().get(0)).stream())
                .map(trial -> trial.op().getClass())
                .collect(Collectors.toSet());
        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(Stream.of(Op.Kernel.class, Op.Composite.class)
                        .flatMap(OperatorSpecsTest::operators)
                        .collect(Collectors.toSet()));
    }

    /** The records of a group, and of the groups in it. */
    private static Stream<Class<?>> operators(Class<?> group) {
        return group.isSealed()
                ? Arrays.stream(group.getPermittedSubclasses()).flatMap(OperatorSpecsTest::operators)
                : Stream.of(group);
    }

    @Test
    void everyDTypeIsTried() {
        assertThat(OperatorSpecs.all().stream().flatMap(spec -> spec.dtypes().stream()))
                .contains(DType.values());
    }

    @Test
    void trialsAreTheSameOnEveryCall() {
        OperatorSpec add = OperatorSpecs.all().stream()
                .filter(spec -> spec.name().equals("add"))
                .findFirst()
                .orElseThrow();
        assertThat(add.trials(DType.F32).get(9).inputs().get(0).toDoubleArray())
                .isEqualTo(add.trials(DType.F32).get(9).inputs().get(0).toDoubleArray());
    }
}
