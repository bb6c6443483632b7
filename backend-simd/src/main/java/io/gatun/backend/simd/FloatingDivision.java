package io.gatun.backend.simd;

import io.gatun.tensor.op.BinaryKind;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Remainders and rounded quotients of floating-point vectors, exact as C's {@code fmod} is; hypotenuses, and signs copied.
 *
 * <p>With q = |a| / |b| rounded to an integer, r = |a| - q |b| is exact in one fused multiply-add while q is below
 * 2^(precision - 1): it is a multiple of b's last place and not larger than |b|. Where r is negative q was one too large.
 * A larger quotient, a divisor of zero or an infinity sends the whole vector to Java's {@code %}, an element at a time:
 * slow and rare.
 *
 * <p>Every operation on a {@code Vector<E>} costs the JIT some four hundred nodes while it parses, of the 18,000 it allows
 * a method; what is here is kept below thirty operations a function. Class data: the {@link BinaryKind}.
 */
final class FloatingDivision<E> implements BinaryBody<E> {
    private static final BinaryKind KIND = Stamp.data(MethodHandles.lookup(), 0, BinaryKind.class);

    FloatingDivision() {}

    @Override
    public Vector<E> apply(Vector<E> a, Vector<E> b) {
        if (KIND == BinaryKind.FMOD) {
            return fmod(a, b);
        }
        if (KIND == BinaryKind.REMAINDER) {
            return remainder(a, b);
        }
        if (KIND == BinaryKind.FLOOR_DIVIDE) {
            return floorDivide(a, b);
        }
        if (KIND == BinaryKind.TRUNC_DIVIDE) {
            return truncDivide(a, b);
        }
        if (KIND == BinaryKind.HYPOT) {
            return hypot(a, b);
        }
        if (KIND == BinaryKind.COPYSIGN) {
            return copySign(a, b);
        }
        throw Stamp.notHere(KIND);
    }

    /** Where the quotient is small, and the divisor finite and not zero. */
    private static <E> VectorMask<E> isEasy(Vector<E> quotient, Vector<E> b) {
        return quotient.compare(VectorOperators.LT, bound(quotient)).and(b.test(VectorOperators.IS_FINITE));
    }

    /** Where a number has no room for a fraction; adding and subtracting it rounds to an integer. */
    private static <E> long bound(Vector<E> x) {
        return x.elementSize() == 32 ? 1L << 23 : 1L << 52;
    }

    private static <E> Vector<E> nearest(Vector<E> quotient) {
        Vector<E> big = quotient.broadcast(bound(quotient));
        return quotient.add(big).sub(big);
    }

    /** a - b trunc(a / b), with a's sign. */
    private static <E> Vector<E> fmod(Vector<E> a, Vector<E> b) {
        Vector<E> x = a.lanewise(VectorOperators.ABS);
        Vector<E> y = b.lanewise(VectorOperators.ABS);
        Vector<E> quotient = x.div(y);
        if (!isEasy(quotient, y).allTrue()) {
            return slowly(BinaryKind.FMOD, a, b);
        }
        Vector<E> r = nearest(quotient).neg().lanewise(VectorOperators.FMA, y, x);
        return copySign(r.blend(r.add(y), r.compare(VectorOperators.LT, 0)), a);
    }

    /** The remainder with b's sign, as Python's. */
    private static <E> Vector<E> remainder(Vector<E> a, Vector<E> b) {
        Vector<E> r = fmod(a, b);
        VectorMask<E> signsDiffer = r.compare(VectorOperators.LT, 0).xor(b.compare(VectorOperators.LT, 0));
        return r.blend(r.add(b), signsDiffer.and(r.compare(VectorOperators.NE, 0)));
    }

