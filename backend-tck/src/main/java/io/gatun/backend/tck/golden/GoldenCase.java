package io.gatun.backend.tck.golden;

import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One call that PyTorch made, with what came of it. The head of {@code gen_golden.py} explains the format.
 *
 * @param id the case's name
 * @param op PyTorch's name of the operator
 * @param args its keyword arguments
 * @param inputs keys of the tensor inputs, in call order
 * @param asList whether the inputs are passed as one list
 * @param outputs keys of the results; none where PyTorch refused
 * @param gradients the inputs that have a gradient, under {@code grad_<key>}, for the upstream {@code gout_<output>}
 * @param rtol the relative tolerance
 * @param atol the absolute tolerance
 * @param refused whether PyTorch refuses this call
 * @param tag a remark, or empty
 * @param arrays the arrays by key
 */
public record GoldenCase(
        String id,
        String op,
        JsonNode args,
        List<String> inputs,
        boolean asList,
        List<String> outputs,
        List<String> gradients,
        double rtol,
        double atol,
        boolean refused,
        String tag,
        Map<String, Tensor> arrays) {
    /** The array stored under {@code key}. */
    public Tensor array(String key) {
        Tensor array = arrays.get(key);
        if (array == null) {
            throw new IllegalArgumentException("golden.npz has no array " + id + "/" + key);
        }
        return array;
    }

    /** Whether there is an array under {@code key}. */
    public boolean hasArray(String key) {
        return arrays.containsKey(key);
    }

    @Override
    public String toString() {
        return id + (tag.isEmpty() ? "" : " (" + tag + ")");
    }
}
