package io.gatun.backend.simd;

import io.gatun.tensor.op.UnaryKind;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The logarithms of f64 vectors and the inverse hyperbolic functions, as {@link LogarithmF32}. Class data: the {@link UnaryKind}. */
final class LogarithmF64 implements UnaryBody<Double> {
    private static final UnaryKind KIND = Stamp.data(MethodHandles.lookup(), 0, UnaryKind.class);
    private static final long HALF_ROOT = Double.doubleToRawLongBits(Math.sqrt(0.5));
    private static final double SCALE = 0x1p54; // makes ordinary numbers of subnormal ones
    private static final double LOG_2 = 0x1.62e42fefa2p-1; // few bits: times an exponent it is exact
    private static final double LOG_2_REST = 0x1.9ef35793c7673p-41;
    private static final double LOG2_E = 0x1.71547652b82fep0;
    private static final double LOG10_E = 0x1.bcb7b1526e50ep-2;
    private static final double LOG10_2 = 0x1.34413509f6p-2;
    private static final double LOG10_2_REST = 0x1.9fef311f12b36p-42;
    private static final double INTEGERS = 0x1.8p52;
    private static final double HUGE = 1e150; // its square is far from overflow, and 1 beside it is nothing
    private static final double LOG_OF_2 = 0x1.62e42fefa39efp-1;

    LogarithmF64() {}

    @Override
    public Vector<Double> apply(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
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
    private static LongVector exponent(LongVector bits) {
        return bits.sub(HALF_ROOT).lanewise(VectorOperators.ASHR, 52);
    }

    /** f for bits of 2^e (1 + f). */
    private static DoubleVector fraction(LongVector bits, LongVector exponent) {
        return bits.sub(exponent.lanewise(VectorOperators.LSHL, 52))
                .reinterpretAsDoubles()
                .sub(1);
    }

    /** An integer as a double, by way of its bits: AVX2 has no conversion of 64 bits. */
    private static DoubleVector number(LongVector integer) {
        return integer.add(Double.doubleToRawLongBits(INTEGERS))
                .reinterpretAsDoubles()
                .sub(INTEGERS);
    }

    private static DoubleVector log(DoubleVector x) {
        VectorMask<Double> small = x.compare(VectorOperators.LT, Double.MIN_NORMAL);
        LongVector bits = x.blend(x.mul(SCALE), small).reinterpretAsLongs();
        LongVector exponent = exponent(bits);
        DoubleVector whole = number(exponent);
        DoubleVector e = whole.blend(whole.sub(54), small);
        DoubleVector f = fraction(bits, exponent);
        DoubleVector result;
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
                        x.compare(VectorOperators.LT, Double.POSITIVE_INFINITY).not())
                .blend(Double.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0))
                .blend(Double.NaN, x.compare(VectorOperators.LT, 0));
    }

    /** log(1 + f), and {@code more}, which is small. */
    private static DoubleVector ofFraction(DoubleVector f, DoubleVector more) {
        DoubleVector s = f.div(f.add(2));
        DoubleVector z = s.mul(s);
        DoubleVector p = z.broadcast(0.1462695785798812);
        p = p.fma(z, z.broadcast(0.15330882583005578));
        p = p.fma(z, z.broadcast(0.1818291380728943));
        p = p.fma(z, z.broadcast(0.22222210809586007));
        p = p.fma(z, z.broadcast(0.2857142862780343));
        p = p.fma(z, z.broadcast(0.39999999999896385));
        p = p.fma(z, z.broadcast(0.666666666666667));
        DoubleVector half = f.mul(0.5).mul(f);
        return f.sub(half.sub(p.fma(z, half).fma(s, more)));
    }

    /** log(u) for u = 1 + x, rounded, and what that rounding lost over u; -0 stays. */
    private static DoubleVector log1p(DoubleVector x) {
        DoubleVector u = x.add(1);
        DoubleVector back = u.sub(1);
        DoubleVector lost = u.broadcast(1).sub(u.sub(back)).add(x.sub(back));
        LongVector bits = u.reinterpretAsLongs();
        LongVector exponent = exponent(bits);
        DoubleVector e = number(exponent);
        DoubleVector more = e.fma(e.broadcast(LOG_2_REST), lost.div(u));
        DoubleVector result = e.fma(e.broadcast(LOG_2), ofFraction(fraction(bits, exponent), more));
        return result.blend(x, x.compare(VectorOperators.EQ, 0))
                .blend(
                        x,
                        x.compare(VectorOperators.LT, Double.POSITIVE_INFINITY).not())
                .blend(Double.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, -1))
                .blend(Double.NaN, x.compare(VectorOperators.LT, -1));
    }

    /** sign(x) log(|x| + sqrt(x^2 + 1)), without cancellation for small x; the logarithm of 2|x| where x^2 overflows. */
    private static DoubleVector asinh(DoubleVector x) {
        DoubleVector a = x.abs();
        DoubleVector square = a.mul(a);
        DoubleVector root = square.add(1).lanewise(VectorOperators.SQRT);
        VectorMask<Double> huge = a.compare(VectorOperators.GT, HUGE);
        DoubleVector result = log1p(a.add(square.div(root.add(1))).blend(a, huge));
        return result.blend(result.add(LOG_OF_2), huge)
                .reinterpretAsLongs()
                .or(x.reinterpretAsLongs().and(Long.MIN_VALUE))
                .reinterpretAsDoubles();
    }

    /** log(x + sqrt(x^2 - 1)) by way of x - 1; NaN below 1. */
    private static DoubleVector acosh(DoubleVector x) {
        DoubleVector t = x.sub(1);
        DoubleVector root = t.mul(t.add(2)).lanewise(VectorOperators.SQRT);
        VectorMask<Double> huge = x.compare(VectorOperators.GT, HUGE);
        DoubleVector result = log1p(t.add(root).blend(x, huge));
        return result.blend(result.add(LOG_OF_2), huge).blend(Double.NaN, x.compare(VectorOperators.LT, 1));
    }

    /** log((1 + x) / (1 - x)) / 2 = log1p(2x / (1 - x)) / 2, for |x| and then with the sign of x. */
    private static DoubleVector atanh(DoubleVector x) {
        DoubleVector a = x.abs();
        DoubleVector quotient = a.add(a).div(a.broadcast(1).sub(a));
        return log1p(quotient)
                .mul(0.5)
                .reinterpretAsLongs()
                .or(x.reinterpretAsLongs().and(Long.MIN_VALUE))
                .reinterpretAsDoubles();
    }
}
