package io.gatun.backend.simd;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/**
 * x times the normal distribution's probability of less than x, and (of a gradient and x) its derivative, times the gradient.
 * Class data: whether the probability is approximated by a hyperbolic tangent.
 *
 * <p>Of less than -|x| it is u s(t) / 2, where t = |x| / sqrt(2), u = exp(-t²) and s(t) = erfc(t) / u, of which the
 * polynomial is a minimax fit with weight u (Lawson's iteration on Chebyshev nodes), within 1e-7 of erfc: nothing cancels, and
 * the density is a multiple of u. With the tangent it is 1 / (1 + e^-v), for an odd polynomial v of x.
 */
final class GeluF32 implements UnaryBody<Float>, BinaryBody<Float> {
    private static final boolean TANH = Stamp.data(MethodHandles.lookup(), 0, Boolean.class);

    private static final float SQRT_HALF = 0.70710678f;
    private static final float FAR = 11; // the exponential of its square is 0
    private static final float HALF = 0x1p-65f; // of what raised exponentials are
    private static final float DENSITY = 0x1p-64f * 0.39894228f;
    private static final float LINEAR = 1.5957691f; // 2 sqrt(2 / pi)
    private static final float CUBIC = 0.071354816f; // 0.044715 of that

    GeluF32() {}

    @Override
    public Vector<Float> apply(Vector<Float> v) {
        FloatVector x = (FloatVector) v;
        if (TANH) {
            FloatVector e = MathF32.exp(minusExponent(x), x.broadcast(0), MathF32.ONE);
            return x.div(e.add(1));
        }
        FloatVector t = distance(x);
        FloatVector finite = x.min(x.broadcast(Float.MAX_VALUE)); // 0 times it is 0, of infinity too
        FloatVector tail = tail(t, MathF32.raisedExp(t.mul(t).neg())).mul(finite);
        return x.sub(tail).blend(tail, x.compare(VectorOperators.LT, 0));
    }

    @Override
    public Vector<Float> apply(Vector<Float> g, Vector<Float> v) {
        FloatVector x = (FloatVector) v;
        if (TANH) {
            FloatVector e = MathF32.exp(minusExponent(x), x.broadcast(0), MathF32.ONE);
            FloatVector s = x.broadcast(1).div(e.add(1));
            FloatVector slope = x.mul(x).fma(x.broadcast(3 * CUBIC), x.broadcast(LINEAR));
            return s.mul(x).mul(s.neg().add(1)).fma(slope, s).mul(g);
        }
        FloatVector t = distance(x);
        FloatVector u = MathF32.raisedExp(t.mul(t).neg());
        FloatVector tail = tail(t, u);
        FloatVector less = tail.neg().add(1).blend(tail, x.compare(VectorOperators.LT, 0));
        return u.mul(x.broadcast(DENSITY)).fma(x, less).mul(g);
    }

    private static FloatVector minusExponent(FloatVector x) {
        return x.mul(x).fma(x.broadcast(-CUBIC), x.broadcast(-LINEAR)).mul(x);
    }

    private static FloatVector distance(FloatVector x) {
        FloatVector t = x.abs().mul(SQRT_HALF);
        return t.blend(FAR, t.compare(VectorOperators.GT, FAR));
    }

    /** The probability of less than -|x|. */
    private static FloatVector tail(FloatVector t, FloatVector u) {
        FloatVector p = t.broadcast(-2.855965976777952e-05f);
        p = p.fma(t, t.broadcast(0.0004933613236062229f));
        p = p.fma(t, t.broadcast(-0.0038362944032996893f));
        p = p.fma(t, t.broadcast(0.01803687773644924f));
        p = p.fma(t, t.broadcast(-0.058607038110494614f));
        p = p.fma(t, t.broadcast(0.14406153559684753f));
        p = p.fma(t, t.broadcast(-0.28818070888519287f));
        p = p.fma(t, t.broadcast(0.49539145827293396f));
        p = p.fma(t, t.broadcast(-0.7512629628181458f));
        p = p.fma(t, t.broadcast(0.9998902678489685f));
        p = p.fma(t, t.broadcast(-1.128374457359314f));
        p = p.fma(t, t.broadcast(0.9999999403953552f));
        return p.mul(u.mul(HALF));
    }
}
