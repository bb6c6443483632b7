package io.gatun.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.nn.Init;
import io.gatun.tensor.Generator;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Orthogonal initial values, which need both nn and the decompositions of linalg. */
class OrthogonalTest {
    @Test
    void rowsOrColumnsAreOrthonormal() {
        Tensor wide =
                Init.orthogonal_(Tensor.empty(3, 2, 4), 2, new Generator(1)).flatten(1, 2);
        assertThat(wide.matmul(wide.t()).sub(Tensor.eye(3).mul(4)).abs().max().item())
                .isLessThan(1e-5);
        Tensor tall = Init.orthogonal_(Tensor.empty(8, 3), 1, new Generator(1));
        assertThat(tall.t().matmul(tall).sub(Tensor.eye(3)).abs().max().item()).isLessThan(1e-5);
        assertThatThrownBy(() -> Init.orthogonal_(Tensor.empty(3), 1, new Generator(1)))
                .isInstanceOf(ShapeException.class);
    }
}
