package io.gatun.nn;

import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Pooling to a given size, by windows of nearly equal size that cover the input: window i of n spans floor(i L / n) to
 * ceil((i + 1) L / n), so that neighbours may share an element. A window is a product of ranges, so dimensions go one
 * after another.
 */
enum AdaptivePooling {
    /** The mean; that of all is the mean of means, as a dimension's windows are of one size for all others. */
    AVG,
    /** The maximum, whose gradient goes to the first of equals, last dimension first: the first in the window's order. */
    MAX;

    private static final long SAME = Long.MIN_VALUE;

    private Tensor reduce(Tensor x, int dim) {
        return this == AVG ? x.mean(dim) : x.max(dim).values();
    }

    /** An output size for {@link #apply}; null is the input's. */
    static long size(@Nullable Integer size) {
        return size == null ? SAME : size;
    }

    /** How modules print their output sizes. */
    static String text(long... sizes) {
        return Arrays.stream(sizes)
                .mapToObj(size -> size == SAME ? "None" : Long.toString(size))
                .collect(Collectors.joining(", ", "output_size=(", ")"));
    }

    /** (N, C, ...) or (C, ...) to {@code sizes} in the last dimensions. */
    Tensor apply(Tensor input, long... sizes) {
        long[] size = sizes.clone();
        int lead = input.dim() - size.length;
        boolean fits = lead == 1 || lead == 2;
        for (int dim = lead; fits && dim < input.dim(); dim++) {
            int i = dim - lead;
            size[i] = size[i] == SAME ? input.size(dim) : size[i];
            fits = input.size(dim) > 0 && size[i] > 0;
        }
        if (!fits) {
            String name = "adaptive" + (this == AVG ? "Avg" : "Max") + "Pool" + size.length + "d";
            throw new ShapeException(name + ": input " + input.shape() + " must be (N, C, ...) or (C, ...) with "
                    + size.length + " dimensions after C, none of them empty, and " + text(sizes) + " positive");
        }
        Tensor x = input;
        for (int dim = input.dim() - 1; dim >= lead; dim--) {
            x = along(x, dim, size[dim - lead]);
        }
        return x;
    }

    private Tensor along(Tensor x, int dim, long windows) {
        long length = x.size(dim);
        if (length % windows == 0) {
            return reduce(x.unflatten(dim, windows, length / windows), dim + 1);
        }
        List<Tensor> reduced = new ArrayList<>();
        for (long i = 0; i < windows; i++) {
            long start = i * length / windows;
            reduced.add(reduce(x.narrow(dim, start, Math.ceilDiv((i + 1) * length, windows) - start), dim));
        }
        return Tensor.stack(reduced, dim);
    }
}
