package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;

/**
 * Stable sorts along a dimension, with the indices, and parts of them.
 *
 * <p>An element becomes a {@code long} key in the order wanted: the bits of a floating-point number, turned so that they
 * compare as integers, with one key for both zeros and the largest for NaN; all bits inverted for a descending order. Keys
 * of at most 32 bits share their long with the element's index, so that one sort of primitives, which is free to be unstable,
 * sorts stably and carries the index along. Wider keys are sorted by merging, index and key together; where only a small part
 * of them is wanted, it is {@linkplain Selection selected} first, and the merging is of those not outside its range. Values
 * are picked by index at the end.
 */
final class Sorts {
    private Sorts() {}

    /** Executes {@code op}: values and I64 indices. */
    static void sort(Op.Sort op, TensorView x, TensorView values, TensorView indices) {
        Layout in = x.layout();
        if (values.layout().shape().isEmpty()) {
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
        int wanted = (int) op.count();
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
            Row row = new Row(n, size == 8, (int) op.first(), wanted);
            LoopNest.Cursor cursor = nest.cursor(first / inner);
            long column = first % inner;
            for (long i = first; i < last; i++) {
                long begin = (cursor.offset(0) + column * nest.innerStride(0)) * size;
                row.load(dtype, from, begin, step, op.descending());
                row.sort();
                long valueAt = (cursor.offset(1) + column * nest.innerStride(1)) * size;
                long indexAt = (cursor.offset(2) + column * nest.innerStride(2)) * Long.BYTES;
                for (int k = 0; k < wanted; k++) {
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
        private static final int INFINITY = 0x7F800000;
        private static final long DOUBLE_INFINITY = 0x7FF0000000000000L;

        private final boolean wide;
        private final int first;
        private final int count;
        private final boolean few;
        private final long[] keys;
        private final int[] order;
        private final long[] keyBuffer;
        private final int[] orderBuffer;
        private final int[] bits; // of floats
        private int begin; // in order, of what is wanted

        Row(int n, boolean wide, int first, int count) {
            this.wide = wide;
            this.first = first;
            this.count = count;
            few = count < n / 4;
            keys = new long[n];
            order = new int[wide ? n : 0];
            keyBuffer = new long[wide ? n : 0];
            orderBuffer = new int[wide ? n : 0];
            bits = new int[wide ? 0 : n];
        }

        void load(DType dtype, MemorySegment from, long at, long step, boolean descending) {
            int flip = descending ? -1 : 0;
            int n = keys.length;
            if (dtype == DType.F64) {
                if (step == Double.BYTES) {
                    MemorySegment.copy(from, Lanes.LONG, at, keys, 0, n);
                } else {
                    for (int i = 0; i < n; i++) {
                        keys[i] = from.get(Lanes.LONG, at + i * step);
                    }
                }
                turn(keys, flip);
            } else if (dtype == DType.F32) {
                if (step == Float.BYTES) {
                    MemorySegment.copy(from, Lanes.INT, at, bits, 0, n);
                } else {
                    for (int i = 0; i < n; i++) {
                        bits[i] = from.get(Lanes.INT, at + i * step);
                    }
                }
                turn(bits, keys, flip);
            } else {
                boolean floating = dtype.isFloatingPoint();
                for (int i = 0; i < n; i++) {
                    long key = floating
                            ? key(Float.floatToRawIntBits((float) Element.floating(dtype, from, at + i * step)))
                            : Element.integer(dtype, from, at + i * step);
                    keys[i] = wide ? key ^ flip : (key ^ flip) << 32 | i;
                }
            }
        }

        private static void turn(long[] keys, long flip) {
            for (int i = 0; i < keys.length; i++) {
                keys[i] = key(keys[i]) ^ flip;
            }
        }

        private static void turn(int[] bits, long[] keys, int flip) {
            for (int i = 0; i < bits.length; i++) {
                bits[i] = key(bits[i]) ^ flip;
            }
            for (int i = 0; i < bits.length; i++) {
                keys[i] = (long) bits[i] << 32 | i;
            }
        }

        /** Of a float: negative numbers negated but for their sign, and the largest for NaN; without branches. */
        private static int key(int bits) {
            int magnitude = bits & Integer.MAX_VALUE;
            int sign = bits >> 31;
            int nan = INFINITY - magnitude >> 31;
            return (magnitude ^ sign) - sign & ~nan | nan & Integer.MAX_VALUE;
        }

        /** The same of a double. */
        private static long key(long bits) {
            long magnitude = bits & Long.MAX_VALUE;
            long sign = bits >> 63;
            long nan = DOUBLE_INFINITY - magnitude >> 63;
            return (magnitude ^ sign) - sign & ~nan | nan & Long.MAX_VALUE;
        }

        void sort() {
            if (!wide) {
                Selection.sort(keys, 0, keys.length, first, first + count);
            } else if (few) {
                System.arraycopy(keys, 0, keyBuffer, 0, keys.length);
                Selection.sort(keyBuffer, 0, keys.length, first, first + count);
                int before = 0;
                int within = 0;
                long low = keyBuffer[first];
                long high = keyBuffer[first + count - 1];
                for (int i = 0; i < keys.length; i++) {
                    long key = keys[i];
                    before += key < low ? 1 : 0;
                    if (key >= low && key <= high) {
                        keys[within] = key;
                        order[within++] = i;
                    }
                }
                begin = first - before;
                mergeSort(within);
            } else {
                for (int i = 0; i < keys.length; i++) {
                    order[i] = i;
                }
                begin = first;
                mergeSort(keys.length);
            }
        }

        int index(int k) {
            return wide ? order[begin + k] : (int) keys[first + k];
        }

        /** Bottom up, between the arrays and their buffers. */
        private void mergeSort(int n) {
            long[] source = keys;
            long[] target = keyBuffer;
            int[] sourceOrder = order;
            int[] targetOrder = orderBuffer;
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
