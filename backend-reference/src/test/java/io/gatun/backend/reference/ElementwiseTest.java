package io.gatun.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.RoundingMode;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** The values are PyTorch's. */
class ElementwiseTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    @Test
    void floatingDivisionRoundsAsItsNameSays() {
        Tensor a = On.floats(7, -7, 7, -7, 1, 5);
        Tensor b = On.floats(3, 3, -3, -3, 0.1, 0);
        assertThat(a.floorDivide(b).toDoubleArray()).containsExactly(2, -3, -3, 2, 9, INF);
        assertThat(a.div(b, RoundingMode.TRUNC).toDoubleArray()).containsExactly(2, -2, -2, 2, 10, INF);
        assertThat(a.narrow(0, 0, 4).remainder(b.narrow(0, 0, 4)).toDoubleArray())
                .containsExactly(1, 2, -2, -1);
        assertThat(a.narrow(0, 0, 4).fmod(b.narrow(0, 0, 4)).toDoubleArray()).containsExactly(1, -1, 1, -1);
        assertThat(a.remainder(b).toDoubleArray()[5]).isNaN();
    }

    @Test
    void integerDivisionRoundsAsItsNameSays() {
        Tensor a = On.longs(7, -7, 7, -7);
        Tensor b = On.longs(3, 3, -3, -3);
        assertThat(a.floorDivide(b).toLongArray()).containsExactly(2, -3, -3, 2);
        assertThat(a.div(b, RoundingMode.TRUNC).toLongArray()).containsExactly(2, -2, -2, 2);
        assertThat(a.remainder(b).toLongArray()).containsExactly(1, 2, -2, -1);
        assertThat(a.fmod(b).toLongArray()).containsExactly(1, -1, 1, -1);
    }

    @Test
    void integerDivisionByZeroIsRefusedBeforeAnythingIsWritten() {
        Tensor a = On.of(new long[][] {{7, 8}, {9, 10}}, DType.I32);
        Tensor b = On.of(new long[][] {{1, 2}, {0, 3}}, DType.I32);
        assertThatThrownBy(() -> a.remainder_(b))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("remainder: integer division by zero")
                .hasMessageContaining("at (1, 0)");
        assertThat(a.toLongArray()).containsExactly(7, 8, 9, 10);
    }

    @Test
    void integersWrapAroundAtTheWidthOfTheirDType() {
        Tensor bytes = On.integers(DType.I8, 127, -128, 100);
        assertThat(bytes.add(bytes).toLongArray()).containsExactly(-2, 0, -56);
        assertThat(bytes.neg().toLongArray()).containsExactly(-127, -128, -100);
        Tensor unsigned = On.integers(DType.U8, 200, 255, 3);
        assertThat(unsigned.add(On.integers(DType.U8, 100, 1, 4)).toLongArray()).containsExactly(44, 0, 7);
        assertThat(unsigned.floorDivide(On.integers(DType.U8, 7, 7, 7)).toLongArray())
                .containsExactly(28, 36, 0);
        assertThat(On.longs(Long.MIN_VALUE).floorDivide(On.longs(-1)).toLongArray())
                .containsExactly(Long.MIN_VALUE);
    }

    @Test
    void integerPowersWrapAndTruncate() {
        assertThat(On.longs(2, -2, 3, 0).pow(On.longs(10, 3, 0, 0)).toLongArray())
                .containsExactly(1024, -8, 1, 1);
        assertThat(On.longs(1, -1, -1, 2, 0).pow(On.longs(-5, -5, -4, -1, -1)).toLongArray())
                .containsExactly(1, -1, 1, 0, 0);
        assertThat(On.integers(DType.I8, 3).pow(On.integers(DType.I8, 6)).toLongArray())
                .containsExactly((byte) 729);
    }

    @Test
    void floatingPowersFollowC() {
        assertThat(On.doubles(1, -1, NAN, 0, -8, -2)
                        .pow(On.doubles(NAN, INF, 0, -1, 1.0 / 3, 3))
                        .toDoubleArray())
                .containsExactly(1, 1, 1, INF, NAN, -8);
    }

    @Test
    void maximaMinimaAndBoundsPropagateNaN() {
        Tensor a = On.floats(1, NAN, 3);
        Tensor b = On.floats(NAN, 2, 2);
        assertThat(a.maximum(b).toDoubleArray()).containsExactly(NAN, NAN, 3);
        assertThat(a.minimum(b).toDoubleArray()).containsExactly(NAN, NAN, 2);
        assertThat(a.clamp(0, 2).toDoubleArray()).containsExactly(1, NAN, 2);
        assertThat(On.floats(5).clamp(3.0, 1.0).toDoubleArray()).containsExactly(1); // the upper bound wins
        assertThat(a.relu().toDoubleArray()).containsExactly(1, NAN, 3);
        assertThat(On.longs(-5, 5).clamp(Scalar.of(-2), null).toLongArray()).containsExactly(-2, 5);
    }

    @Test
    void signsAndRoundingKeepToPyTorch() {
        assertThat(On.floats(-2, -0.0, 0, 3, NAN).sign().toDoubleArray()).containsExactly(-1, 0, 0, 1, 0);
        assertThat(On.floats(0.5, 1.5, 2.5, -0.5, -1.5).round().toDoubleArray()).containsExactly(0, 2, 2, -0.0, -2);
        assertThat(On.floats(-0.5, 1.9, -1.9).trunc().toDoubleArray()).containsExactly(-0.0, 1, -1);
    }

    @Test
    void logarithmsToBaseTwoAreExactAtPowersOfTwo() {
        double[] powers = new double[2098];
        double[] exponents = new double[powers.length];
        for (int i = 0; i < powers.length; i++) {
            exponents[i] = i - 1074.0;
            powers[i] = Math.scalb(1.0, i - 1074);
        }
        assertThat(On.doubles(powers).log2().toDoubleArray()).containsExactly(exponents);
        assertThat(On.doubles(0, -1, INF, NAN).log2().toDoubleArray()).containsExactly(-INF, NAN, INF, NAN);
    }

    @Test
    void comparisonsWithNaNAreFalseButForNotEqual() {
        Tensor a = On.floats(NAN, NAN, 1);
        Tensor b = On.floats(NAN, 1, 1);
        assertThat(a.eq(b).toBooleanArray()).containsExactly(false, false, true);
        assertThat(a.ne(b).toBooleanArray()).containsExactly(true, true, false);
        assertThat(a.le(b).toBooleanArray()).containsExactly(false, false, true);
        assertThat(a.ge(b).toBooleanArray()).containsExactly(false, false, true);
        assertThat(On.longs(Long.MAX_VALUE).gt(On.longs(Long.MAX_VALUE - 1)).toBooleanArray())
                .containsExactly(true); // equal as doubles
    }

    @Test
    void boolAddsAsOrAndMultipliesAsAnd() {
        Tensor a = On.of(new boolean[] {true, true, false}, DType.BOOL);
        Tensor b = On.of(new boolean[] {true, false, false}, DType.BOOL);
        assertThat(a.add(b).toBooleanArray()).containsExactly(true, true, false);
        assertThat(a.mul(b).toBooleanArray()).containsExactly(true, false, false);
        assertThat(a.bitwiseNot().toBooleanArray()).containsExactly(false, false, true);
        assertThat(a.bitwiseXor(b).toBooleanArray()).containsExactly(false, true, false);
        assertThat(On.integers(DType.U8, 5).bitwiseNot().toLongArray()).containsExactly(250);
    }

    @Test
    void whereAndCopyLeaveTheBitsOfNaNAlone() {
        float signalling = Float.intBitsToFloat(0x7F800001);
        Tensor a = Tensor.of(new float[] {1, 2}, DType.F32, On.REFERENCE);
        a.memorySegment().setAtIndex(ValueLayout.JAVA_INT, 0, 0x7F800001);
        Tensor chosen = Tensor.where(On.of(new boolean[] {true, true}, DType.BOOL), a, a.clone());
        assertThat(chosen.clone().memorySegment().getAtIndex(ValueLayout.JAVA_INT, 0))
                .isEqualTo(Float.floatToRawIntBits(signalling));
    }

    @Test
    void castsTruncateWrapAndRoundToEven() {
        Tensor a = On.floats(1.9, -1.9, 300.7, -1, 0);
        assertThat(a.to(DType.I64).toLongArray()).containsExactly(1, -1, 300, -1, 0);
        assertThat(a.to(DType.U8).toLongArray()).containsExactly(1, 255, 44, 255, 0);
        assertThat(a.to(DType.BOOL).toBooleanArray()).containsExactly(true, true, true, true, false);
        assertThat(On.floats(NAN).to(DType.BOOL).toBooleanArray()).containsExactly(true);
        assertThat(On.floats(2049, 2051, 65519, 65520).to(DType.F16).toDoubleArray())
                .containsExactly(2048, 2052, 65504, INF);
        assertThat(On.floats(257, 259, 3.4e38).to(DType.BF16).toDoubleArray()).containsExactly(256, 260, INF);
        assertThat(On.longs((1L << 60) + (1L << 36) + 1).to(DType.F32).toDoubleArray()) // through double: 2^60
                .containsExactly((float) ((1L << 60) + (1L << 36) + 1));
    }

    @Test
    void halvesAreComputedInOneRounding() {
        Tensor a = On.floats(2048).to(DType.F16);
        Tensor one = On.floats(1).to(DType.F16);
        assertThat(a.add(one).toDoubleArray()).containsExactly(2048);
        assertThat(a.add(one.mul(3.0)).toDoubleArray()).containsExactly(2052);
        assertThat(On.floats(60000).to(DType.F16).mul(2.0).toDoubleArray()).containsExactly(INF);
    }

    @Test
    void integersStayIntegersUnderAWholeFactor() {
        Tensor x = On.longs(1, 2);
        assertThat(x.add(x, 2).dtype()).isEqualTo(DType.I64);
        assertThat(x.sub(x, 3).toDoubleArray()).containsExactly(-2, -4);
        assertThat(x.add_(x, 2).toDoubleArray()).containsExactly(3, 6);
    }
}
