package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.Map;

/** A whole number that is part of a {@link TrainingState}: the epoch, the step. */
public final class Counter implements Stateful {
    private long value;

    /** 0. */
    public Counter() {}

    /** The number. */
    public long get() {
        return value;
    }

    /** Makes it this. */
    public void set(long number) {
        value = number;
    }

    /** Adds one. */
    public void increment() {
        value++;
    }

    /** {@code value}, {@code I64} (). */
    @Override
    public Map<String, Tensor> stateDict() {
        return Map.of("value", Tensor.of(value));
    }

    @Override
    public void loadStateDict(Map<String, Tensor> state) {
        Stateful.requireFit("Counter", stateFaults(state));
        value = Stateful.get(state, "value").itemLong();
    }
}
