package io.gatun.tensor;

import io.gatun.tensor.spi.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Java arrays of primitives, nested to any depth, on their way into a tensor. */
final class NestedArrays {
    private NestedArrays() {}

    static Tensor toTensor(Object array, @Nullable DType dtype, Device device) {
        List<Long> sizes = new ArrayList<>();
        Class<?> type = array.getClass();
        Object level = array;
        while (type.isArray()) {
            int length = level == null ? 0 : Array.getLength(level);
            sizes.add((long) length);
            type = type.getComponentType();
            level = type.isArray() && length > 0 ? Array.get(level, 0) : null;
        }
        DType own = dtypeOf(type, array);
        Shape shape = Shape.of(sizes.stream().mapToLong(size -> size).toArray());
        MemorySegment packed =
                MemorySegment.ofArray(new long[Math.toIntExact((shape.numel() * own.byteSize() + 7) / 8)]);
        copy(array, shape, 0, 0, own, packed, "");
        Tensor tensor = Tensor.empty(shape, own, device);
        device.backend().copyFromHost(packed.asSlice(0, shape.numel() * own.byteSize()), tensor.storage(), 0);
        return dtype == null ? tensor : tensor.to(dtype);
    }

    private static DType dtypeOf(Class<?> element, Object given) {
        if (element == float.class) {
            return DType.F32;
        } else if (element == double.class) {
            return DType.F64;
        } else if (element == long.class) {
            return DType.I64;
        } else if (element == int.class) {
            return DType.I32;
        } else if (element == short.class) {
            return DType.I16;
        } else if (element == byte.class) {
            return DType.I8;
        } else if (element == boolean.class) {
            return DType.BOOL;
        }
        throw new DTypeException("of: " + given.getClass().getTypeName()
                + " is not an array of float, double, long, int, short, byte or boolean");
    }

    /** Copies {@code array}, which fills dimensions from {@code dim} on, to element {@code at}; gives the next. */
    private static long copy(
            @Nullable Object array, Shape shape, int dim, long at, DType dtype, MemorySegment target, String place) {
        long expected = shape.size(dim);
        if (array == null || Array.getLength(array) != expected) {
            throw new ShapeException("of: the array is ragged: the part at " + (place.isEmpty() ? "[]" : place)
                    + " has "
                    + (array == null ? "no" : Array.getLength(array)) + " elements and the first of its level has "
                    + expected);
        }
        if (dim < shape.rank() - 1) {
            long next = at;
            for (int i = 0; i < expected; i++) {
                next = copy(Array.get(array, i), shape, dim + 1, next, dtype, target, place + "[" + i + "]");
            }
            return next;
        }
        if (array instanceof boolean[] truths) {
            for (int i = 0; i < truths.length; i++) {
                Elements.setLong(dtype, target, at + i, truths[i] ? 1 : 0);
            }
        } else {
            long bytes = expected * dtype.byteSize();
            MemorySegment.copy(leaf(array), 0, target, at * dtype.byteSize(), bytes);
        }
        return at + expected;
    }

    private static MemorySegment leaf(Object array) {
        return switch (array) {
            case float[] values -> MemorySegment.ofArray(values);
            case double[] values -> MemorySegment.ofArray(values);
            case long[] values -> MemorySegment.ofArray(values);
            case int[] values -> MemorySegment.ofArray(values);
            case short[] values -> MemorySegment.ofArray(values);
            case byte[] values -> MemorySegment.ofArray(values);
            default -> throw new IllegalStateException("dtypeOf lets no " + array.getClass() + " through");
        };
    }
}
