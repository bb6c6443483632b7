package io.gatun.backend.simd;

import io.gatun.tensor.op.UnaryKind;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential of f32 vectors and the functions made of it. Class data: the {@link UnaryKind}.
 *
 * <p>The Vector API has them too, but not the same everywhere: compiled code calls one library, the interpreter another, and
 * a machine for which there is none a third, so that a result's last bit would change while a program runs. What is here
 * has no operation but those whose results IEEE 754 fixes, and so the same bits on every machine, at every width, from the
 * first call on. The polynomials of these classes ({@link LogarithmF32}, {@link AngleF32}, and those for F64) are minimax
 * fits with coefficients of the element type, made with Sollya's {@code fpminimax}; results are within 2.5 units in the last
 * place.
 *
 * <p>x = n log(2) + r with an integer n and |r| up to log(2) / 2, and e^x = 2^n e^r.
 */
final class ExponentialF32 implements UnaryBody<Float> {
    private static final UnaryKind KIND = Stamp.data(MethodHandles.lookup(), 0, UnaryKind.class);

    private static final int HALF = Float.floatToRawIntBits(0.5f);
    private static final float OVERFLOW = 89;
    private static final float MINUS_ONE = -18;
    private static final float TINY = 0x1p-30f;

    ExponentialF32() {}

    @Override
    public Vector<Float> apply(Vector<Float> v) {
        FloatVector x = (FloatVector) v;
        return switch (KIND) {
            case EXP -> MathF32.exp(x, x.broadcast(0), MathF32.ONE);
            case EXPM1 -> expm1(x);
            case SIGMOID -> sigmoid(x);
            case SINH -> sinh(x);
            case COSH -> cosh(x);
            case TANH -> tanh(x);
            case ERF -> erf(x);
            default -> throw Stamp.notHere(KIND);
        };
    }

    /** 2^n (e^r - 1) + (2^n - 1), with half of 2^n, which is a number for every n that counts. */
    private static FloatVector expm1(FloatVector x) {
        FloatVector quotient = MathF32.quotient(x);
        FloatVector half = quotient.reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, 23)
                .add(HALF)
                .reinterpretAsFloats();
        FloatVector result = MathF32.growth(x, quotient, x.broadcast(0)).fma(half, half.sub(0.5f));
        return result.add(result)
                .blend(-1, x.compare(VectorOperators.LT, MINUS_ONE))
                .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, OVERFLOW))
                .blend(x, x.abs().compare(VectorOperators.LT, TINY));
    }

    /** 1 / (1 + e^-x), for negative x written as e^x / (1 + e^x): the exponential never overflows. */
    private static FloatVector sigmoid(FloatVector x) {
        FloatVector decay = MathF32.exp(x.abs().neg(), x.broadcast(0), MathF32.ONE);
        return x.broadcast(1).blend(decay, x.compare(VectorOperators.LT, 0)).div(decay.add(1));
    }

    /** (e^|x| - e^-|x|) / 2 with the sign of x; below 1, where that cancels, a polynomial. */
    private static FloatVector sinh(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector z = x.mul(x);
        FloatVector p = z.broadcast(2.75713729e-6f);
        p = p.fma(z, z.broadcast(1.98466427e-4f));
        p = p.fma(z, z.broadcast(8.33329745e-3f));
        p = p.fma(z, z.broadcast(0.166666672f));
        FloatVector small = p.mul(z).fma(a, a);
        IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
        FloatVector e = MathF32.exp(a, a.broadcast(0), HALF);
        FloatVector result = e.sub(e.broadcast(0.25f).div(e)).blend(small, a.compare(VectorOperators.LT, 1));
        return result.reinterpretAsInts().or(sign).reinterpretAsFloats();
    }

    /** (e^|x| + e^-|x|) / 2. */
    private static FloatVector cosh(FloatVector x) {
        FloatVector e = MathF32.exp(x.abs(), x.broadcast(0), HALF);
        return e.add(e.broadcast(0.25f).div(e));
    }

    /** -t / (t + 2) for t = e^(-2|x|) - 1, with the sign of x. */
    private static FloatVector tanh(FloatVector x) {
        FloatVector t = expm1(x.abs().mul(-2));
        IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
        return t.div(t.add(2)).abs().reinterpretAsInts().or(sign).reinterpretAsFloats();
    }

    /**
     * The error function: x times a polynomial in x^2 below 1, and 1 - MathF32.exp(-p(|x|)) from there on, where p approximates
     * -log(erfc). Both polynomials are minimax fits (Lawson's iteration on Chebyshev nodes, 40 digits) with errors of
     * 1e-9 relative to the result; from 4 on the result is 1.
     */
    private static FloatVector erf(FloatVector x) {
        FloatVector magnitude = x.abs();
        FloatVector below = MathF32.erfBelowOne(x);
        FloatVector outer =
                x.broadcast(1).sub(MathF32.exp(exponentOfErfc(magnitude.min(4)), x.broadcast(0), MathF32.ONE));
        IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
        return outer.reinterpretAsInts()
                .or(sign)
                .reinterpretAsFloats()
                .blend(below, magnitude.compare(VectorOperators.LT, 1));
    }

    private static FloatVector exponentOfErfc(FloatVector t) {
        FloatVector p = t.broadcast(0.0001855946466093883f);
        p = p.fma(t, t.broadcast(-0.0029398042242974043f));
        p = p.fma(t, t.broadcast(0.021806085482239723f));
        p = p.fma(t, t.broadcast(-0.10303892940282822f));
        p = p.fma(t, t.broadcast(-0.6382239460945129f));
        p = p.fma(t, t.broadcast(-1.1270411014556885f));
        return p.fma(t, t.broadcast(-0.0003534729185048491f));
    }
}
