package io.gatun.backend.cuda;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;

/**
 * Steps of optimisers: parameters whose elements lie one after the other, like all that belongs to them, by one launch for as
 * many of them as a kernel's argument has room for; others by a launch each. How the kernels go on is in steps.cu.
 */
final class OptimizerSteps {
    private static final int THREADS = 256; // as in steps.cu
    private static final long PIECE = 16 * THREADS;
    private static final int MOST_TENSORS = 54;
    private static final int MOST_OPERANDS = 7;
    private static final int NUMBERS = 8; // of the step, before all else

    private static final KernelName ADAM = KernelName.typed("steps", "adam");
    private static final KernelName ADAM_STRIDED = KernelName.typed("steps", "adamStrided");
    private static final KernelName MOMENTUM = KernelName.typed("steps", "momentum");
    private static final KernelName MOMENTUM_STRIDED = KernelName.typed("steps", "momentumStrided");

    private OptimizerSteps() {}

    static void run(DeviceContext device, Op.Step op, TensorView[] in, TensorView[] out) {
        int count = in.length / op.operands();
        for (int i = 0; i < count; i++) {
            if (!isContiguous(op, in, out, i)) {
                strided(device, op, in, out, i);
            }
        }
        int next = 0;
        while (next < count) {
            next = together(device, op, in, out, next);
        }
    }

    /** What is about parameter {@code i}: what is read first, then what is written, which is all of that but the gradient. */
    private static TensorView operand(Op.Step op, TensorView[] in, TensorView[] out, int i, int k) {
        int read = op.operands();
        return k < read ? in[i * read + k] : out[i * (read - 1) + k - read];
    }

    private static int operands(Op.Step op) {
        return 2 * op.operands() - 1;
    }

    private static boolean isContiguous(Op.Step op, TensorView[] in, TensorView[] out, int i) {
        boolean contiguous = true;
        for (int k = 0; k < operands(op); k++) {
            contiguous &= operand(op, in, out, i, k).layout().isContiguous();
        }
        return contiguous;
    }

    private static void strided(DeviceContext device, Op.Step op, TensorView[] in, TensorView[] out, int i) {
        KernelName name = switch (op) {
            case Op.AdamStep _ -> ADAM_STRIDED;
            case Op.MomentumStep _ -> MOMENTUM_STRIDED;
        };
        Kernel kernel = device.kernel(name, in[0].dtype());
        try (Nest nest = Nest.open()) {
            for (int k = 0; k < operands(op); k++) {
                nest.add(operand(op, in, out, i, k));
            }
            while (nest.next()) {
                Params params = device.params();
                writeNumbers(op, params);
                nest.write(params);
                device.forEach(kernel, nest.count(), params);
            }
        }
    }

    /** Queues a launch for the contiguous parameters from the {@code from}-th on, and gives the first that has no room in it. */
    private static int together(DeviceContext device, Op.Step op, TensorView[] in, TensorView[] out, int from) {
        KernelName name = switch (op) {
            case Op.AdamStep _ -> ADAM;
            case Op.MomentumStep _ -> MOMENTUM;
        };
        Params params = device.params();
        writeNumbers(op, params);
        params.add(0L).add(0L); // tensors and pieces, when they are known
        int tensors = 0;
        long pieces = 0;
        int i = from;
        for (; i * op.operands() < in.length && tensors < MOST_TENSORS; i++) {
            long numel = in[i * op.operands()].layout().shape().numel();
            if (numel > 0 && isContiguous(op, in, out, i)) {
                params.add(numel).add(pieces);
                for (int k = 0; k < MOST_OPERANDS; k++) {
                    params.add(k < operands(op) ? Copies.address(operand(op, in, out, i, k)) : 0);
                }
                tensors++;
                pieces += Math.ceilDiv(numel, PIECE);
            }
        }
        if (tensors > 0) {
            params.set(NUMBERS, tensors).set(NUMBERS + 1, pieces);
            device.launch(device.kernel(name, in[0].dtype()), Rows.blocks(pieces), THREADS, params);
        }
        return i;
    }

    private static void writeNumbers(Op.Step op, Params params) {
        switch (op) {
            case Op.AdamStep step -> {
                params.add(1 - step.beta1()).add(step.beta2()).add(1 - step.beta2());
                params.add(step.scale()).add(step.eps());
                params.add(step.shrink()).add(step.decay()).add(step.rate());
            }
            case Op.MomentumStep step -> {
                params.add(step.momentum()).add(step.share()).add(step.decay()).add(step.rate());
                params.add(0.0).add(0.0).add(0.0).add(0.0);
            }
        }
    }
}
