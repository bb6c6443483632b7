package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of a {@link Fusion}. Class data: dtype (F32 or F64), {@link Fusion}. {@link FloatVector} stands for the dtype's
 * vectors ({@link Stamp#exact}).
 *
 * <p>A sum is four vectors that take turns, two beside a second sum, which hides the latency of an addition; the order of
 * additions depends on the number of vectors alone. The body is there once: the JIT repeats that of a short loop itself, and
 * two exponentials in it, faster where they were inlined, were boxed in every other JVM.
 */
@SuppressWarnings("unchecked")
final class FusedTemplate implements FusedKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Fusion KIND = Stamp.data(MethodHandles.lookup(), 1, Fusion.class);
    private static final VectorSpecies<Float> SPECIES = (VectorSpecies<Float>) Lanes.species(DTYPE);
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final int OPERANDS = KIND.operands;
    private static final int NUMBERS = KIND.numbers;
    private static final boolean STORES = KIND.stores;
    private static final int COUNT = KIND.sums;
    private static final boolean NESTEROV = KIND == Fusion.NESTEROV || KIND == Fusion.DECAYED_NESTEROV;
    private static final boolean MOMENTUM = NESTEROV || KIND == Fusion.MOMENTUM || KIND == Fusion.DECAYED_MOMENTUM;
    private static final boolean DECAYED = KIND == Fusion.DECAYED_MOMENTUM || KIND == Fusion.DECAYED_NESTEROV;

    FusedTemplate() {}

    @Override
    public void run(
            MemorySegment out,
            long outAt,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt,
            MemorySegment d,
            long dAt,
            double[] numbers,
            MemorySegment scratch,
            int vectors) {
        FloatVector p = number(numbers[0]);
        FloatVector q = NUMBERS > 1 ? number(numbers[1]) : p;
        FloatVector r = NUMBERS > 2 ? number(numbers[2]) : p;
        FloatVector s = NUMBERS > 3 ? number(numbers[3]) : p;
        FloatVector eps = NUMBERS > 4 ? number(numbers[4]) : p;
        FloatVector shrink = NUMBERS > 4 ? number(numbers[5]) : p;
        FloatVector decay = NUMBERS > 4 ? number(numbers[6]) : p;
        FloatVector rate = NUMBERS > 4 ? number(numbers[7]) : p;
        FloatVector none = number(KIND == Fusion.LARGEST ? Double.NEGATIVE_INFINITY : 0);
        FloatVector first = none;
        FloatVector second = first;
        FloatVector third = first;
        FloatVector fourth = first;
        for (int i = 0; i < vectors; i++) {
            Lanes.mayFault();
            long at = i * BYTES;
            FloatVector x = load(a, aAt + at);
            FloatVector y = OPERANDS > 1 ? load(b, bAt + at) : x;
            FloatVector z = OPERANDS > 2 ? load(c, cAt + at) : x;
            FloatVector value;
            if (KIND.exponential) { // by calls of the Vector API alone after the exponential
                FloatVector e = exp(OPERANDS > 1 ? y : x.sub(p));
                value = KIND == Fusion.WEIGHTED_EXPONENTIALS
                        ? e.mul(q)
                        : OPERANDS > 1 ? e.neg().fma(p, x) : e;
            } else if (MOMENTUM) {
                FloatVector down = DECAYED ? x.fma(r, y) : y;
                FloatVector momentum = down.mul(q).add(z.mul(p));
                momentum.intoMemorySegment(c, cAt + at, Lanes.ORDER);
                value = x.sub(NESTEROV ? momentum.fma(p, down).mul(s) : momentum.mul(s));
            } else if (KIND == Fusion.ADAM) { // p = 1 - beta1, q = beta2, r = 1 - beta2, s the scale
                FloatVector down = x.fma(decay, y);
                FloatVector mean = down.sub(z).fma(p, z);
                FloatVector square = load(d, dAt + at).mul(q).add(down.mul(down).mul(r));
                mean.intoMemorySegment(c, cAt + at, Lanes.ORDER);
                square.intoMemorySegment(d, dAt + at, Lanes.ORDER);
                FloatVector divisor = square.lanewise(VectorOperators.SQRT).fma(s, eps);
                value = x.mul(shrink).sub(mean.mul(rate).div(divisor));
            } else {
                value = NUMBERS < 3 && OPERANDS < 3 ? value(x, y, p, q) : value(x, y, z, p, q, r, s);
            }
            if (STORES) {
                value.intoMemorySegment(out, outAt + at, Lanes.ORDER);
            }
            if (COUNT == 1) {
                FloatVector sum = KIND == Fusion.LARGEST ? larger(value, first) : value.add(first);
                first = second;
                second = third;
                third = fourth;
                fourth = sum;
            } else if (COUNT > 1) {
                FloatVector sum = value.add(first);
                FloatVector product = value.fma(y.sub(p), third);
                first = second;
                second = sum;
                third = fourth;
                fourth = product;
            }
        }
        if (KIND == Fusion.LARGEST) {
            FloatVector largest = larger(larger(larger(larger(none, first), second), third), fourth);
            largest.intoMemorySegment(scratch, SUMS, Lanes.ORDER);
        } else if (COUNT == 1) {
            none.add(first).add(second).add(third).add(fourth).intoMemorySegment(scratch, SUMS, Lanes.ORDER);
        } else if (COUNT > 1) {
            none.add(first).add(second).intoMemorySegment(scratch, SUMS, Lanes.ORDER);
            none.add(third).add(fourth).intoMemorySegment(scratch, SUMS + SUM, Lanes.ORDER);
        }
    }

    @Expanded
    private static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(SPECIES, x, at, Lanes.ORDER);
    }

    @Expanded
    private static FloatVector number(double value) {
        return FloatVector.broadcast(SPECIES, (float) value);
    }

    /** The larger of each pair of lanes, b where a is not a number. */
    @Expanded
    private static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, a.compare(VectorOperators.GT, b).not());
    }

    /** The element of the output, or the term of the first sum, of fusions without an exponential. */
    private static FloatVector value(FloatVector a, FloatVector b, FloatVector p, FloatVector q) {
        if (KIND == Fusion.SCALED) {
            return a.mul(p);
        }
        if (KIND == Fusion.SHIFTED) {
            return a.sub(p).sub(q);
        }
        if (KIND == Fusion.SQUARES) {
            FloatVector centred = a.sub(p);
            return centred.mul(centred);
        }
        if (KIND == Fusion.PRODUCT_SUM) {
            return a.mul(b);
        }
        if (KIND == Fusion.LARGEST || KIND == Fusion.CENTRED_SUMS) {
            return a;
        }
        if (KIND == Fusion.CENTRED_PRODUCT) {
            return a.sub(p).mul(b);
        }
        if (KIND == Fusion.DESCENT) {
            return a.sub(b.mul(p));
        }
        if (KIND == Fusion.DECAYED_DESCENT) {
            return a.sub(a.fma(q, b).mul(p));
        }
        throw Stamp.notHere(KIND);
    }

    /** The same for three operands, or more numbers than two. */
    private static FloatVector value(
            FloatVector a, FloatVector b, FloatVector c, FloatVector p, FloatVector q, FloatVector r, FloatVector s) {
        if (KIND == Fusion.NORMALIZED) {
            return a.sub(p).mul(q).fma(b, c);
        }
        if (KIND == Fusion.CENTRED_AND_SCALED) {
            return a.sub(p).fma(q, r);
        }
        if (KIND == Fusion.CHANNEL_GRADIENT) {
            return a.fma(q, b.sub(p).fma(r, s).neg());
        }
        if (KIND == Fusion.NORM_SUMS) {
            return a.mul(c);
        }
        if (KIND == Fusion.NORM_GRADIENT) {
            return a.mul(c).fma(q, b.sub(p).fma(r, s).neg());
        }
        if (KIND == Fusion.NORM_WEIGHT) {
            return b.sub(p).mul(q).fma(a, c);
        }
        throw Stamp.notHere(KIND);
    }

    /** e^x, raised ({@link MathF32#raisedExp}). */
    private static FloatVector exp(FloatVector x) {
        if (DTYPE == DType.F32) {
            return MathF32.raisedExp(x);
        }
        DoubleVector wide = (DoubleVector) (Vector<?>) x;
        return (FloatVector) (Vector<?>) MathF64.exp(wide, wide.broadcast(0), MathF64.RAISED);
    }
}
