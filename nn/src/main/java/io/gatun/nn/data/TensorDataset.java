package io.gatun.nn.data;

import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Tensors of one first size: sample i is index i of each, as views. */
public final class TensorDataset implements Dataset {
    private final List<Tensor> tensors;
    private final long size;

    /**
     * Over these tensors, which are shared and not copied.
     *
     * @throws ShapeException if their first sizes differ
     */
    public TensorDataset(Tensor... tensors) {
        this.tensors = List.of(tensors);
        if (this.tensors.isEmpty()) {
            throw new IllegalArgumentException("TensorDataset: at least one tensor is needed");
        }
        for (Tensor tensor : tensors) {
            if (tensor.dim() == 0 || tensor.size(0) != tensors[0].shape().size(0)) {
                throw new ShapeException("TensorDataset: shapes " + tensors[0].shape() + " and " + tensor.shape()
                        + " differ in their first size, the number of samples");
            }
        }
        this.size = tensors[0].size(0);
    }

    @Override
    public long size() {
        return size;
    }

    /** The tensors. */
    public List<Tensor> tensors() {
        return tensors;
    }

    @Override
    public List<Tensor> get(long index) {
        Objects.checkIndex(index, size);
        return tensors.stream().map(tensor -> tensor.get(index)).toList();
    }

    @Override
    public Batch batch(long[] indices) {
        Tensor rows = Tensor.of(indices);
        List<Tensor> picked = new ArrayList<>(tensors.size());
        for (Tensor tensor : tensors) {
            picked.add(tensor.indexSelect(0, rows.to(tensor.device())));
        }
        return new Batch(picked);
    }
}
