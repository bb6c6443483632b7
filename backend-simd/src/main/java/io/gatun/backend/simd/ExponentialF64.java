package io.gatun.backend.simd;

import io.gatun.tensor.op.UnaryKind;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/** The exponential of f64 vectors and the functions made of it, as {@link ExponentialF32}. Class data: the {@link UnaryKind}. */
final class ExponentialF64 implements UnaryBody<Double> {
    private static final UnaryKind KIND = Stamp.data(MethodHandles.lookup(), 0, UnaryKind.class);

    private static final long HALF = Double.doubleToRawLongBits(0.5);
    private static final double OVERFLOW = 710;
    private static final double MINUS_ONE = -38;
    private static final double TINY = 0x1p-60;

    ExponentialF64() {}

    @Override
    public Vector<Double> apply(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
        return switch (KIND) {
            case EXP -> MathF64.exp(x, x.broadcast(0), MathF64.ONE);
            case EXPM1 -> expm1(x);
            case SIGMOID -> sigmoid(x);
            case SINH -> sinh(x);
            case COSH -> cosh(x);
            case TANH -> tanh(x);
            default -> throw Stamp.notHere(KIND);
        };
    }

    /** 2^n (e^r - 1) + (2^n - 1), with half of 2^n, which is a number for every n that counts. */
    private static DoubleVector expm1(DoubleVector x) {
        DoubleVector quotient = MathF64.quotient(x);
        DoubleVector half = quotient.reinterpretAsLongs()
                .lanewise(VectorOperators.LSHL, 52)
                .add(HALF)
                .reinterpretAsDoubles();
        DoubleVector result = MathF64.growth(x, quotient, x.broadcast(0)).fma(half, half.sub(0.5));
        return result.add(result)
                .blend(-1, x.compare(VectorOperators.LT, MINUS_ONE))
                .blend(Double.POSITIVE_INFINITY, x.compare(VectorOperators.GT, OVERFLOW))
                .blend(x, x.abs().compare(VectorOperators.LT, TINY));
    }

    /** 1 / (1 + e^-x), for negative x written as e^x / (1 + e^x): the exponential never overflows. */
    private static DoubleVector sigmoid(DoubleVector x) {
        DoubleVector decay = MathF64.exp(x.abs().neg(), x.broadcast(0), MathF64.ONE);
        return x.broadcast(1).blend(decay, x.compare(VectorOperators.LT, 0)).div(decay.add(1));
    }

    /** (e^|x| - e^-|x|) / 2 with the sign of x; below 1, where that cancels, a polynomial. */
    private static DoubleVector sinh(DoubleVector x) {
        DoubleVector a = x.abs();
        DoubleVector z = x.mul(x);
        DoubleVector p = z.broadcast(7.714952141418266e-13);
        p = p.fma(z, z.broadcast(1.6058691802333609e-10));
        p = p.fma(z, z.broadcast(2.505210508418828e-08));
        p = p.fma(z, z.broadcast(2.7557319266751608e-06));
        p = p.fma(z, z.broadcast(0.00019841269841105487));
        p = p.fma(z, z.broadcast(0.008333333333333571));
        p = p.fma(z, z.broadcast(0.16666666666666666));
        DoubleVector small = p.mul(z).fma(a, a);
        LongVector sign = x.reinterpretAsLongs().and(Long.MIN_VALUE);
        DoubleVector e = MathF64.exp(a, a.broadcast(0), HALF);
        DoubleVector result = e.sub(e.broadcast(0.25).div(e)).blend(small, a.compare(VectorOperators.LT, 1));
        return result.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /** (e^|x| + e^-|x|) / 2. */
    private static DoubleVector cosh(DoubleVector x) {
        DoubleVector e = MathF64.exp(x.abs(), x.broadcast(0), HALF);
        return e.add(e.broadcast(0.25).div(e));
    }

    /** -t / (t + 2) for t = e^(-2|x|) - 1, with the sign of x. */
    private static DoubleVector tanh(DoubleVector x) {
        DoubleVector t = expm1(x.abs().mul(-2));
        LongVector sign = x.reinterpretAsLongs().and(Long.MIN_VALUE);
        return t.div(t.add(2)).abs().reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }
}
