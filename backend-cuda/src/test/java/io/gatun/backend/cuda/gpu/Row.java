package io.gatun.backend.cuda.gpu;

import io.gatun.tensor.Tensor;
import java.util.function.Supplier;

/**
 * Something that is measured, on our side and PyTorch's.
 *
 * @param family of rows that are measured in one process
 * @param call what PyTorch is to do: a function of {@code tools/gpu_peer.py}, and its arguments
 * @param unit in which its speed is said
 * @param amount of that, in one step: bytes, operations; of a time 0
 * @param wanted how many times PyTorch's speed; 0 for nothing said
 * @param prepare makes what a step needs
 */
record Row(String family, String name, String call, Unit unit, double amount, double wanted, Supplier<Step> prepare) {
    /** One step; its result, at last, is waited for. */
    interface Step {
        Tensor run();
    }

    enum Unit {
        GIGABYTES("GB/s", 1e-9),
        TERAFLOPS("TFLOP/s", 1e-12),
        MILLISECONDS("ms", 1e3),
        MICROSECONDS("µs", 1e6);

        final String title;
        private final double factor;

        Unit(String title, double factor) {
            this.title = title;
            this.factor = factor;
        }

        /** What is said of a step of {@code seconds}. */
        double of(double seconds, double amount) {
            return factor * (isTime() ? seconds : amount / seconds);
        }

        private boolean isTime() {
            return this == MILLISECONDS || this == MICROSECONDS;
        }
    }

    /** Thrown by {@link #prepare} where there is nothing to measure, with the reason. */
    static final class NotMeasured extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotMeasured(String reason) {
            super(reason);
        }
    }
}
