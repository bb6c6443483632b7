package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.Philox;
import java.lang.foreign.MemorySegment;

/**
 * The numbers that {@link Philox} defines, by chunks of blocks, in the first cache: the words of all blocks of a chunk
 * ({@link PhiloxKernel}), then kernels that make numbers of them in place, in F64 or I64, the conversion to the dtype, and
 * last the copy, by which the elements of a block come to lie next to each other.
 */
final class RandomNumbers {
    /** Blocks in a chunk: four planes of eight bytes for each, and as many of the dtype, are at most 32 KiB. */
    static final int CHUNK = 512;

    private static final int WORDS = 4;
    private static final int PHILOX_ROUNDS = 10;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ALIGNED = 64 / Long.BYTES; // words to a plane, so that every vector is whole

    /** The kernels that every vector of numbers takes, and that of integers; stamped when vectors first draw. */
    private static final class Words {
        static final PhiloxKernel KERNEL =
                Stamp.kernel(PhiloxKernel.class, PhiloxTemplate.class, Lanes.species(DType.I64));
        static final ElementKernel BELOW = Stamp.kernel(
                ElementKernel.class,
                HeavyBinaryTemplate.class,
                Lanes.species(DType.I64),
                (BinaryBody<Long>) PhiloxNumbers::below,
                false,
                true);

        private Words() {}
    }

    /** The kernels that draw floating-point numbers; stamped when the first are drawn. */
    private static final class Steps {
        static final ElementKernel UNIFORM_24 = of(PhiloxNumbers::uniform24);
        static final ElementKernel UNIFORM_11 = of(PhiloxNumbers::uniform11);
        static final ElementKernel UNIFORM_8 = of(PhiloxNumbers::uniform8);
        static final ElementKernel INSIDE = of(PhiloxNumbers::inside);
        static final ElementKernel ABOVE_ZERO = of(PhiloxNumbers::aboveZero);
        static final ElementKernel FRACTION = of(PhiloxNumbers::fraction);
        static final ElementKernel WIDE_INSIDE = ofTwo(PhiloxNumbers::inside);
        static final ElementKernel WIDE_ABOVE_ZERO = ofTwo(PhiloxNumbers::aboveZero);
        static final ElementKernel WIDE_FRACTION = ofTwo(PhiloxNumbers::fraction);
        static final ElementKernel LOGARITHM = of(PhiloxNumbers::logarithm);
        static final ElementKernel MINUS_LOGARITHM = of(PhiloxNumbers::minusLogarithm);
        static final ElementKernel RADIUS = of(PhiloxNumbers::radius);
        static final ElementKernel TURNS = of(PhiloxNumbers::turns);
        static final ElementKernel SINE = of(PhiloxNumbers::sine);
        static final ElementKernel IS_BELOW = Stamp.kernel(
                ElementKernel.class,
                HeavyBinaryTemplate.class,
                Lanes.species(DType.F64),
                (BinaryBody<Double>) PhiloxNumbers::isBelow,
                false,
                true);
        static final ElementKernel TANGENT = ofTwo(PhiloxNumbers::tangent);
        static final ElementKernel SINE_TIMES = ofTwo(PhiloxNumbers::sineTimes);
        static final ElementKernel COSINE_TIMES = ofTwo(PhiloxNumbers::cosineTimes);

        private Steps() {}

        private static ElementKernel of(UnaryBody<Double> body) {
            return LongUnaryKernels.kernel(DType.F64, body);
        }

        private static ElementKernel ofTwo(BinaryBody<Double> body) {
            return LongUnaryKernels.kernel(DType.F64, body);
        }
    }

    private final Op.Random op;
    private final DType dtype;
    private final boolean wide;
    private final int planes; // that hold elements
    private final MemorySegment x; // the planes of words, one more, and those of the dtype
    private final MemorySegment constant;
    private int lanes; // of a plane
    private long plane; // bytes of it

    RandomNumbers(Op.Random op, DType dtype) {
        this.op = op;
        this.dtype = dtype;
        this.planes = elementsPerBlock(op, dtype);
        this.wide = dtype == DType.F64;
        Scratch scratch = Scratch.mine();
        this.x = scratch.planes();
        this.constant = scratch.block(0);
    }

    /** Whether these are drawn here: all but integers of wide ranges. */
    static boolean draws(Op.Random op, DType dtype) {
        return op.kind() != RandomKind.INTEGER || elementsPerBlock(op, dtype) == WORDS;
    }

    /** How many elements a block of words gives. */
    static int elementsPerBlock(Op.Random op, DType dtype) {
        return Philox.elementsPerBlock(
                op.kind(), dtype, op.second().longValue() - op.first().longValue());
    }

    /** Draws the first {@code n} elements of at most {@link #CHUNK} blocks, from block {@code from} of the fill on, to {@code at} and the places behind. */
    void draw(long from, int blocks, MemorySegment to, long at, long n) {
        if (FirstNumbers.take(op, n)) {
            FirstNumbers.draw(op, dtype, from * planes, to, at, Math.toIntExact(n));
            return;
        }
        lanes = Math.ceilDiv(blocks, ALIGNED) * ALIGNED;
        plane = (long) lanes * Long.BYTES;
        Words.KERNEL.begin(x, plane, op.counter() + from);
        int key0 = (int) op.seed();
        int key1 = (int) (op.seed() >>> Integer.SIZE);
        for (int round = 0; round < PHILOX_ROUNDS; round += PhiloxKernel.ROUNDS) {
            Words.KERNEL.rounds(x, plane, key0 + round * WEYL_0, key1 + round * WEYL_1);
        }
        switch (op.kind()) {
            case INTEGER -> integers();
            case BERNOULLI -> bernoulli();
            case UNIFORM -> uniform();
            case NORMAL -> normal();
            case LOG_NORMAL -> {
                normal();
                step(UnaryKernels.required(UnaryKind.EXP, DType.F64));
            }
            case EXPONENTIAL -> {
                inside();
                step(Steps.MINUS_LOGARITHM);
                with(BinaryKind.DIV, op.first().doubleValue());
            }
            case CAUCHY -> cauchy();
            case GEOMETRIC -> {
                inside();
                step(Steps.LOGARITHM);
                with(BinaryKind.DIV, StrictMath.log1p(-op.first().doubleValue()));
                step(UnaryKernels.required(UnaryKind.CEIL, DType.F64));
            }
        }
        write(blocks, to, at, n);
    }

