package io.gatun.nn;

import io.gatun.tensor.Tensor;
import java.util.List;

/**
 * What {@link RNN} and {@link GRU} compute, for D directions.
 *
 * @param output the last layer's state at every step: (L, N, D hidden), (N, L, D hidden) with batchFirst, or (L, D hidden)
 *     without a batch
 * @param hidden every layer's state after its last step: (layers D, N, hidden) or (layers D, hidden)
 */
public record Recurrent(Tensor output, Tensor hidden) {
    List<Tensor> tensors() {
        return List.of(output, hidden);
    }

    static Recurrent of(List<Tensor> tensors) {
        return new Recurrent(tensors.get(0), tensors.get(1));
    }
}
