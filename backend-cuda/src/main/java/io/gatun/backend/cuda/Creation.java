package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
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
    private static final KernelName DROPOUT = KernelName.typed("random", "dropout");
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
        DType dtype = out.dtype() == DType.BOOL ? DType.U8 : out.dtype(); // whose 0 and 1 are those of BOOL
        Kernel kernel = device.kernel(RANDOM[KernelUnit.code(op.kind())], dtype);
        Params params = device.params().add(Copies.address(out)).add(count);
        start(device, op.seed(), op.counter(), params);
        switch (op.kind()) {
            case INTEGER -> params.add(perBlock).add(low).add(range);
            case BERNOULLI -> params.add(probability(op)).add(success(op));
            case GEOMETRIC -> params.add(first).add(StrictMath.log1p(-first));
            case UNIFORM, NORMAL, LOG_NORMAL, EXPONENTIAL, CAUCHY ->
                params.add(first).add(op.second().doubleValue());
        }
        device.forEach(kernel, Math.ceilDiv(count, perBlock), params);
    }

    /** Elements times random numbers that nothing keeps; those of other layouts are first put one after the other. */
    static void dropout(DeviceContext device, Op.Dropout op, TensorView x, TensorView out) {
        boolean whole = x.layout().isContiguous();
        try (Copies.Temporary from = whole ? null : Copies.contiguous(device, x);
                Copies.Temporary to = Copies.temporaryFor(device, out)) {
            drop(device, op, from == null ? x : from, to == null ? out : to);
            Copies.copyBack(device, to, out);
        }
    }

    private static void drop(DeviceContext device, Op.Dropout op, TensorView x, TensorView out) {
        long count = x.layout().shape().numel();
        Op.Random mask = op.mask(x.layout().shape(), x.dtype());
        int perBlock = Philox.elementsPerBlock(mask.kind(), x.dtype(), 0);
        Params params = device.params();
        params.add(Copies.address(out)).add(Copies.address(x)).add(count);
        start(device, op.seed(), op.counter(), params);
        params.add(probability(mask)).add(mask.second().doubleValue());
        device.forEach(device.kernel(DROPOUT, x.dtype()), Math.ceilDiv(count, perBlock), params);
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

    /** Writes where numbers start: the structure Stretch of random.cu. */
    private static void start(DeviceContext device, long seed, long counter, Params params) {
        Capture capture = device.capture();
        if (capture == null) {
            params.add(seed).add(counter).add(0L);
        } else {
            capture.start(seed, counter, params);
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
            case BERNOULLI -> "bernoulli";
            case INTEGER -> "integers";
        };
    }
}
