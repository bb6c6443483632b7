package io.gatun.tensor.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values computed with 40 digits. */
class GammaFunctionsTest {
    @ParameterizedTest
    @CsvSource({
        "-0.9999999999999999, 36.7368005696771, -9007199254740992.0",
        "-9.000007091113345, -0.9451752479420384, 141023.83062967117",
        "-3.7, -1.3797399049658245, -0.8450768588704194",
        "-0.5, 1.2655121234846454, 0.03648997397857652",
        "1e-20, 46.051701859880914, -1e+20",
        "0.3, 1.0957979948180756, -3.502524222200133",
        "1.4593, -0.12148365712552602, -0.002259163386658847",
        "2.5, 0.2846828704729192, 0.7031566406452432",
        "9.75, 12.242204940050762, 2.225109535044576",
        "10.25, 13.368023671476045, 2.277704790686724",
        "123.5, 469.8172754919306, 4.812187109433143",
        "1e17, 3.8143946580898775e+18, 39.14394658089878",
        "2.5e305, 1.7555118602376452e+308, 703.2047440950581"
    })
    void agreesWithFortyDigitsNearPolesToo(double x, double lgamma, double digamma) {
        assertThat(GammaFunctions.lgamma(x)).isCloseTo(lgamma, within(8 * Math.ulp(Math.max(8, Math.abs(lgamma)))));
        assertThat(GammaFunctions.digamma(x)).isCloseTo(digamma, within(8 * Math.ulp(Math.max(8, Math.abs(digamma)))));
    }

    /** As PyTorch 1.13 gives them. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, NaN", "0.5, Infinity", "-0.5, Infinity", "-1e-20, Infinity", "-3, Infinity"})
    void zetaOfInfiniteExponents(double q, double zeta) {
        assertThat(GammaFunctions.zeta(Double.POSITIVE_INFINITY, q)).isEqualTo(Double.valueOf(zeta));
    }
}
