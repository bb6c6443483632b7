package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies and sums of operands whose layouts are drawn: dimensions in any order, with steps, backwards and repeated. */
final class LayoutsTest {
    private static final SimdBackend BACKEND = new SimdBackend();
    private static final int[] SIZES = {1, 2, 3, 5, 7, 8, 12, 16, 17, 31, 33, 64, 65, 130};
    private static final int[] STEPS = {1, 1, 1, 2, 3, 4, 5};
    private static final long MOST = 20_000;

    private final Random random = new Random(6);

    private Shape shape() {
        while (true) {
            long[] sizes = new long[1 + random.nextInt(4)];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = SIZES[random.nextInt(SIZES.length)];
            }
            Shape shape = Shape.of(sizes);
            if (shape.numel() <= MOST) {
                return shape;
            }
        }
    }

    private Layout layout(Shape shape, boolean written) {
        List<Integer> order = new ArrayList<>();
        for (int dim = 0; dim < shape.rank(); dim++) {
            order.add(dim);
        }
        if (random.nextInt(4) > 0) {
            Collections.shuffle(order, random);
        } else {
            Collections.reverse(order); // row-major
        }
        long[] strides = new long[shape.rank()];
        long offset = random.nextInt(4);
        long extent = STEPS[random.nextInt(STEPS.length)];
        for (int dim : order) {
            strides[dim] = extent;
            extent = extent * shape.size(dim) + (random.nextInt(3) == 0 ? random.nextInt(5) : 0);
            if (random.nextInt(6) == 0) {
                offset += strides[dim] * (shape.size(dim) - 1);
                strides[dim] = -strides[dim];
            } else if (!written && random.nextInt(8) == 0) {
                strides[dim] = 0;
            }
        }
        return Layout.of(shape, strides, offset);
    }

    private TestTensor operand(DType dtype, Shape shape) {
        TestTensor x = TestTensor.of(dtype, layout(shape, false));
        for (long i = 0; i < x.numel(); i++) {
            x.set(i, (double) random.nextInt(-60, 60));
        }
        return x;
    }

    /** Runs into memory of ones, for {@link #assertNothingElseWritten} to see. */
    private TestTensor run(Op.Kernel op, Shape shape, TestTensor... in) {
        TestTensor out = TestTensor.of(in[0].dtype(), layout(shape, true));
        out.storage().segment().fill((byte) 1);
        BACKEND.execute(op, in, new TensorView[] {out});
        return out;
    }

    private static void assertNothingElseWritten(TestTensor out) {
        byte[] bytes = out.bytes();
        boolean[] own = new boolean[bytes.length];
        int size = out.dtype().byteSize();
        for (long i = 0; i < out.numel(); i++) {
            int at = (int) out.layout().elementAt(i) * size;
            Arrays.fill(own, at, at + size, true);
        }
        for (int i = 0; i < bytes.length; i++) {
            assertThat(own[i] || bytes[i] == 1).as("byte %d of %s", i, out).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"I8", "F16", "I32", "F64"})
    void copies(DType dtype) {
        for (int round = 0; round < 400; round++) {
            Shape shape = shape();
            TestTensor x = operand(dtype, shape);
            TestTensor out = run(new Op.Copy(), shape, x);
            for (long i = 0; i < x.numel(); i++) {
                assertThat(out.getDouble(i))
                        .as("element %d of %s into %s", i, x, out)
                        .isEqualTo(x.getDouble(i));
            }
            assertNothingElseWritten(out);
        }
    }

    /** Planes to pixels, and elements repeated: the innermost loop has two to five steps. */
    @ParameterizedTest
    @EnumSource(names = {"I8", "F16", "I32", "F64"})
    void interleaves(DType dtype) {
        for (long planes = 2; planes <= 5; planes++) {
            for (long n : new long[] {33, 64, 100, 700, 1030}) {
                for (long step : new long[] {0, n, n + 3}) {
                    Shape shape = Shape.of(n, planes);
                    TestTensor x = TestTensor.of(dtype, Layout.of(shape, new long[] {1, step}, 1));
                    for (long i = 0; i < x.numel(); i++) {
                        x.set(i, (double) random.nextInt(-60, 60));
                    }
                    TestTensor out = TestTensor.of(dtype, TestTensor.Pattern.OFFSET.layout(shape));
                    BACKEND.execute(new Op.Copy(), new TensorView[] {x}, new TensorView[] {out});
                    for (long i = 0; i < x.numel(); i++) {
                        assertThat(out.getDouble(i))
                                .as("element %d of %s", i, x)
                                .isEqualTo(x.getDouble(i));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"I8", "F16", "I32", "F64"})
    void sums(DType dtype) {
        for (int round = 0; round < 400; round++) {
            Shape shape = shape();
            TestTensor x = operand(dtype, shape);
            TestTensor y = operand(dtype, shape);
            TestTensor out = run(new Op.Binary(BinaryKind.ADD), shape, x, y);
            for (long i = 0; i < x.numel(); i++) {
                assertThat(out.getDouble(i))
                        .as("element %d of %s + %s into %s", i, x, y, out)
                        .isEqualTo(x.getDouble(i) + y.getDouble(i));
            }
            assertNothingElseWritten(out);
        }
    }
}
