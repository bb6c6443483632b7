package io.gatun.backend.reference;

/**
 * The error function to about two units in the last place of a double; Java's library has none.
 *
 * <p>Source: M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 1964. Up to 2 the series 7.1.6, whose terms
 * are all positive, so that nothing cancels; beyond, one less the continued fraction 7.1.14 for the complement, which is
 * below 0.005 there, so that its error hardly counts. From 6 on the complement is below half a unit of 1.
 */
final class Erf {
    private static final double SERIES_UP_TO = 2;
    private static final double ONE_FROM = 6;
    private static final int FRACTION_DEPTH = 80; // converged to 1e-16 at 2, and faster beyond
    private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

    private Erf() {}

    /** erf(x) = 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
    static double erf(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        if (a < SERIES_UP_TO) {
            return series(x);
        }
        return Math.copySign(a < ONE_FROM ? 1 - complement(a) : 1, x);
    }

    /** 2 / sqrt(pi) * exp(-x^2) * (x + 2 x^3 / 3 + 4 x^5 / (3 * 5) + ...). */
    private static double series(double x) {
        double sum = x;
        double term = x;
        for (int n = 1; Math.abs(term) > Math.ulp(sum) / 4; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return TWO_OVER_ROOT_PI * expOfMinusSquare(x) * sum;
    }

    /** exp(-x^2) / sqrt(pi) * 1 / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + ...)))), from the inside out. */
    private static double complement(double x) {
        double fraction = x;
        for (int n = FRACTION_DEPTH; n >= 1; n--) {
            fraction = x + n / 2.0 / fraction;
        }
        return expOfMinusSquare(x) / (Math.sqrt(Math.PI) * fraction);
    }

    /** The square's rounding error, found by a fused multiply-add, would be magnified by x^2 in the exponential. */
    private static double expOfMinusSquare(double x) {
        double square = x * x;
        double lost = Math.fma(x, x, -square);
        return Math.exp(-square) * (1 - lost);
    }
}
