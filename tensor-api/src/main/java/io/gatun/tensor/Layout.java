package io.gatun.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a tensor's elements lie in its storage: element {@code (i, j, ...)} of a shape is at element number
 * {@code offset + i * strides[0] + j * strides[1] + ...} of the storage. Immutable; every view operator is arithmetic on
 * it, done here once for all backends.
 *
 * <p>Strides and offset count elements, not bytes. A stride of 0 repeats one element along a dimension (a broadcast). A
 * negative stride walks backwards; only {@link #flip} makes one, and no tensor that users hold has it.
 *
 * <p>Worked example: a contiguous (2, 3) layout has strides (3, 1). Its transpose has shape (3, 2), strides (1, 3);
 * column 1 of it, {@code select(1, 1)}, has shape (3), strides (1), offset 3; expanding that to (4, 3) gives strides
 * (0, 1).
 */
public final class Layout {
    private final Shape shape;
    private final long[] strides;
    private final long offset;
    private final boolean contiguous;

    private Layout(Shape shape, long[] strides, long offset) {
        this(shape, strides, offset, isContiguous(shape, strides));
    }

    private Layout(Shape shape, long[] strides, long offset, boolean contiguous) {
        this.shape = shape;
        this.strides = strides;
        this.offset = offset;
        this.contiguous = contiguous;
    }

    /** The row-major layout of {@code shape} from element 0. */
    public static Layout contiguous(Shape shape) {
        long[] strides = new long[shape.rank()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(shape.size(i), 1);
        }
        return new Layout(shape, strides, 0, true);
    }

    /**
     * A layout of any strides.
     *
     * @throws ShapeException if the number of strides is not the rank, or the offset is negative
     */
    public static Layout of(Shape shape, long[] strides, long offset) {
        if (strides.length != shape.rank()) {
            throw new ShapeException(
                    "layout: shape " + shape + " needs " + shape.rank() + " strides, not " + strides.length);
        }
        if (offset < 0) {
            throw new ShapeException("layout: offset " + offset + " is negative");
        }
        return new Layout(shape, strides.clone(), offset);
    }

    /** The sizes. */
    public Shape shape() {
        return shape;
    }

    /** The number of dimensions. */
    public int rank() {
        return strides.length;
    }

    /** The stride of dimension {@code dim}, counted from the front, in elements. */
    public long stride(int dim) {
        return strides[dim];
    }

    /** All strides, in an array of the caller's own. */
    public long[] strides() {
        return strides.clone();
    }

    /** The element number of element (0, 0, ...). */
    public long offset() {
        return offset;
    }

    /**
     * Whether the elements lie in row-major order without gaps. Strides of dimensions of size 1 do not matter, and a
     * layout without elements is contiguous.
     */
    public boolean isContiguous() {
        return contiguous;
    }

    private static boolean isContiguous(Shape shape, long[] strides) {
        if (shape.isEmpty()) {
            return true;
        }
        long expected = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            long size = shape.size(i);
            if (size != 1) {
                if (strides[i] != expected) {
                    return false;
                }
                expected *= size;
            }
        }
        return true;
    }

    /** The lowest element number in use; meaningless without elements. */
    public long firstElement() {
        long first = offset;
        for (int i = 0; i < strides.length; i++) {
            first += Math.min(0, strides[i] * (shape.size(i) - 1));
        }
        return first;
    }

    /** The highest element number in use; meaningless without elements. */
    public long lastElement() {
        long last = offset;
        for (int i = 0; i < strides.length; i++) {
            last += Math.max(0, strides[i] * (shape.size(i) - 1));
        }
        return last;
    }

    /** Whether it stays inside a storage of {@code elements}, whatever its strides: no overflow passes for a fit. */
    public boolean fitsInto(long elements) {
        if (shape.isEmpty()) {
            return true;
        }
        try {
            long first = offset;
            long last = offset;
            for (int i = 0; i < strides.length; i++) {
                long reach = Math.multiplyExact(strides[i], shape.size(i) - 1);
                first = Math.addExact(first, Math.min(0, reach));
                last = Math.addExact(last, Math.max(0, reach));
            }
            return first >= 0 && last < elements;
        } catch (ArithmeticException e) {
            return false;
        }
    }

    /**
     * Whether two different indices may reach one element: a stride of 0, or strides that run into each other. Exact for
     * nested layouts (each dimension's stride at least the extent of the smaller ones) and cautious, true, for others.
     */
    public boolean mayOverlapItself() {
        if (contiguous) {
            return false;
        }
        Integer[] order = new Integer[strides.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Long.compare(Math.abs(strides[a]), Math.abs(strides[b])));
        long extent = 0;
        for (int dim : order) {
            long size = shape.size(dim);
            if (size != 1) {
                long stride = Math.abs(strides[dim]);
                if (stride <= extent) {
                    return true;
                }
                extent += stride * (size - 1);
            }
        }
        return false;
    }

    /** The element number of the {@code index}-th element in row-major order. */
    public long elementAt(long index) {
        if (contiguous) {
            return offset + index;
        }
        long at = offset;
        long rest = index;
        for (int i = strides.length - 1; i >= 0; i--) {
            long size = shape.size(i);
            at += rest % size * strides[i];
            rest /= size;
        }
        return at;
    }

    /** Dimensions reordered: dimension {@code i} of the result is dimension {@code order.get(i)} of this. */
    public Layout permute(Axes order) {
        long[] sizes = new long[strides.length];
        long[] permuted = new long[strides.length];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = shape.size(order.get(i));
            permuted[i] = strides[order.get(i)];
        }
        return new Layout(Shape.of(sizes), permuted, offset);
    }

    /**
     * Stretched to {@code target}: dimensions of size 1 repeat by a stride of 0, new ones are added in front.
     *
     * @throws ShapeException naming {@code operator} and both shapes if a size other than 1 would change
     */
    public Layout expand(String operator, Shape target) {
        if (target.equals(shape)) {
            return this;
        }
        int added = target.rank() - shape.rank();
        if (added < 0) {
            throw new ShapeException(operator + ": shape " + shape + " cannot be expanded to " + target
                    + ": it has more dimensions than the target");
        }
        long[] expanded = new long[target.rank()];
        for (int i = added; i < expanded.length; i++) {
            long size = shape.size(i - added);
            if (size == target.size(i)) {
                expanded[i] = strides[i - added];
            } else if (size != 1) {
                throw new ShapeException(operator + ": shape " + shape + " cannot be expanded to " + target + ": size "
                        + size + " at dimension " + (i - added) + " is neither 1 nor " + target.size(i));
            }
        }
        return new Layout(target, expanded, offset);
    }

    /** Every {@code step}-th index of {@code dim} from {@code start} to {@code end}, exclusive; bounds already checked. */
    public Layout slice(int dim, long start, long end, long step) {
        long size = end <= start ? 0 : Math.ceilDiv(end - start, step);
        long[] stepped = strides.clone();
        stepped[dim] *= step;
        long moved = size == 0 ? offset : offset + start * strides[dim];
        return new Layout(shape.with(dim, size), stepped, moved);
    }

    /** Index {@code index} of {@code dim}, which is dropped; the index is already checked. */
    public Layout select(int dim, long index) {
        long[] rest = new long[strides.length - 1];
        System.arraycopy(strides, 0, rest, 0, dim);
        System.arraycopy(strides, dim + 1, rest, dim, rest.length - dim);
        return new Layout(shape.without(dim), rest, offset + index * strides[dim]);
    }

    /** With a dimension of size 1 before position {@code at}. */
    public Layout unsqueeze(int at) {
        long stride = at < strides.length ? Math.max(shape.size(at), 1) * strides[at] : 1;
        long[] more = new long[strides.length + 1];
        System.arraycopy(strides, 0, more, 0, at);
        more[at] = stride;
        System.arraycopy(strides, at, more, at + 1, strides.length - at);
        return new Layout(shape.insert(at, 1), more, offset, contiguous);
    }

    /** The elements with equal index in {@code dim1} and {@code dim2} (shifted by {@code shift}), as a last dimension. */
    public Layout diagonal(long shift, int dim1, int dim2) {
        long rows = shape.size(dim1) - Math.max(0, -shift);
        long columns = shape.size(dim2) - Math.max(0, shift);
        long length = Math.max(0, Math.min(rows, columns));
        long moved = length == 0
                ? offset
                : offset + Math.max(0, -shift) * strides[dim1] + Math.max(0, shift) * strides[dim2];
        long[] sizes = new long[strides.length - 1];
        long[] rest = new long[strides.length - 1];
        int at = 0;
        for (int i = 0; i < strides.length; i++) {
            if (i != dim1 && i != dim2) {
                sizes[at] = shape.size(i);
                rest[at++] = strides[i];
            }
        }
        sizes[at] = length;
        rest[at] = strides[dim1] + strides[dim2];
        return new Layout(Shape.of(sizes), rest, moved);
    }

    /** Windows of {@code size} along {@code dim}, one every {@code step}, the window's elements as a last dimension. */
    public Layout unfold(int dim, long size, long step) {
        if (strides.length == 0) {
            return new Layout(Shape.of(size), new long[] {1}, offset);
        }
        long[] more = Arrays.copyOf(strides, strides.length + 1);
        more[strides.length] = strides[dim];
        more[dim] *= step;
        Shape windows = shape.with(dim, (shape.size(dim) - size) / step + 1).insert(strides.length, size);
        return new Layout(windows, more, offset);
    }

    /** Walking backwards along {@code dims}. The result is for copying from, not for users. */
    public Layout flip(Axes dims) {
        long[] turned = strides.clone();
        long moved = offset;
        for (int i = 0; i < dims.count(); i++) {
            int dim = dims.get(i);
            moved += Math.max(0, shape.size(dim) - 1) * turned[dim];
            turned[dim] = -turned[dim];
        }
        return new Layout(shape, turned, moved);
    }

    /**
     * The same elements in the same order under another shape of as many elements, or null where strides cannot express
     * it and a copy is needed.
     *
     * <p>Worked example: shape (2, 3, 4) with strides (12, 4, 1) is one run and takes any shape of 24. Its permutation
     * (3, 2, 4) with strides (4, 12, 1) has the runs (3), (2), (4): it can be seen as (3, 2, 2, 2) but not as (6, 4).
     */
    public @Nullable Layout view(Shape target) {
        if (target.equals(shape)) {
            return this;
        }
        if (contiguous) {
            return new Layout(target, contiguous(target).strides, offset, true);
        }
        long[] result = new long[target.rank()];
        int next = result.length - 1;
        long run = 1; // elements of the current run of source dimensions, innermost first
        long filled = 1; // elements of the target dimensions placed into it
        long base = strides.length == 0 ? 1 : strides[strides.length - 1];
        for (int i = strides.length - 1; i >= 0; i--) {
            run *= shape.size(i);
            boolean ends = i == 0 || shape.size(i - 1) != 1 && strides[i - 1] != run * base;
            if (ends) {
                while (next >= 0 && (filled < run || target.size(next) == 1)) {
                    result[next] = filled * base;
                    filled *= target.size(next--);
                }
                if (filled != run) {
                    return null;
                }
                if (i > 0) {
                    base = strides[i - 1];
                    run = 1;
                    filled = 1;
                }
            }
        }
        return next < 0 ? new Layout(target, result, offset) : null;
    }

    /**
     * Of complex elements, the layout of their parts: (...) becomes (..., 2), counted in elements of half the size. Shape
     * (3, 4) with strides (4, 1) at 8 becomes (3, 4, 2) with strides (8, 2, 1) at 16.
     */
    public Layout viewAsReal() {
        long[] doubled = Arrays.copyOf(strides, strides.length + 1);
        for (int i = 0; i < strides.length; i++) {
            doubled[i] *= 2;
        }
        doubled[strides.length] = 1;
        return new Layout(shape.insert(strides.length, 2), doubled, 2 * offset);
    }

    /**
     * Of parts, the layout of the complex elements: the inverse of {@link #viewAsReal}.
     *
     * @throws ShapeException if the last dimension is not of size 2 with stride 1, or another stride or the offset is odd
     */
    public Layout viewAsComplex() {
        int last = strides.length - 1;
        boolean fits = last >= 0 && shape.size(last) == 2 && strides[last] == 1 && offset % 2 == 0;
        long[] halved = Arrays.copyOf(strides, Math.max(0, last));
        for (int i = 0; i < last; i++) {
            fits &= halved[i] % 2 == 0;
            halved[i] /= 2;
        }
        if (!fits) {
            throw new ShapeException("viewAsComplex: shape " + shape + " with strides " + Arrays.toString(strides)
                    + " at " + offset + " is not made of pairs: the last dimension must have size 2 and stride 1, all"
                    + " other strides and the offset be even: use contiguous() first");
        }
        return new Layout(shape.without(last), halved, offset / 2);
    }

    /** This layout {@code elements} further on. */
    public Layout shift(long elements) {
        return new Layout(shape, strides, offset + elements, contiguous);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Layout that
                        && offset == that.offset
                        && shape.equals(that.shape)
                        && Arrays.equals(strides, that.strides);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * shape.hashCode() + Arrays.hashCode(strides)) + Long.hashCode(offset);
    }

    @Override
    public String toString() {
        return shape + " with strides " + Arrays.toString(strides) + " at " + offset;
    }
}
