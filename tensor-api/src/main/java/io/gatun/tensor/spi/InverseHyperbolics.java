package io.gatun.tensor.spi;

/**
 * The inverse hyperbolic functions to a few units in the last place of a double; Java's library has none. All are written
 * with {@code log1p}, so that nothing is lost near their zeros.
 */
public final class InverseHyperbolics {
    private static final double LN_2 = Math.log(2);
    private static final double LARGE = 0x1p28; // beyond, x^2 + 1 is x^2

    private InverseHyperbolics() {}

    /** sign(x) log(|x| + sqrt(x^2 + 1)). */
    public static double asinh(double x) {
        double a = Math.abs(x);
        double result = a > LARGE ? Math.log(a) + LN_2 : Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1)));
        return Math.copySign(result, x);
    }

    /** log(x + sqrt(x^2 - 1)); NaN below 1. */
    public static double acosh(double x) {
        double above = x - 1;
        return x > LARGE ? Math.log(x) + LN_2 : Math.log1p(above + Math.sqrt(above * (above + 2)));
    }

    /** log((1 + x) / (1 - x)) / 2; infinite for 1 and -1, NaN outside. */
    public static double atanh(double x) {
        double a = Math.abs(x);
        return Math.copySign(Math.log1p(2 * a / (1 - a)) / 2, x);
    }
}
