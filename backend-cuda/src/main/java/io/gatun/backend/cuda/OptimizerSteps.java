package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps of optimisers: parameters whose elements lie one after the other, like all that belongs to them, by one launch for as
 * many of them as a kernel's argument has room for; others by a launch each. How the kernels go on is in steps.cu.
 *
 * @param name of the kernel for many
 * @param read how many operands are about one parameter
 * @param written how many results
 * @param numbers of the step, as the kernel has them
 */
record OptimizerSteps(DeviceContext device, String name, int read, int written, List<Double> numbers) {
    private static final int THREADS = 256; // as in steps.cu
    private static final long PIECE = 16 * THREADS;
    private static final int MOST_TENSORS = 54;
    private static final int MOST_OPERANDS = 7;
    private static final int MOST_NUMBERS = 8;

    static void run(DeviceContext device, Op.Step op, TensorView[] in, TensorView[] out) {
        String name = switch (op) {
            case Op.AdamStep _ -> "adam";
            case Op.GradientStep _ -> "gradient";
            case Op.MomentumStep step -> step.nesterov() ? "nesterov" : "momentum";
        };
        List<Double> numbers = switch (op) {
            case Op.AdamStep step ->
                List.of(
                        1 - step.beta1(),
                        step.beta2(),
                        1 - step.beta2(),
                        step.scale(),
                        step.eps(),
                        step.shrink(),
                        step.decay(),
                        step.rate());
            case Op.GradientStep step -> List.of(step.decay(), step.rate());
            case Op.MomentumStep step -> List.of(step.momentum(), step.share(), step.decay(), step.rate());
        };
        new OptimizerSteps(device, name, op.operands(), op.operands() - 1, numbers).run(in, out);
    }

    private void run(TensorView[] in, TensorView[] out) {
        DType dtype = in[0].dtype();
        List<TensorView[]> together = new ArrayList<>();
        for (int i = 0; i * read < in.length; i++) {
            TensorView[] views = new TensorView[read + written];
            System.arraycopy(in, i * read, views, 0, read);
            System.arraycopy(out, i * written, views, read, written);
            if (!isContiguous(views)) {
                strided(views);
            } else if (!views[0].layout().shape().isEmpty()) {
                together.add(views);
            }
        }
        for (int from = 0; from < together.size(); from += MOST_TENSORS) {
            together(dtype, together.subList(from, Math.min(together.size(), from + MOST_TENSORS)));
        }
    }

    private static boolean isContiguous(TensorView... views) {
        boolean contiguous = true;
        for (TensorView view : views) {
            contiguous &= view.layout().isContiguous();
        }
        return contiguous;
    }

    private void strided(TensorView... views) {
        Kernel kernel = device.kernel("steps", name + "Strided", views[0].dtype());
        Elementwise.run(device, kernel, this::writeNumbers, views);
    }

    private void together(DType dtype, List<TensorView[]> tensors) {
        long pieces = 0;
        for (TensorView[] views : tensors) {
            pieces += pieces(views);
        }
        long all = pieces;
        Kernel kernel = device.kernel("steps", name, dtype);
        device.launch(kernel, Rows.blocks(all), THREADS, 0, params -> {
            writeNumbers(params);
            params.add((long) tensors.size()).add(all);
            long first = 0;
            for (TensorView[] views : tensors) {
                params.add(views[0].layout().shape().numel()).add(first);
                for (int k = 0; k < MOST_OPERANDS; k++) {
                    params.add(k < views.length ? addressOf(views[k]) : 0);
                }
                first += pieces(views);
            }
        });
    }

    private static long pieces(TensorView... views) {
        return Math.ceilDiv(views[0].layout().shape().numel(), PIECE);
    }

    private static long addressOf(TensorView view) {
        return CudaStorage.address(view) + view.layout().offset() * view.dtype().byteSize();
    }

    private void writeNumbers(Params params) {
        for (int i = 0; i < MOST_NUMBERS; i++) {
            params.add(i < numbers.size() ? numbers.get(i) : 0.0);
        }
    }
}
