package io.gatun.tensor;

import java.util.Arrays;

/** The operators of {@link ShapeOps} that move, repeat or fold dimensions by means of others. */
final class Rearrangements {
    private Rearrangements() {}

    static void requireRank(String operator, Tensor x, int rank) {
        if (x.dim() < rank) {
            throw new ShapeException(operator + ": shape " + x.shape() + " has fewer than " + rank + " dimension"
                    + (rank == 1 ? "" : "s"));
        }
    }

    static Tensor movedim(Tensor x, int[] source, int[] destination) {
        Axes from = Axes.of(source).normalise("movedim", x.shape());
        Axes to = Axes.of(destination).normalise("movedim", x.shape());
        if (from.count() != to.count()) {
            throw new ShapeException("movedim: " + Arrays.toString(source) + " and " + Arrays.toString(destination)
                    + " name different numbers of dimensions");
        }
        if (x.dim() == 0) {
            return x;
        }
        int[] order = new int[x.dim()];
        Arrays.fill(order, -1);
        for (int i = 0; i < from.count(); i++) {
            order[to.get(i)] = from.get(i);
        }
        int next = 0;
        for (int i = 0; i < order.length; i++) {
            if (order[i] < 0) {
                while (from.contains(next)) {
                    next++;
                }
                order[i] = next++;
            }
        }
        return x.permute(order);
    }

    static Tensor squeeze(Tensor x, int... dims) {
        Axes axes = Axes.of(dims).normalise("squeeze", x.shape()).sorted();
        Tensor result = x;
        for (int i = axes.count() - 1; i >= 0; i--) {
            result = result.squeeze(axes.get(i));
        }
        return result;
    }

    static Tensor sumToSize(Tensor x, Shape size) {
        int added = x.dim() - size.rank();
        boolean fits = added >= 0;
        int[] axes = new int[x.dim()];
        int count = 0;
        for (int i = 0; fits && i < x.dim(); i++) {
            boolean stretched = i < added || size.size(i - added) == 1 && x.size(i) != 1;
            fits = stretched || size.size(i - added) == x.size(i);
            if (stretched) {
                axes[count++] = i;
            }
        }
        if (!fits) {
            throw new ShapeException("sumToSize: size " + size + " does not broadcast to shape " + x.shape()
                    + ", which is to be summed");
        }
        return count == 0 ? x : x.sum(Axes.of(Arrays.copyOf(axes, count)), true).reshape(size);
    }

    static Tensor rot90(Tensor x, long k, int dim0, int dim1) {
        requireRank("rot90", x, 2);
        int a = x.shape().normalise("rot90", dim0);
        int b = x.shape().normalise("rot90", dim1);
        if (a == b) {
            throw new ShapeException(
                    "rot90: dimensions " + dim0 + " and " + dim1 + " of shape " + x.shape() + " are the same");
        }
        return switch ((int) Math.floorMod(k, 4L)) {
            case 1 -> x.flip(b).transpose(a, b);
            case 2 -> x.flip(a, b);
            case 3 -> x.flip(a).transpose(a, b);
            default -> x.clone();
        };
    }

    static Tensor roll(Tensor x, long[] shifts, int[] dims) {
        if (shifts.length != dims.length) {
            throw new ShapeException(
                    "roll: " + Arrays.toString(shifts) + " and " + Arrays.toString(dims) + " differ in length");
        }
        Tensor result = x;
        for (int i = 0; i < shifts.length; i++) {
            result = result.roll(shifts[i], dims[i]);
        }
        return shifts.length == 0 ? x.clone() : result;
    }

    /** Where the counts' running sum first exceeds the number of an index of the result, it came from. */
    static Tensor repeatInterleave(Tensor x, Tensor repeats, int dim) {
        int at = x.shape().normalise("repeatInterleave", dim);
        Tensor source = x.dim() == 0 ? x.reshape(1) : x;
        Tensor counts = Indexing.positions("repeatInterleave", repeats.reshape(-1));
        if (repeats.dim() > 1 || counts.numel() != 1 && counts.numel() != source.size(at)) {
            throw new ShapeException("repeatInterleave: repeats of shape " + repeats.shape() + " do not fit dimension "
                    + at + " of shape " + x.shape() + ": expected one, or one an index");
        }
        Tensor ends = counts.expand(source.size(at)).cumsum(0);
        if (counts.numel() > 0 && counts.min().itemLong() < 0) {
            throw new ValueException("repeatInterleave: repeats must not be negative");
        }
        long total = ends.numel() == 0 ? 0 : ends.select(0, -1).itemLong();
        Tensor numbers = Tensor.arange(total).to(x.device());
        return source.indexSelect(at, ends.searchsorted(numbers, true));
    }
}
