package io.gatun.autograd;

import io.gatun.tensor.TensorStateException;

/**
 * A stretch of code, on one thread, in which operators are recorded or not: what {@link Autograd#noGrad}, {@link
 * Autograd#enableGrad} and {@link Autograd#inferenceMode()} return, for a try-with-resources statement. Stretches nest;
 * each restores what was before it.
 */
public final class GradMode implements AutoCloseable {
    private final ThreadState state;
    private final boolean enabledBefore;
    private final boolean inferenceBefore;

    private GradMode(ThreadState state) {
        this.state = state;
        this.enabledBefore = state.enabled;
        this.inferenceBefore = state.inference;
    }

    static GradMode set(boolean enabled) {
        ThreadState state = ThreadState.current();
        GradMode mode = new GradMode(state);
        state.enabled = enabled;
        return mode;
    }

    static GradMode inference(boolean inference) {
        GradMode mode = set(!inference);
        mode.state.inference = inference;
        return mode;
    }

    /** Recorded, whatever is open. */
    static GradMode recording() {
        return inference(false);
    }

    static boolean isEnabled() {
        ThreadState state = ThreadState.current();
        return state.enabled && !state.inference;
    }

    /** Restores the mode from before. */
    @Override
    public void close() {
        if (ThreadState.current() != state) {
            throw new TensorStateException(
                    "noGrad, enableGrad and inferenceMode must be closed by the thread that opened them");
        }
        state.enabled = enabledBefore;
        state.inference = inferenceBefore;
    }
}
