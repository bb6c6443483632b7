package io.gatun.nn.data;

import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Some samples of another data set, in an order of their own. */
public final class Subset implements Dataset {
    private final Dataset whole;
    private final long[] indices;

    /** The samples of {@code whole} at {@code indices}. */
    public Subset(Dataset whole, long... indices) {
        this.whole = whole;
        this.indices = indices.clone();
        for (long index : indices) {
            Objects.checkIndex(index, whole.size());
        }
    }

    /** {@link #randomSplit(Dataset, Generator, double...)} from the default generator. */
    public static List<Subset> randomSplit(Dataset dataset, double... lengths) {
        return randomSplit(dataset, Random.defaultGenerator(), lengths);
    }

    /**
     * The samples dealt out at random to subsets that do not overlap.
     *
     * @param lengths their sizes; or, if all are at most 1 and add up to 1, their shares, of which each is rounded down and
     *     the samples left over go one each to the first subsets
     * @throws IllegalArgumentException if sizes do not add up to the data set's
     */
    public static List<Subset> randomSplit(Dataset dataset, Generator generator, double... lengths) {
        long[] sizes = sizes(dataset.size(), lengths);
        long[] order = Tensor.randperm(dataset.size(), generator).toLongArray();
        List<Subset> parts = new ArrayList<>();
        int at = 0;
        for (long size : sizes) {
            int end = at + Math.toIntExact(size);
            parts.add(new Subset(dataset, Arrays.copyOfRange(order, at, end)));
            at = end;
        }
        return parts;
    }

    private static long[] sizes(long total, double... lengths) {
        long[] sizes = new long[lengths.length];
        boolean shares = Math.abs(Arrays.stream(lengths).sum() - 1) < 1e-9
                && Arrays.stream(lengths).allMatch(length -> length >= 0 && length <= 1);
        long left = total;
        for (int i = 0; i < lengths.length; i++) {
            sizes[i] = shares ? (long) Math.floor(lengths[i] * total) : (long) lengths[i];
            if (sizes[i] < 0 || !shares && sizes[i] != lengths[i]) {
                throw new IllegalArgumentException("randomSplit: the length " + lengths[i]
                        + " is neither a number of samples nor one of shares that add up to 1");
            }
            left -= sizes[i];
        }
        for (int i = 0; shares && left > 0; i = (i + 1) % sizes.length) {
            sizes[i]++;
            left--;
        }
        if (left != 0) {
            throw new IllegalArgumentException("randomSplit: the lengths " + Arrays.toString(lengths) + " add up to "
                    + (total - left) + ", but there are " + total + " samples");
        }
        return sizes;
    }

    @Override
    public long size() {
        return indices.length;
    }

    /** The places of its samples in the whole. */
    public long[] indices() {
        return indices.clone();
    }

    @Override
    public List<Tensor> get(long index) {
        return whole.get(indices[(int) Objects.checkIndex(index, size())]);
    }

    @Override
    public Batch batch(long[] wanted) {
        long[] places = new long[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            places[i] = indices[(int) Objects.checkIndex(wanted[i], size())];
        }
        return whole.batch(places);
    }
}
