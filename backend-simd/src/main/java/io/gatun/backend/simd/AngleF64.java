package io.gatun.backend.simd;

import io.gatun.tensor.op.UnaryKind;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Trigonometric functions of f64 vectors and their inverses, as {@link AngleF32}; what rounding leaves of r counts here, as
 * a second part. Class data: the {@link UnaryKind}.
 */
final class AngleF64 implements UnaryBody<Double>, BinaryBody<Double> {
    /** Up to here an angle is reduced as exactly as its sine needs. */
    static final double LIMIT = 0x1p40;

    private static final UnaryKind KIND = Stamp.data(MethodHandles.lookup(), 0, UnaryKind.class);
    private static final VectorSpecies<Double> SPECIES = VectorWidth.species(double.class);
    private static final double INTEGERS = 0x1.8p52;
    private static final double TWO_OVER_PI = (2 / Math.PI);
    private static final double HALF_PI = 0x1.921fb54442d18p0;
    private static final double HALF_PI_2 = 0x1.1a62633145c07p-54;
    private static final double HALF_PI_3 = -0x1.f1976b7ed8fbcp-110;
    private static final double FLAT = 0.546; // its inverse tangent is just below 1/2
    private static final double STEEP = (Math.sqrt(2) + 1); // tan(3 pi / 8)

    AngleF64() {}

