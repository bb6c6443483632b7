package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.spi.Elements;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.Philox;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Operators without operands: one value, a progression, random numbers.
 *
 * <p>Random numbers are to the last bit those that {@link Philox} defines: the kernel has the same functions, operation by
 * operation.
 */
final class Creation {
    private static final String FAMILY = "random";

    private Creation() {}

    /** One value everywhere. */
    static void fill(DeviceContext device, Op.Fill op, TensorView out) {
        int size = out.dtype().byteSize();
        MemorySegment value = MemorySegment.ofArray(new long[1]);
        Elements.set(out.dtype(), value, 0, op.value());
        long bits = value.get(ValueLayout.JAVA_LONG, 0);
        Kernel kernel = device.kernel("fill", "fill" + size);
        Nests.forEachPart(
                LoopNest.of(out.layout()),
                part -> device.forEach(kernel, part.count(), params -> {
                    params.add(bits);
                    part.write(params, out);
                }));
    }

    /** {@code start + i * step}, in long for integers and in double else. */
    static void arange(DeviceContext device, Op.Arange op, TensorView out) {
        long address = addressOf(out);
        Kernel kernel = kernel(device, "arange", out.dtype());
        device.forEach(kernel, op.count(), params -> {
            params.add(address).add(op.count()).add(out.layout().stride(0));
            params.add(op.start().longValue()).add(op.step().longValue());
            params.add(op.start().doubleValue()).add(op.step().doubleValue());
        });
    }

    /** The numbers that {@link Philox} defines. */
    static void random(DeviceContext device, Op.Random op, TensorView out) {
        if (!out.layout().isContiguous()) {
            try (Copies.Temporary whole = Copies.temporary(device, out.layout().shape(), out.dtype())) {
                random(device, op, whole);
                Copies.copy(device, whole, out);
            }
            return;
        }
        long count = out.layout().shape().numel();
        long address = addressOf(out);
        long low = op.first().longValue();
        long range = op.second().longValue() - low;
        double first = op.first().doubleValue();
        int perBlock = Philox.elementsPerBlock(op.kind(), out.dtype(), range);
        DType dtype = out.dtype() == DType.BOOL ? DType.U8 : out.dtype(); // whose 0 and 1 are those of BOOL
        Kernel kernel = kernel(device, name(op.kind()), dtype);
        CapturedDraws.Start start = start(device, op.seed(), op.counter());
        device.forEach(kernel, Math.ceilDiv(count, perBlock), params -> {
            params.add(address).add(count);
            start.write(params);
            switch (op.kind()) {
                case INTEGER -> params.add((long) perBlock).add(low).add(range);
                case BERNOULLI -> params.add(probability(op)).add(success(op));
                case GEOMETRIC -> params.add(first).add(StrictMath.log1p(-first));
                case UNIFORM, NORMAL, LOG_NORMAL, EXPONENTIAL, CAUCHY ->
                    params.add(first).add(op.second().doubleValue());
            }
        });
    }

    /** Elements times random numbers that nothing keeps; those of other layouts are first put one after the other. */
    static void dropout(DeviceContext device, Op.Dropout op, TensorView x, TensorView out) {
        if (!x.layout().isContiguous()) {
            try (Copies.Temporary whole = Copies.contiguous(device, x)) {
                dropout(device, op, whole, out);
            }
            return;
        }
        long count = x.layout().shape().numel();
        Op.Random mask = op.mask(x.layout().shape(), x.dtype());
        int perBlock = Philox.elementsPerBlock(mask.kind(), x.dtype(), 0);
        Kernel kernel = kernel(device, "dropout", x.dtype());
        CapturedDraws.Start start = start(device, op.seed(), op.counter());
        device.forEach(kernel, Math.ceilDiv(count, perBlock), params -> {
            params.add(addressOf(out)).add(addressOf(x)).add(count);
            start.write(params);
            params.add(probability(mask)).add(mask.second().doubleValue());
        });
    }

    private static long addressOf(TensorView view) {
        return CudaStorage.address(view) + view.layout().offset() * view.dtype().byteSize();
    }

    /** What is drawn with that probability. */
    private static double success(Op.Random op) {
        double second = op.second().doubleValue();
        return op.dtype() == DType.BOOL && second != 0 ? 1 : second;
    }

    /** Of what numbers of F32 are compared to, or for F64 of F64. */
    private static double probability(Op.Random op) {
        double first = op.first().doubleValue();
        return op.dtype() == DType.F64 ? first : (float) first;
    }

    private static CapturedDraws.Start start(DeviceContext device, long seed, long counter) {
        Capture capture = device.capture();
        return capture == null ? new CapturedDraws.Start(seed, counter, 0) : capture.start(seed, counter);
    }

    /** Of the kernel. */
    private static String name(RandomKind kind) {
        return switch (kind) {
            case UNIFORM -> "uniform";
            case NORMAL -> "normal";
            case LOG_NORMAL -> "logNormal";
            case EXPONENTIAL -> "exponential";
            case CAUCHY -> "cauchy";
            case GEOMETRIC -> "geometric";
            case BERNOULLI -> "bernoulli";
            case INTEGER -> "integers";
        };
    }

    private static Kernel kernel(DeviceContext device, String name, DType dtype) {
        return device.kernel(FAMILY, name, dtype);
    }
}
