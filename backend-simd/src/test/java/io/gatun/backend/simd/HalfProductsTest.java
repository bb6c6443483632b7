package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products of half floats that are too large for one band of rows: those of F32, rounded once. */
final class HalfProductsTest {
    private static final long[][] SIZES = {
        {3000, 401, 5}, {5, 401, 3000}, {1500, 33, 1400}, {1, 1200, 2100}, {2100, 1200, 1}
    };

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void areThoseOfFloatsRoundedOnce(DType dtype) {
        for (long[] size : SIZES) {
            for (int turned = 0; turned < 4; turned++) {
                try (TensorScope _ = TensorScope.open()) {
                    Tensor a = operand(size[0], size[1], turned % 2 == 1);
                    Tensor b = operand(size[1], size[2], turned / 2 == 1);
                    Tensor expected = a.matmul(b).to(dtype); // of small integers: sums are exact in any order
                    Tensor product = a.to(dtype).matmul(b.to(dtype));
                    assertThat(product.equal(expected))
                            .as("%s of %s and %s, turned %d", dtype, a.shape(), b.shape(), turned)
                            .isTrue();
                    Tensor view = a.t().to(dtype).t().matmul(b.t().to(dtype).t());
                    assertThat(view.equal(expected))
                            .as("%s of views of %s and %s, turned %d", dtype, a.shape(), b.shape(), turned)
                            .isTrue();
                }
            }
        }
    }

    private static Tensor operand(long rows, long columns, boolean turned) {
        Shape shape = turned ? Shape.of(columns, rows) : Shape.of(rows, columns);
        Tensor drawn = Tensor.randint(-9, 10, shape).to(DType.F32);
        return turned ? drawn.t() : drawn;
    }
}
