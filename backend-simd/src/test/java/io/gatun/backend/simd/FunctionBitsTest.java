package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.backend.simd.TestTensor.Pattern;
import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.TensorView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * The functions' results have the same bits from the first call on, compiled or not, and at every vector width: this test
 * also runs with vectors of 128 and 256 bits, and compares with sums written down here.
 */
final class FunctionBitsTest {
    private static final SimdBackend BACKEND = new SimdBackend();
    private static final int ELEMENTS = 1003; // not a multiple of any vector's length

    /** Enough to be compiled; that the first results do not depend on the width is for the runs with other widths. */
    private static final int CALLS = System.getProperty("gatun.simd.width") == null ? 120 : 0;

    private static final List<UnaryKind> UNARY = List.of(
            UnaryKind.EXP,
            UnaryKind.EXPM1,
            UnaryKind.LOG,
            UnaryKind.LOG1P,
            UnaryKind.LOG2,
            UnaryKind.LOG10,
            UnaryKind.SIN,
            UnaryKind.COS,
            UnaryKind.TAN,
            UnaryKind.ASIN,
            UnaryKind.ACOS,
            UnaryKind.ATAN,
            UnaryKind.SINH,
            UnaryKind.COSH,
            UnaryKind.TANH,
            UnaryKind.ASINH,
            UnaryKind.ACOSH,
            UnaryKind.ATANH,
            UnaryKind.SIGMOID,
            UnaryKind.ERF,
            UnaryKind.ERFC,
            UnaryKind.ERFINV,
            UnaryKind.LGAMMA,
            UnaryKind.DIGAMMA,
            UnaryKind.RSQRT);
    private static final List<BinaryKind> BINARY = List.of(BinaryKind.POW, BinaryKind.ATAN2, BinaryKind.HYPOT);

    /** From 2^-12 to 2^12 and both signs, so that every part of every function is met. */
    private static TestTensor operand(DType dtype, int seed) {
        TestTensor tensor = TestTensor.of(dtype, Shape.of(ELEMENTS), Pattern.CONTIGUOUS);
        long state = seed;
        for (int i = 0; i < ELEMENTS; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            double mantissa = 1 + (state >>> 12) * 0x1p-52;
            double value = Math.scalb(mantissa, (int) (state >>> 58) % 24 - 12);
            tensor.set(i, (state >> 32 & 1) == 0 ? value : -value);
        }
        return tensor;
    }

    /** Of the results' bits, those of every NaN the same: IEEE 754 leaves them to the machine. */
    private static String sum(TestTensor results) {
        ByteBuffer bits = ByteBuffer.allocate(ELEMENTS * Double.BYTES);
        for (int i = 0; i < ELEMENTS; i++) {
            bits.putLong(Double.doubleToLongBits(results.getDouble(i)));
        }
        CRC32 crc = new CRC32();
        crc.update(bits.array());
        return Long.toHexString(crc.getValue());
    }

    /** Sums of the first results, by function; those of every later call are the same. */
    private static Map<String, String> sums(DType dtype) {
        TestTensor x = operand(dtype, 1);
        TestTensor y = operand(dtype, 2);
        List<Op.Kernel> ops = new ArrayList<>();
        UNARY.forEach(kind -> ops.add(new Op.Unary(kind)));
        BINARY.forEach(kind -> ops.add(new Op.Binary(kind)));
        Map<String, String> sums = new TreeMap<>();
        for (Op.Kernel op : ops) {
            TensorView[] in = op instanceof Op.Binary ? new TensorView[] {x, y} : new TensorView[] {x};
            TestTensor out = TestTensor.of(dtype, Shape.of(ELEMENTS), Pattern.CONTIGUOUS);
            BACKEND.execute(op, in, new TensorView[] {out});
            String first = sum(out);
            for (int i = 0; i < CALLS; i++) {
                BACKEND.execute(op, in, new TensorView[] {out});
            }
            assertThat(sum(out)).as("%s of %s, compiled", op, dtype).isEqualTo(first);
            sums.put(op.operatorName(), first);
        }
        return sums;
    }

    private static String written(Map<String, String> sums) {
        return sums.entrySet().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    @Test
    void functionsOfF32() {
        assertThat(written(sums(DType.F32)))
                .isEqualTo(String.join(
                        ", ",
                        "acos=5b33cf52, acosh=d25533fc, asin=286bfea, asinh=3b2bf28b, atan=65b01824, atan2=93366a8f",
                        "atanh=86c66d92, cos=c2d70a7c, cosh=caf0a20a, digamma=e35c8760, erf=a2d35979, erfc=91751ba1",
                        "erfinv=b18e0108, exp=1a6eeb77, expm1=6c0e7386, hypot=59fd56cb, lgamma=646bb1c0",
                        "log=b39da3bd, log10=e5ccb774, log1p=84895a77, log2=c32996d2, pow=7e0aba9, rsqrt=f9f9e2f7",
                        "sigmoid=d581270c, sin=66c8852b, sinh=bac8219a, tan=4e948428, tanh=17c880ac"));
    }

    @Test
    void functionsOfF64() {
        assertThat(written(sums(DType.F64)))
                .isEqualTo(String.join(
                        ", ",
                        "acos=7e8b6532, acosh=7315312f, asin=7b527ce3, asinh=75791bef, atan=17555ea, atan2=b50ca0c5",
                        "atanh=9ca352bb, cos=af22aad3, cosh=3feff7e, digamma=ba42d760, erf=3fde8f06, erfc=20bd27fe",
                        "erfinv=630deba0, exp=747c9138, expm1=a094f677, hypot=4b706a4, lgamma=cefd58d6",
                        "log=7582521d, log10=bbe1600d, log1p=489e9e0a, log2=c918bbf8, pow=ab18efbb, rsqrt=9a41c6c0",
                        "sigmoid=430f17b8, sin=733b100, sinh=1b49c5eb, tan=e93f5647, tanh=3ff38470"));
    }
}
