package io.gatun.autograd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of a computation whose saved values are not kept but computed again when a backward pass needs them: Chen et al.,
 * <i>Training Deep Nets with Sublinear Memory Cost</i>, 2016.
 *
 * <p><b>How.</b> The function runs recorded, as it would without, so the graph is the usual one, with parameters that the
 * function refers to, hooks, and gradients of gradients. Only the {@link Saved} values are taken away: those that were
 * made inside, which are the ones in the {@link TensorScope} of the {@link Run}. Each has a number. The first that is
 * asked for makes the function run again, on the same inputs and random numbers, and what is saved then under the same
 * number takes its place. The graph of that second run is dropped.
 *
 * <p><b>Nesting.</b> A run counts only what is saved while it is the innermost. The inputs of an inner checkpoint are saved
 * while the outer one still is, so they are taken away like everything else, and asking for a value of the inner one first
 * runs the outer one again.
 */
final class Checkpoint {
    private final TensorsFunction function;
    private final boolean preservesRandomState;
    private final long[] randomState = Random.getState().toLongArray();
    private final boolean[] required;
    private final Saved[] inputs;
    private final List<@Nullable Saved> dropped = new ArrayList<>(); // by number; null where the value was kept
    private boolean complete; // computed again

    private Checkpoint(TensorsFunction function, boolean preservesRandomState, Tensor... inputs) {
        this.function = function;
        this.preservesRandomState = preservesRandomState;
        this.required = new boolean[inputs.length];
        this.inputs = new Saved[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            Variable variable = Recorder.history(inputs[i]);
            required[i] = variable != null && variable.requiresGrad();
            this.inputs[i] = Saved.of("checkpoint", inputs[i]);
        }
    }

    /** The results of {@code function}, recorded if anything is, without the values that it saves. */
    static Tensor[] run(TensorsFunction function, boolean preservesRandomState, Tensor... inputs) {
        if (!GradMode.isEnabled() || ForwardMode.isOn()) {
            return function.apply(inputs);
        }
        Checkpoint checkpoint = new Checkpoint(function, preservesRandomState, inputs);
        try (Run run = checkpoint.new Run(false)) {
            Tensor[] results = function.apply(inputs);
            for (Tensor result : results) {
                run.scope.keep(result);
            }
            return results;
        }
    }

    /** One run of the function: the innermost of this thread until it is closed. */
    final class Run implements AutoCloseable {
        private final ThreadState state = ThreadState.current();
        private final @Nullable Run outer = state.checkpoint;
        private final TensorScope scope = TensorScope.open();
        private final boolean again;
        private int count;

        private Run(boolean again) {
            this.again = again;
            state.checkpoint = this;
        }

        /** Something was saved for a gradient. */
        void saved(Saved saved) {
            int number = count++;
            if (!again) {
                boolean drops = isInside(saved);
                dropped.add(drops ? saved : null);
                if (drops) {
                    saved.drop(Checkpoint.this);
                }
            } else if (number < dropped.size()) {
                Saved original = dropped.get(number);
                Tensor value = saved.value();
                if (original != null && value != null) {
                    original.restore(saved);
                    value.storage().owner(null); // outlives this run, and the step of the pass that asked for it
                }
            }
        }

        private boolean isInside(Saved saved) {
            Object owner = Objects.requireNonNull(saved.value()).storage().owner();
            for (Run run = this; run != null; run = run.outer) {
                if (run.scope.equals(owner)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void close() {
            state.checkpoint = outer;
            scope.close();
        }
    }

    /** Refuses inputs that are not what they were. */
    void check() {
        for (Saved input : inputs) {
            input.check("checkpoint");
        }
    }

    /** Runs the function once more, for the values that were taken away. */
    synchronized void computeAgain() {
        if (complete) {
            return;
        }
        long[] now = Random.getState().toLongArray();
        int count;
        try (GradMode _ = GradMode.recording()) {
            Tensor[] again = new Tensor[inputs.length];
            for (int i = 0; i < again.length; i++) {
                again[i] = inputs[i].get("checkpoint").detach();
                if (required[i]) {
                    again[i].requiresGrad_(true);
                }
            }
            setRandomState(randomState);
            try (Run run = new Run(true)) {
                function.apply(again);
                count = run.count;
            }
        } finally {
            setRandomState(now);
        }
        if (count != dropped.size()) {
            throw new TensorStateException("checkpoint: the function saved " + dropped.size()
                    + " tensors for its gradient, and " + count
                    + " when computed again: it must do the same both times");
        }
        dropped.clear();
        complete = true;
    }

    private void setRandomState(long... state) {
        if (preservesRandomState) {
            Random.setState(Tensor.of(state, DType.I64, Device.cpu()));
        }
    }
}
