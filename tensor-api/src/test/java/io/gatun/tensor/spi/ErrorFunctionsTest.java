package io.gatun.tensor.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values from glibc's {@code erf}, by way of Python's {@code math.erf}. */
class ErrorFunctionsTest {
    @ParameterizedTest
    @CsvSource({
        "1e-300, 1.1283791670955127e-300",
        "1e-10, 1.1283791670955126e-10",
        "0.1, 0.1124629160182849",
        "0.5, 0.5204998778130465",
        "1.0, 0.8427007929497149",
        "1.5, 0.9661051464753108",
        "2.0, 0.9953222650189527",
        "2.5, 0.999593047982555",
        "3.0, 0.9999779095030014",
        "4.5, 0.9999999998033839",
        "6.0, 1.0",
        "30.0, 1.0",
        "Infinity, 1.0"
    })
    void agreesWithGlibcToThreeUnitsInTheLastPlace(double x, double expected) {
        assertThat(ErrorFunctions.erf(x)).isCloseTo(expected, within(3 * Math.ulp(expected)));
        assertThat(ErrorFunctions.erf(-x)).isEqualTo(-ErrorFunctions.erf(x));
    }

    @ParameterizedTest
    @CsvSource({"0.0", "-0.0", "NaN"})
    void keepsZeroAndNaN(double x) {
        assertThat(ErrorFunctions.erf(x)).isEqualTo(Double.valueOf(x)); // boxed: NaN equals NaN, and 0.0 not -0.0
    }

    @ParameterizedTest
    @CsvSource({
        "-7.0, 2.0",
        "-1.5, 1.9661051464753108",
        "0.3, 0.6713732405408726",
        "0.9, 0.20309178757716786",
        "0.9222794200351851, 0.19213129347375665",
        "1.0, 0.15729920705028513",
        "1.5, 0.033894853524689274",
        "5.0, 1.5374597944280347e-12",
        "26.0, 5.663192408856143e-296",
        "30.0, 0.0",
        "-Infinity, 2.0",
        "Infinity, 0.0"
    })
    void complementAgreesWithGlibcToFiveUnits(double x, double expected) {
        assertThat(ErrorFunctions.erfc(x)).isCloseTo(expected, within(5 * Math.ulp(expected)));
    }

    @ParameterizedTest
    @CsvSource({"1e-300", "1e-9", "0.001", "0.3", "0.49", "0.5", "0.51", "0.9", "0.99999", "0.9999999999999"})
    void inverseUndoesTheErrorFunction(double y) {
        double x = ErrorFunctions.erfinv(y);
        double back = y < 0.5 ? ErrorFunctions.erf(x) - y : 1 - y - ErrorFunctions.erfc(x);
        double slope = 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
        assertThat(Math.abs(back / slope)).isLessThanOrEqualTo(4 * Math.ulp(x));
        assertThat(ErrorFunctions.erfinv(-y)).isEqualTo(-x);
    }

    @ParameterizedTest
    @CsvSource({"1.0, Infinity", "-1.0, -Infinity", "1.5, NaN", "NaN, NaN", "0.0, 0.0", "-0.0, -0.0"})
    void inverseHasItsEnds(double y, double expected) {
        assertThat(ErrorFunctions.erfinv(y)).isEqualTo(Double.valueOf(expected));
    }
}
