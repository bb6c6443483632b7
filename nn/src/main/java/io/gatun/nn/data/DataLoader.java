package io.gatun.nn.data;

import io.gatun.nn.Stateful;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
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
public final class DataLoader implements Iterable<Batch>, Stateful {
    private final @Nullable Dataset dataset;
    private final @Nullable IterableDataset stream;
    private final int batchSize;
    private final @Nullable Sampler sampler;
    private @Nullable Function<List<List<Tensor>>, Batch> collate;
    private boolean dropLast;
    private int numWorkers;
    private int prefetchFactor = 2;
    private @Nullable Epoch epoch;
    private long[] order = {};
    private long skipped;
    private @Nullable Map<String, Tensor> resumed;

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

    /** How samples, each a list of tensors, become a batch, such as by padding them; default {@link Batch#stack}. */
    public DataLoader collate(Function<List<List<Tensor>>, Batch> function) {
        collate = function;
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
        return batches(sampler.size());
    }

    private long batches(long samples) {
        return dropLast ? samples / batchSize : Math.ceilDiv(samples, batchSize);
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
        Map<String, Tensor> from = resumed;
        resumed = null;
        epoch = stream != null ? streamed(stream, from) : numbered(dataset(), Objects.requireNonNull(sampler), from);
        return epoch;
    }

    private Epoch numbered(Dataset numbered, Sampler from, @Nullable Map<String, Tensor> state) {
        long[] indices = state == null
                ? from.indices()
                : Stateful.get(state, "remaining").toLongArray();
        order = indices;
        Epoch.Source source = number -> {
            int start = Math.toIntExact(number * batchSize);
            long[] chosen =
                    Arrays.copyOfRange(indices, start, (int) Math.min((long) start + batchSize, indices.length));
            return collate == null ? numbered.batch(chosen) : numbered.batch(chosen, collate);
        };
        return new Epoch(source, batches(indices.length), numWorkers, ahead());
    }

    private Epoch streamed(IterableDataset samples, @Nullable Map<String, Tensor> state) {
        Iterator<List<Tensor>> all = samples.iterator();
        skipped = state == null ? 0 : Stateful.get(state, "taken").itemLong();
        for (long i = 0; i < skipped && all.hasNext(); i++) {
            all.next();
        }
        return new Epoch(number -> next(all), Epoch.UNKNOWN, numWorkers, ahead());
    }

    private int ahead() {
        return Math.multiplyExact(Math.max(numWorkers, 1), prefetchFactor);
    }

    private @Nullable Batch next(Iterator<List<Tensor>> samples) {
        List<List<Tensor>> taken = new ArrayList<>();
        while (taken.size() < batchSize && samples.hasNext()) {
            taken.add(samples.next());
        }
        if (taken.isEmpty() || dropLast && taken.size() < batchSize) {
            return null;
        }
        return collate == null ? Batch.stack(taken) : collate.apply(taken);
    }

    // ---- state

    /**
     * Where the last loop over this loader stands: {@code in_epoch}, 1 until the loop has been told that there is no more
     * batch, else 0, {@code I64} (); and what the epoch still has: {@code remaining}, the samples' numbers in their order,
     * {@code I64} (n), or of an {@link IterableDataset} {@code taken}, how many samples were, {@code I64} (). Batches made ahead
     * count as not taken.
     */
    @Override
    public Map<String, Tensor> stateDict() {
        if (resumed != null) {
            return resumed;
        }
        Epoch last = epoch;
        boolean inEpoch = last != null && !last.isOver();
        long taken = last == null ? 0 : last.taken() * batchSize;
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("in_epoch", Tensor.of(inEpoch ? 1L : 0L));
        if (stream != null) {
            state.put("taken", Tensor.of(inEpoch ? skipped + taken : 0));
        } else {
            int from = inEpoch ? (int) Math.min(taken, order.length) : order.length;
            state.put("remaining", Tensor.of(Arrays.copyOfRange(order, from, order.length)));
        }
        return state;
    }

    @Override
    public List<String> stateFaults(Map<String, Tensor> state) {
        Map<String, Tensor> expected = new LinkedHashMap<>(stateDict());
        Tensor remaining = state.get("remaining");
        if (dataset == null || remaining == null || remaining.dim() != 1) {
            return Stateful.faults(expected, state);
        }
        expected.put("remaining", remaining); // of any length
        List<String> faults = Stateful.faults(expected, state);
        if (Arrays.stream(remaining.toLongArray()).anyMatch(i -> i < 0 || i >= dataset.size())) {
            faults.add("remaining has numbers of samples that a data set of " + dataset.size() + " has not");
        }
        return faults;
    }

    /**
     * The next loop goes on where the other's stood: in the same epoch, if one was under way. With the same data set, batch
     * size and random state as then all batches to come are the same. A stream is read again up to there, so what it draws at
     * random must come from a generator that it starts over itself.
     *
     * @throws IllegalArgumentException if the state is not of a loader of this kind, or for fewer samples; nothing is
     *     changed then
     */
    @Override
    public void loadStateDict(Map<String, Tensor> state) {
        Stateful.requireFit("DataLoader", stateFaults(state));
        epoch = null;
        resumed = null;
        if (Stateful.get(state, "in_epoch").itemLong() != 0) {
            Map<String, Tensor> copies = new LinkedHashMap<>();
            state.forEach((name, tensor) -> copies.put(name, tensor.clone()));
            resumed = copies;
        }
    }
}