    /** floor(a / b) of the exact quotient, not of the rounded one; division by zero gives a / b. */
    private static <E> Vector<E> floorDivide(Vector<E> a, Vector<E> b) {
        Vector<E> x = a.lanewise(VectorOperators.ABS);
        Vector<E> y = b.lanewise(VectorOperators.ABS);
        Vector<E> quotient = x.div(y);
        VectorMask<E> easy = isEasy(quotient, y);
        Vector<E> q = nearest(quotient);
        Vector<E> r = q.neg().lanewise(VectorOperators.FMA, y, x);
        Vector<E> truncated = q.blend(q.sub(q.broadcast(1)), r.compare(VectorOperators.LT, 0));
        VectorMask<E> signsDiffer = a.compare(VectorOperators.LT, 0).xor(b.compare(VectorOperators.LT, 0));
        VectorMask<E> down = signsDiffer.and(r.compare(VectorOperators.NE, 0));
        Vector<E> floor = copySign(truncated.blend(truncated.add(q.broadcast(1)), down), a.div(b));
        // An easy quotient has the same bits whatever its neighbours: the slow way may round it otherwise.
        return easy.allTrue() ? floor : slowly(BinaryKind.FLOOR_DIVIDE, a, b).blend(floor, easy);
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> slowly(BinaryKind kind, Vector<E> a, Vector<E> b) {
        if (a.elementSize() == 32) {
            float[] x = ((FloatVector) a).toArray();
            float[] y = ((FloatVector) b).toArray();
            for (int i = 0; i < x.length; i++) {
                x[i] = kind == BinaryKind.FMOD ? x[i] % y[i] : floorDivide(x[i], y[i]);
            }
            return (Vector<E>) FloatVector.fromArray(((FloatVector) a).species(), x, 0);
        }
        double[] x = ((DoubleVector) a).toArray();
        double[] y = ((DoubleVector) b).toArray();
        for (int i = 0; i < x.length; i++) {
            x[i] = kind == BinaryKind.FMOD ? x[i] % y[i] : floorDivide(x[i], y[i]);
        }
        return (Vector<E>) DoubleVector.fromArray(((DoubleVector) a).species(), x, 0);
    }

    /** As PyTorch: (a - fmod(a, b)) / b, less 1 if the signs differ, is close to an integer and rounded to it. */
    private static float floorDivide(float a, float b) {
        float r = a % b;
        float q = (a - r) / b;
        q = r != 0 && r < 0 != b < 0 ? q - 1 : q;
        float plain = a / b;
        return b == 0 ? plain : Math.copySign((float) Math.rint(q), plain);
    }

    private static double floorDivide(double a, double b) {
        double r = a % b;
        double q = (a - r) / b;
        q = r != 0 && r < 0 != b < 0 ? q - 1 : q;
        double plain = a / b;
        return b == 0 ? plain : Math.copySign(Math.rint(q), plain);
    }

    /** The rounded quotient, towards zero. */
    private static <E> Vector<E> truncDivide(Vector<E> a, Vector<E> b) {
        Vector<E> quotient = a.div(b);
        Vector<E> magnitude = quotient.lanewise(VectorOperators.ABS);
        Vector<E> q = nearest(magnitude);
        Vector<E> down = q.blend(q.sub(q.broadcast(1)), q.compare(VectorOperators.GT, magnitude));
        return copySign(magnitude.blend(down, magnitude.compare(VectorOperators.LT, bound(q))), quotient);
    }

    /** m sqrt(1 + (n / m)^2) for the greater magnitude m and the lesser n: no square overflows. Infinite if either is. */
    private static <E> Vector<E> hypot(Vector<E> a, Vector<E> b) {
        Vector<E> x = a.lanewise(VectorOperators.ABS);
        Vector<E> y = b.lanewise(VectorOperators.ABS);
        Vector<E> m = x.max(y);
        Vector<E> quotient = x.min(y).div(m);
        Vector<E> root = quotient.lanewise(VectorOperators.FMA, quotient, quotient.broadcast(1))
                .lanewise(VectorOperators.SQRT);
        VectorMask<E> infinite = x.test(VectorOperators.IS_INFINITE).or(y.test(VectorOperators.IS_INFINITE));
        return root.mul(m).blend(m, m.eq(m.broadcast(0))).blend(m.broadcast(1).div(m.broadcast(0)), infinite);
    }

    @SuppressWarnings("unchecked")
    private static <E> Vector<E> copySign(Vector<E> magnitude, Vector<E> sign) {
        return magnitude.elementSize() == 32
                ? (Vector<E>) MathF32.copySign((FloatVector) magnitude, (FloatVector) sign)
                : (Vector<E>) MathF64.copySign((DoubleVector) magnitude, (DoubleVector) sign);
    }
}
