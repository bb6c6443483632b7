package io.gatun.nn.data;

import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A data set in batches; every loop over it is an epoch.
 *
 * <pre>{@code
 * for (Batch batch : new DataLoader(data, 16, true)) {
 *     Tensor loss = F.mseLoss(model.call(batch.input()), batch.target());
 * }
 * }</pre>
 *
 * <p>With shuffling, every epoch has an order of its own, which the generator's seed fixes. A batch is made when the loop
 * asks for it, in the {@link io.gatun.tensor.TensorScope} that is then open; unless there are {@linkplain #numWorkers
 * workers}.
 */
public final class DataLoader implements Iterable<Batch> {
    private final @Nullable Dataset dataset;
    private final @Nullable IterableDataset stream;
    private final int batchSize;
    private final @Nullable Sampler sampler;
    private boolean dropLast;
    private int numWorkers;
    private int prefetchFactor = 2;

    /** In the data set's own order. */
    public DataLoader(Dataset dataset, long batchSize) {
        this(dataset, batchSize, new SequentialSampler(dataset.size()));
    }

    /** In a new order each epoch, if {@code shuffle}. */
    public DataLoader(Dataset dataset, long batchSize, boolean shuffle) {
        this(
                dataset,
                batchSize,
                shuffle
                        ? new RandomSampler(dataset.size(), Random.defaultGenerator())
                        : new SequentialSampler(dataset.size()));
    }

    /** In a new order each epoch, drawn from {@code generator}. */
    public DataLoader(Dataset dataset, long batchSize, Generator generator) {
        this(dataset, batchSize, new RandomSampler(dataset.size(), generator));
    }

    /** The samples that {@code sampler} names. */
    public DataLoader(Dataset dataset, long batchSize, Sampler sampler) {
        this.dataset = dataset;
        this.stream = null;
        this.batchSize = checked("the batch size", batchSize);
        this.sampler = sampler;
    }

    /** The samples in the order they come; their number is not known. */
    public DataLoader(IterableDataset dataset, long batchSize) {
        this.dataset = null;
        this.stream = dataset;
        this.batchSize = checked("the batch size", batchSize);
        this.sampler = null;
    }

    private static int checked(String what, long value) {
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("DataLoader: " + what + " is " + value + "; it must be positive");
        }
        return (int) value;
    }

    /** Whether a last batch that would be smaller is left out; default no. */
    public DataLoader dropLast(boolean drop) {
        dropLast = drop;
        return this;
    }

    /**
     * How many batches are made at the same time, by virtual threads, ahead of the consumer; 0, the default, for none: the
     * consumer makes them. Batches come in the same order with any number, and what making one throws comes when it is
     * asked for. The data set must allow several threads, but an {@link IterableDataset}, whose batches are made one after
     * another. Batches are then in no scope: their memory comes back when they are unreachable.
     */
    public DataLoader numWorkers(int workers) {
        if (workers < 0) {
            throw new IllegalArgumentException("DataLoader: " + workers + " workers; it must not be negative");
        }
        numWorkers = workers;
        return this;
    }

    /** How many batches a worker are made ahead; default 2. */
    public DataLoader prefetchFactor(int factor) {
        prefetchFactor = checked("the prefetch factor", factor);
        return this;
    }

    /**
     * The number of batches in an epoch.
     *
     * @throws UnsupportedOperationException for an {@link IterableDataset}
     */
    public long size() {
        if (sampler == null) {
            throw new UnsupportedOperationException(
                    "DataLoader: the number of samples of an IterableDataset is unknown");
        }
        return dropLast ? sampler.size() / batchSize : Math.ceilDiv(sampler.size(), batchSize);
    }

    /**
     * The data set.
     *
     * @throws UnsupportedOperationException for an {@link IterableDataset}
     */
    public Dataset dataset() {
        if (dataset == null) {
            throw new UnsupportedOperationException("DataLoader: this one loads an IterableDataset");
        }
        return dataset;
    }

    /** The number of samples in a batch, but perhaps the last. */
    public long batchSize() {
        return batchSize;
    }

    @Override
    public Iterator<Batch> iterator() {
        int ahead = Math.multiplyExact(Math.max(numWorkers, 1), prefetchFactor);
        if (stream != null) {
            Iterator<List<Tensor>> samples = stream.iterator();
            return new Epoch(number -> next(samples), Epoch.UNKNOWN, numWorkers, ahead);
        }
        Dataset numbered = dataset();
        long[] order = Objects.requireNonNull(sampler).indices();
        Epoch.Source source = number -> {
            int start = Math.toIntExact(number * batchSize);
            return numbered.batch(
                    Arrays.copyOfRange(order, start, (int) Math.min((long) start + batchSize, order.length)));
        };
        return new Epoch(source, size(), numWorkers, ahead);
    }

    private @Nullable Batch next(Iterator<List<Tensor>> samples) {
        List<List<Tensor>> taken = new ArrayList<>();
        while (taken.size() < batchSize && samples.hasNext()) {
            taken.add(samples.next());
        }
        return taken.isEmpty() || dropLast && taken.size() < batchSize ? null : Batch.stack(taken);
    }
}
