package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.TensorView;
import java.util.Arrays;

/**
 * How kernels are told of strided operands: the fewest loops that visit them together, in the structure {@code Nest} of gatun.cuh.
 *
 * <p>The loops are those of {@link io.gatun.tensor.spi.LoopNest}, whose documentation has a worked example. What is different is
 * where they are: in arrays that one launch after the other uses, so that nothing is left on the heap. It is filled with operands,
 * the output first, each with the same dimensions, and then walked:
 *
 * <pre>{@code
 * try (Nest nest = Nest.open().add(out).add(x)) {
 *     while (nest.next()) {
 *         Params params = device.params();
 *         nest.write(params);
 *         device.forEach(kernel, nest.count(), params);
 *     }
 * }
 * }</pre>
 *
 * <p>A kernel walks up to {@value #LOOPS} loops. Where there are more, {@link #next} stops at a part for each index of the further
 * ones, which all have the same loops and begin elsewhere.
 */
final class Nest implements AutoCloseable {
    /** The loops a kernel has. */
    static final int LOOPS = 8;

    private static final Axes NONE = Axes.of();
    private static final int OPERANDS = 8;
    private static final int RANK = 8; // to begin with

    private final Nests owner;
    private final int place; // there
    private int operands;
    private final long[] addresses = new long[OPERANDS]; // of element number 0
    private final long[] bytes = new long[OPERANDS]; // of an element
    private final long[] bases = new long[OPERANDS]; // element numbers at which the loops begin
    private DType dtype = DType.F32; // of the first operand

    // What operands are given as. Afterwards only what the loops are made of.
    private int rank;
    private int filled; // dimensions of the last operand
    private long[] dimSizes = new long[RANK];
    private long[][] dimStrides = new long[OPERANDS][RANK];
    private int[] order = new int[RANK];

    // The loops, the innermost first.
    private int loops;
    private long[] sizes = new long[RANK];
    private long[][] strides = new long[OPERANDS][RANK];

    private long parts; // 0 until the loops are known
    private long part;

    Nest(Nests owner, int place) {
        this.owner = owner;
        this.place = place;
    }

    /** One of the calling thread's, without operands. */
    static Nest open() {
        return ThreadWork.here().nests().open();
    }

    Nest clear() {
        operands = 0;
        rank = 0;
        parts = 0;
        part = -1;
        return this;
    }

    @Override
    public void close() {
        owner.close(place);
    }

    // ---- operands

    /** All dimensions of {@code view}. */
    Nest add(TensorView view) {
        return addStarts(view, NONE);
    }

    /** The dimensions of {@code view} that are not in {@code axes}: where the rows begin that these make. */
    Nest addStarts(TensorView view, Axes axes) {
        return add(view, view.layout().shape(), axes, false);
    }

    /** The same as if {@code view} had the sizes of {@code shape}. */
    Nest addStarts(TensorView view, Shape shape, Axes axes) {
        return add(view, shape, axes, false);
    }

    /** The dimensions of {@code view} that are in {@code axes}: the first row. */
    Nest addWithin(TensorView view, Axes axes) {
        return add(view, view.layout().shape(), axes, true);
    }

    private Nest add(TensorView view, Shape shape, Axes axes, boolean listed) {
        Layout layout = view.layout();
        begin(view);
        for (int dim = 0; dim < layout.rank(); dim++) {
            if (axes.contains(dim) == listed) {
                dimension(shape.size(dim), layout.stride(dim));
            }
        }
        return this;
    }

    /** The indices of all elements of {@code shape} in row-major order, which are in no memory. */
    Nest addIndices(Shape shape) {
        begin(0, 0, 0);
        long stride = shape.numel();
        for (int dim = 0; dim < shape.rank(); dim++) {
            long size = shape.size(dim);
            stride = size == 0 ? 0 : stride / size;
            dimension(size, stride);
        }
        return this;
    }

    /** Begins an operand that {@link #dimension} is called for next. */
    Nest begin(TensorView view) {
        if (operands == 0) {
            dtype = view.dtype();
        }
        return begin(
                CudaStorage.address(view),
                view.dtype().byteSize(),
                view.layout().offset());
    }

    /** The same for elements of {@code size} bytes, of which number 0 is at the address and number {@code base} the first. */
    Nest begin(long address, long size, long base) {
        addresses[operands] = address;
        bytes[operands] = size;
        bases[operands] = base;
        operands++;
        filled = 0;
        return this;
    }

    /** The next dimension of the operand begun last; its size is that of the first operand's. */
    Nest dimension(long size, long stride) {
        int dim = filled++;
        if (operands == 1) {
            require(filled);
            dimSizes[dim] = size;
            rank = filled;
        }
        dimStrides[operands - 1][dim] = stride;
        return this;
    }

