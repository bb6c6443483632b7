package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.Elements;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A tensor as a backend sees one, in any of the layouts that tests go through, with elements by row-major number. */
record TestTensor(Storage storage, Layout layout, DType dtype) implements TensorView {
    /** What kernels are given: of complex operands only the parts. */
    static final List<DType> DTYPES =
            Arrays.stream(DType.values()).filter(dtype -> !dtype.isComplex()).toList();

    private static final Device DEVICE = Device.of("cpu", 0, "simd");

    /** How the elements of a shape may lie in memory. */
    enum Pattern {
        CONTIGUOUS,
        OFFSET,
        TRANSPOSED,
        STEPPED,
        FLIPPED,
        BROADCAST,
        BROADCAST_ROWS;

        /** Whether every element has a place of its own, so that it may be written to. */
        boolean isWritable() {
            return this != BROADCAST && this != BROADCAST_ROWS;
        }

        Layout layout(Shape shape) {
            int rank = shape.rank();
            Layout plain = Layout.contiguous(shape);
            return switch (this) {
                case CONTIGUOUS -> plain;
                case OFFSET -> plain.shift(3);
                case TRANSPOSED -> {
                    long[] strides = new long[rank];
                    long stride = 1;
                    for (int i = 0; i < rank; i++) {
                        strides[i] = stride;
                        stride *= Math.max(1, shape.size(i));
                    }
                    yield Layout.of(shape, strides, 0);
                }
                case STEPPED -> {
                    long[] strides = plain.strides();
                    for (int i = 0; i < rank; i++) {
                        strides[i] *= 3;
                    }
                    yield Layout.of(shape, strides, 1);
                }
                case FLIPPED -> {
                    long[] strides = plain.strides();
                    for (int i = 0; i < rank; i++) {
                        strides[i] = -strides[i];
                    }
                    yield Layout.of(shape, strides, Math.max(0, shape.numel() - 1));
                }
                case BROADCAST -> Layout.of(shape, new long[rank], 2);
                case BROADCAST_ROWS -> {
                    long[] strides = plain.strides();
                    if (rank > 0) {
                        strides[0] = 0;
                    }
                    yield Layout.of(shape, strides, 0);
                }
            };
        }
    }

    static TestTensor of(DType dtype, Shape shape, Pattern pattern) {
        return of(dtype, pattern.layout(shape));
    }

    static TestTensor of(DType dtype, Layout layout) {
        long elements = layout.shape().isEmpty() ? 1 : layout.lastElement() + 2;
        return new TestTensor(new Memory(elements * dtype.byteSize()), layout, dtype);
    }

    /** Filled with numbers that {@code random} draws; see {@link #draw}. */
    static TestTensor random(DType dtype, Shape shape, Pattern pattern, Random random) {
        TestTensor tensor = of(dtype, shape, pattern);
        for (long i = 0; i < shape.numel(); i++) {
            draw(tensor, i, random);
        }
        return tensor;
    }

    private static final double[] SPECIAL = {
        0.0,
        -0.0,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN,
        1e-40,
        3e38,
        -1e-38,
        88.7,
        -104,
        1,
        -1,
        0.5,
        2.5
    };

    /** A number of mixed size, now and then a special one; for narrow integers, any. */
    private static void draw(TestTensor tensor, long i, Random random) {
        if (tensor.dtype.isFloatingPoint()) {
            double value = switch (random.nextInt(8)) {
                case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
                case 1 -> random.nextGaussian() * 1000;
                case 2 -> random.nextInt(-20, 20) / 2.0;
                default -> random.nextGaussian() * 3;
            };
            tensor.set(i, value);
        } else if (tensor.dtype == DType.BOOL) {
            tensor.set(i, random.nextInt(2));
        } else {
            tensor.set(i, random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(-12, 13));
        }
    }

    long numel() {
        return layout.shape().numel();
    }

    double getDouble(long i) {
        return Elements.getDouble(dtype, storage.segment(), layout.elementAt(i));
    }

    long getLong(long i) {
        return Elements.getLong(dtype, storage.segment(), layout.elementAt(i));
    }

    void set(long i, double value) {
        Elements.setDouble(dtype, storage.segment(), layout.elementAt(i), value);
    }

    void set(long i, long value) {
        Elements.setLong(dtype, storage.segment(), layout.elementAt(i), value);
    }

    /** All bytes of the storage, to see that nothing else was written. */
    byte[] bytes() {
        return storage.segment().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }

    @Override
    public String toString() {
        return dtype + " " + layout;
    }

    private static final class Memory extends Storage {
        private final MemorySegment segment;

        Memory(long bytes) {
            super(DEVICE, bytes);
            segment = Arena.ofAuto().allocate(bytes, 64);
        }

        @Override
        public MemorySegment segment() {
            return segment;
        }
    }
}
