package io.gatun.nn.data;

import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A data set in batches; every loop over it is an epoch.
 *
 * <pre>{@code
 * for (Batch batch : new DataLoader(data, 16, true)) {
 *     Tensor loss = F.mseLoss(model.forward(batch.input()), batch.target());
 * }
 * }</pre>
 *
 * <p>With shuffling, every epoch has an order of its own, which the generator's seed fixes. A batch is made when the loop
 * asks for it, in the {@link io.gatun.tensor.TensorScope} that is then open.
 */
public final class DataLoader implements Iterable<Batch> {
    private final Dataset dataset;
    private final long batchSize;
    private final boolean shuffle;
    private Generator generator = Random.defaultGenerator();
    private boolean dropLast;

    /** In the data set's own order. */
    public DataLoader(Dataset dataset, long batchSize) {
        this(dataset, batchSize, false);
    }

    /** In a new order each epoch, if {@code shuffle}. */
    public DataLoader(Dataset dataset, long batchSize, boolean shuffle) {
        if (batchSize < 1 || batchSize > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("DataLoader: the batch size is " + batchSize + "; it must be positive");
        }
        this.dataset = dataset;
        this.batchSize = batchSize;
        this.shuffle = shuffle;
    }

    /** In a new order each epoch, drawn from {@code generator}. */
    public DataLoader(Dataset dataset, long batchSize, Generator generator) {
        this(dataset, batchSize, true);
        this.generator = generator;
    }

    /** Whether a last batch that would be smaller is left out; default no. */
    public DataLoader dropLast(boolean drop) {
        dropLast = drop;
        return this;
    }

    /** The number of batches in an epoch. */
    public long size() {
        return dropLast ? dataset.size() / batchSize : Math.ceilDiv(dataset.size(), batchSize);
    }

    /** The data set. */
    public Dataset dataset() {
        return dataset;
    }

    /** The number of samples in a batch, but perhaps the last. */
    public long batchSize() {
        return batchSize;
    }

    @Override
    public Iterator<Batch> iterator() {
        return new Epoch();
    }

    private final class Epoch implements Iterator<Batch> {
        private final long batches = size();
        private final long @org.jspecify.annotations.Nullable [] order =
                shuffle ? Tensor.randperm(dataset.size(), generator).toLongArray() : null;
        private long next;

        @Override
        public boolean hasNext() {
            return next < batches;
        }

        @Override
        public Batch next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the epoch has " + batches + " batches");
            }
            long start = next++ * batchSize;
            long[] indices = new long[(int) Math.min(batchSize, dataset.size() - start)];
            for (int i = 0; i < indices.length; i++) {
                indices[i] = order == null ? start + i : order[(int) (start + i)];
            }
            return dataset.batch(indices);
        }
    }
}
