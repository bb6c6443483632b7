package io.gatun.tensor.spi;

/**
 * The logarithm of the gamma function, its derivative, and the zeta function that gives all further ones.
 *
 * <p>Source: M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 1964. Large arguments by the asymptotic
 * series (6.1.41, 6.3.18), small ones led back by the recurrences, negative ones by the reflections (6.1.17, 6.3.7). At 1
 * and 2, where log gamma is 0, the recurrence would leave few digits: there it is the Taylor series at 2 (6.1.33), whose
 * coefficients are values of the zeta function. That one is summed by Euler and Maclaurin's formula (23.1.30).
 */
public final class GammaFunctions {
    private static final double EULER = 0.5772156649015329;
    private static final double LARGE = 10;
    private static final double LARGEST_HALF = 1e17; // beyond, log(x) / 2 is below the last place of x log(x)
    private static final double HUGE = 1e8; // beyond, one term of an asymptotic series is left

    /** B(2k), the Bernoulli numbers, from k = 1 on. */
    private static final double[] BERNOULLI = {
        1.0 / 6,
        -1.0 / 30,
        1.0 / 42,
        -1.0 / 30,
        5.0 / 66,
        -691.0 / 2730,
        7.0 / 6,
        -3617.0 / 510,
        43867.0 / 798,
        -174611.0 / 330
    };

    private static final double[] TAYLOR = new double[40]; // of log gamma at 2; |x - 2| is at most 1/2

    static {
        TAYLOR[1] = 1 - EULER;
        for (int k = 2; k < TAYLOR.length; k++) {
            TAYLOR[k] = (k % 2 == 0 ? 1 : -1) * zeta(k, 2) / k;
        }
    }

    private GammaFunctions() {}

    /** log |gamma(x)|; infinite at 0 and the negative integers. */
    public static double lgamma(double x) {
        if (Double.isNaN(x) || Double.isInfinite(x)) {
            return Math.abs(x);
        }
        if (x <= 0) {
            double sine = sineOfPi(x);
            return sine == 0 ? Double.POSITIVE_INFINITY : Math.log(Math.PI / sine) - lgamma(1 - x);
        }
        if (x < 0.5) {
            return nearTwo(x) - Math.log(x) - Math.log1p(x);
        }
        if (x < 1.5) {
            return nearTwo(x - 1) - Math.log1p(x - 1);
        }
        if (x < LARGE) {
            double product = 1;
            double rest = x;
            while (rest > 2.5) {
                rest--;
                product *= rest;
            }
            return nearTwo(rest - 2) + Math.log(product);
        }
        double reciprocal = 1 / x;
        double power = reciprocal;
        double sum = 0;
        for (int k = 1; k <= BERNOULLI.length && x < HUGE; k++) {
            sum += BERNOULLI[k - 1] / (2 * k * (2 * k - 1)) * power;
            power *= reciprocal * reciprocal;
        }
        double log = Math.log(x);
        return x > LARGEST_HALF ? x * (log - 1) : (x - 0.5) * log - x + Math.log(2 * Math.PI) / 2 + sum;
    }

    /** log gamma(2 + z) for |z| up to 1/2. */
    private static double nearTwo(double z) {
        double sum = 0;
        for (int k = TAYLOR.length - 1; k >= 1; k--) {
            sum = (sum + TAYLOR[k]) * z;
        }
        return sum;
    }

    /** |sin(pi x)|, exactly 0 for integers; of the distance to the nearest, which is exact where that is small. */
    private static double sineOfPi(double x) {
        return Math.abs(Math.sin(Math.PI * Math.IEEEremainder(x, 1)));
    }

    /** The derivative of {@link #lgamma}; at 0 infinite with the opposite sign, at the negative integers NaN. */
    public static double digamma(double x) {
        if (x == 0) {
            return Math.copySign(Double.POSITIVE_INFINITY, -x);
        }
        if (x < 0) {
            double rest = Math.IEEEremainder(x, 1); // the tangent has period pi
            return rest == 0 || Double.isInfinite(x) ? Double.NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * rest);
        }
        double below = 0;
        double at = x;
        while (at < LARGE) {
            below += 1 / at;
            at++;
        }
        double square = 1 / (at * at);
        double power = square;
        double sum = 0;
        for (int k = 1; k <= BERNOULLI.length; k++) {
            sum += BERNOULLI[k - 1] / (2 * k) * power;
            power *= square;
        }
        return Math.log(at) - 0.5 / at - sum - below;
    }

    /**
     * The sum of (q + k)^-s over k from 0 on. Infinite for s = 1 and for q an integer below 1, NaN for s below 1, for
     * infinite s and q above 1, and for other negative q unless s is an integer.
     */
    public static double zeta(double s, double q) {
        if (s == 1) {
            return Double.POSITIVE_INFINITY;
        }
        if (!(s > 1) || Double.isNaN(q)) {
            return Double.NaN;
        }
        if (Double.isInfinite(s)) { // the term next to zero decides, as in PyTorch, also that it gives NaN above 1
            return q > 1 ? Double.NaN : q == 1 ? 1 : Double.POSITIVE_INFINITY;
        }
        if (q <= 0) {
            if (q == Math.floor(q)) {
                return Double.POSITIVE_INFINITY;
            }
            return s == Math.floor(s) ? acrossZero(s, q) : Double.NaN;
        }
        if (q > HUGE) {
            return (1 / (s - 1) + 0.5 / q) * Math.pow(q, 1 - s);
        }
        double sum = 0;
        double at = q;
        for (int k = 0; k < LARGE || at < LARGE; k++) {
            double term = Math.pow(at, -s);
            sum += term;
            if (term < 1e-18 * sum) {
                return sum;
            }
            at++;
        }
        double power = Math.pow(at, -s);
        sum += power * (at / (s - 1) + 0.5);
        double factor = s * power / at; // s (s + 1) ... (s + 2k - 2) at^(-s - 2k + 1) / (2k)!, but for the factorial
        double factorial = 2;
        for (int k = 1; k <= BERNOULLI.length; k++) {
            double term = BERNOULLI[k - 1] * factor / factorial;
            sum += term;
            if (Math.abs(term) < 1e-18 * sum) {
                break;
            }
            factor *= (s + 2 * k - 1) * (s + 2 * k) / (at * at);
            factorial *= (2 * k + 1) * (2 * k + 2);
        }
        return sum;
    }

    /** The terms below 0 are, but for the sign, those of a sum that starts between 0 and 1 and ends before 1 - q. */
    private static double acrossZero(double s, double q) {
        double first = q - Math.floor(q);
        double below = zeta(s, 1 - first) - zeta(s, 1 - q);
        return zeta(s, first) + (s % 2 == 0 ? below : -below);
    }
}
