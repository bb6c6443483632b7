package io.gatun.backend.tck;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.op.OutputSpec;
import java.util.Arrays;
import java.util.List;

/**
 * An operator with operands for it.
 *
 * @param op the operator, a kernel or a composite
 * @param inputs contiguous operands on the reference backend
 * @param overwritable which of them the result may be written over, by {@link Op}'s word
 */
public record Trial(Op op, List<Tensor> inputs, List<Integer> overwritable) {
    /** Takes copies of the lists. */
    public Trial {
        inputs = List.copyOf(inputs);
        overwritable = List.copyOf(overwritable);
    }

    /** A trial that is written to fresh memory only. */
    public static Trial of(Op op, Tensor... inputs) {
        return new Trial(op, List.of(inputs), List.of());
    }

    /** This trial, which may be written over these operands, too. */
    public Trial over(Integer... operands) {
        return new Trial(op, inputs, List.of(operands));
    }

    /** What the rules say it gives. */
    OutputSpec[] outputs() {
        Tensor[] operands = inputs.toArray(Tensor[]::new);
        return op instanceof Op.Kernel kernel
                ? OpRules.outputs(kernel, operands)
                : OpRules.outputs((Op.Composite) op, operands);
    }

    /** Whether there is nothing to compute. */
    boolean resultsAreEmpty() {
        return Arrays.stream(outputs()).allMatch(output -> output.shape().isEmpty());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(op.toString());
        for (Tensor input : inputs) {
            text.append(' ').append(input.dtype()).append(input.shape());
        }
        return text.toString();
    }
}
