package io.gatun.nn;

import io.gatun.autograd.Autograd;
import io.gatun.tensor.Random;
import io.gatun.tensor.RemovableHandle;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What a module is made of and what its parts compute, as a table; see {@link Module#summary(Shape)}.
 *
 * <pre>{@code
 * Layer           Output shape  Parameters
 * ========================================
 * Sequential      (64, 10)               -
 *   0: Linear     (64, 128)        100,480
 *   1: ReLU       (64, 128)              -
 *   2: Linear     (64, 10)           1,290
 * ========================================
 * Parameters: 101,770, of which 101,770 are trained and 0 are not
 * Bytes: 200,704 of inputs, 68,096 of layers' outputs, 407,080 of parameters
 * }</pre>
 *
 * @param layers the module and all inside it, in the order of registration, outer ones first
 * @param inputBytes what the module was given
 * @param outputBytes what modules without modules inside computed, every call counted: about what a graph keeps
 * @param parameterBytes all parameters
 */
public record Summary(List<Layer> layers, long inputBytes, long outputBytes, long parameterBytes) {
    /**
     * One module.
     *
     * @param name its full name; the outermost's is empty
     * @param kind the name of its class
     * @param outputs what its first call computed; empty if it was not run through {@code call}
     * @param trainable how many numbers its own parameters have that require a gradient; a parameter in two modules counts
     *     for the first
     * @param frozen how many numbers its other own parameters have
     */
    public record Layer(String name, String kind, List<Shape> outputs, long trainable, long frozen) {
        private String label() {
            int depth = name.isEmpty() ? 0 : name.split("\\.", -1).length;
            return "  ".repeat(depth) + (depth == 0 ? "" : name.substring(name.lastIndexOf('.') + 1) + ": ") + kind;
        }

        private String shapes() {
            return outputs.isEmpty()
                    ? "-"
                    : String.join(", ", outputs.stream().map(Shape::toString).toList());
        }

        private String parameters() {
            return trainable + frozen == 0 ? "-" : grouped(trainable + frozen);
        }
    }

    /** How many numbers all parameters that require a gradient have. */
    public long trainable() {
        return layers.stream().mapToLong(Layer::trainable).sum();
    }

    /** How many numbers all other parameters have. */
    public long frozen() {
        return layers.stream().mapToLong(Layer::frozen).sum();
    }

    /** The table. */
    @Override
    public String toString() {
        int labels = width("Layer", layers.stream().map(Layer::label).toList());
        int shapes = width("Output shape", layers.stream().map(Layer::shapes).toList());
        int counts = width("Parameters", layers.stream().map(Layer::parameters).toList());
        String line = "%-" + labels + "s  %-" + shapes + "s  %" + counts + "s\n";
        StringBuilder out = new StringBuilder(line.formatted("Layer", "Output shape", "Parameters"));
        String rule = "=".repeat(labels + shapes + counts + 4) + "\n";
        out.append(rule);
        layers.forEach(layer -> out.append(line.formatted(layer.label(), layer.shapes(), layer.parameters())));
        return out.append(rule)
                .append("Parameters: %s, of which %s are trained and %s are not\n"
                        .formatted(grouped(trainable() + frozen()), grouped(trainable()), grouped(frozen())))
                .append("Bytes: %s of inputs, %s of layers' outputs, %s of parameters"
                        .formatted(grouped(inputBytes), grouped(outputBytes), grouped(parameterBytes)))
                .toString();
    }

    private static int width(String head, List<String> cells) {
        return cells.stream().mapToInt(String::length).reduce(head.length(), Math::max);
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Watches {@code call}, which runs {@code model}, by hooks on all its modules. */
    @SuppressWarnings("try") // a scope and a mode need not be named in their body
    static Summary of(Module model, Runnable call) {
        IdentityHashMap<Module, List<Shape>> outputs = new IdentityHashMap<>();
        long[] bytes = new long[2]; // of inputs, of outputs
        IdentityHashMap<Module, Boolean> modes = new IdentityHashMap<>();
        model.modules().forEach(module -> modes.put(module, module.isTraining()));
        List<RemovableHandle> handles = new ArrayList<>();
        Tensor random = Random.getState();
        try (var scope = TensorScope.open();
                var unrecorded = Autograd.noGrad()) {
            handles.add(model.registerForwardPreHook((module, inputs) -> {
                bytes[0] += bytes(inputs);
                return null;
            }));
            for (Module part : modes.keySet()) {
                handles.add(part.registerForwardHook((module, inputs, results) -> {
                    outputs.putIfAbsent(
                            module,
                            results.stream()
                                    .filter(Objects::nonNull)
                                    .map(Tensor::shape)
                                    .toList());
                    bytes[1] += module.children().isEmpty() ? bytes(results) : 0;
                    return null;
                }));
            }
            model.eval();
            call.run();
        } finally {
            handles.forEach(RemovableHandle::remove);
            model.modules().forEach(module -> module.train(Boolean.TRUE.equals(modes.get(module)))); // outer ones first
            Random.setState(random);
        }
        Map<String, Tensor> parameters = model.namedParameters();
        return new Summary(layers(model, parameters, outputs), bytes[0], bytes[1], bytes(parameters.values()));
    }

    private static List<Layer> layers(
            Module model, Map<String, Tensor> parameters, IdentityHashMap<Module, List<Shape>> outputs) {
        Map<String, long[]> counts = new LinkedHashMap<>(); // by owner: trainable, frozen
        parameters.forEach((name, parameter) ->
                counts.computeIfAbsent(name.substring(0, Math.max(name.lastIndexOf('.'), 0)), owner -> new long[2])[
                                parameter.requiresGrad() ? 0 : 1] +=
                        parameter.numel());
        List<Layer> layers = new ArrayList<>();
        model.namedModules().forEach((name, module) -> {
            long[] own = counts.getOrDefault(name, new long[2]);
            layers.add(new Layer(name, module.name(), outputs.getOrDefault(module, List.of()), own[0], own[1]));
        });
        return List.copyOf(layers);
    }

    private static long bytes(Collection<Tensor> tensors) {
        return tensors.stream()
                .filter(Objects::nonNull)
                .mapToLong(tensor -> tensor.numel() * tensor.dtype().byteSize())
                .sum();
    }
}
