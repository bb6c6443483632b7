package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Steps of optimisers: parameters whose elements lie one after the other, like all that belongs to them, by one launch for as
 * many of them as a kernel's argument has room for; others by a launch each. Where the device counts steps, another launch counts
 * before, and leaves the numbers that depend on it. How the kernels go on is in steps.cu.
 *
 * @param name of the kernel for many
 * @param dtype of parameters
 * @param numbers of the step, as the kernel has them
 */
record OptimizerSteps(DeviceContext device, String name, DType dtype, List<Double> numbers) {
    private static final int THREADS = 256; // as in steps.cu
    private static final long PIECE = 16 * THREADS;
    private static final int MOST_TENSORS = 54;
    private static final int MOST_OPERANDS = 7;
    private static final int MOST_NUMBERS = 8;
    private static final int MOST_COUNTS = 240;
    private static final long CORRECTION = 2 * Double.BYTES;
    private static final long NONE = 0; // corrections

    static void run(DeviceContext device, Op.Step op, TensorView[] in, TensorView[] out) {
        String name = switch (op) {
            case Op.AdamStep _, Op.CountedAdamStep _ -> "adam";
            case Op.MomentumStep _ -> "momentum";
        };
        List<Double> numbers = switch (op) {
            case Op.AdamStep step -> numbers(step);
            case Op.CountedAdamStep step -> numbers(step.at(1)); // of which corrections take the place of two
            case Op.MomentumStep step -> List.of(step.momentum(), step.share(), step.decay(), step.rate());
        };
        new OptimizerSteps(device, name, in[0].dtype(), numbers).run(op, in, out);
    }

    private static List<Double> numbers(Op.AdamStep step) {
        return List.of(
                1 - step.beta1(),
                step.beta2(),
                1 - step.beta2(),
                step.scale(),
                step.eps(),
                step.shrink(),
                step.decay(),
                step.rate());
    }

    /** In the order in which their kernels are queued. */
    private enum Way {
        TOGETHER, // elements one after the other
        APART,
        NOT_AT_ALL // no elements, though steps may be counted
    }

    /**
     * A parameter.
     *
     * @param views operands and results of its shape
     * @param count how many steps it took, before and after; none where the device does not count
     */
    private record Parameter(Way way, List<TensorView> views, List<TensorView> count) {
        static Parameter of(Op.Step op, int number, TensorView[] in, TensorView[] out) {
            int operands = op.operands();
            int shaped = operands - (op.counts() ? 1 : 0);
            List<TensorView> from = List.of(in).subList(number * operands, (number + 1) * operands);
            List<TensorView> to = List.of(out).subList(number * (operands - 1), (number + 1) * (operands - 1));
            List<TensorView> views = new ArrayList<>(from.subList(0, shaped));
            views.addAll(to.subList(0, shaped - 1));
            List<TensorView> count = op.counts() ? List.of(from.getLast(), to.getLast()) : List.of();
            return new Parameter(way(views), views, count);
        }

        private static Way way(List<TensorView> views) {
            boolean contiguous = views.stream().allMatch(view -> view.layout().isContiguous());
            boolean empty = views.getFirst().layout().shape().isEmpty();
            return empty ? Way.NOT_AT_ALL : contiguous ? Way.TOGETHER : Way.APART;
        }

        long elements() {
            return views.getFirst().layout().shape().numel();
        }

        long pieces() {
            return Math.ceilDiv(elements(), PIECE);
        }
    }

    private void run(Op.Step op, TensorView[] in, TensorView[] out) {
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i * op.operands() < in.length; i++) {
            parameters.add(Parameter.of(op, i, in, out));
        }
        parameters.sort(Comparator.comparing(Parameter::way));
        if (!(op instanceof Op.CountedAdamStep step)) {
            run(parameters, NONE);
            return;
        }
        try (Copies.Temporary words = Rows.words(device, parameters.size() * CORRECTION / Long.BYTES)) {
            long corrections = words.storage().address();
            for (int from = 0; from < parameters.size(); from += MOST_COUNTS) {
                count(step, some(parameters, from, MOST_COUNTS), corrections + from * CORRECTION);
            }
            run(parameters, corrections);
        }
    }

    private static List<Parameter> some(List<Parameter> parameters, int from, int most) {
        return parameters.subList(from, Math.min(parameters.size(), from + most));
    }

    private void count(Op.CountedAdamStep op, List<Parameter> parameters, long corrections) {
        Kernel kernel = device.kernel("steps", "adamCounts", dtype);
        device.forEach(kernel, parameters.size(), params -> {
            params.add(op.lr()).add(op.beta1()).add(op.beta2());
            params.add((long) parameters.size()).add(corrections);
            for (Parameter parameter : parameters) {
                params.add(addressOf(parameter.count.getFirst())).add(addressOf(parameter.count.getLast()));
            }
        });
    }

    /** With the address of the first parameter's correction, or {@link #NONE}. */
    private void run(List<Parameter> parameters, long corrections) {
        int together =
                (int) parameters.stream().filter(one -> one.way == Way.TOGETHER).count();
        for (int from = 0; from < together; from += MOST_TENSORS) {
            together(some(parameters.subList(0, together), from, MOST_TENSORS), correction(corrections, from));
        }
        for (int i = together; i < parameters.size(); i++) {
            if (parameters.get(i).way == Way.APART) {
                strided(correction(corrections, i), parameters.get(i).views);
            }
        }
    }

    private static long correction(long first, long number) {
        return first == NONE ? NONE : first + number * CORRECTION;
    }

    private void strided(long correction, List<TensorView> views) {
        Kernel kernel = device.kernel("steps", name + "Strided", dtype);
        Elementwise.run(device, kernel, params -> writeNumbers(params, correction), views.toArray(TensorView[]::new));
    }

    private void together(List<Parameter> parameters, long corrections) {
        long pieces = parameters.stream().mapToLong(Parameter::pieces).sum();
        Kernel kernel = device.kernel("steps", name, dtype);
        device.launch(kernel, Rows.blocks(pieces), THREADS, 0, params -> {
            writeNumbers(params, corrections);
            params.add((long) parameters.size()).add(pieces);
            long first = 0;
            for (Parameter parameter : parameters) {
                params.add(parameter.elements()).add(first);
                for (int k = 0; k < MOST_OPERANDS; k++) {
                    params.add(k < parameter.views.size() ? addressOf(parameter.views.get(k)) : 0);
                }
                first += parameter.pieces();
            }
        });
    }

    private static long addressOf(TensorView view) {
        return CudaStorage.address(view) + view.layout().offset() * view.dtype().byteSize();
    }

    private void writeNumbers(Params params, long corrections) {
        for (int i = 0; i < MOST_NUMBERS; i++) {
            params.add(i < numbers.size() ? numbers.get(i) : 0.0);
        }
        params.add(corrections);
    }
}