    private void integers() {
        long low = op.first().longValue();
        with(Words.BELOW, op.second().longValue() - low);
        with(BinaryKernels.of(BinaryKind.ADD, DType.I64, false, true), low);
    }

    private void uniform() {
        double first = op.first().doubleValue();
        if (wide) {
            join(Steps.WIDE_FRACTION);
        } else {
            step(dtype == DType.F16 ? Steps.UNIFORM_11 : dtype == DType.BF16 ? Steps.UNIFORM_8 : Steps.UNIFORM_24);
        }
        with(BinaryKind.MUL, op.second().doubleValue() - first);
        with(BinaryKind.ADD, first);
    }

    private void bernoulli() {
        double first = op.first().doubleValue();
        if (wide) {
            join(Steps.WIDE_FRACTION);
        } else {
            step(Steps.UNIFORM_24);
        }
        constant.set(Lanes.DOUBLE, 0, wide ? first : (float) first);
        with(Steps.IS_BELOW, 0, planes);
        long bits = Double.doubleToRawLongBits(op.second().doubleValue());
        with(BinaryKernels.of(BinaryKind.BITWISE_AND, DType.I64, false, true), bits);
    }

    /** In pairs of planes: the cosine branch of Box and Muller's method in the first, the sine branch in the second. */
    private void normal() {
        double deviation = op.second().doubleValue();
        if (wide) {
            two(Steps.WIDE_ABOVE_ZERO, 0, 0, 1);
            two(Steps.WIDE_FRACTION, 1, 2, 3);
        }
        for (int p = 0; p < planes; p += 2) {
            if (!wide) {
                one(Steps.ABOVE_ZERO, p);
                one(Steps.FRACTION, p + 1);
            }
            one(Steps.RADIUS, p);
            with(BinaryKind.MUL, deviation, p, 1);
            two(Steps.COSINE_TIMES, WORDS, p, p + 1);
            two(Steps.SINE_TIMES, p + 1, p, p + 1);
            MemorySegment.copy(x, WORDS * plane, x, p * plane, plane);
        }
        with(BinaryKind.ADD, op.first().doubleValue());
    }

    private void cauchy() {
        inside();
        step(Steps.TURNS);
        for (int p = 0; p < planes; p++) {
            MemorySegment.copy(x, p * plane, x, WORDS * plane, plane);
            one(Steps.SINE, p);
            two(Steps.TANGENT, p, p, WORDS);
        }
        with(BinaryKind.MUL, op.second().doubleValue());
        with(BinaryKind.ADD, op.first().doubleValue());
    }

    private void inside() {
        if (wide) {
            join(Steps.WIDE_INSIDE);
        } else {
            step(Steps.INSIDE);
        }
    }

    /** Two planes of words to one of elements. */
    private void join(ElementKernel kernel) {
        two(kernel, 0, 0, 1);
        two(kernel, 1, 2, 3);
    }

    private void two(ElementKernel kernel, int out, int a, int b) {
        kernel.run(x, out * plane, x, a * plane, x, b * plane, x, 0, lanes);
    }

    private void one(ElementKernel kernel, int p) {
        kernel.run(x, p * plane, x, p * plane, x, 0, x, 0, lanes);
    }

    /** All elements. */
    private void step(ElementKernel kernel) {
        kernel.run(x, 0, x, 0, x, 0, x, 0, planes * lanes);
    }

    private void with(BinaryKind kind, double value) {
        with(kind, value, 0, planes);
    }

    private void with(BinaryKind kind, double value, int from, int count) {
        constant.set(Lanes.DOUBLE, 0, value);
        with(BinaryKernels.of(kind, DType.F64, false, true), from, count);
    }

    private void with(ElementKernel kernel, long value) {
        constant.set(Lanes.LONG, 0, value);
        with(kernel, 0, planes);
    }

    private void with(ElementKernel kernel, int from, int count) {
        kernel.run(x, from * plane, x, from * plane, constant, 0, x, 0, count * lanes);
    }

    /** Converts the elements, and puts those of each block next to each other. */
    private void write(int blocks, MemorySegment to, long at, long n) {
        int size = dtype.byteSize();
        DType computed = op.kind() == RandomKind.INTEGER ? DType.I64 : DType.F64;
        long from = 0;
        if (dtype != computed) {
            from = (WORDS + 1) * plane;
            Casts.of(computed, dtype).run(x, from, x, 0, x, 0, x, 0, planes * lanes);
        }
        long first = from / size;
        long whole = Math.min(blocks, n / planes);
        Copies.copy(
                size,
                to,
                Layout.of(Shape.of(whole, planes), new long[] {planes, 1}, at),
                x,
                Layout.of(Shape.of(whole, planes), new long[] {1, lanes}, first));
        for (long i = whole * planes; i < n; i++) {
            MemorySegment.copy(x, (first + i % planes * lanes + i / planes) * size, to, (at + i) * size, size);
        }
    }
}
