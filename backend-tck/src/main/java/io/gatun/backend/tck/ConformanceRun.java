package io.gatun.backend.tck;

import io.gatun.backend.tck.InputLayout.Placed;
import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.op.OutputSpec;
import io.gatun.tensor.spi.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs trials on one backend, in many layouts, and holds the results against the reference backend's on contiguous
 * operands. A kernel is executed as {@link io.gatun.tensor.spi.Backend} is by the library, into outputs that are handed
 * to it:
 *
 * <ul>
 *   <li>all operands in one {@link InputLayout}, into contiguous outputs;
 *   <li>each operand in a layout of its own, into outputs with gaps around them;
 *   <li>into each operand that {@link Op} lets it write over.
 * </ul>
 *
 * <p>Inputs, and the gaps around outputs, must afterwards hold the bits that they held before. A composite goes the
 * library's own way: claimed or decomposed. So does a kernel on complex operands, of which backends are given the parts.
 */
final class ConformanceRun {
    private static final int LARGE = 10_000;
    private static final InputLayout[] OTHERS = {
        InputLayout.TRANSPOSED, InputLayout.SLICED, InputLayout.OFFSET, InputLayout.REVERSED, InputLayout.BROADCAST
    };

    private final Device device;
    private final Backend backend;
    private final Tally tally = new Tally();

    ConformanceRun(Device device) {
        this(device, device.backend());
    }

    /** For kernels of {@code backend} on the memory of {@code device}. */
    ConformanceRun(Device device, Backend backend) {
        this.device = device;
        this.backend = backend;
    }

    /** What has run so far. */
    Tally tally() {
        return tally;
    }

    /**
     * Runs trial number {@code number} of an operator; throws an {@link AssertionError} that says where it went wrong.
     * Contiguous operands always, of the other combinations some by turns: the next trial, of another shape, has the next.
     */
    void run(Trial trial, int number) {
        try (TensorScope _ = TensorScope.open()) {
            Expectation contiguous = Expectation.of(trial, trial.inputs());
            int n = trial.inputs().size();
            check(trial, Collections.nCopies(n, InputLayout.CONTIGUOUS), InputLayout.CONTIGUOUS, -1, contiguous);
            boolean large = isLarge(trial);
            if (!large) {
                for (InputLayout layout : n == 0 ? List.<InputLayout>of() : turns(number)) {
                    check(trial, Collections.nCopies(n, layout), InputLayout.CONTIGUOUS, -1, contiguous);
                }
                check(trial, mixed(n, number), outputLayout(number), -1, contiguous);
            }
            for (int over : trial.overwritable()) {
                InputLayout layout = large ? InputLayout.CONTIGUOUS : outputLayout(number + over);
                List<InputLayout> layouts = new ArrayList<>(Collections.nCopies(n, InputLayout.CONTIGUOUS));
                layouts.set(over, layout);
                check(trial, layouts, layout, over, contiguous);
            }
        }
    }

    /** Whether it is tried contiguously only, as it takes its time. */
    static boolean isLarge(Trial trial) {
        return trial.inputs().stream().anyMatch(input -> input.numel() > LARGE);
    }

    /** The layouts that all operands of trial number {@code number} are tried in, besides the contiguous one. */
    static List<InputLayout> turns(int number) {
        return List.of(OTHERS[2 * number % OTHERS.length], OTHERS[(2 * number + 1) % OTHERS.length]);
    }

    private static List<InputLayout> mixed(int operands, int number) {
        InputLayout[] all = InputLayout.values();
        List<InputLayout> layouts = new ArrayList<>();
        for (int k = 0; k < operands; k++) {
            layouts.add(all[(number + (operands == 1 ? 0 : k * (1 + number / all.length))) % all.length]);
        }
        return layouts;
    }

    private static InputLayout outputLayout(int number) {
        return InputLayout.OF_USERS.get(number % InputLayout.OF_USERS.size());
    }