    @Override
    public Vector<Double> apply(Vector<Double> v) {
        DoubleVector x = (DoubleVector) v;
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
    public Vector<Double> apply(Vector<Double> v, Vector<Double> w) {
        DoubleVector y = (DoubleVector) v;
        DoubleVector x = (DoubleVector) w;
        DoubleVector t = quotient(y.abs(), x.abs());
        VectorMask<Double> middle = t.compare(VectorOperators.GT, FLAT);
        DoubleVector turned = ofTangent(t.blend(t.sub(1).div(t.add(1)), middle));
        VectorMask<Double> steep = y.abs().compare(VectorOperators.GT, x.abs());
        VectorMask<Double> left =
                x.reinterpretAsLongs().compare(VectorOperators.LT, 0).cast(SPECIES);
        DoubleVector halves = t.broadcast(0).blend(0.5, middle);
        halves = halves.blend(halves.neg().add(1), steep);
        halves = halves.blend(halves.neg().add(2), left);
        DoubleVector signed = turned.blend(turned.neg(), steep);
        signed = signed.blend(signed.neg(), left);
        DoubleVector whole = halves.mul(HALF_PI);
        DoubleVector rest = halves.fma(halves.broadcast(HALF_PI_2), halves.fma(halves.broadcast(HALF_PI), whole.neg()));
        LongVector sign = y.reinterpretAsLongs().and(Long.MIN_VALUE);
        return signed.add(rest)
                .add(whole)
                .reinterpretAsLongs()
                .or(sign)
                .reinterpretAsDoubles()
                .blend(Double.NaN, x.abs().add(y.abs()).test(VectorOperators.IS_NAN));
    }

    /** The lesser over the greater; 0 for two zeros, 1 for two infinities. */
    private static DoubleVector quotient(DoubleVector a, DoubleVector b) {
        DoubleVector greater = a.max(b);
        DoubleVector t = a.min(b).div(greater);
        return t.blend(0, greater.compare(VectorOperators.EQ, 0))
                .blend(1, a.compare(VectorOperators.EQ, b).and(greater.compare(VectorOperators.GT, 0)));
    }

    private static DoubleVector ofAngle(DoubleVector x) {
        DoubleVector a = x.abs();
        DoubleVector quotient = a.fma(a.broadcast(TWO_OVER_PI), a.broadcast(INTEGERS));
        DoubleVector n = quotient.sub(INTEGERS);
        DoubleVector first = n.fma(n.broadcast(-HALF_PI), a);
        DoubleVector second = n.mul(HALF_PI_2);
        DoubleVector r = first.sub(second);
        DoubleVector lost =
                n.fma(n.broadcast(-HALF_PI_2), second).add(first.sub(r).sub(second));
        DoubleVector rest = n.fma(n.broadcast(-HALF_PI_3), lost);
        DoubleVector z = r.mul(r);
        DoubleVector sine = sine(r, z, rest);
        DoubleVector cosine = cosine(r, z, rest);
        LongVector quadrant = quotient.reinterpretAsLongs().add(KIND == UnaryKind.COS ? 1 : 0);
        VectorMask<Double> odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(SPECIES);
        DoubleVector value = sine.blend(cosine, odd);
        if (KIND == UnaryKind.TAN) {
            value = value.div(cosine.blend(sine, odd));
        }
        // the sign changes with every half turn, that of a tangent with every quarter
        LongVector turn = quadrant.lanewise(VectorOperators.LSHL, KIND == UnaryKind.TAN ? 63 : 62);
        LongVector sign = KIND == UnaryKind.COS ? turn : x.reinterpretAsLongs().lanewise(VectorOperators.XOR, turn);
        return value.reinterpretAsLongs()
                .lanewise(VectorOperators.XOR, sign.and(Long.MIN_VALUE))
                .reinterpretAsDoubles();
    }

    private static DoubleVector sine(DoubleVector r, DoubleVector z, DoubleVector rest) {
        DoubleVector p = z.broadcast(1.5918478596529256e-10);
        p = p.fma(z, z.broadcast(-2.505114027745758e-08));
        p = p.fma(z, z.broadcast(2.75573161705669e-06));
        p = p.fma(z, z.broadcast(-0.00019841269836987278));
        p = p.fma(z, z.broadcast(0.008333333333331253));
        p = p.fma(z, z.broadcast(-0.16666666666666666));
        return p.mul(z).fma(r, rest).add(r);
    }

    private static DoubleVector cosine(DoubleVector r, DoubleVector z, DoubleVector rest) {
        DoubleVector p = z.broadcast(-1.1381134893682207e-11);
        p = p.fma(z, z.broadcast(2.0876122197212235e-09));
        p = p.fma(z, z.broadcast(-2.755731713164635e-07));
        p = p.fma(z, z.broadcast(2.4801587298410975e-05));
        p = p.fma(z, z.broadcast(-0.0013888888888887033));
        p = p.fma(z, z.broadcast(0.041666666666666664));
        p = p.fma(z, z.broadcast(-0.5));
        return p.fma(z, r.mul(rest).neg()).add(1);
    }

    /**
     * The inverse sine y of |x|, and beyond 1/2 that of sqrt((1 - |x|) / 2), of which asin(|x|) lacks twice to pi/2. The
     * inverse cosine is pi/2 - asin(x), and beyond 1/2 twice that y, for negative x what it lacks of pi.
     */
    private static DoubleVector arc(DoubleVector x) {
        DoubleVector a = x.abs();
        VectorMask<Double> outer = a.compare(VectorOperators.GT, 0.5);
        DoubleVector z = a.mul(a).blend(a.broadcast(0.5).sub(a.mul(0.5)), outer);
        DoubleVector w = a.blend(z.lanewise(VectorOperators.SQRT), outer);
        DoubleVector p = ofSine(z);
        DoubleVector y = p.mul(z).fma(w, w);
        DoubleVector twice = y.mul(-2);
        if (KIND == UnaryKind.ASIN) {
            return y.blend(twice.add(HALF_PI_2).add(HALF_PI), outer)
                    .reinterpretAsLongs()
                    .or(x.reinterpretAsLongs().and(Long.MIN_VALUE))
                    .reinterpretAsDoubles();
        }
        DoubleVector signed = y.blend(twice, outer)
                .reinterpretAsLongs()
                .lanewise(VectorOperators.XOR, x.reinterpretAsLongs().and(Long.MIN_VALUE))
                .reinterpretAsDoubles();
        VectorMask<Double> right = x.compare(VectorOperators.GT, 0.5);
        DoubleVector units = a.broadcast(1).blend(2, outer).blend(0, right);
        return units.fma(units.broadcast(HALF_PI), units.fma(units.broadcast(HALF_PI_2), signed.neg()));
    }

    /** (asin(w) / w - 1) / w^2 for z = w^2 up to 1/4. */
    private static DoubleVector ofSine(DoubleVector z) {
        DoubleVector p = z.broadcast(0.028955265993029916);
        p = p.fma(z, z.broadcast(-0.01515168178430762));
        p = p.fma(z, z.broadcast(0.017600526878652666));
        p = p.fma(z, z.broadcast(0.0053808981471192415));
        p = p.fma(z, z.broadcast(0.010341531198839462));
        p = p.fma(z, z.broadcast(0.011476140458760779));
        p = p.fma(z, z.broadcast(0.013971544247760715));
        p = p.fma(z, z.broadcast(0.017352368660149088));
        p = p.fma(z, z.broadcast(0.022372174069959706));
        p = p.fma(z, z.broadcast(0.030381944106381384));
        p = p.fma(z, z.broadcast(0.04464285714685709));
        p = p.fma(z, z.broadcast(0.07499999999998082));
        return p.fma(z, z.broadcast(0.16666666666666669));
    }

    /** Of |x|, with the sign of x: beyond 2.4 pi/2 + atan(-1/x), beyond 0.55 pi/4 + atan((x - 1) / (x + 1)). */
    private static DoubleVector atan(DoubleVector x) {
        DoubleVector a = x.abs();
        VectorMask<Double> middle = a.compare(VectorOperators.GT, FLAT);
        VectorMask<Double> far = a.compare(VectorOperators.GT, STEEP);
        DoubleVector dividend = a.blend(a.sub(1), middle).blend(-1, far);
        DoubleVector divisor = a.broadcast(1).blend(a.add(1), middle).blend(a, far);
        DoubleVector units = a.broadcast(0).blend(0.5, middle).blend(1, far);
        DoubleVector y = ofTangent(dividend.div(divisor));
        return units.fma(units.broadcast(HALF_PI), units.fma(units.broadcast(HALF_PI_2), y))
                .reinterpretAsLongs()
                .or(x.reinterpretAsLongs().and(Long.MIN_VALUE))
                .reinterpretAsDoubles();
    }

    /** The inverse tangent of |t| up to 0.546. */
    private static DoubleVector ofTangent(DoubleVector t) {
        DoubleVector z = t.mul(t);
        DoubleVector p = z.broadcast(0.005625595600289019);
        p = p.fma(z, z.broadcast(-0.018131673680586335));
        p = p.fma(z, z.broadcast(0.03122597469530504));
        p = p.fma(z, z.broadcast(-0.04057623051412583));
        p = p.fma(z, z.broadcast(0.04692760338805149));
        p = p.fma(z, z.broadcast(-0.05251226718812458));
        p = p.fma(z, z.broadcast(0.058808660435055594));
        p = p.fma(z, z.broadcast(-0.06666534463198907));
        p = p.fma(z, z.broadcast(0.0769229950278927));
        p = p.fma(z, z.broadcast(-0.09090908751085544));
        p = p.fma(z, z.broadcast(0.11111111102243246));
        p = p.fma(z, z.broadcast(-0.14285714285583248));
        p = p.fma(z, z.broadcast(0.19999999999999096));
        p = p.fma(z, z.broadcast(-0.3333333333333333));
        return p.mul(z).fma(t, t);
    }
}
