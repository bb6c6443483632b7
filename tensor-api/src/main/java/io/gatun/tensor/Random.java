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

    /** Gives the default generator a seed that nobody can know beforehand, starts it over, and gives the seed. */
    public static long seed() {
        return DEFAULT.seed();
    }

    /** The default generator's seed. */
    public static long initialSeed() {
        return DEFAULT.initialSeed();
    }

    /** The default generator's state; see {@link Generator#getState}. */
    public static Tensor getState() {
        return DEFAULT.getState();
    }

    /** Sets the default generator's state; see {@link Generator#setState}. */
    public static void setState(Tensor state) {
        DEFAULT.setState(state);
    }

    /** The generator used where none is given; seeded from the clock at start-up. */
    public static Generator defaultGenerator() {
        return DEFAULT;
    }

    /** A fresh tensor of floating-point draws. */
    static Tensor create(
            String operator,
            RandomKind kind,
            double first,
            double second,
            Shape shape,
            DType dtype,
            Device device,
            Generator generator) {
        requireFloating(operator, dtype);
        return Dispatch.create(op(kind, Scalar.of(first), Scalar.of(second), shape, dtype, generator), device);
    }

    /** Fills a floating-point tensor. */
    static Tensor fill(
            String operator, Tensor target, RandomKind kind, double first, double second, Generator generator) {
        requireFloating(operator, target.dtype());
        return Dispatch.inPlace(
                op(kind, Scalar.of(first), Scalar.of(second), target.shape(), target.dtype(), generator), target);
    }

    /** Fills a tensor of any dtype with 1 with probability {@code p}, else 0. */
    static Tensor fillSuccesses(Tensor target, double p, Generator generator) {
        boolean complex = target.isComplex();
        DType drawn = complex ? DType.F32 : target.dtype();
        Op.Random op = op(RandomKind.BERNOULLI, Scalar.of(p), Scalar.of(1.0), target.shape(), drawn, generator);
        if (!complex) {
            return Dispatch.inPlace(op, target);
        }
        try (TensorScope _ = TensorScope.open()) {
            return target.copy_(Dispatch.create(op, target.device()));
        }
    }

    /** Fills a tensor of any dtype with integers from {@code first} to {@code last}, both included. */
    static Tensor fillIntegers(String operator, Tensor target, long first, long last, Generator generator) {
        DType dtype = target.dtype();
        if (first < lowest(dtype) || last > highest(dtype)) {
            throw new ValueException(operator + ": the integers from " + first + " to " + last
                    + " are not all exact in " + dtype + ", which goes from " + lowest(dtype) + " to "
                    + highest(dtype));
        }
        DType drawn = dtype == DType.BOOL ? DType.U8 : dtype;
        Op.Random op = op(RandomKind.INTEGER, Scalar.of(first), Scalar.of(last + 1), target.shape(), drawn, generator);
        if (drawn == dtype) {
            return Dispatch.inPlace(op, target);
        }
        try (TensorScope _ = TensorScope.open()) {
            return target.copy_(Dispatch.create(op, target.device()));
        }
    }

    private static Op.Random op(
            RandomKind kind, Scalar first, Scalar second, Shape shape, DType dtype, Generator generator) {
        long range = kind == RandomKind.INTEGER ? second.longValue() - first.longValue() : 0;
        Generator.Stretch stretch = generator.take(kind, dtype, range, shape.numel());
        return new Op.Random(kind, first, second, stretch.seed(), stretch.counter(), shape, dtype);
    }

    static void requireFloating(String operator, DType dtype) {
        if (!dtype.isFloatingPoint()) {
            throw new DTypeException(operator + ": wants a floating-point dtype, not " + dtype);
        }
    }

    /** The least integer from which on all are exact. */
    private static long lowest(DType dtype) {
        return dtype.isFloatingPoint()
                ? -highest(dtype)
                : Elementwise.extreme(ordered(dtype), true).longValue();
    }

    /** The greatest integer up to which all are exact. */
    static long highest(DType dtype) {
        if (!dtype.isFloatingPoint()) {
            return Elementwise.extreme(ordered(dtype), false).longValue();
        } else if (dtype.byteSize() == 2) {
            return dtype == DType.F16 ? 1L << 11 : 1L << 8;
        }
        return dtype == DType.F32 ? 1L << 24 : 1L << 53;
    }

    private static DType ordered(DType dtype) {
        if (dtype.isComplex()) {
            throw new DTypeException(
                    "random: no range of " + dtype + ", among whose numbers there is no order: draw the parts");
        }
        return dtype;
    }
}
