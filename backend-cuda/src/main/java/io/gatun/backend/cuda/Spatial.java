package io.gatun.backend.cuda;

import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import java.util.List;

/** How kernels for images are told of spatial dimensions: always of three, the first ones of size 1 where there are fewer. */
final class Spatial {
    private static final int DIMENSIONS = 3;

    private Spatial() {}

    /** Writes the sizes of (N, C, ...). */
    static void sizes(Params params, Shape shape) {
        fill(params, shape.rank() - 2, 1);
        for (int dim = 2; dim < shape.rank(); dim++) {
            params.add(shape.size(dim));
        }
    }

    /** Writes the steps along the spatial dimensions of (N, C, ...), in elements. */
    static void steps(Params params, Layout layout) {
        fill(params, layout.rank() - 2, 0);
        for (int dim = 2; dim < layout.rank(); dim++) {
            params.add(layout.stride(dim));
        }
    }

    /** Writes numbers that a geometry has; {@code missing} for a dimension there is not. */
    static void numbers(Params params, List<Integer> numbers, long missing) {
        fill(params, numbers.size(), missing);
        for (int i = 0; i < numbers.size(); i++) {
            params.add(numbers.get(i).longValue());
        }
    }

    /** Writes what stands for the dimensions that there are not. */
    private static void fill(Params params, int rank, long missing) {
        for (int i = rank; i < DIMENSIONS; i++) {
            params.add(missing);
        }
    }
}
