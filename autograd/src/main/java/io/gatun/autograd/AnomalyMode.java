package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of code, on one thread, in which operators remember where they were called, and a backward pass looks at every
 * gradient for NaN: what {@link Autograd#detectAnomaly} returns. It is slow, a tool for finding a fault.
 */
public final class AnomalyMode implements AutoCloseable {
    private final ThreadState state;
    private final boolean before;

    private AnomalyMode(ThreadState state) {
        this.state = state;
        this.before = state.detectsAnomaly;
    }

    static AnomalyMode open() {
        ThreadState state = ThreadState.current();
        AnomalyMode mode = new AnomalyMode(state);
        state.detectsAnomaly = true;
        return mode;
    }

    /** Restores the mode from before. */
    @Override
    public void close() {
        if (ThreadState.current() != state) {
            throw new TensorStateException("detectAnomaly must be closed by the thread that opened it");
        }
        state.detectsAnomaly = before;
    }

    /** The node's own {@link Node#backward}, watched. What fails in it says where the operator was called. */
    static @Nullable Tensor[] backward(Node node, @Nullable Tensor[] gradients, boolean[] wanted) {
        ThreadState state = ThreadState.current();
        ForwardCall outer = state.running;
        state.running = node.call;
        try {
            @Nullable Tensor[] results = node.backward(gradients, wanted);
            for (int i = 0; i < results.length; i++) {
                Tensor result = results[i];
                if (result != null && wanted[i] && hasNaN(result)) {
                    throw new AnomalyException(message(node, i, result), node.call);
                }
            }
            return results;
        } catch (AnomalyException anomaly) {
            throw anomaly;
        } catch (RuntimeException failure) {
            if (node.call != null) {
                failure.addSuppressed(node.call);
            }
            throw failure;
        } finally {
            state.running = outer;
        }
    }

    private static boolean hasNaN(Tensor gradient) {
        try (GradMode _ = GradMode.set(false);
                TensorScope _ = TensorScope.open()) {
            return gradient.isnan().any().item() != 0;
        }
    }

    private static String message(Node node, int input, Tensor result) {
        String where = node.call == null
                ? "; where it was called is not known: run the forward side inside detectAnomaly, too"
                : ", which was called at " + node.call.place();
        return "backward: the gradient of shape " + result.shape() + " of operand " + input + ", from " + node.name()
                + where + ", has a NaN";
    }
}
