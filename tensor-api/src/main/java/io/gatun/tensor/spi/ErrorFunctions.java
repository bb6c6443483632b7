package io.gatun.tensor.spi;

/**
 * The error function to three units in the last place of a double, its complement to five, and its inverse to four;
 * Java's library has none of them.
 *
 * <p>Up to 1 the series 7.1.6 of M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 1964, whose terms are all
 * positive, so that nothing cancels; it is summed from the inside out, which damps the rounding of each factor where a
 * running term would gather it (12 units near 1.7). Beyond, the form of M. M. Shepherd, J. G. Laframboise, "Chebyshev
 * approximation of (1 + 2x) exp(x^2) erfc x", 1981: one polynomial of degree 22 in (x - 3.75) / (x + 3.75) from 0 to
 * infinity, computed anew from 60 digits; its relative error is below 3e-16. The error function is one less that, which is
 * below 0.16 there, so that its error counts the less. From 6 on the complement is below half a unit of 1.
 */
public final class ErrorFunctions {
    private static final double SERIES_UP_TO = 1;
    private static final double ONE_FROM = 6;
    private static final double ZERO_FROM = 28; // below the smallest number
    private static final double WINITZKI = 0.147;
    private static final int TERMS = 30; // the last is below 1e-20 at 1
    private static final double CENTRE = 3.75;
    private static final double[] COMPLEMENT = {
        // highest power first
        -2.623107347133476e-09,
        -1.9551358868985616e-09,
        3.197926671666804e-08,
        1.879082322370048e-08,
        -2.4857126248016745e-07,
        -5.084465378687302e-08,
        1.7419821586224816e-06,
        -9.792625707303523e-07,
        -1.1438048033346894e-05,
        2.2387565714911816e-05,
        5.164652974177416e-05,
        -0.00029015535246077655,
        0.000293714378044958,
        0.0017556261651970652,
        -0.009746579683265262,
        0.02836227737211114,
        -0.05869339857664934,
        0.09230432116428125,
        -0.10880393014244462,
        0.08227673848999506,
        0.0035854154854790257,
        -0.14024059858554525,
        1.2375126308378275,
    };
    private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

    private ErrorFunctions() {}

    /** erf(x) = 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
    public static double erf(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        if (a < SERIES_UP_TO) {
            return series(x);
        }
        return Math.copySign(a < ONE_FROM ? 1 - complement(a) : 1, x);
    }

    /** erfc(x) = 1 - erf(x), without the cancellation for large x. */
    public static double erfc(double x) {
        if (x < 0) {
            return 2 - erfc(-x);
        }
        return x > ZERO_FROM ? 0 : complement(x);
    }

    /**
     * The x with erf(x) = y; infinite for 1 and -1, NaN outside. S. Winitzki's approximation ("A handy approximation for
     * the error function and its inverse", 2008), then Halley's iteration, which makes three times as many digits right
     * with each step, on the complement where y is near 1.
     */
    public static double erfinv(double y) {
        double target = Math.abs(y);
        if (!(target < 1)) {
            return target == 1 ? Math.copySign(Double.POSITIVE_INFINITY, y) : Double.NaN;
        }
        double log = Math.log1p(-target * target);
        double t = 2 / (Math.PI * WINITZKI) + log / 2;
        double x = Math.sqrt(Math.max(0, Math.sqrt(t * t - log / WINITZKI) - t));
        for (int i = 0; i < 3; i++) {
            double excess = target < 0.5 ? erf(x) - target : 1 - target - erfc(x);
            double step = excess / (TWO_OVER_ROOT_PI * expOfMinusSquare(x));
            x -= step / (1 + x * step);
        }
        return Math.copySign(x, y);
    }

    /** 2 / sqrt(pi) * exp(-x^2) * x * (1 + 2 x^2 / 3 * (1 + 2 x^2 / 5 * (1 + 2 x^2 / 7 * ...))). */
    private static double series(double x) {
        double q = 2 * x * x;
        double sum = 1;
        for (int n = TERMS; n >= 1; n--) {
            sum = 1 + q / (2 * n + 1) * sum;
        }
        return TWO_OVER_ROOT_PI * expOfMinusSquare(x) * (x * sum);
    }

    /** exp(-x^2) / (1 + 2 x) times the polynomial. */
    private static double complement(double x) {
        double u = (x - CENTRE) / (x + CENTRE);
        double p = COMPLEMENT[0];
        for (int i = 1; i < COMPLEMENT.length; i++) {
            p = Math.fma(p, u, COMPLEMENT[i]);
        }
        return expOfMinusSquare(x) * p / (1 + 2 * x);
    }

    /** The square's rounding error, found by a fused multiply-add, would be magnified by x^2 in the exponential. */
    private static double expOfMinusSquare(double x) {
        double square = x * x;
        double lost = Math.fma(x, x, -square);
        return Math.exp(-square) * (1 - lost);
    }
}
