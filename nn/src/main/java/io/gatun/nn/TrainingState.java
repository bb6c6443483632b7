package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that training needs to go on to the same bits after a restart, as one flat map for one file.
 *
 * <pre>{@code
 * Counter epoch = new Counter();
 * TrainingState state = new TrainingState()
 *         .add("model", model)
 *         .add("optimizer", optimizer)
 *         .add("scheduler", scheduler)
 *         .add("loader", loader)
 *         .add("epoch", epoch);
 * if (Files.exists(file)) {
 *     state.load(Npz.load(file));
 * }
 * for (; epoch.get() < 100; epoch.increment()) {
 *     Npz.save(file, state.toMap());
 *     for (Batch batch : loader) { ... }
 *     scheduler.step();
 * }
 * }</pre>
 *
 * <p>What is restored has the same bits, and so has what is then computed on the same backend.
 *
 * <p>Names are the part's, a dot, and the name in its {@code stateDict}: {@code model.hidden.weight}. The default generator
 * is always a part, {@code random}; other generators, and whatever else is {@link Stateful}, are added. It may be saved
 * anywhere between two statements of the loop, in the middle of an epoch too if the loader is a part.
 */
public final class TrainingState {
    private final Map<String, Stateful> parts = new LinkedHashMap<>();

    /** The default generator alone. */
    public TrainingState() {
        add("random", Random.defaultGenerator());
    }

    /**
     * Adds a part.
     *
     * @throws IllegalArgumentException if the name is empty, has a dot, or is taken
     */
    public TrainingState add(String name, Stateful part) {
        if (name.isEmpty() || name.indexOf('.') >= 0 || parts.containsKey(name)) {
            throw new IllegalArgumentException("TrainingState: the name '" + name
                    + "' must not be empty, have a dot or be one of " + parts.keySet());
        }
        parts.put(name, part);
        return this;
    }

    /** Adds a generator that something draws from which was given it. */
    public TrainingState add(String name, Generator generator) {
        return add(name, new OfGenerator(generator));
    }

    /** The state now. Tensors may share the parts' memory: clone them to keep a snapshot. */
    public Map<String, Tensor> toMap() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        parts.forEach(
                (part, stateful) -> stateful.stateDict().forEach((name, tensor) -> all.put(part + "." + name, tensor)));
        return all;
    }

    /**
     * Goes on from what {@link #toMap} gave.
     *
     * @throws IllegalArgumentException listing what is at fault in any part; nothing is changed then
     */
    public void load(Map<String, Tensor> state) {
        Map<String, Map<String, Tensor>> byPart = new LinkedHashMap<>();
        parts.keySet().forEach(part -> byPart.put(part, new LinkedHashMap<>()));
        List<String> faults = new ArrayList<>();
        state.forEach((name, tensor) -> {
            int dot = name.indexOf('.');
            Map<String, Tensor> ofPart = dot < 0 ? null : byPart.get(name.substring(0, dot));
            if (ofPart == null) {
                faults.add("unexpected: " + name);
            } else {
                ofPart.put(name.substring(dot + 1), tensor);
            }
        });
        parts.forEach((part, stateful) -> stateful.stateFaults(byPart.getOrDefault(part, Map.of()))
                .forEach(fault -> faults.add("in " + part + ", " + fault)));
        Stateful.requireFit("these parts, " + parts.keySet(), faults);
        parts.forEach((part, stateful) -> stateful.loadStateDict(byPart.getOrDefault(part, Map.of())));
    }

    private record OfGenerator(Generator generator) implements Stateful {
        @Override
        public Map<String, Tensor> stateDict() {
            return Map.of("state", generator.getState());
        }

        @Override
        public List<String> stateFaults(Map<String, Tensor> state) {
            List<String> faults = Stateful.faults(stateDict(), state);
            Tensor given = state.get("state");
            if (given != null && given.dtype() != DType.I64) {
                faults.add("dtype: state is " + given.dtype() + " and must be I64");
            }
            return faults;
        }

        @Override
        public void loadStateDict(Map<String, Tensor> state) {
            Stateful.requireFit("a generator", stateFaults(state));
            generator.setState(Stateful.get(state, "state"));
        }
    }
}
