package io.gatun.backend.cuda;

import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import java.util.List;
import java.util.function.IntToLongFunction;

/** How kernels for images are told of spatial dimensions: always of three, the first ones of size 1 where there are fewer. */
final class Spatial {
    private static final int DIMENSIONS = 3;

    private Spatial() {}

    /** Writes the sizes of (N, C, ...). */
    static void sizes(Params params, Shape shape) {
        write(params, shape.rank() - 2, 1, i -> shape.size(i + 2));
    }

    /** Writes the steps along the spatial dimensions of (N, C, ...), in elements. */
    static void steps(Params params, Layout layout) {
        write(params, layout.rank() - 2, 0, i -> layout.stride(i + 2));
    }

    /** Writes numbers that a geometry has; {@code missing} for a dimension there is not. */
    static void numbers(Params params, List<Integer> numbers, long missing) {
        write(params, numbers.size(), missing, numbers::get);
    }

    private static void write(Params params, int rank, long missing, IntToLongFunction number) {
        for (int d = 0; d < DIMENSIONS; d++) {
            int i = d - (DIMENSIONS - rank);
            params.add(i < 0 ? missing : number.applyAsLong(i));
        }
    }
}