    private void check(
            Trial trial, List<InputLayout> layouts, InputLayout outputLayout, int over, Expectation contiguous) {
        boolean repeats = layouts.contains(InputLayout.BROADCAST);
        if (repeats && isSolved(trial.op())) {
            tally.leaveOutBroadcast(trial);
            return;
        }
        try (TensorScope _ = TensorScope.open()) {
            List<Placed> inputs = new ArrayList<>();
            List<Tensor> values = new ArrayList<>();
            for (int k = 0; k < layouts.size(); k++) {
                Placed placed = layouts.get(k).place(trial.inputs().get(k));
                values.add(repeats ? placed.view().clone() : trial.inputs().get(k));
                inputs.add(placed.on(device));
            }
            Trial tried = repeats ? with(values, trial) : trial;
            Expectation expectation = repeats ? Expectation.of(tried, values) : contiguous;
            String problem = problem(tried, inputs, outputLayout, over, expectation);
            if (problem != null) {
                throw new AssertionError(trial + " with inputs " + layouts + " and output " + outputLayout
                        + (over < 0 ? "" : ", which is input " + over) + ": " + problem);
            }
            tally.count(trial, layouts);
        }
    }

    /** Equal rows make a matrix singular. */
    private static boolean isSolved(Op op) {
        return op instanceof Op.LinearAlgebra || op instanceof Op.Pinv;
    }

    /** The trial on other values, of which others may be nonzero. */
    private static Trial with(List<Tensor> values, Trial trial) {
        Op op = trial.op() instanceof Op.Nonzero
                ? new Op.Nonzero(values.get(0).countNonzero().itemLong())
                : trial.op();
        return new Trial(op, values, trial.overwritable());
    }

    private @Nullable String problem(
            Trial trial, List<Placed> inputs, InputLayout outputLayout, int over, Expectation expectation) {
        List<byte[]> before = inputs.stream().map(Placed::bits).toList();
        Tensor[] operands = inputs.stream().map(Placed::view).toArray(Tensor[]::new);
        List<Placed> outputs = List.of();
        List<byte[]> gaps = List.of();
        Tensor[] results;
        if (trial.op() instanceof Op.Kernel kernel && !Expectation.anyComplex(operands)) {
            outputs = over >= 0 ? List.of(inputs.get(over)) : outputs(OpRules.outputs(kernel, operands), outputLayout);
            gaps = outputs.stream().map(ConformanceRun::bitsAround).toList();
            results = outputs.stream().map(Placed::view).toArray(Tensor[]::new);
            if (Arrays.stream(results).anyMatch(result -> result.numel() > 0)) {
                backend.execute(kernel, operands, results);
            }
        } else {
            results = Expectation.execute(trial.op(), operands);
        }
        String problem = expectation.difference(trial.op(), results);
        for (int k = 0; k < inputs.size() && problem == null; k++) {
            if (k != over && !Arrays.equals(before.get(k), inputs.get(k).bits())) {
                problem = "input " + k + " was modified";
            }
        }
        for (int k = 0; k < outputs.size() && problem == null; k++) {
            if (!Arrays.equals(gaps.get(k), bitsAround(outputs.get(k)))) {
                problem = "memory around output " + k + " was written to";
            }
        }
        return problem;
    }

    private List<Placed> outputs(OutputSpec[] specs, InputLayout layout) {
        List<Placed> outputs = new ArrayList<>();
        for (OutputSpec spec : specs) {
            outputs.add(layout.place(Tensor.zeros(spec.shape(), spec.dtype(), OperatorSpec.REFERENCE))
                    .on(device));
        }
        return outputs;
    }

    /** The bits of a storage with the elements of the view left out. */
    private static byte[] bitsAround(Placed placed) {
        if (placed.view().numel() == placed.base().numel()) {
            return new byte[0];
        }
        byte[] bits = placed.bits();
        int width = placed.base().dtype().byteSize();
        for (long i = 0; i < placed.view().numel(); i++) {
            int at = (int) placed.view().layout().elementAt(i) * width;
            Arrays.fill(bits, at, at + width, (byte) 0);
        }
        return bits;
    }
}
