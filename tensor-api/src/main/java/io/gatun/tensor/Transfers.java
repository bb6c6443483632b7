package io.gatun.tensor;

import io.gatun.tensor.file.MappedStorage;
import io.gatun.tensor.spi.Elements;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.function.LongConsumer;

/** The ways of elements out of tensors: to Java numbers and arrays, to segments, to other devices. */
final class Transfers {
    private Transfers() {}

    /** The only element, as both kinds of number; refused if it is complex. */
    static Scalar realItem(String operator, Tensor x) {
        refuseComplex(operator, x);
        return item(operator, x);
    }

    private static void refuseComplex(String operator, Tensor x) {
        if (x.isComplex()) {
            throw notReal(operator, x);
        }
    }

    static DTypeException notReal(String operator, Tensor x) {
        return new DTypeException(operator + ": the elements are " + x.dtype()
                + ", no real numbers: use itemComplex(), or viewAsReal() for the parts of all");
    }

    /** The only element, as all kinds of number. */
    static Scalar item(String operator, Tensor x) {
        if (x.numel() != 1) {
            throw new ShapeException(operator + ": shape " + x.shape() + " has " + x.numel()
                    + " elements; only one can become a number");
        }
        try {
            MemorySegment segment = hostSegment(x);
            long at = isHost(x) ? x.layout().elementAt(0) : 0;
            if (x.dtype().isComplex()) {
                DType part = x.dtype().toReal();
                return Scalar.of(new Complex(
                        Elements.getDouble(part, segment, 2 * at), Elements.getDouble(part, segment, 2 * at + 1)));
            }
            return x.dtype().isFloatingPoint()
                    ? Scalar.of(Elements.getDouble(x.dtype(), segment, at))
                    : Scalar.of(Elements.getLong(x.dtype(), segment, at));
        } catch (InternalError e) {
            throw MappedStorage.unreadable(operator, e);
        } finally {
            Reference.reachabilityFence(x);
        }
    }

    private static boolean isHost(Tensor x) {
        return x.device().type().equals("cpu");
    }

    /** The whole storage of a host tensor; for others a copy of its elements in row-major order. */
    private static MemorySegment hostSegment(Tensor x) {
        if (isHost(x)) {
            return x.storage().segment();
        }
        Tensor dense = x.detach().contiguous();
        int width = x.dtype().byteSize();
        MemorySegment copy = MemorySegment.ofArray(new long[Math.toIntExact((dense.numel() * width + 7) / 8)]);
        try {
            x.device()
                    .backend()
                    .copyToHost(dense.storage(), dense.storageOffset() * width, copy.asSlice(0, dense.numel() * width));
            return copy;
        } finally {
            Reference.reachabilityFence(dense);
        }
    }

    private static void forEach(Tensor x, LongConsumer element) {
        Layout layout = isHost(x) ? x.layout() : Layout.contiguous(x.shape());
        try {
            for (long i = 0; i < x.numel(); i++) {
                element.accept(layout.elementAt(i));
            }
        } catch (InternalError e) {
            throw MappedStorage.unreadable("toArray", e);
        } finally {
            Reference.reachabilityFence(x);
        }
    }

    private static int length(Tensor x) {
        refuseComplex("toArray", x);
        if (x.numel() > Integer.MAX_VALUE - 8) {
            throw new ShapeException("shape " + x.shape() + " has " + x.numel() + " elements, more than a Java array");
        }
        return (int) x.numel();
    }

    private static final class At {
        int index;
    }

    static double[] toDoubles(Tensor x) {
        double[] result = new double[length(x)];
        MemorySegment segment = hostSegment(x);
        At at = new At();
        forEach(x, i -> result[at.index++] = Elements.getDouble(x.dtype(), segment, i));
        return result;
    }

    static float[] toFloats(Tensor x) {
        float[] result = new float[length(x)];
        MemorySegment segment = hostSegment(x);
        At at = new At();
        forEach(x, i -> result[at.index++] = (float) Elements.getDouble(x.dtype(), segment, i));
        return result;
    }

    static long[] toLongs(Tensor x) {
        long[] result = new long[length(x)];
        MemorySegment segment = hostSegment(x);
        At at = new At();
        forEach(x, i -> result[at.index++] = Elements.getLong(x.dtype(), segment, i));
        return result;
    }

    static int[] toInts(Tensor x) {
        int[] result = new int[length(x)];
        MemorySegment segment = hostSegment(x);
        At at = new At();
        forEach(x, i -> result[at.index++] = (int) Elements.getLong(x.dtype(), segment, i));
        return result;
    }

    static short[] toShorts(Tensor x) {
        short[] result = new short[length(x)];
        MemorySegment segment = hostSegment(x);
        At at = new At();
        forEach(x, i -> result[at.index++] = (short) Elements.getLong(x.dtype(), segment, i));
        return result;
    }

    static byte[] toBytes(Tensor x) {
        byte[] result = new byte[length(x)];
        MemorySegment segment = hostSegment(x);
        At at = new At();
        forEach(x, i -> result[at.index++] = (byte) Elements.getLong(x.dtype(), segment, i));
        return result;
    }

    static boolean[] toBooleans(Tensor x) {
        boolean[] result = new boolean[length(x)];
        MemorySegment segment = hostSegment(x);
        At at = new At();
        forEach(x, i -> result[at.index++] = Elements.getDouble(x.dtype(), segment, i) != 0);
        return result;
    }

    static MemorySegment memorySegment(Tensor x) {
        if (x.requiresGrad()) {
            throw new TensorStateException("memorySegment: the tensor of shape " + x.shape()
                    + " requires a gradient, which would not see changes to its memory: use detach() first");
        }
        if (!x.isContiguous()) {
            throw new TensorStateException("memorySegment: the tensor of shape " + x.shape() + " with strides "
                    + java.util.Arrays.toString(x.strides()) + " is not contiguous: use contiguous() first");
        }
        if (!isHost(x)) {
            throw new TensorStateException("memorySegment: the tensor is on " + x.device() + ": use cpu() first");
        }
        int width = x.dtype().byteSize();
        MemorySegment memory = x.storage().shared().asSlice(x.storageOffset() * width, x.numel() * width);
        return x.storage().isWritable() ? memory : memory.asReadOnly();
    }

    static Tensor copyTo(Device device, Tensor x) {
        Tensor dense = x.detach().contiguous();
        Tensor copy = Tensor.empty(x.shape(), x.dtype(), device);
        long from = dense.storageOffset() * dense.dtype().byteSize();
        long bytes = dense.numel() * dense.dtype().byteSize();
        try {
            if (device.backendName().equals(x.device().backendName())) {
                device.backend().copyBetween(dense.storage(), from, copy.storage(), 0, bytes);
            } else {
                MemorySegment source = isHost(dense)
                        ? dense.storage().segment().asSlice(from, bytes)
                        : hostSegment(dense).asSlice(0, bytes);
                device.backend().copyFromHost(source, copy.storage(), 0);
            }
        } finally {
            Reference.reachabilityFence(dense);
            Reference.reachabilityFence(copy);
        }
        Dispatch.recordTransfer(x, copy);
        return copy;
    }
}
