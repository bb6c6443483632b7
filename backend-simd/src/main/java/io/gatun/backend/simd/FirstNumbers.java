package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.spi.Philox;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The first random numbers of a process, drawn one by one: the same, to the bit, as vectors draw.
 *
 * <p>Vectors are boxes until the JIT has compiled what computes with them, and these kernels are long: each of the first tens of
 * thousands of numbers took eight microseconds, and the weights of a small model most of a second. One by one they take half a
 * microsecond, soon less, and a program that draws no more than these never waits for the kernels.
 */
final class FirstNumbers {
    /** How many are drawn so, if they take no logarithm: at most some 0.4 s, which is about what the kernels take to be compiled. */
    private static final long COUNT = 1 << 23;

    private static final int COST_OF_LOGARITHM = 8; // in such numbers

    private static final AtomicLong LEFT = new AtomicLong(COUNT);

    private FirstNumbers() {}

    /** Whether the next {@code n} numbers are among them. */
    static boolean take(Op.Random op, long n) {
        return LEFT.get() > 0 && LEFT.addAndGet(-n * cost(op.kind())) > 0;
    }

    private static int cost(RandomKind kind) {
        boolean plain = kind == RandomKind.UNIFORM || kind == RandomKind.BERNOULLI || kind == RandomKind.INTEGER;
        return plain ? 1 : COST_OF_LOGARITHM;
    }

    /** Has so many more drawn so: for tests. */
    static void left(long numbers) {
        LEFT.set(numbers);
    }

    /** Writes elements {@code from} to {@code from + n} of a fill to element {@code at} of {@code to} and those behind it. */
    static void draw(Op.Random op, DType dtype, long from, MemorySegment to, long at, int n) {
        int size = dtype.byteSize();
        if (op.kind() == RandomKind.INTEGER) {
            long[] values = new long[n];
            Philox.fill(op.first().longValue(), op.second().longValue(), op.seed(), op.counter(), from, values);
            for (int i = 0; i < n; i++) {
                put(dtype, to, (at + i) * size, values[i]);
            }
        } else {
            double[] values = new double[n];
            double first = op.first().doubleValue();
            Philox.fill(op.kind(), dtype, first, op.second().doubleValue(), op.seed(), op.counter(), from, values);
            for (int i = 0; i < n; i++) {
                put(dtype, to, (at + i) * size, values[i]);
            }
        }
    }

    private static void put(DType dtype, MemorySegment to, long at, long value) {
        if (dtype.isFloatingPoint()) {
            Element.set(dtype, to, at, dtype == DType.F64 ? (double) value : (float) value);
        } else {
            Element.set(dtype, to, at, value);
        }
    }

    private static void put(DType dtype, MemorySegment to, long at, double value) {
        if (dtype.isFloatingPoint()) {
            Element.set(dtype, to, at, value);
        } else {
            Element.set(dtype, to, at, dtype == DType.BOOL && value != 0 ? 1 : (long) value);
        }
    }
}
