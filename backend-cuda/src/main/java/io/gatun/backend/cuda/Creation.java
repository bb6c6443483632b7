package io.gatun.backend.cuda;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.spi.Philox;
import io.gatun.tensor.spi.TensorView;
import java.util.stream.Stream;

/**
 * Operators without operands: one value, a progression, random numbers.
 *
 * <p>Random numbers are to the last bit those that {@link Philox} defines: the kernel has the same functions, operation by
 * operation.
 */
final class Creation {
    private static final KernelName[] FILL = KernelName.bySize("fill", "fill");
    private static final KernelName ARANGE = KernelName.typed("random", "arange");
    private static final KernelName[] RANDOM = Stream.of(RandomKind.values())
            .map(kind -> KernelName.typed("random", name(kind)))
            .toArray(KernelName[]::new);

    private Creation() {}

    /** One value everywhere. */
    static void fill(DeviceContext device, Op.Fill op, TensorView out) {
        Kernel kernel = device.kernel(KernelName.ofSize(FILL, out.dtype().byteSize()));
        try (Nest nest = Nest.open().add(out)) {
            while (nest.next()) {
                Params params = device.params().add(out.dtype(), op.value());
                nest.write(params);
                device.forEach(kernel, nest.count(), params);
            }
        }
    }

    /** {@code start + i * step}, in long for integers and in double else. */
    static void arange(DeviceContext device, Op.Arange op, TensorView out) {
        Params params = device.params();
        params.add(Copies.address(out)).add(op.count()).add(out.layout().stride(0));
        params.add(op.start().longValue()).add(op.step().longValue());
        params.add(op.start().doubleValue()).add(op.step().doubleValue());
        device.forEach(device.kernel(ARANGE, out.dtype()), op.count(), params);
    }

    /** The numbers that {@link Philox} defines. */
    static void random(DeviceContext device, Op.Random op, TensorView out) {
        try (Copies.Temporary whole = Copies.temporaryFor(device, out)) {
            draw(device, op, whole == null ? out : whole);
            Copies.copyBack(device, whole, out);
        }
    }

    private static void draw(DeviceContext device, Op.Random op, TensorView out) {
        long count = out.layout().shape().numel();
        long low = op.first().longValue();
        long range = op.second().longValue() - low;
        double first = op.first().doubleValue();
        int perBlock = Philox.elementsPerBlock(op.kind(), out.dtype(), range);
        Kernel kernel = device.kernel(RANDOM[KernelUnit.code(op.kind())], out.dtype());
        Params params = device.params().add(Copies.address(out)).add(count);
        start(device, op, params);
        switch (op.kind()) {
            case INTEGER -> params.add(perBlock).add(low).add(range);
            case GEOMETRIC -> params.add(first).add(StrictMath.log1p(-first));
            case UNIFORM, NORMAL, LOG_NORMAL, EXPONENTIAL, CAUCHY ->
                params.add(first).add(op.second().doubleValue());
        }
        device.forEach(kernel, Math.ceilDiv(count, perBlock), params);
    }

    /** Writes where numbers start: the structure Stretch of random.cu. */
    private static void start(DeviceContext device, Op.Random op, Params params) {
        Capture capture = device.capture();
        if (capture == null) {
            params.add(op.seed()).add(op.counter()).add(0L);
        } else {
            capture.start(op, params);
        }
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
}
