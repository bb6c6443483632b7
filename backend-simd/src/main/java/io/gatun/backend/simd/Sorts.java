package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Stable sorts along a dimension, with the indices.
 *
 * <p>An element becomes a {@code long} key in the order wanted: the bits of a floating-point number, turned so that they
 * compare as integers, with one key for both zeros and the largest for NaN; all bits inverted for a descending order. Keys
 * of at most 32 bits share their long with the element's index, so that one sort of primitives, which is free to be unstable,
 * sorts stably and carries the index along. Wider keys are sorted by merging, index and key together. Values are picked by
 * index at the end.
 */
final class Sorts {
    private Sorts() {}

    /** Executes {@code op}: values and I64 indices. */
    static void sort(Op.Sort op, TensorView x, TensorView values, TensorView indices) {
        Layout in = x.layout();
        if (in.shape().isEmpty()) {
            return;
        }
        int size = x.dtype().byteSize();
        MemorySegment from = x.storage().segment();
        MemorySegment to = values.storage().segment();
        MemorySegment at = indices.storage().segment();
        if (in.rank() == 0) {
            Copies.copy(values, x);
            at.set(Lanes.LONG, indices.layout().offset() * Long.BYTES, 0);
            return;
        }
        int dim = op.dim();
        int n = Math.toIntExact(in.shape().size(dim));
        long step = in.stride(dim) * size;
        long valueStep = values.layout().stride(dim) * size;
        long indexStep = indices.layout().stride(dim) * Long.BYTES;
        LoopNest nest = LoopNest.of(
                in.select(dim, 0),
                values.layout().select(dim, 0),
                indices.layout().select(dim, 0));
        long inner = nest.innerSize();
        DType dtype = x.dtype();
        Workers.shared().run(nest.outerCount() * inner, Math.max(1, Elementwise.GRAIN / 16 / n), (first, last) -> {
            Row row = new Row(n, size == 8);
            LoopNest.Cursor cursor = nest.cursor(first / inner);
            long column = first % inner;
            for (long i = first; i < last; i++) {
                long begin = (cursor.offset(0) + column * nest.innerStride(0)) * size;
                row.load(dtype, from, begin, step, op.descending());
                row.sort();
                long valueAt = (cursor.offset(1) + column * nest.innerStride(1)) * size;
                long indexAt = (cursor.offset(2) + column * nest.innerStride(2)) * Long.BYTES;
                for (int k = 0; k < n; k++) {
                    int index = row.index(k);
                    Strided.move(size, from, begin + index * step, to, valueAt + k * valueStep);
                    at.set(Lanes.LONG, indexAt + k * indexStep, index);
                }
                if (++column == inner) {
                    column = 0;
                    cursor.next();
                }
            }
        });
    }

    /** One run of elements while it is sorted. */
    private static final class Row {
        private final boolean wide;
        private final long[] keys;
        private final int[] order;
        private final long[] keyBuffer;
        private final int[] orderBuffer;

        Row(int n, boolean wide) {
            this.wide = wide;
            keys = new long[n];
            order = new int[wide ? n : 0];
            keyBuffer = new long[wide ? n : 0];
            orderBuffer = new int[wide ? n : 0];
        }

        void load(DType dtype, MemorySegment from, long at, long step, boolean descending) {
            for (int i = 0; i < keys.length; i++) {
                long key = key(dtype, from, at + i * step);
                key = descending ? ~key : key;
                if (wide) {
                    keys[i] = key;
                    order[i] = i;
                } else {
                    keys[i] = key << 32 | i;
                }
            }
        }

        private static long key(DType dtype, MemorySegment from, long at) {
            if (dtype == DType.F64) {
                double value = from.get(Lanes.DOUBLE, at);
                long bits = Double.doubleToLongBits(value == 0 ? 0.0 : value);
                return Double.isNaN(value) ? Long.MAX_VALUE : bits ^ (bits >> 63 & Long.MAX_VALUE);
            } else if (dtype.isFloatingPoint()) {
                float value = (float) Access.of(dtype).floating(from, at);
                int bits = Float.floatToIntBits(value == 0 ? 0f : value);
                return Float.isNaN(value) ? Integer.MAX_VALUE : bits ^ (bits >> 31 & Integer.MAX_VALUE);
            }
            return Access.of(dtype).integer(from, at);
        }

        void sort() {
            if (wide) {
                mergeSort();
            } else {
                Arrays.sort(keys);
            }
        }

        int index(int k) {
            return wide ? order[k] : (int) keys[k];
        }

        /** Bottom up, between the arrays and their buffers. */
        private void mergeSort() {
            long[] source = keys;
            long[] target = keyBuffer;
            int[] sourceOrder = order;
            int[] targetOrder = orderBuffer;
            int n = keys.length;
            boolean inBuffer = false;
            for (int width = 1; width < n && width > 0; width *= 2) {
                for (int begin = 0; begin < n; begin += 2 * width) {
                    int middle = Math.min(n, begin + width);
                    merge(source, sourceOrder, target, targetOrder, begin, middle, Math.min(n, middle + width));
                    if (begin > n - 2 * width) {
                        break; // the next begin could overflow
                    }
                }
                long[] otherKeys = source;
                source = target;
                target = otherKeys;
                int[] otherOrder = sourceOrder;
                sourceOrder = targetOrder;
                targetOrder = otherOrder;
                inBuffer = !inBuffer;
            }
            if (inBuffer) {
                System.arraycopy(sourceOrder, 0, order, 0, n);
            }
        }

        private static void merge(
                long[] source, int[] sourceOrder, long[] target, int[] targetOrder, int begin, int middle, int end) {
            int left = begin;
            int right = middle;
            for (int k = begin; k < end; k++) {
                boolean takeLeft = right >= end || left < middle && source[left] <= source[right];
                int from = takeLeft ? left++ : right++;
                target[k] = source[from];
                targetOrder[k] = sourceOrder[from];
            }
        }
    }
}
