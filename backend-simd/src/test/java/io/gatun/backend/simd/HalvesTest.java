package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All half floats there are, through both conversions and through the functions that are computed in place. */
final class HalvesTest {
    private static final int COUNT = 1 << 16;

    /** Zero, subnormals, what rounds up or down to others, the largest, infinities and NaN, of either type. */
    private static final int[] SPECIAL = {
        0, 0x8000, 1, 0x8001, 0x3FF, 0x400, 0x83FF, 0x7F, 0x80, 0x3C00, 0x3C01, 0x3F80, 0x3F81, 0x5401, 0x1400, 0x9A3C,
        0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7C01, 0x7E00, 0x7F7F, 0xFF7F, 0x7F80, 0xFF80, 0x7F81, 0xFFFF
    };

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void becomeFloatsAndBack(DType dtype) {
        try (Arena arena = Arena.ofConfined();
                TensorScope _ = TensorScope.open()) {
            float[] wide = all(arena, dtype).to(DType.F32).toFloatArray();
            for (int i = 0; i < COUNT; i++) {
                assertThat(wide[i]).as("%s %x", dtype, i).isEqualTo(Float.valueOf(wide(dtype, i)));
            }
            // Of each half the next floats, and those about the middle between it and the next half.
            int last = dtype == DType.F16 ? 13 : 16;
            int[] steps = {-1, 0, 1, (1 << last - 1) - 1, 1 << last - 1, (1 << last - 1) + 1, 1 << last + 9, -(1 << 24)
            };
            float[] floats = new float[COUNT * steps.length];
            for (int i = 0; i < floats.length; i++) {
                int bits = Float.floatToRawIntBits(wide(dtype, i / steps.length));
                floats[i] = Float.intBitsToFloat(bits + steps[i % steps.length]);
            }
            MemorySegment narrow = bits(Tensor.of(floats).to(dtype));
            for (int i = 0; i < floats.length; i++) {
                short actual = narrow.getAtIndex(ValueLayout.JAVA_SHORT, i);
                if (!same(dtype, actual, floats[i])) {
                    fail("%s of %s is %x", dtype, floats[i], actual);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void areComputedWithInPlace(DType dtype) {
        check(dtype, "+", Tensor::add, Float::sum);
        check(dtype, "-", Tensor::sub, (a, b) -> a - b);
        check(dtype, "*", Tensor::mul, (a, b) -> a * b);
        check(dtype, "/", Tensor::div, (a, b) -> a / b);
        check(dtype, "max", Tensor::maximum, Math::max);
        check(dtype, "min", Tensor::minimum, Math::min);
        check(dtype, "neg", Tensor::neg, a -> -a);
        check(dtype, "abs", Tensor::abs, Math::abs);
        check(dtype, "sqrt", Tensor::sqrt, a -> (float) Math.sqrt(a));
        check(dtype, "square", Tensor::square, a -> a * a);
        check(dtype, "reciprocal", Tensor::reciprocal, a -> 1 / a);
    }

    private static void check(DType dtype, String name, BinaryOperator<Tensor> f, BinaryOperator<Float> expected) {
        for (int special : SPECIAL) {
            try (Arena arena = Arena.ofConfined();
                    TensorScope _ = TensorScope.open()) {
                Tensor x = all(arena, dtype);
                MemorySegment segment = arena.allocate(Short.BYTES);
                segment.set(ValueLayout.JAVA_SHORT, 0, (short) special);
                Tensor y = Tensor.fromSegment(segment, Shape.of(1), dtype);
                Tensor filled = y.expand(COUNT).contiguous();
                MemorySegment[] results = {
                    bits(f.apply(x, filled)), bits(f.apply(x, y)), bits(f.apply(filled, x)), bits(f.apply(y, x))
                };
                for (int i = 0; i < COUNT; i++) {
                    float a = wide(dtype, i);
                    float b = wide(dtype, special);
                    for (int k = 0; k < results.length; k++) {
                        float result = k < 2 ? expected.apply(a, b) : expected.apply(b, a);
                        short actual = results[k].getAtIndex(ValueLayout.JAVA_SHORT, i);
                        if (!same(dtype, actual, result)) {
                            fail("%s %s of %s and %s is %x", dtype, name, a, b, actual);
                        }
                    }
                }
            }
        }
    }

    private static void check(DType dtype, String name, UnaryOperator<Tensor> f, UnaryOperator<Float> expected) {
        try (Arena arena = Arena.ofConfined();
                TensorScope _ = TensorScope.open()) {
            MemorySegment result = bits(f.apply(all(arena, dtype)));
            for (int i = 0; i < COUNT; i++) {
                float a = wide(dtype, i);
                short actual = result.getAtIndex(ValueLayout.JAVA_SHORT, i);
                if (!same(dtype, actual, expected.apply(a))) {
                    fail("%s %s of %s is %x", dtype, name, a, actual);
                }
            }
        }
    }

    /** Whether the bits are those of a result; any NaN is as good as any other. */
    private static boolean same(DType dtype, short actual, float expected) {
        return Float.isNaN(expected) ? Float.isNaN(wide(dtype, actual)) : actual == narrow(dtype, expected);
    }

    private static Tensor all(Arena arena, DType dtype) {
        MemorySegment segment = arena.allocate(ValueLayout.JAVA_SHORT, COUNT);
        for (int i = 0; i < COUNT; i++) {
            segment.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) i);
        }
        return Tensor.fromSegment(segment, Shape.of(COUNT), dtype);
    }

    private static MemorySegment bits(Tensor halves) {
        return halves.memorySegment();
    }

    private static float wide(DType dtype, int half) {
        return dtype == DType.F16 ? Float.float16ToFloat((short) half) : Float.intBitsToFloat(half << 16);
    }

    private static short narrow(DType dtype, float f) {
        if (dtype == DType.F16) {
            return Float.floatToFloat16(f);
        }
        int bits = Float.floatToRawIntBits(f);
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }
}
