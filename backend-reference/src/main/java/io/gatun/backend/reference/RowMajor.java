package io.gatun.backend.reference;

import io.gatun.tensor.Axes;
import io.gatun.tensor.BackendException;
import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.spi.Elements;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Strided operands as plain arrays in row-major order, and back. It takes strides and dtypes away from every operator of
 * this backend, so that an operator is one loop over arrays of one of three kinds:
 *
 * <ul>
 *   <li>{@code double[]}: the values of floating-point elements. What is computed of them is rounded once, on the way
 *       back: for {@code F16} and {@code BF16} to {@code float} first, as {@link Elements} does.
 *   <li>{@code long[]} of values: integers and bool; wrapped to the dtype's width on the way back, {@code U8} unsigned.
 *   <li>{@code long[]} of bits: for operators that move elements and leave them as they are, payloads of NaN included.
 * </ul>
 *
 * <p>Operators along a dimension go through {@link #along}: with that dimension moved last, an array is a number of rows.
 * The segments may be anyone's (a mapped file, say) at any byte address, hence the unaligned access.
 */
final class RowMajor {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private RowMajor() {}

    /** {@code count} elements from {@code array[at]} on, lying from byte {@code start} on, {@code step} bytes apart. */
    private interface Run {
        void visit(int at, int count, long start, long step);
    }

    private static void walk(Layout layout, DType dtype, Run run) {
        LoopNest nest = LoopNest.of(Layout.contiguous(layout.shape()), layout); // the array decides the order
        if (nest.isEmpty()) {
            return;
        }
        long size = dtype.byteSize();
        int count = (int) nest.innerSize();
        long step = nest.innerStride(1) * size;
        LoopNest.Cursor cursor = nest.cursor(0);
        for (long runs = nest.outerCount(); runs > 0; runs--) {
            run.visit((int) cursor.offset(0), count, cursor.offset(1) * size, step);
            cursor.next();
        }
    }

    /** The number of elements, which must fit into an array. */
    static int length(Layout layout) {
        long numel = layout.shape().numel();
        if (numel > Integer.MAX_VALUE - 8) {
            throw new BackendException(
                    "the reference backend computes on Java arrays, of at most 2^31 - 9 elements, not " + numel
                            + " as in shape " + layout.shape() + ": use the backend simd");
        }
        return (int) numel;
    }

    /** The values of a floating-point operand. */
    static double[] doubles(TensorView view) {
        return doubles(view, view.layout());
    }

    /** The values of a floating-point operand under another layout of its storage. */
    static double[] doubles(TensorView view, Layout layout) {
        DType dtype = view.dtype();
        long[] bits = bits(view, layout);
        double[] values = new double[bits.length];
        if (dtype == DType.F16) {
            Arrays.setAll(values, i -> Float.float16ToFloat((short) bits[i]));
        } else if (dtype == DType.BF16) {
            Arrays.setAll(values, i -> Elements.bfloat16ToFloat((short) bits[i]));
        } else if (dtype == DType.F32) {
            Arrays.setAll(values, i -> Float.intBitsToFloat((int) bits[i]));
        } else if (dtype == DType.F64) {
            Arrays.setAll(values, i -> Double.longBitsToDouble(bits[i]));
        } else {
            throw new IllegalStateException(dtype + " is not a floating-point dtype");
        }
        return values;
    }

    /** The values of an integer or bool operand. */
    static long[] longs(TensorView view) {
        return longs(view, view.layout());
    }

    /** The values of an integer or bool operand under another layout of its storage. */
    static long[] longs(TensorView view, Layout layout) {
        DType dtype = view.dtype();
        if (dtype.isFloatingPoint()) {
            throw new IllegalStateException(dtype + " is not an integer dtype");
        }
        long[] values = bits(view, layout); // of U8 and I64 the values
        if (dtype == DType.I8) {
            Arrays.setAll(values, i -> (byte) values[i]);
        } else if (dtype == DType.I16) {
            Arrays.setAll(values, i -> (short) values[i]);
        } else if (dtype == DType.I32) {
            Arrays.setAll(values, i -> (int) values[i]);
        } else if (dtype == DType.BOOL) {
            Arrays.setAll(values, i -> values[i] == 0 ? 0 : 1);
        }
        return values;
    }

    /** The bits of any operand, in the low bytes. */
    static long[] bits(TensorView view) {
        return bits(view, view.layout());
    }

    /** The bits of any operand under another layout of its storage. */
    static long[] bits(TensorView view, Layout layout) {
        requireReal(view);
        MemorySegment s = view.storage().segment();
        long[] out = new long[length(layout)];
        Run run = switch (view.dtype().byteSize()) {
            case 1 ->
                (at, n, p, step) -> {
                    for (int i = 0; i < n; i++) {
                        out[at + i] = s.get(BYTE, p + i * step) & 0xFF;
                    }
                };
            case 2 ->
                (at, n, p, step) -> {
                    for (int i = 0; i < n; i++) {
                        out[at + i] = s.get(SHORT, p + i * step) & 0xFFFF;
                    }
                };
            case 4 ->
                (at, n, p, step) -> {
                    for (int i = 0; i < n; i++) {
                        out[at + i] = s.get(INT, p + i * step) & 0xFFFFFFFFL;
                    }
                };
            default ->
                (at, n, p, step) -> {
                    for (int i = 0; i < n; i++) {
                        out[at + i] = s.get(LONG, p + i * step);
                    }
                };
        };
        walk(layout, view.dtype(), run);
        return out;
    }

    /** Writes values, converted as {@link io.gatun.tensor.op.Op.Cast} says. */
    static void store(TensorView view, double[] values) {
        store(view, view.layout(), values);
    }

    /** Writes values under another layout of the storage, converted as {@link io.gatun.tensor.op.Op.Cast} says. */
    static void store(TensorView view, Layout layout, double[] values) {
        requireReal(view);
        DType dtype = view.dtype();
        long[] bits = new long[values.length];
        if (dtype == DType.F16) {
            Arrays.setAll(bits, i -> Float.floatToFloat16((float) values[i]));
        } else if (dtype == DType.BF16) {
            Arrays.setAll(bits, i -> Elements.floatToBfloat16((float) values[i]));
        } else if (dtype == DType.F32) {
            Arrays.setAll(bits, i -> Float.floatToRawIntBits((float) values[i]));
        } else if (dtype == DType.F64) {
            Arrays.setAll(bits, i -> Double.doubleToRawLongBits(values[i]));
        } else if (dtype == DType.BOOL) {
            Arrays.setAll(bits, i -> values[i] != 0 ? 1 : 0);
        } else {
            Arrays.setAll(bits, i -> (long) values[i]);
        }
        storeBits(view, layout, bits);
    }

    /** Writes values, converted as {@link io.gatun.tensor.op.Op.Cast} says. */
    static void store(TensorView view, long[] values) {
        store(view, view.layout(), values);
    }

    /** Writes values under another layout of the storage, converted as {@link io.gatun.tensor.op.Op.Cast} says. */
    static void store(TensorView view, Layout layout, long[] values) {
        requireReal(view);
        DType dtype = view.dtype();
        if (dtype.isFloatingPoint()) { // directly to float: by way of double it would round twice
            double[] rounded = new double[values.length];
            Arrays.setAll(rounded, i -> dtype == DType.F64 ? (double) values[i] : (float) values[i]);
            store(view, layout, rounded);
        } else if (dtype == DType.BOOL) {
            long[] truth = new long[values.length];
            Arrays.setAll(truth, i -> values[i] != 0 ? 1 : 0);
            storeBits(view, layout, truth);
        } else {
            storeBits(view, layout, values);
        }
    }

    private static void requireReal(TensorView view) {
        if (view.dtype().isComplex()) {
            throw new IllegalStateException("no kernel is given elements of " + view.dtype() + ", only their parts");
        }
    }

    /** Writes the low bytes of each element. */
    static void storeBits(TensorView view, long[] bits) {
        storeBits(view, view.layout(), bits);
    }

    /** Writes the low bytes of each element under another layout of the storage. */
    static void storeBits(TensorView view, Layout layout, long[] bits) {
        MemorySegment s = view.storage().segment();
        Run run = switch (view.dtype().byteSize()) {
            case 1 ->
                (at, n, p, step) -> {
                    for (int i = 0; i < n; i++) {
                        s.set(BYTE, p + i * step, (byte) bits[at + i]);
                    }
                };
            case 2 ->
                (at, n, p, step) -> {
                    for (int i = 0; i < n; i++) {
                        s.set(SHORT, p + i * step, (short) bits[at + i]);
                    }
                };
            case 4 ->
                (at, n, p, step) -> {
                    for (int i = 0; i < n; i++) {
                        s.set(INT, p + i * step, (int) bits[at + i]);
                    }
                };
            default ->
                (at, n, p, step) -> {
                    for (int i = 0; i < n; i++) {
                        s.set(LONG, p + i * step, bits[at + i]);
                    }
                };
        };
        walk(layout, view.dtype(), run);
    }

    /**
     * The layout with dimensions {@code dims} moved last, in their order, so that an array of it is a number of rows.
     * Shape (2, 3, 4) along dimension 0 is (3, 4, 2): 12 rows of 2. A scalar is one row of one element.
     */
    static Layout along(Layout layout, Axes dims) {
        if (layout.rank() == 0) {
            return layout.unsqueeze(0);
        }
        int[] order = new int[layout.rank()];
        int at = 0;
        for (int dim = 0; dim < order.length; dim++) {
            if (!dims.contains(dim)) {
                order[at++] = dim;
            }
        }
        for (int i = 0; i < dims.count(); i++) {
            order[at++] = dims.get(i);
        }
        return layout.permute(Axes.of(order));
    }

    /** {@link #along(Layout, Axes)} one dimension. */
    static Layout along(Layout layout, int dim) {
        return along(layout, Axes.of(dim));
    }

    /** The index of element number {@code index} in row-major order of a layout, for messages: {@code (1, 0, 2)}. */
    static String position(Layout layout, long index) {
        StringBuilder text = new StringBuilder(")");
        long rest = index;
        for (int dim = layout.rank() - 1; dim >= 0; dim--) {
            long size = layout.shape().size(dim);
            text.insert(0, rest % size).insert(0, dim == 0 ? "" : ", ");
            rest /= size;
        }
        return text.insert(0, "(").toString();
    }
}
