package io.gatun.backend.cuda;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;
import org.jspecify.annotations.Nullable;

/**
 * Steps of optimisers: parameters whose elements lie one after the other, like all that belongs to them, by one launch for as
 * many of them as a kernel's argument has room for; others by a launch each. Where the device counts steps, another launch counts
 * before, and leaves the numbers that depend on it. How the kernels go on is in steps.cu.
 */
final class OptimizerSteps {
    private static final int THREADS = 256; // as in steps.cu
    private static final long PIECE = 16 * THREADS;
    private static final int MOST_TENSORS = 54;
    private static final int MOST_OPERANDS = 7;
    private static final int MOST_COUNTS = 240;
    private static final int NUMBERS = 9; // before all else: of the step, and where those are that depend on its count
    private static final long CORRECTION_WORDS = 2;

    private static final KernelName ADAM = KernelName.typed("steps", "adam");
    private static final KernelName ADAM_STRIDED = KernelName.typed("steps", "adamStrided");
    private static final KernelName ADAM_COUNTS = KernelName.typed("steps", "adamCounts");
    private static final KernelName GRADIENT = KernelName.typed("steps", "gradient");
    private static final KernelName GRADIENT_STRIDED = KernelName.typed("steps", "gradientStrided");
    private static final KernelName MOMENTUM = KernelName.typed("steps", "momentum");
    private static final KernelName MOMENTUM_STRIDED = KernelName.typed("steps", "momentumStrided");
    private static final KernelName NESTEROV = KernelName.typed("steps", "nesterov");
    private static final KernelName NESTEROV_STRIDED = KernelName.typed("steps", "nesterovStrided");

    private OptimizerSteps() {}

    static void run(DeviceContext device, Op.Step op, TensorView[] in, TensorView[] out) {
        if (!(op instanceof Op.CountedAdamStep counted)) {
            run(device, op, in, out, null);
            return;
        }
        int count = in.length / op.operands();
        try (Scratch corrections = Rows.words(device, count * CORRECTION_WORDS)) {
            for (int from = 0; from < count; from += MOST_COUNTS) {
                count(device, counted, in, out, from, corrections);
            }
            run(device, op, in, out, corrections);
        }
    }

    private static void run(
            DeviceContext device, Op.Step op, TensorView[] in, TensorView[] out, @Nullable Scratch corrections) {
        int count = in.length / op.operands();
        for (int i = 0; i < count; i++) {
            if (!isContiguous(op, in, out, i)) {
                strided(device, op, in, out, i, corrections);
            }
        }
        for (int from = 0; from < count; from += MOST_TENSORS) {
            together(device, op, in, out, from, corrections);
        }
    }

    /** How many operands are of a parameter's shape. */
    private static int read(Op.Step op) {
        return op.operands() - (op.counts() ? 1 : 0);
    }

    /** What is about parameter {@code i}: what is read first, then what is written, which is all of that but the gradient. */
    private static TensorView operand(Op.Step op, TensorView[] in, TensorView[] out, int i, int k) {
        int read = read(op);
        return k < read ? in[i * op.operands() + k] : out[i * (op.operands() - 1) + k - read];
    }

    private static int operands(Op.Step op) {
        return 2 * read(op) - 1;
    }

    private static boolean isContiguous(Op.Step op, TensorView[] in, TensorView[] out, int i) {
        boolean contiguous = true;
        for (int k = 0; k < operands(op); k++) {
            contiguous &= operand(op, in, out, i, k).layout().isContiguous();
        }
        return contiguous;
    }

    /** Counts the steps of the parameters from the {@code from}-th on. */
    private static void count(
            DeviceContext device,
            Op.CountedAdamStep step,
            TensorView[] in,
            TensorView[] out,
            int from,
            Scratch corrections) {
        int operands = step.operands();
        int to = Math.min(in.length / operands, from + MOST_COUNTS);
        Params params = device.params();
        params.add(step.lr()).add(step.beta1()).add(step.beta2());
        params.add(to - from).add(address(corrections, from));
        for (int i = from; i < to; i++) {
            params.add(Copies.address(in[(i + 1) * operands - 1]));
            params.add(Copies.address(out[(i + 1) * (operands - 1) - 1]));
        }
        device.forEach(device.kernel(ADAM_COUNTS, in[0].dtype()), to - from, params);
    }

