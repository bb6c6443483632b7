package io.gatun.tensor.spi;

import io.gatun.tensor.Layout;
import java.util.Arrays;

/**
 * The fewest loops that visit N strided operands of one shape together. Kernels run over its innermost loop and never see
 * a shape.
 *
 * <p>Dimensions of size 1 are dropped; the rest are ordered by stride, the smallest innermost (the first operand decides,
 * then the next; a stride of 0 decides nothing); neighbours that every operand walks as one are merged. Order does not
 * matter to element-wise operators, and a reduction sees its reduced dimensions as stride 0 of its expanded output.
 *
 * <p>Worked example: shape (2, 3, 4); a contiguous with strides (12, 4, 1), b the transpose of a (3, 2, 4) array, strides
 * (4, 8, 1), c a scalar, (0, 0, 0). Nothing merges for b between the outer two (4 is not 3 * 8), so the nest is 2 x 3
 * x 4 with the innermost loop contiguous for a and b and broadcast for c. Were b contiguous too, the nest would be one
 * loop of 24. Precondition: all layouts have the same shape.
 */
public final class LoopNest {
    /** How an operand walks the innermost loop. */
    public enum Access {
        /** Stride 1. */
        CONTIGUOUS,
        /** Stride 0: one element for the whole loop. */
        BROADCAST,
        /** Any other stride. */
        STRIDED
    }

    private static final long[] ONE_LOOP_OF_ONE = {1};

    private final long[] sizes; // outermost first, at least one loop
    private final long[][] strides; // per operand, per loop
    private final long[] bases;
    private final boolean empty;

    private LoopNest(long[] sizes, long[][] strides, long[] bases, boolean empty) {
        this.sizes = sizes;
        this.strides = strides;
        this.bases = bases;
        this.empty = empty;
    }

    /** The nest over these layouts, the output's first by convention. */
    public static LoopNest of(Layout... operands) {
        long[] bases = new long[operands.length];
        boolean contiguous = true;
        for (int i = 0; i < operands.length; i++) {
            bases[i] = operands[i].offset();
            contiguous &= operands[i].isContiguous();
        }
        long numel = operands[0].shape().numel();
        if (contiguous || numel == 0) {
            long[][] unit = new long[operands.length][];
            Arrays.fill(unit, ONE_LOOP_OF_ONE);
            return new LoopNest(new long[] {numel}, unit, bases, numel == 0);
        }
        return coalesce(order(operands), operands, bases);
    }

    /** The dimensions of size above 1, outermost first: an insertion sort, stable, as the comparison is partial. */
    private static int[] order(Layout[] operands) {
        int rank = operands[0].rank();
        int[] dims = new int[rank];
        int count = 0;
        for (int dim = 0; dim < rank; dim++) {
            if (operands[0].shape().size(dim) == 1) {
                continue;
            }
            int at = count++;
            while (at > 0 && isInner(dims[at - 1], dim, operands)) {
                dims[at] = dims[at - 1];
                at--;
            }
            dims[at] = dim;
        }
        return Arrays.copyOf(dims, count);
    }

    /** Whether dimension {@code a} belongs inside dimension {@code b}. */
    private static boolean isInner(int a, int b, Layout[] operands) {
        for (Layout operand : operands) {
            long x = Math.abs(operand.stride(a));
            long y = Math.abs(operand.stride(b));
            if (x != 0 && y != 0 && x != y) {
                return x < y;
            }
        }
        return false;
    }

    private static LoopNest coalesce(int[] dims, Layout[] operands, long[] bases) {
        int n = operands.length;
        if (dims.length == 0) {
            long[][] unit = new long[n][];
            Arrays.fill(unit, ONE_LOOP_OF_ONE);
            return new LoopNest(ONE_LOOP_OF_ONE, unit, bases, false);
        }
        long[] sizes = new long[dims.length];
        long[][] strides = new long[n][dims.length];
        int loops = 0; // filled innermost first, reversed at the end
        for (int i = dims.length - 1; i >= 0; i--) {
            long size = operands[0].shape().size(dims[i]);
            boolean merges = loops > 0;
            for (int k = 0; k < n && merges; k++) {
                merges = operands[k].stride(dims[i]) == strides[k][loops - 1] * sizes[loops - 1];
            }
            if (merges) {
                sizes[loops - 1] *= size;
            } else {
                for (int k = 0; k < n; k++) {
                    strides[k][loops] = operands[k].stride(dims[i]);
                }
                sizes[loops++] = size;
            }
        }
        for (int k = 0; k < n; k++) {
            strides[k] = reversed(strides[k], loops);
        }
        return new LoopNest(reversed(sizes, loops), strides, bases, false);
    }

    private static long[] reversed(long[] values, int count) {
        long[] result = new long[count];
        for (int i = 0; i < count; i++) {
            result[i] = values[count - 1 - i];
        }
        return result;
    }

    /** Whether there is nothing to visit. */
    public boolean isEmpty() {
        return empty;
    }

    /** The number of loops, at least 1. */
    public int loops() {
        return sizes.length;
    }

    /** The length of loop {@code loop}, 0 being the outermost. */
    public long size(int loop) {
        return sizes[loop];
    }

    /** The stride of an operand in a loop, in elements. */
    public long stride(int operand, int loop) {
        return strides[operand][loop];
    }

    /** The element number at which an operand starts. */
    public long base(int operand) {
        return bases[operand];
    }

    /** The length of the innermost loop. */
    public long innerSize() {
        return sizes[sizes.length - 1];
    }

    /** The stride of an operand in the innermost loop. */
    public long innerStride(int operand) {
        return strides[operand][sizes.length - 1];
    }

    /** How an operand walks the innermost loop. */
    public Access access(int operand) {
        long stride = innerStride(operand);
        return stride == 1 ? Access.CONTIGUOUS : stride == 0 ? Access.BROADCAST : Access.STRIDED;
    }

    /** How many times the innermost loop runs. */
    public long outerCount() {
        if (empty) {
            return 0;
        }
        long count = 1;
        for (int i = 0; i < sizes.length - 1; i++) {
            count *= sizes[i];
        }
        return count;
    }

    /** Where the innermost loop starts, from its {@code first}-th run on: ranges of runs can go to different threads. */
    public Cursor cursor(long first) {
        return new Cursor(first);
    }

    /** Walks the outer loops, keeping each operand's element number. */
    public final class Cursor {
        private final long[] index = new long[sizes.length - 1];
        private final long[] at = bases.clone();

        private Cursor(long first) {
            long rest = first;
            for (int loop = index.length - 1; loop >= 0; loop--) {
                index[loop] = rest % sizes[loop];
                rest /= sizes[loop];
                for (int k = 0; k < at.length; k++) {
                    at[k] += index[loop] * strides[k][loop];
                }
            }
        }

        /** The element number at which operand {@code operand}'s innermost loop starts now. */
        public long offset(int operand) {
            return at[operand];
        }

        /** On to the next run of the innermost loop; after the last it stands at the first again. */
        public void next() {
            for (int loop = index.length - 1; loop >= 0; loop--) {
                boolean carry = ++index[loop] == sizes[loop];
                long steps = carry ? 1 - sizes[loop] : 1;
                for (int k = 0; k < at.length; k++) {
                    at[k] += steps * strides[k][loop];
                }
                if (!carry) {
                    return;
                }
                index[loop] = 0;
            }
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(sizes) + " strides " + Arrays.deepToString(strides) + " from " + Arrays.toString(bases);
    }
}
