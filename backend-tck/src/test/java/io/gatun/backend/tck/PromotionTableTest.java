package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValueException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

    /** All operands count at once: none is computed in a dtype narrower, or of another category, than the result's. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void operandsArePromotedTogether(String backend) {
        Device device = Device.of(backend);
        Tensor half = Tensor.of(new double[] {1, 2}, DType.F16, device);
        Tensor bytes = Tensor.of(new long[] {2, 3}, DType.U8, device);
        Tensor number = Tensor.of(0.75f).to(DType.F16).to(device);
        Tensor wide = Tensor.of(new double[] {4, 5}, DType.F64, device);
        assertThat(half.add(bytes, 0.5).dtype()).isEqualTo(DType.F16);
        assertThat(half.sub(bytes, 2).toDoubleArray()).containsExactly(-3, -4);
        assertThat(bytes.add(Tensor.of(new boolean[] {true, false}, DType.BOOL, device), 2)
                        .dtype())
                .isEqualTo(DType.U8);
        assertThat(half.addcmul(bytes, bytes, 0.5).dtype()).isEqualTo(DType.F16);
        assertThat(bytes.addcmul(bytes, bytes, 2).toLongArray()).containsExactly(10, 21);
        assertThat(half.addcdiv(bytes, half).dtype()).isEqualTo(DType.F16);
        assertThat(half.xlogy(bytes).dtype()).isEqualTo(DType.F16);
        assertThat(half.logaddexp(bytes).dtype()).isEqualTo(DType.F16);
        assertThat(number.logaddexp2(wide).toDoubleArray()[0])
                .isCloseTo(Math.log(Math.pow(2, 0.75) + 16) / Math.log(2), within(1e-12));
        assertThat(number.xlogy(wide).toDoubleArray()[1]).isCloseTo(0.75 * Math.log(5), within(1e-12));
        assertThat(bytes.lcm(Tensor.of(true).to(device)).toLongArray()).containsExactly(2, 3);
        assertThat(wide.toLong()
                        .indexAdd(
                                0,
                                Tensor.of(new long[] {0}).to(device),
                                wide.toLong().narrow(0, 1, 1),
                                2)
                        .toLongArray())
                .containsExactly(14, 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void whatPyTorchRefusesOfIntegersAndMasksIsRefused(String backend) {
        Device device = Device.of(backend);
        Tensor integers = Tensor.of(new long[] {2, 3}, DType.I32, device);
        Tensor mask = Tensor.of(new boolean[] {true, false}, DType.BOOL, device);
        refused(() -> integers.add(integers, 0.5), "add: the factor 0.5");
        refused(() -> integers.addcdiv(integers, integers), "addcdiv");
        refused(() -> integers.indexAdd(0, integers.toLong(), integers, 0.5), "indexAdd: the factor 0.5");
        refused(() -> integers.sub(mask), "sub: not defined with a tensor of BOOL");
        refused(() -> mask.rsub(1), "sub: not defined with a tensor of BOOL");
        refused(() -> integers.sub_(mask), "sub: not defined with a tensor of BOOL");
        refused(() -> Tensor.ones(2).floatPower_(2), "cannot be stored");
        assertThatThrownBy(() -> integers.pow(-2)).isInstanceOf(ValueException.class);
        assertThatThrownBy(() -> integers.pow_(-1)).isInstanceOf(ValueException.class);
        assertThatThrownBy(() -> Tensor.arange(0, 1, 0.25, DType.I64)).isInstanceOf(ValueException.class);
        refused(() -> integers.maskedFill(mask, Double.NEGATIVE_INFINITY), "maskedFill: the value -Infinity");
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(DTypeException.class).hasMessageContaining(message);
    }

    /** A fraction put into integers is cut off, as {@code fill_} does. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void fractionsPutIntoIntegersAreCutOff(String backend) {
        Device device = Device.of(backend);
        Tensor integers = Tensor.of(new long[] {2, 3}, DType.I32, device);
        Tensor mask = Tensor.of(new boolean[] {true, false}, DType.BOOL, device);
        assertThat(integers.maskedFill(mask, -2.5).toLongArray()).containsExactly(-2, 3);
        assertThat(integers.maskedFill(mask, Tensor.of(7.9f).to(device)).toLongArray())
                .containsExactly(7, 3);
        assertThat(integers.indexFill(0, Tensor.of(new long[] {1}).to(device), 4.5)
                        .toLongArray())
                .containsExactly(2, 4);
        assertThat(Tensor.linspace(-2, 3, 11, DType.I64).toLongArray())
                .containsExactly(-2, -1, -1, 0, 0, 0, 1, 1, 2, 2, 3);
        assertThat(Tensor.linspace(3, -1, 4, DType.I32).toLongArray()).containsExactly(3, 1, 0, -1);
        assertThat(Tensor.linspace(5, 7, 1, DType.I32).toLongArray()).containsExactly(5);
    }
}
