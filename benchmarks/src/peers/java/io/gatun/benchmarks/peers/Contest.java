package io.gatun.benchmarks.peers;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * Both sides of a workload, on equal operands.
 *
 * @param ours runs our side once and gives back what it took
 * @param theirs runs their side once and gives back what it took
 * @param ourResult runs our side once and returns what came out
 * @param theirResult runs their side once and returns what came out
 * @param trains whether the sides are training steps: these are compared over several of them, with gradients recorded
 */
record Contest(
        Runnable ours, Runnable theirs, Supplier<double[]> ourResult, Supplier<double[]> theirResult, boolean trains) {
    /** Our side. */
    interface Ours {
        Tensor compute();
    }

    /** Their side, where it is libtorch. */
    interface Theirs {
        org.bytedeco.pytorch.Tensor compute();
    }

    /** An operator: a scope a call on our side, the result closed on theirs. */
    static Contest operator(Ours ours, Theirs theirs) {
        return new Contest(
                scoped(ours),
                () -> theirs.compute().close(),
                result(ours),
                () -> {
                    try (org.bytedeco.pytorch.Tensor result = theirs.compute()) {
                        return Libtorch.toArray(result);
                    }
                },
                false);
    }

    /** A training step that returns the loss, or else something of what it changed: a scope a step on both sides. */
    static Contest step(Ours ours, Theirs theirs) {
        return new Contest(scoped(ours), scopedTheirs(theirs), result(ours), resultTheirs(theirs), true);
    }

    /** A training step whose tensors the garbage collector is left with, on our side. */
    static Contest stepWithoutScope(Ours ours, Theirs theirs) {
        Runnable open = ours::compute;
        return new Contest(open, scopedTheirs(theirs), result(ours), resultTheirs(theirs), true);
    }

    /** An operator beside one that writes into memory of its own. */
    static Contest beside(Ours ours, Runnable theirs, Supplier<double[]> theirResult) {
        return new Contest(scoped(ours), theirs, result(ours), theirResult, false);
    }

    private static Runnable scoped(Ours side) {
        return () -> {
            try (TensorScope _ = TensorScope.open()) {
                side.compute();
            }
        };
    }

    private static Supplier<double[]> result(Ours side) {
        return () -> {
            try (TensorScope _ = TensorScope.open()) {
                return side.compute().toDouble().toDoubleArray();
            }
        };
    }

    private static Runnable scopedTheirs(Theirs side) {
        return () -> {
            try (PointerScope _ = new PointerScope()) {
                side.compute();
            }
        };
    }

    private static Supplier<double[]> resultTheirs(Theirs side) {
        return () -> {
            try (PointerScope _ = new PointerScope()) {
                return Libtorch.toArray(side.compute());
            }
        };
    }
}
