package io.gatun.backend.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Remainders and rounded quotients of floating-point vectors, exact as C's {@code fmod} is.
 *
 * <p>With q = trunc(a / b) as rounded, a - q b is exact in one fused multiply-add while |q| is below 2^precision: it is a
 * multiple of b's last place and smaller than 2 |b|. The rounded quotient may be one too large, where a / b is just
 * below an integer; then the remainder has the wrong sign, and adding b once corrects it. A larger quotient, a zero or
 * an infinity sends the whole vector to Java's {@code %}, an element at a time: correct, slow and rare.
 */
final class FloatingDivision {
    private FloatingDivision() {}

    /** a - b trunc(a / b), with a's sign. */
    static <E> Vector<E> fmod(Vector<E> a, Vector<E> b) {
        Vector<E> quotient = a.div(b).lanewise(VectorOperators.ABS);
        long bound = a.elementSize() == 32 ? 1L << 23 : 1L << 52;
        VectorMask<E> easy =
                quotient.compare(VectorOperators.LT, a.broadcast(bound)).and(b.test(VectorOperators.IS_FINITE));
        return easy.allTrue() ? easyFmod(a, b) : slowFmod(a, b);
    }

    private static <E> Vector<E> easyFmod(Vector<E> a, Vector<E> b) {
        Vector<E> x = a.lanewise(VectorOperators.ABS);
        Vector<E> y = b.lanewise(VectorOperators.ABS);
        Vector<E> q = FloatingMath.trunc(x.div(y));
        Vector<E> r = q.neg().lanewise(VectorOperators.FMA, y, x);
        r = r.blend(r.add(y), r.compare(VectorOperators.LT, r.broadcast(0)));
        return FloatingMath.copySign(r, a);
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> slowFmod(Vector<E> a, Vector<E> b) {
        if (a.elementSize() == 32) {
            float[] x = ((FloatVector) (Vector<?>) a).toArray();
            float[] y = ((FloatVector) (Vector<?>) b).toArray();
            for (int i = 0; i < x.length; i++) {
                x[i] %= y[i];
            }
            return (Vector<E>) FloatVector.fromArray(((FloatVector) (Vector<?>) a).species(), x, 0);
        }
        double[] x = ((DoubleVector) (Vector<?>) a).toArray();
        double[] y = ((DoubleVector) (Vector<?>) b).toArray();
        for (int i = 0; i < x.length; i++) {
            x[i] %= y[i];
        }
        return (Vector<E>) DoubleVector.fromArray(((DoubleVector) (Vector<?>) a).species(), x, 0);
    }

    /** The remainder with b's sign, as Python's. */
    static <E> Vector<E> remainder(Vector<E> a, Vector<E> b) {
        Vector<E> r = fmod(a, b);
        return r.blend(r.add(b), isOff(r, b));
    }

    /** Whether a remainder towards zero is not zero and has not b's sign. */
    private static <E> VectorMask<E> isOff(Vector<E> r, Vector<E> b) {
        Vector<E> zero = b.broadcast(0);
        return r.compare(VectorOperators.NE, zero)
                .and(r.compare(VectorOperators.LT, zero).xor(b.compare(VectorOperators.LT, zero)));
    }

    /**
     * floor(a / b), but of the exact quotient, as PyTorch computes it: (a - fmod(a, b)) / b, less 1 if the signs differ,
     * rounded to the integral value it must be close to. Division by zero gives a / b.
     */
    static <E> Vector<E> floorDivide(Vector<E> a, Vector<E> b) {
        Vector<E> r = fmod(a, b);
        Vector<E> quotient = a.sub(r).div(b);
        quotient = quotient.blend(quotient.sub(b.broadcast(1)), isOff(r, b));
        Vector<E> plain = a.div(b);
        Vector<E> result = nearestOf(quotient);
        VectorMask<E> isZero = quotient.eq(b.broadcast(0));
        result = result.blend(FloatingMath.copySign(b.broadcast(0), plain), isZero);
        return result.blend(plain, b.eq(b.broadcast(0)));
    }

    /** floor(x), plus 1 if x is more than a half above it. */
    @SuppressWarnings("unchecked")
    private static <E> Vector<E> nearestOf(Vector<E> x) {
        Vector<E> down = FloatingMath.floor(x);
        Vector<E> twice = x.sub(down);
        twice = twice.add(twice);
        return down.blend(down.add(x.broadcast(1)), twice.compare(VectorOperators.GT, x.broadcast(1)));
    }

    static <E> Vector<E> truncDivide(Vector<E> a, Vector<E> b) {
        return FloatingMath.trunc(a.div(b));
    }

    /** a^b by C's rules: 1 to any power is 1, so is -1 to an infinite one; Java's say NaN. */
    static <E> Vector<E> pow(Vector<E> a, Vector<E> b) {
        Vector<E> one = a.broadcast(1);
        VectorMask<E> isOne =
                a.eq(one).or(a.lanewise(VectorOperators.ABS).eq(one).and(b.test(VectorOperators.IS_INFINITE)));
        return a.lanewise(VectorOperators.POW, b).blend(one, isOne);
    }
}
