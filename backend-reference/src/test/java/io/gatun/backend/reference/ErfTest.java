package io.gatun.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values from glibc's {@code erf}, by way of Python's {@code math.erf}. */
class ErfTest {
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
        assertThat(Erf.erf(x)).isCloseTo(expected, within(3 * Math.ulp(expected)));
        assertThat(Erf.erf(-x)).isEqualTo(-Erf.erf(x));
    }

    @ParameterizedTest
    @CsvSource({"0.0", "-0.0", "NaN"})
    void keepsZeroAndNaN(double x) {
        assertThat(Erf.erf(x)).isEqualTo(Double.valueOf(x)); // boxed: NaN equals NaN, and 0.0 not -0.0
    }
}
