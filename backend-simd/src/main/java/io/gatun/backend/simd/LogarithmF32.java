package io.gatun.backend.simd;

import io.gatun.tensor.op.UnaryKind;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The logarithms of f32 vectors and the inverse hyperbolic functions, as {@link ExponentialF32} has it. Class data: the
 * {@link UnaryKind}.
 *
 * <p>x = 2^e m with m = 1 + f between sqrt(1/2) and sqrt(2). For s = f / (2 + f), log(m) = 2 atanh(s), of which f is the
 * greatest part: 2s = f - s f, and so log(m) = f - (f^2 / 2 - s (f^2 / 2 + s^2 p(s^2))), the form of fdlibm.
 */
final class LogarithmF32 implements UnaryBody<Float> {
    private static final UnaryKind KIND = Stamp.data(MethodHandles.lookup(), 0, UnaryKind.class);
    private static final int HALF_ROOT = Float.floatToRawIntBits((float) Math.sqrt(0.5));
    private static final float SCALE = 0x1p25f; // makes ordinary numbers of subnormal ones
    private static final float LOG_2 = 0x1.62e4p-1f; // few bits: times an exponent it is exact
    private static final float LOG_2_REST = 0x1.7f7d1cp-20f;
    private static final float LOG2_E = 0x1.715476p0f;
    private static final float LOG10_E = 0x1.bcb7b2p-2f;
    private static final float LOG10_2 = 0x1.344p-2f;
    private static final float LOG10_2_REST = 0x1.3509f8p-18f;
    private static final float HUGE = 1e9f; // its square is far from overflow, and 1 beside it is nothing
    private static final float LOG_OF_2 = 0x1.62e43p-1f;

    LogarithmF32() {}

    @Override
    public Vector<Float> apply(Vector<Float> v) {
        FloatVector x = (FloatVector) v;
        if (KIND == UnaryKind.LOG || KIND == UnaryKind.LOG2 || KIND == UnaryKind.LOG10) {
            return log(x);
        }
        if (KIND == UnaryKind.LOG1P) {
            return log1p(x);
        }
        if (KIND == UnaryKind.ASINH) {
            return asinh(x);
        }
        if (KIND == UnaryKind.ACOSH) {
            return acosh(x);
        }
        if (KIND == UnaryKind.ATANH) {
            return atanh(x);
        }
        throw Stamp.notHere(KIND);
    }

    /** e for bits of 2^e m, as a vector of integers. */
    private static IntVector exponent(IntVector bits) {
        return bits.sub(HALF_ROOT).lanewise(VectorOperators.ASHR, 23);
    }

    /** f for bits of 2^e (1 + f). */
    private static FloatVector fraction(IntVector bits, IntVector exponent) {
        return bits.sub(exponent.lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats()
                .sub(1);
    }

    private static FloatVector log(FloatVector x) {
        VectorMask<Float> small = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
        IntVector bits = x.blend(x.mul(SCALE), small).reinterpretAsInts();
        IntVector exponent = exponent(bits);
        FloatVector whole = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
        FloatVector e = whole.blend(whole.sub(25), small);
        FloatVector f = fraction(bits, exponent);
        FloatVector result;
        if (KIND == UnaryKind.LOG2) {
            result = ofFraction(f, f.broadcast(0)).fma(f.broadcast(LOG2_E), e);
        } else if (KIND == UnaryKind.LOG10) {
            result = e.fma(
                    e.broadcast(LOG10_2), ofFraction(f, f.broadcast(0)).fma(f.broadcast(LOG10_E), e.mul(LOG10_2_REST)));
        } else {
            result = e.fma(e.broadcast(LOG_2), ofFraction(f, e.mul(LOG_2_REST)));
        }
        return result.blend(
                        x,
                        x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY).not())
                .blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0))
                .blend(Float.NaN, x.compare(VectorOperators.LT, 0));
    }

    /** log(1 + f), and {@code more}, which is small. */
    private static FloatVector ofFraction(FloatVector f, FloatVector more) {
        FloatVector s = f.div(f.add(2));
        FloatVector z = s.mul(s);
        FloatVector p = z.broadcast(0.295926273f);
        p = p.fma(z, z.broadcast(0.399884433f));
        p = p.fma(z, z.broadcast(0.666666865f));
        FloatVector half = f.mul(0.5f).mul(f);
        return f.sub(half.sub(p.fma(z, half).fma(s, more)));
    }

    /** log(u) for u = 1 + x, rounded, and what that rounding lost over u; -0 stays. */
    private static FloatVector log1p(FloatVector x) {
        FloatVector u = x.add(1);
        FloatVector back = u.sub(1);
        FloatVector lost = u.broadcast(1).sub(u.sub(back)).add(x.sub(back));
        IntVector bits = u.reinterpretAsInts();
        IntVector exponent = exponent(bits);
        FloatVector e = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
        FloatVector more = e.fma(e.broadcast(LOG_2_REST), lost.div(u));
        FloatVector result = e.fma(e.broadcast(LOG_2), ofFraction(fraction(bits, exponent), more));
        return result.blend(x, x.compare(VectorOperators.EQ, 0))
                .blend(x, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY).not())
                .blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, -1))
                .blend(Float.NaN, x.compare(VectorOperators.LT, -1));
    }

    /** sign(x) log(|x| + sqrt(x^2 + 1)), without cancellation for small x; the logarithm of 2|x| where x^2 overflows. */
    private static FloatVector asinh(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector square = a.mul(a);
        FloatVector root = square.add(1).lanewise(VectorOperators.SQRT);
        VectorMask<Float> huge = a.compare(VectorOperators.GT, HUGE);
        FloatVector result = log1p(a.add(square.div(root.add(1))).blend(a, huge));
        return result.blend(result.add(LOG_OF_2), huge)
                .reinterpretAsInts()
                .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                .reinterpretAsFloats();
    }

    /** log(x + sqrt(x^2 - 1)) by way of x - 1; NaN below 1. */
    private static FloatVector acosh(FloatVector x) {
        FloatVector t = x.sub(1);
        FloatVector root = t.mul(t.add(2)).lanewise(VectorOperators.SQRT);
        VectorMask<Float> huge = x.compare(VectorOperators.GT, HUGE);
        FloatVector result = log1p(t.add(root).blend(x, huge));
        return result.blend(result.add(LOG_OF_2), huge).blend(Float.NaN, x.compare(VectorOperators.LT, 1));
    }

    /** log((1 + x) / (1 - x)) / 2 = log1p(2x / (1 - x)) / 2, for |x| and then with the sign of x. */
    private static FloatVector atanh(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector quotient = a.add(a).div(a.broadcast(1).sub(a));
        return log1p(quotient)
                .mul(0.5f)
                .reinterpretAsInts()
                .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                .reinterpretAsFloats();
    }
}
