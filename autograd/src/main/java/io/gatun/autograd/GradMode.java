package io.gatun.autograd;

import io.gatun.tensor.TensorStateException;

/**
 * A stretch of code, on one thread, in which operators are recorded or not: what {@link Autograd#noGrad} and {@link
 * Autograd#enableGrad} return, for a try-with-resources statement. Stretches nest; each restores what was before it.
 */
public final class GradMode implements AutoCloseable {
    private static final ThreadLocal<State> STATE = ThreadLocal.withInitial(State::new);

    private static final class State {
        boolean enabled = true;
    }

    private final State state;
    private final boolean before;

    private GradMode(State state) {
        this.state = state;
        this.before = state.enabled;
    }

    static GradMode set(boolean enabled) {
        State state = STATE.get();
        GradMode mode = new GradMode(state);
        state.enabled = enabled;
        return mode;
    }

    static boolean isEnabled() {
        return STATE.get().enabled;
    }

    /** Restores the mode from before. */
    @Override
    public void close() {
        if (STATE.get() != state) {
            throw new TensorStateException("noGrad and enableGrad must be closed by the thread that opened them");
        }
        state.enabled = before;
    }
}
