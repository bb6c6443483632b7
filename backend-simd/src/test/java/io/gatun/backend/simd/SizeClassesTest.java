package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SizeClassesTest {

    @Test
    void everySizeTakesTheSmallestClassThatHoldsIt() {
        for (long bytes = 1; bytes < 100_000; bytes++) {
            int c = SizeClasses.of(bytes);
            assertThat(SizeClasses.bytes(c)).as("class of %d", bytes).isGreaterThanOrEqualTo(bytes);
            if (c > 0) {
                assertThat(SizeClasses.bytes(c - 1))
                        .as("class below that of %d", bytes)
                        .isLessThan(bytes);
            }
        }
    }

    @Test
    void sizesAreMultiplesOf64AndGrowByAQuarterAtMost() {
        for (int c = 0; c < SizeClasses.COUNT; c++) {
            long bytes = SizeClasses.bytes(c);
            assertThat(bytes % 64).isZero();
            assertThat(SizeClasses.of(bytes)).isEqualTo(c);
            if (bytes > 512) {
                assertThat(bytes * 4).isLessThanOrEqualTo(SizeClasses.bytes(c - 1) * 5);
            }
        }
    }

    @Test
    void examplesOfTheDocumentation() {
        assertThat(SizeClasses.bytes(SizeClasses.of(1000))).isEqualTo(1024);
        assertThat(SizeClasses.bytes(SizeClasses.of(1025))).isEqualTo(1280);
        assertThat(SizeClasses.bytes(SizeClasses.of(0))).isEqualTo(64);
    }

    @Test
    void limitsAreReadWithSuffixes() {
        assertThat(MemoryLimit.parse("12345")).isEqualTo(12345);
        assertThat(MemoryLimit.parse(" 64K ")).isEqualTo(64 << 10);
        assertThat(MemoryLimit.parse("512m")).isEqualTo(512 << 20);
        assertThat(MemoryLimit.parse("8g")).isEqualTo(8L << 30);
        for (String bad : new String[] {"", "m", "-1", "0", "1.5g", "9999999999g"}) {
            assertThatThrownBy(() -> MemoryLimit.parse(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("-Dgatun.memory.limit=" + bad
                            + ": expected a positive number of bytes, such as 512m or 8g");
        }
        assertThat(MemoryLimit.configured()).isPositive();
    }

    @Test
    void aWidthThatTheMachineLacksIsRefused() {
        assertThat(VectorWidth.chosen(null, 256)).isEqualTo(256);
        assertThat(VectorWidth.chosen("128", 256)).isEqualTo(128);
        assertThatThrownBy(() -> VectorWidth.chosen("512", 256))
                .hasMessage("-Dgatun.simd.width=512: this machine's vectors have only 256 bits");
        assertThatThrownBy(() -> VectorWidth.chosen("wide", 256))
                .hasMessage("-Dgatun.simd.width=wide: expected one of 128, 256, 512");
    }
}
