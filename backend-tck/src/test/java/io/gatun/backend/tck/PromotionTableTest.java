package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dtypes of products, quotients and products in place, for every pair: tables that PyTorch 1.13 printed. */
class PromotionTableTest {
    private static final DType[] DTYPES = {
        DType.F16, DType.BF16, DType.F32, DType.F64, DType.I8, DType.U8, DType.I16, DType.I32, DType.I64, DType.BOOL
    };
    private static final String[] TENSORS = table("""
            F16 F32 F32 F64 F16 F16 F16 F16 F16 F16
            F32 BF16 F32 F64 BF16 BF16 BF16 BF16 BF16 BF16
            F32 F32 F32 F64 F32 F32 F32 F32 F32 F32
            F64 F64 F64 F64 F64 F64 F64 F64 F64 F64
            F16 BF16 F32 F64 I8 I16 I16 I32 I64 I8
            F16 BF16 F32 F64 I16 U8 I16 I32 I64 U8
            F16 BF16 F32 F64 I16 I16 I16 I32 I64 I16
            F16 BF16 F32 F64 I32 I32 I32 I32 I64 I32
            F16 BF16 F32 F64 I64 I64 I64 I64 I64 I64
            F16 BF16 F32 F64 I8 U8 I16 I32 I64 BOOL
            """);
    private static final String[] WITH_NUMBER = table("""
            F16 F16 F16 F16 F16 F16 F16 F16 F16 F16
            BF16 BF16 BF16 BF16 BF16 BF16 BF16 BF16 BF16 BF16
            F32 F32 F32 F32 F32 F32 F32 F32 F32 F32
            F64 F64 F64 F64 F64 F64 F64 F64 F64 F64
            F16 BF16 F32 F64 I8 I8 I8 I8 I8 I8
            F16 BF16 F32 F64 U8 U8 U8 U8 U8 U8
            F16 BF16 F32 F64 I16 I16 I16 I16 I16 I16
            F16 BF16 F32 F64 I32 I32 I32 I32 I32 I32
            F16 BF16 F32 F64 I64 I64 I64 I64 I64 I64
            F16 BF16 F32 F64 I8 U8 I16 I32 I64 BOOL
            """);
    private static final String[] WITH_JAVA_INTEGER = table("F16 BF16 F32 F64 I8 U8 I16 I32 I64 I64");
    private static final String[] WITH_JAVA_FRACTION = table("F16 BF16 F32 F64 F32 F32 F32 F32 F32 F32");

    private static String[] table(String text) {
        return text.strip().split("\\s+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void resultsHaveTheDTypesOfTheTables(String backend) {
        Device device = Device.of(backend);
        for (int i = 0; i < DTYPES.length; i++) {
            Tensor a = Tensor.ones(Shape.of(2), DTYPES[i], device);
            Tensor number = Tensor.ones(Shape.scalar(), DTYPES[i], device);
            for (int j = 0; j < DTYPES.length; j++) {
                Tensor b = Tensor.ones(Shape.of(2), DTYPES[j], device);
                Tensor otherNumber = Tensor.ones(Shape.scalar(), DTYPES[j], device);
                String expected = TENSORS[i * DTYPES.length + j];
                String heavy = WITH_NUMBER[i * DTYPES.length + j];
                assertThat(a.mul(b).dtype().name()).as("%s * %s", a, b).isEqualTo(expected);
                assertThat(number.mul(otherNumber).dtype().name())
                        .as("%s * %s", number, otherNumber)
                        .isEqualTo(expected);
                assertThat(a.mul(otherNumber).dtype().name())
                        .as("%s * %s", a, otherNumber)
                        .isEqualTo(heavy);
                assertThat(otherNumber.mul(a).dtype().name())
                        .as("%s * %s", otherNumber, a)
                        .isEqualTo(heavy);
                assertThat(a.eq(b).dtype()).isEqualTo(DType.BOOL);
            }
            assertThat(a.mul(2).dtype().name()).isEqualTo(WITH_JAVA_INTEGER[i]);
            assertThat(a.mul(2.5).dtype().name()).isEqualTo(WITH_JAVA_FRACTION[i]);
            assertThat(number.mul(2).dtype().name()).isEqualTo(WITH_JAVA_INTEGER[i]);
            assertThat(number.mul(2.5).dtype().name()).isEqualTo(WITH_JAVA_FRACTION[i]);
            assertThat(a.div(a).dtype().name()).isEqualTo(WITH_JAVA_FRACTION[i]);
            assertThat(a.div(2).dtype().name()).isEqualTo(WITH_JAVA_FRACTION[i]);
        }
    }

    /** Stored in place is what is of no higher category: floating above integral above bool. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void inPlaceNothingIsStoredInALowerCategory(String backend) {
        for (DType target : DTYPES) {
            for (DType other : DTYPES) {
                Tensor a = Tensor.ones(Shape.of(2), target, Device.of(backend));
                Tensor b = Tensor.ones(Shape.of(2), other, Device.of(backend));
                if (other.category().compareTo(target.category()) <= 0) {
                    assertThat(a.mul_(b).dtype()).isEqualTo(target);
                } else {
                    assertThatThrownBy(() -> a.mul_(b))
                            .isInstanceOf(DTypeException.class)
                            .hasMessageStartingWith(
                                    "mul_: the result is " + a.mul(b).dtype());
                    assertThat(a.toLongArray()).containsExactly(1, 1);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void comparisonsInPlaceStoreOnesAndZeros(String backend) {
        Device device = Device.of(backend);
        assertThat(Tensor.of(new double[] {1.5, 2}, DType.F32, device).lt_(2).toDoubleArray())
                .containsExactly(1, 0);
        Tensor integers = Tensor.of(new long[] {1, 2}, DType.I64, device);
        assertThat(integers.logicalAnd_(Tensor.of(new long[] {0, 1}, DType.I64, device))
                        .toLongArray())
                .containsExactly(0, 1);
        assertThat(integers.dtype()).isEqualTo(DType.I64);
        Tensor truth = Tensor.of(new boolean[] {true, false}, DType.BOOL, device);
        assertThat(truth.maskedFill_(truth.logicalNot(), 1).toBooleanArray()).containsExactly(true, true);
    }
}
