package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import java.util.stream.IntStream;

/**
 * Tensors as rows: operators along dimensions walk those within a row, and all others from row to row. Shape (2, 3, 4) along
 * dimension 1 is 8 rows of 3; a scalar is one row of one element.
 */
final class Rows {
    private static final Axes[] ALONG =
            IntStream.range(0, 16).mapToObj(Axes::of).toArray(Axes[]::new);

    private Rows() {}

    /** Dimension {@code dim} alone. */
    static Axes along(int dim) {
        return dim < ALONG.length ? ALONG[dim] : Axes.of(dim);
    }

    /** The elements of a row along {@code axes}. */
    static long length(Shape shape, Axes axes) {
        long length = 1;
        for (int dim = 0; dim < shape.rank(); dim++) {
            length *= axes.contains(dim) ? shape.size(dim) : 1;
        }
        return length;
    }

    /** The length of the rows along dimension {@code dim}. */
    static long length(Layout layout, int dim) {
        return layout.rank() == 0 ? 1 : layout.shape().size(dim);
    }

    /** The elements from one to the next of a row. */
    static long stride(Layout layout, int dim) {
        return layout.rank() == 0 ? 1 : layout.stride(dim);
    }

    /** The smallest power of two that is at least {@code wanted}, within two powers of two. */
    static int powerOfTwo(long wanted, int least, int most) {
        int power = least;
        while (power < most && power < wanted) {
            power *= 2;
        }
        return power;
    }

    /** The blocks of a grid whose blocks stride over {@code tasks}. */
    static long blocks(long tasks) {
        return Math.min(tasks, 1 << 16);
    }

    /** Memory for {@code words} numbers of 64 bits. */
    static Scratch words(DeviceContext device, long words) {
        return device.scratch(words * Long.BYTES);
    }
}
