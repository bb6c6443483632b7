package io.gatun.backend.tck.golden;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an entry of {@link GoldenOperators} works with: the tensors of a call, and its keyword arguments read with
 * PyTorch's defaults. It notes which arguments were read: one that an entry ignores would make a wrong comparison, so
 * {@link GoldenRunner} fails a case of which any is left.
 */
public final class GoldenCall {
    private final List<Tensor> inputs;
    private final JsonNode args;
    private final List<String> keys;
    private final Set<String> read = new HashSet<>();

    GoldenCall(List<Tensor> inputs, List<String> keys, JsonNode args) {
        this.inputs = inputs;
        this.keys = keys;
        this.args = args;
    }

    /** The first tensor. */
    public Tensor a() {
        return inputs.get(0);
    }

    /** The second tensor. */
    public Tensor b() {
        return inputs.get(1);
    }

    /** The third tensor. */
    public Tensor c() {
        return inputs.get(2);
    }

    /** Tensor number {@code i}, or null if the call has fewer. */
    public @Nullable Tensor optional(int i) {
        return i < inputs.size() ? inputs.get(i) : null;
    }

    /** All tensors. */
    public List<Tensor> tensors() {
        return inputs;
    }

    /** The key of each tensor: for modules {@code x0}, ... and the names of a state dict. */
    public List<String> keys() {
        return keys;
    }

    /** The tensor of that key. */
    public Tensor tensor(String key) {
        return inputs.get(keys.indexOf(key));
    }

    /** Whether the argument is given, and is not None. */
    public boolean has(String name) {
        read.add(name);
        return args.hasNonNull(name);
    }

    /** A dimension number, or another small integer, that must be given. */
    public int integer(String name) {
        if (!has(name)) {
            throw new IllegalArgumentException("the argument " + name + " is missing");
        }
        return args.path(name).asInt();
    }

    /** A small integer. */
    public int integer(String name, int defaultValue) {
        return has(name) ? args.path(name).asInt() : defaultValue;
    }

    /** A number. */
    public double number(String name, double defaultValue) {
        return has(name) ? args.path(name).asDouble() : defaultValue;
    }

    /** A number of the kind it was written as, or null. */
    public @Nullable Scalar scalar(String name) {
        if (!has(name)) {
            return null;
        }
        JsonNode value = args.path(name);
        return value.isIntegralNumber() ? Scalar.of(value.asLong()) : Scalar.of(value.asDouble());
    }

    /** True or false. */
    public boolean flag(String name, boolean defaultValue) {
        return has(name) ? args.path(name).asBoolean() : defaultValue;
    }

    /** A string. */
    public String text(String name, String defaultValue) {
        return has(name) ? args.path(name).asString() : defaultValue;
    }

    /** Whether the argument is a string. */
    public boolean isText(String name) {
        return has(name) && args.path(name).isString();
    }

    /** Whether the argument is a list. */
    public boolean isList(String name) {
        return has(name) && args.path(name).isArray();
    }

    /** A list of integers; a single one is a list of one. */
    public long[] longs(String name) {
        has(name);
        return longs(name, args.path(name));
    }

    private static long[] longs(String name, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            throw new IllegalArgumentException("the argument " + name + " is missing");
        }
        List<Long> values = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(entry -> values.add(entry.asLong()));
        } else {
            values.add(value.asLong());
        }
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    /** Two lists of small integers, one for each operand. */
    public int[][] pairOfInts(String name) {
        has(name);
        JsonNode value = args.path(name);
        return new int[][] {ints(longs(name, value.path(0))), ints(longs(name, value.path(1)))};
    }

    /** A list of small integers; a single one is a list of one. */
    public int[] ints(String name) {
        return ints(longs(name));
    }

    private static int[] ints(long[] values) {
        int[] ints = new int[values.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = Math.toIntExact(values[i]);
        }
        return ints;
    }

    /** As many small integers as a window has dimensions: PyTorch takes one for all. */
    public int[] perDimension(String name, int dimensions, int defaultValue) {
        int[] given = has(name) ? ints(name) : new int[] {defaultValue};
        int[] all = new int[dimensions];
        for (int i = 0; i < dimensions; i++) {
            all[i] = given[given.length == 1 ? 0 : i];
        }
        return all;
    }

    /** Dimensions: those given, or without the argument all of {@code tensor}'s. */
    public Axes axes(String name, Tensor tensor) {
        return has(name) ? Axes.of(ints(name)) : Axes.all(tensor.dim());
    }

    /** The arguments that nobody asked for. */
    Set<String> unread() {
        Set<String> rest = new HashSet<>(args.propertyNames());
        rest.removeAll(read);
        return rest;
    }
}
