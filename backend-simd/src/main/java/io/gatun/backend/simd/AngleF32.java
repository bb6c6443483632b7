package io.gatun.backend.simd;

import io.gatun.tensor.op.UnaryKind;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Trigonometric functions of f32 vectors and their inverses, as {@link ExponentialF32} has it. Class data: the
 * {@link UnaryKind}.
 *
 * <p>|x| = n pi/2 + r with |r| up to pi/4 (Cody and Waite; pi/2 in three parts). The difference with the first part is
 * exact while n pi/2 is below 2^23 times what that part lacks of pi/2; {@link #LIMIT} is well below, and beyond it
 * {@link LargeAngles} has the word.
 */
final class AngleF32 implements UnaryBody<Float>, BinaryBody<Float> {
    /** Up to here an angle is reduced as exactly as its sine needs. */
    static final float LIMIT = 0x1p17f;

    private static final UnaryKind KIND = Stamp.data(MethodHandles.lookup(), 0, UnaryKind.class);
    private static final VectorSpecies<Float> SPECIES = VectorWidth.species(float.class);
    private static final float INTEGERS = 0x1.8p23f;
    private static final float TWO_OVER_PI = (float) (2 / Math.PI);
    private static final float HALF_PI = 0x1.921fb6p0f;
    private static final float HALF_PI_2 = -0x1.777a5cp-25f;
    private static final float HALF_PI_3 = -0x1.ee59dap-50f;
    private static final float FLAT = 0.546f; // its inverse tangent is just below 1/2
    private static final float STEEP = (float) (Math.sqrt(2) + 1); // tan(3 pi / 8)

    AngleF32() {}

    @Override
    public Vector<Float> apply(Vector<Float> v) {
        FloatVector x = (FloatVector) v;
        if (KIND == UnaryKind.ASIN || KIND == UnaryKind.ACOS) {
            return arc(x);
        }
        return KIND == UnaryKind.ATAN ? atan(x) : ofAngle(x);
    }

    /**
     * The angle of the point (x, y): atan of the lesser magnitude over the greater, turned by quarters of pi into the
     * octant. With a quotient t beyond 0.55, pi/4 + atan((t - 1) / (t + 1)).
     */
    @Override
    public Vector<Float> apply(Vector<Float> v, Vector<Float> w) {
        FloatVector y = (FloatVector) v;
        FloatVector x = (FloatVector) w;
        FloatVector t = quotient(y.abs(), x.abs());
        VectorMask<Float> middle = t.compare(VectorOperators.GT, FLAT);
        FloatVector turned = ofTangent(t.blend(t.sub(1).div(t.add(1)), middle));
        VectorMask<Float> steep = y.abs().compare(VectorOperators.GT, x.abs());
        VectorMask<Float> left =
                x.reinterpretAsInts().compare(VectorOperators.LT, 0).cast(SPECIES);
        FloatVector halves = t.broadcast(0).blend(0.5f, middle);
        halves = halves.blend(halves.neg().add(1), steep);
        halves = halves.blend(halves.neg().add(2), left);
        FloatVector signed = turned.blend(turned.neg(), steep);
        signed = signed.blend(signed.neg(), left);
        FloatVector whole = halves.mul(HALF_PI);
        FloatVector rest = halves.fma(halves.broadcast(HALF_PI_2), halves.fma(halves.broadcast(HALF_PI), whole.neg()));
        IntVector sign = y.reinterpretAsInts().and(Integer.MIN_VALUE);
        return signed.add(rest)
                .add(whole)
                .reinterpretAsInts()
                .or(sign)
                .reinterpretAsFloats()
                .blend(Float.NaN, x.abs().add(y.abs()).test(VectorOperators.IS_NAN));
    }

    /** The lesser over the greater; 0 for two zeros, 1 for two infinities. */
    private static FloatVector quotient(FloatVector a, FloatVector b) {
        FloatVector greater = a.max(b);
        FloatVector t = a.min(b).div(greater);
        return t.blend(0, greater.compare(VectorOperators.EQ, 0))
                .blend(1, a.compare(VectorOperators.EQ, b).and(greater.compare(VectorOperators.GT, 0)));
    }

    private static FloatVector ofAngle(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector quotient = a.fma(a.broadcast(TWO_OVER_PI), a.broadcast(INTEGERS));
        FloatVector n = quotient.sub(INTEGERS);
        FloatVector r = n.fma(n.broadcast(-HALF_PI_3), n.fma(n.broadcast(-HALF_PI_2), n.fma(n.broadcast(-HALF_PI), a)));
        FloatVector z = r.mul(r);
        FloatVector sine = sine(r, z);
        FloatVector cosine = cosine(z);
        IntVector quadrant = quotient.reinterpretAsInts().add(KIND == UnaryKind.COS ? 1 : 0);
        VectorMask<Float> odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(SPECIES);
        FloatVector value = sine.blend(cosine, odd);
        if (KIND == UnaryKind.TAN) {
            value = value.div(cosine.blend(sine, odd));
        }
        // the sign changes with every half turn, that of a tangent with every quarter
        IntVector turn = quadrant.lanewise(VectorOperators.LSHL, KIND == UnaryKind.TAN ? 31 : 30);
        IntVector sign = KIND == UnaryKind.COS ? turn : x.reinterpretAsInts().lanewise(VectorOperators.XOR, turn);
        return value.reinterpretAsInts()
                .lanewise(VectorOperators.XOR, sign.and(Integer.MIN_VALUE))
                .reinterpretAsFloats();
    }

    private static FloatVector sine(FloatVector r, FloatVector z) {
        FloatVector p = z.broadcast(-1.95825472e-4f);
        p = p.fma(z, z.broadcast(8.33271164e-3f));
        p = p.fma(z, z.broadcast(-0.166666642f));
        return p.mul(z).fma(r, r);
    }

    private static FloatVector cosine(FloatVector z) {
        FloatVector p = z.broadcast(2.45428055e-5f);
        p = p.fma(z, z.broadcast(-1.38882676e-3f));
        p = p.fma(z, z.broadcast(4.16666642e-2f));
        p = p.fma(z, z.broadcast(-0.5f));
        return p.fma(z, z.broadcast(1));
    }

    /**
     * The inverse sine y of |x|, and beyond 1/2 that of sqrt((1 - |x|) / 2), of which asin(|x|) lacks twice to pi/2. The
     * inverse cosine is pi/2 - asin(x), and beyond 1/2 twice that y, for negative x what it lacks of pi.
     */
    private static FloatVector arc(FloatVector x) {
        FloatVector a = x.abs();
        VectorMask<Float> outer = a.compare(VectorOperators.GT, 0.5f);
        FloatVector z = a.mul(a).blend(a.broadcast(0.5f).sub(a.mul(0.5f)), outer);
        FloatVector w = a.blend(z.lanewise(VectorOperators.SQRT), outer);
        FloatVector p = ofSine(z);
        FloatVector y = p.mul(z).fma(w, w);
        FloatVector twice = y.mul(-2);
        if (KIND == UnaryKind.ASIN) {
            return y.blend(twice.add(HALF_PI_2).add(HALF_PI), outer)
                    .reinterpretAsInts()
                    .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                    .reinterpretAsFloats();
        }
        FloatVector signed = y.blend(twice, outer)
                .reinterpretAsInts()
                .lanewise(VectorOperators.XOR, x.reinterpretAsInts().and(Integer.MIN_VALUE))
                .reinterpretAsFloats();
        VectorMask<Float> right = x.compare(VectorOperators.GT, 0.5f);
        FloatVector units = a.broadcast(1).blend(2, outer).blend(0, right);
        return units.fma(units.broadcast(HALF_PI), units.fma(units.broadcast(HALF_PI_2), signed.neg()));
    }

    /** (asin(w) / w - 1) / w^2 for z = w^2 up to 1/4. */
    private static FloatVector ofSine(FloatVector z) {
        FloatVector p = z.broadcast(3.82265188e-2f);
        p = p.fma(z, z.broadcast(2.64825039e-2f));
        p = p.fma(z, z.broadcast(4.50130291e-2f));
        p = p.fma(z, z.broadcast(7.49879181e-2f));
        return p.fma(z, z.broadcast(0.166666731f));
    }

    /** Of |x|, with the sign of x: beyond 2.4 pi/2 + atan(-1/x), beyond 0.55 pi/4 + atan((x - 1) / (x + 1)). */
    private static FloatVector atan(FloatVector x) {
        FloatVector a = x.abs();
        VectorMask<Float> middle = a.compare(VectorOperators.GT, FLAT);
        VectorMask<Float> far = a.compare(VectorOperators.GT, STEEP);
        FloatVector dividend = a.blend(a.sub(1), middle).blend(-1, far);
        FloatVector divisor = a.broadcast(1).blend(a.add(1), middle).blend(a, far);
        FloatVector units = a.broadcast(0).blend(0.5f, middle).blend(1, far);
        FloatVector y = ofTangent(dividend.div(divisor));
        return units.fma(units.broadcast(HALF_PI), units.fma(units.broadcast(HALF_PI_2), y))
                .reinterpretAsInts()
                .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
                .reinterpretAsFloats();
    }

    /** The inverse tangent of |t| up to 0.546. */
    private static FloatVector ofTangent(FloatVector t) {
        FloatVector z = t.mul(t);
        FloatVector p = z.broadcast(0.0377506725f);
        p = p.fma(z, z.broadcast(-0.0795053467f));
        p = p.fma(z, z.broadcast(0.109435365f));
        p = p.fma(z, z.broadcast(-0.142739624f));
        p = p.fma(z, z.broadcast(0.199996755f));
        p = p.fma(z, z.broadcast(-0.333333313f));
        return p.mul(z).fma(t, t);
    }
}
