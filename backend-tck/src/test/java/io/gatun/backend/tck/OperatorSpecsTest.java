package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OperatorSpecsTest {
    /** What wants an element to choose or to slide a kernel over. */
    private static final String WITH_ELEMENTS = "arg.*|convolution.*|maxPool.*|pad|amax|amin|complex (rows|indexing)";

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

    /**
     * Operands of any other dtype must be refused, or the suite would leave out what backends may be handed: elements of any
     * dtype but the complex ones, which reach them as their parts.
     */
    @Test
    void everyDTypeThatAnOperatorAcceptsIsTried() {
        Set<String> tried = new HashSet<>();
        for (OperatorSpec spec : OperatorSpecs.all()) {
            for (DType dtype : spec.dtypes()) {
                spec.trials(dtype).forEach(trial -> tried.add(name(trial, dtype)));
            }
        }
        Set<String> left = new TreeSet<>();
        for (OperatorSpec spec : OperatorSpecs.all()) {
            for (DType dtype : OperatorSpecs.ALL) {
                if (!spec.dtypes().contains(dtype)) {
                    accepted(spec, dtype)
                            .map(trial -> name(trial, dtype))
                            .filter(name -> !tried.contains(name))
                            .forEach(left::add);
                }
            }
        }
        assertThat(left).as("accepted by the rules, and not tried").isEmpty();
    }

    private static String name(Trial trial, DType dtype) {
        return (trial.op() instanceof Op.Cast cast
                        ? cast.toString()
                        : trial.op().operatorName()) + " of " + dtype;
    }

    private static Stream<Trial> accepted(OperatorSpec spec, DType dtype) {
        try {
            return spec.trials(dtype).stream().filter(trial -> hasOperand(trial, dtype) && isAccepted(trial));
        } catch (DTypeException refused) { // already while operands were made
            return Stream.empty();
        }
    }

    /** Whether it is of that dtype at all: some descriptions make operands of another. */
    private static boolean hasOperand(Trial trial, DType dtype) {
        return trial.inputs().isEmpty() || trial.inputs().stream().anyMatch(input -> input.dtype() == dtype);
    }

    private static boolean isAccepted(Trial trial) {
        try {
            return Arrays.stream(trial.outputs())
                    .noneMatch(output -> output.dtype().isComplex());
        } catch (DTypeException refused) {
            return false;
        }
    }

    @Test
    void everyOperatorIsTriedInEveryLayout() {
        for (OperatorSpec spec : OperatorSpecs.all()) {
            for (DType dtype : spec.dtypes()) {
                Set<InputLayout> layouts = EnumSet.of(InputLayout.CONTIGUOUS);
                List<Trial> trials = spec.trials(dtype);
                for (int i = 0; i < trials.size(); i++) {
                    boolean some = trials.get(i).inputs().stream().anyMatch(input -> input.numel() > 1);
                    if (some && !ConformanceRun.isLarge(trials.get(i))) {
                        layouts.addAll(ConformanceRun.turns(i));
                    }
                }
                if (trials.stream().anyMatch(trial -> !trial.inputs().isEmpty())) {
                    assertThat(layouts).as("%s of %s", spec.name(), dtype).hasSize(InputLayout.values().length);
                }
            }
        }
    }

    @Test
    void sizesAreEmptyAndWithoutDimensionsToo() {
        for (OperatorSpec spec : OperatorSpecs.all()) {
            List<Tensor> operands = spec.trials(spec.dtypes().get(0)).stream()
                    .flatMap(trial -> trial.inputs().stream())
                    .toList();
            if (!operands.isEmpty()) {
                assertThat(operands)
                        .as("%s has an empty operand", spec.name())
                        .anyMatch(operand -> operand.numel() == 0 || spec.name().matches(WITH_ELEMENTS));
            }
        }
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