    private void require(int dims) {
        if (dims > dimSizes.length) {
            int more = 2 * dims;
            dimSizes = Arrays.copyOf(dimSizes, more);
            sizes = Arrays.copyOf(sizes, more);
            order = Arrays.copyOf(order, more);
            for (int k = 0; k < OPERANDS; k++) {
                dimStrides[k] = Arrays.copyOf(dimStrides[k], more);
                strides[k] = Arrays.copyOf(strides[k], more);
            }
        }
    }

    // ---- loops

    /** Finds the loops, which {@link #next} does else; the operands are then complete. */
    Nest coalesce() {
        int count = order();
        loops = 0;
        for (int i = count - 1; i >= 0; i--) {
            int dim = order[i];
            if (loops > 0 && continues(dim)) {
                sizes[loops - 1] *= dimSizes[dim];
            } else {
                sizes[loops] = dimSizes[dim];
                for (int k = 0; k < operands; k++) {
                    strides[k][loops] = dimStrides[k][dim];
                }
                loops++;
            }
        }
        if (loops == 0 || isEmpty()) {
            one(loops == 0 ? 1 : 0);
        }
        parts = 1;
        for (int loop = LOOPS; loop < loops; loop++) {
            parts *= sizes[loop];
        }
        return this;
    }

    /** The dimensions of sizes other than 1, outermost first: an insertion sort, stable, as the comparison is partial. */
    private int order() {
        int count = 0;
        for (int dim = 0; dim < rank; dim++) {
            if (dimSizes[dim] != 1) {
                int at = count++;
                while (at > 0 && isInner(order[at - 1], dim)) {
                    order[at] = order[at - 1];
                    at--;
                }
                order[at] = dim;
            }
        }
        return count;
    }

    /** Whether dimension {@code a} belongs inside dimension {@code b}. */
    private boolean isInner(int a, int b) {
        for (int k = 0; k < operands; k++) {
            long x = Math.abs(dimStrides[k][a]);
            long y = Math.abs(dimStrides[k][b]);
            if (x != 0 && y != 0 && x != y) {
                return x < y;
            }
        }
        return false;
    }

    /** Whether every operand goes on along {@code dim} from where the last loop ends. */
    private boolean continues(int dim) {
        for (int k = 0; k < operands; k++) {
            if (dimStrides[k][dim] != strides[k][loops - 1] * sizes[loops - 1]) {
                return false;
            }
        }
        return true;
    }

    private void one(long size) {
        loops = 1;
        sizes[0] = size;
        for (int k = 0; k < operands; k++) {
            strides[k][0] = 1;
        }
    }

    /** On to the first part, or the next; false if there is none. */
    boolean next() {
        if (parts == 0) {
            coalesce();
        }
        return ++part < parts && !isEmpty();
    }

    private boolean isEmpty() {
        for (int loop = 0; loop < loops; loop++) {
            if (sizes[loop] == 0) {
                return true;
            }
        }
        return false;
    }

    /** The number of loops, at least 1. */
    int loops() {
        return loops;
    }

    /** The number of loops that a kernel walks. */
    int walked() {
        return Math.min(loops, LOOPS);
    }

    /** The length of a loop, 0 being the innermost. */
    long size(int loop) {
        return sizes[loop];
    }

    /** The stride of an operand in a loop, in elements. */
    long stride(int operand, int loop) {
        return strides[operand][loop];
    }

    /** The number of elements of a part. */
    long count() {
        long count = 1;
        for (int loop = 0; loop < walked(); loop++) {
            count *= sizes[loop];
        }
        return count;
    }

    /** The type of the first operand. */
    DType dtype() {
        return dtype;
    }

    /** The bytes of an operand's elements. */
    long bytes(int operand) {
        return bytes[operand];
    }

    /** The element number at which an operand starts in this part. */
    long offset(int operand) {
        long at = bases[operand];
        long rest = Math.max(part, 0);
        for (int loop = LOOPS; loop < loops; loop++) {
            at += rest % sizes[loop] * strides[operand][loop];
            rest /= sizes[loop];
        }
        return at;
    }

    /** Where that element is. */
    long address(int operand) {
        return addresses[operand] + offset(operand) * bytes[operand];
    }

    /** Whether an operand is at a multiple of {@code pack} bytes for every index of its loops. */
    boolean isAligned(int operand, long pack) {
        boolean aligned = address(operand) % pack == 0;
        for (int loop = 0; loop < walked(); loop++) {
            aligned &= sizes[loop] == 1 || strides[operand][loop] * bytes[operand] % pack == 0;
        }
        return aligned;
    }

    /** Writes the structure. */
    void write(Params params) {
        params.add(count()).add(walked());
        for (int loop = 0; loop < LOOPS; loop++) {
            params.add(loop < loops ? sizes[loop] : 1);
        }
        for (int k = 0; k < operands; k++) {
            for (int loop = 0; loop < LOOPS; loop++) {
                params.add(loop < loops ? strides[k][loop] : 0);
            }
        }
        for (int k = 0; k < operands; k++) {
            params.add(address(k));
        }
    }
}
