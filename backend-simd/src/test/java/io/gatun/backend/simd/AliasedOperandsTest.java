package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** In-place operators whose target is also what they read. */
class AliasedOperandsTest {
    private static Tensor longs(long... values) {
        return Tensor.of(values).to(Device.of("cpu", 0, SimdBackend.NAME));
    }

    @Test
    void indicesMayBeTheTargetItself() {
        Tensor source = longs(10, 11, 12, 13);
        Tensor x = longs(3, 2, 1, 0);
        assertThat(x.scatter_(0, x, source).toLongArray()).containsExactly(13, 12, 11, 10);
        Tensor y = longs(3, 2, 1, 0);
        assertThat(y.scatterAdd_(0, y, source).toLongArray()).containsExactly(16, 14, 12, 10);
        Tensor z = longs(3, 2, 1, 0);
        assertThat(z.indexAdd_(0, z, source).toLongArray()).containsExactly(16, 14, 12, 10);
    }
}
