package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.DeviceException;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What concerns devices as a whole: the emulator has two. */
class CudaBackendTest {
    private static Device device;

    @BeforeAll
    static void findTheEmulator() {
        Assumptions.assumeTrue(Twins.isEmulated(), "the emulator has two devices, and this machine perhaps not");
        device = Twins.device();
    }

    @Test
    void tensorsMoveBetweenDevices() {
        Tensor there = Tensor.arange(0, 12, 1).view(3, 4).to(device);
        Tensor other = there.t().to(Device.cuda(1));

        assertThat(other.device()).isEqualTo(Device.cuda(1));
        assertThat(other.add(1).cpu().toLongArray()).containsExactly(1, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12);
        assertThatThrownBy(() -> there.t().add(other)).hasMessageContaining("cuda:0 and cuda:1");
    }

    @Test
    void aDeviceThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Tensor.ones(Shape.of(2), DType.F32, Device.cuda(7)))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("there is no cuda:7: this machine has 2");
    }

    @Test
    void javaCannotLookIntoItsMemory() {
        Tensor there = Tensor.ones(Shape.of(2), DType.F32, device);

        assertThatThrownBy(() -> there.storage().segment())
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("use cpu() first");
    }

    @Test
    void threadsShareADevice() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Double>> sums = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                int value = i;
                sums.add(threads.submit(() -> sumOfProducts(value)));
            }
            for (int i = 1; i <= 4; i++) {
                assertThat(sums.get(i - 1).get()).isEqualTo(100.0 * i * i);
            }
        }
    }

    /** All on the default stream: each thread has the arguments of its launches, and the memory between two, for itself. */
    @Test
    void launchesOfThreadsThatShareAStreamDoNotMix() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                int value = i;
                all.add(threads.submit(() -> addAndSum(value)));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    private static void addAndSum(int value) {
        int times = 1000;
        Tensor x = Tensor.full(Shape.of(40_000), Scalar.of(value), DType.F64, device);
        Tensor rows = x.slice(0, 0, 6, 1).view(2, 3);
        Tensor sums = Tensor.zeros(Shape.scalar(), DType.F64, device);
        Tensor strided = Tensor.zeros(Shape.of(3, 2), DType.F64, device);
        for (int i = 0; i < times; i++) {
            try (TensorScope _ = TensorScope.open()) {
                sums.add_(x.sum()); // in parts
                strided.add_(rows.t());
            }
        }
        assertThat(sums.item()).isEqualTo(40_000.0 * value * times);
        assertThat(strided.toDoubleArray()).containsOnly((double) value * times);
    }

    private static double sumOfProducts(int value) {
        double sum = 0;
        for (int i = 0; i < 100; i++) {
            try (TensorScope _ = TensorScope.open()) {
                Tensor x = Tensor.ones(Shape.of(16, 16), DType.F32, Device.cuda(i % 2))
                        .mul(value);
                sum += x.mm(x).mean().item() / 16;
            }
        }
        return sum;
    }
}
