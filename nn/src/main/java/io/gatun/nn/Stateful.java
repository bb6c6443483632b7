package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What can be saved as named tensors and go on from them: modules, optimisers, schedules, loaders; see {@link TrainingState}. */
public interface Stateful {
    /** What is needed to go on where it stopped. Tensors may share this object's memory: clone them to keep a snapshot. */
    Map<String, Tensor> stateDict();

    /**
     * Why {@link #loadStateDict} would refuse {@code state}: a line for every name at fault, none if it fits. Unless overridden
     * it must have the names and shapes of this object's own.
     */
    default List<String> stateFaults(Map<String, Tensor> state) {
        return faults(stateDict(), state);
    }

    /**
     * Goes on from {@code state}, of which it keeps no tensor.
     *
     * @throws IllegalArgumentException listing all {@link #stateFaults}; nothing is changed then
     */
    void loadStateDict(Map<String, Tensor> state);

    /** How {@code state} differs from the names and shapes of {@code expected}. */
    static List<String> faults(Map<String, Tensor> expected, Map<String, Tensor> state) {
        List<String> faults = new ArrayList<>();
        for (String name : expected.keySet()) {
            if (!state.containsKey(name)) {
                faults.add("missing: " + name);
            }
        }
        for (String name : state.keySet()) {
            if (!expected.containsKey(name)) {
                faults.add("unexpected: " + name);
            }
        }
        expected.forEach((name, own) -> {
            Tensor value = state.get(name);
            if (value != null && !value.shape().equals(own.shape())) {
                faults.add("shape: " + name + " is " + own.shape() + " here and " + value.shape() + " in the state");
            }
        });
        return faults;
    }

    /**
     * The tensor of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Tensor get(Map<String, Tensor> state, String name) {
        Tensor value = state.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the state has no '" + name + "', only " + state.keySet());
        }
        return value;
    }

    /**
     * Refuses to load where there are faults.
     *
     * @param what whose state it should have been
     * @throws IllegalArgumentException listing them
     */
    static void requireFit(String what, List<String> faults) {
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(
                    "loadStateDict: the state does not fit " + what + ":\n  " + String.join("\n  ", faults));
        }
    }
}