    /** Of what belongs to parameter {@code i}, or 0. */
    private static long address(@Nullable Scratch corrections, int i) {
        return corrections == null ? 0 : Scratch.address(corrections) + i * CORRECTION_WORDS * Long.BYTES;
    }

    private static void strided(
            DeviceContext device, Op.Step op, TensorView[] in, TensorView[] out, int i, @Nullable Scratch corrections) {
        KernelName name = switch (op) {
            case Op.AdamStep _, Op.CountedAdamStep _ -> ADAM_STRIDED;
            case Op.GradientStep _ -> GRADIENT_STRIDED;
            case Op.MomentumStep step -> step.nesterov() ? NESTEROV_STRIDED : MOMENTUM_STRIDED;
        };
        Kernel kernel = device.kernel(name, in[0].dtype());
        try (Nest nest = Nest.open()) {
            for (int k = 0; k < operands(op); k++) {
                nest.add(operand(op, in, out, i, k));
            }
            while (nest.next()) {
                Params params = device.params();
                writeNumbers(op, params, address(corrections, i));
                nest.write(params);
                device.forEach(kernel, nest.count(), params);
            }
        }
    }

    /**
     * Queues a launch for the parameters from the {@code from}-th on that have room in it. Those that are not contiguous take
     * their places, with no elements.
     */
    private static void together(
            DeviceContext device,
            Op.Step op,
            TensorView[] in,
            TensorView[] out,
            int from,
            @Nullable Scratch corrections) {
        KernelName name = switch (op) {
            case Op.AdamStep _, Op.CountedAdamStep _ -> ADAM;
            case Op.GradientStep _ -> GRADIENT;
            case Op.MomentumStep step -> step.nesterov() ? NESTEROV : MOMENTUM;
        };
        int to = Math.min(in.length / op.operands(), from + MOST_TENSORS);
        Params params = device.params();
        writeNumbers(op, params, address(corrections, from));
        params.add(to - from).add(0); // pieces, when they are known
        long pieces = 0;
        for (int i = from; i < to; i++) {
            long numel = isContiguous(op, in, out, i)
                    ? operand(op, in, out, i, 0).layout().shape().numel()
                    : 0;
            params.add(numel).add(pieces);
            for (int k = 0; k < MOST_OPERANDS; k++) {
                params.add(k < operands(op) ? Copies.address(operand(op, in, out, i, k)) : 0);
            }
            pieces += Math.ceilDiv(numel, PIECE);
        }
        if (pieces > 0) {
            params.set(NUMBERS + 1, pieces);
            device.launch(device.kernel(name, in[0].dtype()), Rows.blocks(pieces), THREADS, params);
        }
    }

    private static void writeNumbers(Op.Step op, Params params, long correction) {
        switch (op) {
            case Op.AdamStep step -> write(params, step);
            case Op.CountedAdamStep step -> write(params, step.at(1)); // of which corrections take the place of two
            case Op.GradientStep step -> {
                params.add(step.decay()).add(step.rate());
                params.add(0.0).add(0.0).add(0.0).add(0.0).add(0.0).add(0.0);
            }
            case Op.MomentumStep step -> {
                params.add(step.momentum()).add(step.share()).add(step.decay()).add(step.rate());
                params.add(0.0).add(0.0).add(0.0).add(0.0);
            }
        }
        params.add(correction);
    }

    private static void write(Params params, Op.AdamStep step) {
        params.add(1 - step.beta1()).add(step.beta2()).add(1 - step.beta2());
        params.add(step.scale())
                .add(step.eps())
                .add(step.shrink())
                .add(step.decay())
                .add(step.rate());
    }
}
