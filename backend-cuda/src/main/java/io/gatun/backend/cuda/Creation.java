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
        long address =
                CudaStorage.address(out) + out.layout().offset() * out.dtype().byteSize();
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
        long address =
                CudaStorage.address(out) + out.layout().offset() * out.dtype().byteSize();
        long low = op.first().longValue();
        long range = op.second().longValue() - low;
        double first = op.first().doubleValue();
        int perBlock = Philox.elementsPerBlock(op.kind(), out.dtype(), range);
        Kernel kernel = kernel(device, name(op.kind()), out.dtype());
        CapturedDraws.Start start = start(device, op);
        device.forEach(kernel, Math.ceilDiv(count, perBlock), params -> {
            params.add(address).add(count);
            start.write(params);
            switch (op.kind()) {
                case INTEGER -> params.add((long) perBlock).add(low).add(range);
                case GEOMETRIC -> params.add(first).add(StrictMath.log1p(-first));
                case UNIFORM, NORMAL, LOG_NORMAL, EXPONENTIAL, CAUCHY ->
                    params.add(first).add(op.second().doubleValue());
            }
        });
    }

    private static CapturedDraws.Start start(DeviceContext device, Op.Random op) {
        Capture capture = device.capture();
        return capture == null ? new CapturedDraws.Start(op.seed(), op.counter(), 0) : capture.start(op);
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
            case INTEGER -> "integers";
        };
    }

    private static Kernel kernel(DeviceContext device, String name, DType dtype) {
        return device.kernel(FAMILY, name, dtype);
    }
}
