package io.gatun.nn.data;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A numbered collection of samples, each a few tensors: mostly an input and a target. */
public interface Dataset {
    /** How many samples there are. */
    long size();

    /**
     * The tensors of one sample.
     *
     * @throws IndexOutOfBoundsException if {@code index} is not from 0 to size - 1
     */
    List<Tensor> get(long index);

    /**
     * The tensors of several samples, each with a new first dimension. The default stacks them; a data set that lies in
     * memory as one block can do it in one operator.
     */
    default Batch batch(long[] indices) {
        return batch(indices, Batch::stack);
    }

    /** The tensors of several samples, put together by {@code collate}, which is given each sample's. */
    default Batch batch(long[] indices, Function<List<List<Tensor>>, Batch> collate) {
        try (TensorScope scope = TensorScope.open()) {
            List<List<Tensor>> samples = new ArrayList<>(indices.length);
            for (long index : indices) {
                samples.add(get(index));
            }
            Batch batch = collate.apply(samples);
            batch.tensors().forEach(scope::keep);
            return batch;
        }
    }
}
