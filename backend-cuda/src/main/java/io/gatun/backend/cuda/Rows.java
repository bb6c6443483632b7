package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import java.util.Arrays;

/**
 * Tensors as rows: operators along dimensions walk those within a row, and all others from row to row. Shape (2, 3, 4) along
 * dimension 1 is 8 rows of 3; a scalar is one row of one element.
 */
final class Rows {
    private Rows() {}

    /** Where rows begin: {@code layout} at index 0 of {@code axes}, without them. */
    static Layout starts(Layout layout, Axes axes) {
        return only(layout, axes, false);
    }

    /** One row: {@code layout} at index 0 of all dimensions but {@code axes}, with those alone. */
    static Layout within(Layout layout, Axes axes) {
        return only(layout, axes, true);
    }

    private static Layout only(Layout layout, Axes axes, boolean listed) {
        int rank = layout.rank();
        int count = 0;
        long[] sizes = new long[rank];
        long[] strides = new long[rank];
        for (int dim = 0; dim < rank; dim++) {
            if (axes.contains(dim) == listed) {
                sizes[count] = layout.shape().size(dim);
                strides[count++] = layout.stride(dim);
            }
        }
        return Layout.of(Shape.of(Arrays.copyOf(sizes, count)), Arrays.copyOf(strides, count), layout.offset());
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
    static Copies.Temporary words(DeviceContext device, long words) {
        return Copies.temporary(device, Shape.of(words), DType.I64);
    }
}
