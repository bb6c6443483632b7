package io.gatun.nn.optim;

import io.gatun.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters that are optimised with the same options. Options go by PyTorch's names ({@code lr}, {@code weight_decay},
 * {@code momentum}), so that schedulers and saved state need to know no optimiser; a switch is 1 or 0.
 *
 * <pre>{@code
 * var optimizer = new SGD(1e-3, List.of(
 *         ParameterGroup.of(body.parameters()),
 *         ParameterGroup.of(head.parameters()).set("lr", 1e-2)));
 * }</pre>
 */
public final class ParameterGroup {
    private final List<Tensor> parameters;
    private final Map<String, Double> options = new LinkedHashMap<>();

    private ParameterGroup(List<Tensor> parameters) {
        this.parameters = List.copyOf(parameters);
    }

    /** These parameters, with the optimiser's options where none are set. */
    public static ParameterGroup of(List<Tensor> parameters) {
        return new ParameterGroup(parameters);
    }

    /** The parameters. */
    public List<Tensor> parameters() {
        return parameters;
    }

    /**
     * The value of an option.
     *
     * @throws IllegalArgumentException if the group has none of that name
     */
    public double get(String option) {
        Double value = options.get(option);
        if (value == null) {
            throw new IllegalArgumentException(
                    "there is no option '" + option + "' in this parameter group, only " + options.keySet());
        }
        return value;
    }

    /** Whether an option is switched on. */
    public boolean isSet(String option) {
        return get(option) != 0;
    }

    /** Sets an option; its name is checked when an optimiser takes the group. */
    public ParameterGroup set(String option, double value) {
        options.put(option, value);
        return this;
    }

    /** Whether the group has an option of that name. */
    public boolean has(String option) {
        return options.containsKey(option);
    }

    /** The learning rate. */
    public double lr() {
        return get("lr");
    }

    /** Sets the learning rate. */
    public ParameterGroup lr(double value) {
        return set("lr", value);
    }

    /** All options, in order. */
    public Map<String, Double> options() {
        return Collections.unmodifiableMap(options);
    }
}
