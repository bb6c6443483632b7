package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelWarmUpTest {
    @Test
    void unitsAreCompiledTogetherAndOnce() throws InterruptedException {
        Device device = Twins.device();
        KernelCache kernels = ((CudaBackend) device.backend()).context(device).kernels();
        List<KernelUnit> units = List.of(
                KernelUnit.parse("binary GATUN_TYPE=F32 GATUN_INTEGRAL=0"),
                KernelUnit.parse("fill"),
                KernelUnit.parse("binary GATUN_TYPE=I16 GATUN_INTEGRAL=1"));
        KernelWarmUp.compile(device, units, 2);
        KernelWarmUp.compile(device, units, 2);
        assertThat(kernels.units()).containsAll(units);

        Tensor ones = Tensor.full(Shape.of(3), Scalar.of(1), DType.I16, device);
        assertThat(ones.add(ones).toLongArray()).containsOnly(2);
    }
}
