package io.gatun.backend.simd;

import io.gatun.backend.simd.FusedPass.Operand;
import io.gatun.tensor.DType;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;
import java.util.Arrays;

/** Steps of optimisers in one pass over parameter, gradient and what is remembered; F32 and F64, contiguous. */
final class OptimizerSteps {
    private OptimizerSteps() {}

    /** Whether steps of these operands can be computed here. */
    static boolean claims(TensorView... in) {
        boolean all = in[0].dtype() == DType.F32 || in[0].dtype() == DType.F64;
        for (TensorView view : in) {
            all &= view.layout().isContiguous() && !view.layout().shape().isEmpty();
        }
        return all;
    }

    /** Executes a step for each parameter. */
    static void run(Op.Step op, TensorView[] in, TensorView[] out) {
        int operands = op.operands();
        if (in.length == operands) {
            runOne(op, in, out);
            return;
        }
        for (int i = 0; i < in.length / operands; i++) {
            TensorView[] from = Arrays.copyOfRange(in, i * operands, (i + 1) * operands);
            TensorView[] to = Arrays.copyOfRange(out, i * (operands - 1), (i + 1) * (operands - 1));
            runOne(op, from, to);
        }
    }

    private static void runOne(Op.Step op, TensorView[] in, TensorView[] out) {
        switch (op) {
            case Op.AdamStep step -> adam(step, in, out);
            case Op.CountedAdamStep step -> {
                double number = in[4].storage().segment().get(Lanes.DOUBLE, at(in[4])) + 1;
                adam(step.at(number), in, out);
                out[3].storage().segment().set(Lanes.DOUBLE, at(out[3]), number);
            }
            case Op.GradientStep step -> gradient(step, in, out);
            case Op.MomentumStep step -> momentum(step, in, out);
        }
    }

    private static long at(TensorView number) {
        return number.layout().offset() * Double.BYTES;
    }

    private static void adam(Op.AdamStep step, TensorView[] in, TensorView[] out) {
        run(
                Fusion.ADAM,
                new TensorView[] {in[0], in[1], in[2], in[3]},
                new TensorView[] {out[0], in[1], out[1], out[2]},
                1 - step.beta1(),
                step.beta2(),
                1 - step.beta2(),
                step.scale(),
                step.eps(),
                step.shrink(),
                step.decay(),
                step.rate());
    }

    private static void gradient(Op.GradientStep step, TensorView[] in, TensorView[] out) {
        run(
                step.decay() == 0 ? Fusion.DESCENT : Fusion.DECAYED_DESCENT,
                new TensorView[] {in[0], in[1], in[1], in[1]},
                new TensorView[] {out[0], in[1], in[1], in[1]},
                step.rate(),
                step.decay());
    }

    private static void momentum(Op.MomentumStep step, TensorView[] in, TensorView[] out) {
        boolean decays = step.decay() != 0;
        run(
                step.nesterov()
                        ? decays ? Fusion.DECAYED_NESTEROV : Fusion.NESTEROV
                        : decays ? Fusion.DECAYED_MOMENTUM : Fusion.MOMENTUM,
                new TensorView[] {in[0], in[1], in[2], in[2]},
                new TensorView[] {out[0], in[1], out[1], out[1]},
                step.momentum(),
                step.share(),
                step.decay(),
                step.rate());
    }

    /** What is remembered is changed where it lies: results elsewhere begin as copies of it. */
    private static void run(Fusion kind, TensorView[] in, TensorView[] out, double... numbers) {
        DType dtype = in[0].dtype();
        Operand[] operands = RowFusions.operands(out);
        for (int i = 2; i < kind.operands; i++) {
            if (!out[i].storage().equals(in[i].storage())) {
                Copies.copy(out[i], in[i]);
            }
        }
        Operand parameter = RowFusions.operands(in[0])[0];
        long count = in[0].layout().shape().numel();
        Workers.shared().run(count, Elementwise.GRAIN / 4, (from, to) -> {
            FusedPass pass = new FusedPass(dtype).with(numbers);
            pass.run(
                    kind,
                    operands[0],
                    from,
                    parameter,
                    from,
                    operands[1],
                    from,
                    operands[2],
                    from,
                    operands[3],
                    from,
                    to - from);
        });
    }
}
