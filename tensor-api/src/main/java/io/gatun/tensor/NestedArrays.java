package io.gatun.tensor;

import io.gatun.tensor.spi.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Java arrays of primitives, nested to any depth, on their way into a tensor and out of it. */
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

    static Tensor ofRows(List<?> rows) {
        if (rows.isEmpty()) {
            throw new ShapeException("ofRows: there is no row, and nothing says what shape it would have");
        }
        Class<?> type = rows.get(0).getClass();
        if (type == Tensor.class && rows.stream().allMatch(Tensor.class::isInstance)) {
            return Tensor.stack(rows.stream().map(Tensor.class::cast).toList(), 0);
        }
        Object joined = Array.newInstance(type, rows.size());
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).getClass() != type) {
                throw new DTypeException("ofRows: row " + i + " is a "
                        + rows.get(i).getClass().getTypeName() + ", and the first a " + type.getTypeName());
            }
            Array.set(joined, i, rows.get(i));
        }
        return Tensor.of(joined);
    }

    static Object fromTensor(Tensor x) {
        Object flat = flat(x);
        return x.dim() == 0 ? Array.get(flat, 0) : part(flat, 0, x.shape(), 0);
    }

    private static Object flat(Tensor x) {
        DType dtype = x.dtype();
        if (dtype.isComplex()) {
            throw Transfers.notReal("toArray", x);
        } else if (dtype.isFloatingPoint()) {
            return dtype == DType.F64 ? x.toDoubleArray() : x.toFloatArray();
        } else if (dtype == DType.BOOL) {
            return x.toBooleanArray();
        } else if (dtype == DType.I8) {
            return x.toByteArray();
        } else if (dtype == DType.I32) {
            return x.toIntArray();
        }
        return dtype == DType.I64 ? x.toLongArray() : x.toShortArray();
    }

    /** The elements of {@code flat} from {@code from} on as an array over the dimensions from {@code dim} on. */
    private static Object part(Object flat, int from, Shape shape, int dim) {
        int size = Math.toIntExact(shape.size(dim));
        Class<?> element = flat.getClass().getComponentType();
        if (dim == shape.rank() - 1) {
            Object row = Array.newInstance(element, size);
            System.arraycopy(flat, from, row, 0, size);
            return row;
        }
        int[] sizes = new int[shape.rank() - dim];
        sizes[0] = size;
        Object array = Array.newInstance(element, sizes);
        int each = Math.toIntExact(shape.slice(dim + 1, shape.rank()).numel());
        for (int i = 0; i < size; i++) {
            Array.set(array, i, part(flat, from + i * each, shape, dim + 1));
        }
        return array;
    }

    /** Arrays as lists, boxed; what is none as it is. */
    static Object toList(Object value) {
        if (!value.getClass().isArray()) {
            return value;
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < Array.getLength(value); i++) {
            list.add(toList(Array.get(value, i)));
        }
        return List.copyOf(list);
    }

    static List<Tensor> rows(Tensor x) {
        if (x.dim() == 0) {
            throw new ShapeException("rows: a tensor without dimensions has none: use item()");
        }
        return new AbstractList<>() {
            @Override
            public Tensor get(int index) {
                return x.select(0, Objects.checkIndex(index, size()));
            }

            @Override
            public int size() {
                return Math.toIntExact(x.size(0));
            }
        };
    }
}
