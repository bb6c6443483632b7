package io.gatun.nn;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one layer in one direction, or of a cell.
 *
 * @param ih (gates hidden, input)
 * @param hh (gates hidden, size of the state)
 * @param biasIh (gates hidden), or null
 * @param biasHh (gates hidden), or null: one of the two biases is redundant but for {@link GRU}'s, and there as in PyTorch
 * @param hr (projection, hidden), or null without one
 */
record RecurrentWeights(
        Tensor ih,
        Tensor hh,
        @Nullable Tensor biasIh,
        @Nullable Tensor biasHh,
        @Nullable Tensor hr) {
    /** Registered with {@code owner} under PyTorch's names and {@code suffix}, uniform within 1 / sqrt(hidden). */
    static RecurrentWeights of(
            Module owner, String suffix, RecurrentStep step, long input, long hidden, long projection, boolean bias) {
        long rows = step.gates() * hidden;
        double bound = hidden > 0 ? 1 / Math.sqrt((double) hidden) : 0;
        return new RecurrentWeights(
                register(owner, "weight_ih" + suffix, bound, rows, input),
                register(owner, "weight_hh" + suffix, bound, rows, projection > 0 ? projection : hidden),
                bias ? register(owner, "bias_ih" + suffix, bound, rows) : null,
                bias ? register(owner, "bias_hh" + suffix, bound, rows) : null,
                projection > 0 ? register(owner, "weight_hr" + suffix, bound, projection, hidden) : null);
    }

    private static Tensor register(Module owner, String name, double bound, long... sizes) {
        return owner.registerParameter(name, Init.uniform_(Tensor.empty(Shape.of(sizes), DType.F32), -bound, bound));
    }

    Tensor ofInput(Tensor input) {
        return F.linear(input, ih, biasIh);
    }

    /** The sum of both biases, 0 without any. */
    Tensor bothBiases() {
        return biasIh == null || biasHh == null ? ih.newZeros(ih.size(0)) : biasIh.add(biasHh);
    }

    Tensor ofState(Tensor hidden) {
        return F.linear(hidden, hh, biasHh);
    }

    Tensor projected(Tensor hidden) {
        return hr == null ? hidden : F.linear(hidden, hr);
    }
}
