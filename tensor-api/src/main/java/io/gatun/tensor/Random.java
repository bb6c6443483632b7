package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;

/** The default {@link Generator}, and the operators that draw from one. */
public final class Random {
    private static final Generator DEFAULT = new Generator(System.nanoTime() ^ 0x5DEECE66DL);

    private Random() {}

    /** Sets the default generator's seed and starts it over. */
    public static Generator manualSeed(long seed) {
        return DEFAULT.manualSeed(seed);
    }

    /** The default generator's seed. */
    public static long initialSeed() {
        return DEFAULT.initialSeed();
    }

    /** The generator used where none is given; seeded from the clock at start-up. */
    public static Generator defaultGenerator() {
        return DEFAULT;
    }

    static Op.Random op(RandomKind kind, Scalar first, Scalar second, Shape shape, DType dtype, Generator generator) {
        long range = kind == RandomKind.INTEGER ? second.longValue() - first.longValue() : 0;
        long counter = generator.take(kind, dtype, range, shape.numel());
        return new Op.Random(kind, first, second, generator.initialSeed(), counter, shape, dtype);
    }

    static void fill(
            String operator, Tensor target, RandomKind kind, Scalar first, Scalar second, Generator generator) {
        if (kind != RandomKind.INTEGER && !target.dtype().isFloatingPoint()) {
            throw new DTypeException(operator + ": wants a floating-point dtype, not " + target.dtype());
        }
        Dispatch.inPlace(op(kind, first, second, target.shape(), target.dtype(), generator), target);
    }

    /** A random order of 0 to n - 1, by Fisher and Yates. */
    static long[] permutation(long n, Generator generator) {
        int size = Math.toIntExact(n);
        long[] order = new long[size];
        long[] draws = new long[1];
        long counter = generator.take(RandomKind.INTEGER, DType.I64, Long.MAX_VALUE, n * 2);
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        for (int i = size - 1; i > 0; i--) {
            io.gatun.tensor.spi.Philox.fill(0, i + 1L, generator.initialSeed(), counter + i, 0, draws);
            int other = (int) draws[0];
            long moved = order[i];
            order[i] = order[other];
            order[other] = moved;
        }
        return order;
    }
}
