package io.gatun.tensor;

/**
 * Numbers of events at a given rate. Small rates multiply uniform numbers until they fall below e^-rate (D. Knuth, The Art
 * of Computer Programming, volume 2, 3.4.1); others by rejection (W. Hörmann, "The transformed rejection method for
 * generating Poisson random variables", 1993, algorithm PTRS, whose constants these are).
 */
final class Poisson {
    private static final double SMALL = 10;
    private static final double HALF_LOG_TAU = 0.5 * StrictMath.log(2 * Math.PI);

    private Poisson() {}

    static double draw(double rate, RandomStream stream) {
        return rate < SMALL ? byProduct(rate, stream) : byRejection(rate, stream);
    }

    private static double byProduct(double rate, RandomStream stream) {
        double end = StrictMath.exp(-rate);
        double product = 1 - stream.nextDouble();
        int count = 0;
        while (product > end) {
            product *= 1 - stream.nextDouble();
            count++;
        }
        return count;
    }

    private static double byRejection(double rate, RandomStream stream) {
        double b = 0.931 + 2.53 * Math.sqrt(rate);
        double a = -0.059 + 0.02483 * b;
        double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
        double quick = 0.9277 - 3.6224 / (b - 2);
        double logRate = StrictMath.log(rate);
        while (true) {
            double u = stream.nextDouble() - 0.5;
            double v = 1 - stream.nextDouble();
            double edge = 0.5 - Math.abs(u);
            double count = Math.floor((2 * a / edge + b) * u + rate + 0.43);
            if (edge >= 0.07 && v <= quick) {
                return count;
            }
            if (count >= 0
                    && (edge >= 0.013 || v <= edge)
                    && StrictMath.log(v * inverseAlpha / (a / (edge * edge) + b))
                            <= count * logRate - rate - logFactorial(count)) {
                return count;
            }
        }
    }

    /** By Stirling's series, whose first omitted term is below 1e-10 from 10 on; exact sums of logarithms before. */
    private static double logFactorial(double n) {
        if (n < SMALL) {
            double product = 1;
            for (int i = 2; i <= n; i++) {
                product *= i;
            }
            return StrictMath.log(product);
        }
        double inverse = 1 / n;
        double square = inverse * inverse;
        return (n + 0.5) * StrictMath.log(n)
                - n
                + HALF_LOG_TAU
                + inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
    }
}
