package io.gatun.nn.data;

import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Several samples at once: the tensors of a sample, each with a first dimension for the samples.
 *
 * @param tensors in the order the data set has them
 */
public record Batch(List<Tensor> tensors) {
    /** Takes a copy of the list. */
    public Batch {
        tensors = List.copyOf(tensors);
    }

    /**
     * Samples of as many tensors each, stacked: PyTorch's {@code default_collate}.
     *
     * @throws io.gatun.tensor.ShapeException if shapes differ
     */
    public static Batch stack(List<List<Tensor>> samples) {
        List<Tensor> stacked = new ArrayList<>();
        for (int i = 0; !samples.isEmpty() && i < samples.get(0).size(); i++) {
            int column = i;
            stacked.add(Tensor.stack(
                    samples.stream().map(sample -> sample.get(column)).toList(), 0));
        }
        return new Batch(stacked);
    }

    /** The {@code i}-th tensor. */
    public Tensor get(int i) {
        return tensors.get(i);
    }

    /** The first tensor. */
    public Tensor input() {
        return tensors.get(0);
    }

    /**
     * The second tensor.
     *
     * @throws IllegalStateException if samples are one tensor each
     */
    public Tensor target() {
        if (tensors.size() < 2) {
            throw new IllegalStateException("a sample of this data set is one tensor: there is no target");
        }
        return tensors.get(1);
    }

    /** How many samples it has. */
    public long size() {
        return tensors.get(0).size(0);
    }
}
