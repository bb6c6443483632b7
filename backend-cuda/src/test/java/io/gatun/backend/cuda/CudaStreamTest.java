package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.cuda.Cuda;
import io.gatun.cuda.CudaEvent;
import io.gatun.cuda.CudaStream;
import io.gatun.cuda.StreamScope;
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

/** Several streams, and what orders them. The emulator lets them take turns at random, so what is not ordered comes out wrong. */
class CudaStreamTest {
    private static final int TRIES = 30;

    private static Device device;

    @BeforeAll
    static void findTheEmulator() {
        device = Twins.device();
    }

    private static Tensor full(long count, long value) {
        return Tensor.full(Shape.of(count), Scalar.of(value), DType.F32, device);
    }

    @Test
    void aStreamThatWaitsComesAfter() {
        CudaStream side = new CudaStream(device);
        for (int i = 0; i < TRIES; i++) {
            Tensor x = full(100, i).add(1);
            side.waitFor(Cuda.currentStream(device));
            Tensor y;
            try (var _ = Cuda.stream(side)) {
                y = x.mul(2).add(1);
            }
            Cuda.currentStream(device).waitFor(side);
            assertThat(y.mul(10).toFloatArray()).containsOnly((2 * (i + 1) + 1) * 10);
        }
    }

    @Test
    void eventsOrderStreamsAndSayWhenTheyAreDone() {
        CudaStream side = new CudaStream(device);
        for (int i = 0; i < TRIES; i++) {
            Tensor x = full(100, i).add(1);
            CudaEvent made = Cuda.currentStream(device).record();
            side.waitFor(made);
            CudaEvent used = new CudaEvent();
            assertThat(used.query()).as("not recorded").isTrue();
            Tensor y;
            try (var _ = Cuda.stream(side)) {
                y = x.mul(2);
                used.record(side);
            }
            used.synchronize();
            assertThat(used.query()).isTrue();
            assertThat(made.query()).isTrue();
            assertThat(y.add(0).toFloatArray()).containsOnly(2 * (i + 1));
            made.close();
            used.close();
        }
    }

    @Test
    void eventsMeasureTime() {
        Device other = Twins.second();
        CudaEvent start = CudaEvent.timed();
        CudaEvent end = CudaEvent.timed();
        start.record(Cuda.currentStream(device));
        full(1000, 1).exp();
        end.record(Cuda.currentStream(device));
        end.synchronize();

        assertThat(start.elapsedTime(end)).isPositive();
        assertThatThrownBy(() -> start.elapsedTime(new CudaEvent()))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("CudaEvent.elapsedTime: both events must be timed()");
        assertThatThrownBy(() -> start.record(Cuda.currentStream(other)))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("the event was recorded on cuda:0, and the stream is of cuda:1");
    }

    @Test
    void theHostReadsWhatAnotherStreamWrote() {
        CudaStream side = new CudaStream(device);
        for (int i = 0; i < TRIES; i++) {
            Tensor square;
            Tensor row;
            try (var _ = Cuda.stream(side)) {
                square = Tensor.full(Shape.of(3, 4), Scalar.of(i), DType.F32, device)
                        .add(1);
                row = full(4, 5).mul(i);
            }
            assertThat(square.t().toFloatArray()).as("made contiguous first").containsOnly(i + 1);
            assertThat(row.toFloatArray()).containsOnly(5 * i);
        }
    }

    @Test
    void memoryThatAnotherStreamUsesIsNotHandedOutBefore() {
        CudaStream side = new CudaStream(device);
        for (int i = 0; i < TRIES; i++) {
            Tensor y;
            try (TensorScope scope = TensorScope.open()) {
                Tensor x = full(5000, i);
                side.waitFor(Cuda.currentStream(device));
                try (var _ = Cuda.stream(side)) {
                    y = scope.keep(full(5000, 7).mul(3).add(x));
                }
            }
            for (int k = 0; k < 4; k++) {
                full(5000, -1); // would have x's memory
            }
            assertThat(y.toFloatArray()).containsOnly(21 + i);
        }
    }

    @Test
    void memoryThatOtherStreamsUsedComesBack() {
        CudaStream side = new CudaStream(device);
        Runnable step = () -> {
            try (TensorScope _ = TensorScope.open()) {
                Tensor x = full(1 << 16, 1);
                side.waitFor(Cuda.currentStream(device));
                try (var _ = Cuda.stream(side)) {
                    x.add(1).sum().item();
                }
            }
        };
        for (int i = 0; i < 5; i++) {
            step.run();
        }
        long reserved = Cuda.memoryReserved(device);
        for (int i = 0; i < 200; i++) {
            step.run();
        }
        // It may be less: graphs of other tests, collected meanwhile, give theirs back to the driver.
        assertThat(Cuda.memoryReserved(device)).isLessThanOrEqualTo(reserved);
    }

    @Test
    void threadsHaveStreamsOfTheirOwn() throws Exception {
        CudaStream before = Cuda.currentStream(device);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Float>> results = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                int value = t + 1;
                results.add(threads.submit(() -> sumsOn(new CudaStream(device), value)));
            }
            assertThat(results.get(0).get()).isEqualTo(3 * 100f);
            assertThat(results.get(1).get()).isEqualTo(6 * 100f);
        }
        assertThat(Cuda.currentStream(device)).isEqualTo(before).isEqualTo(Cuda.defaultStream(device));
    }

    private static float sumsOn(CudaStream stream, int value) {
        try (var _ = Cuda.stream(stream)) {
            assertThat(Cuda.currentStream(device)).isEqualTo(stream);
            float sum = 0;
            for (int i = 0; i < 100; i++) {
                try (TensorScope _ = TensorScope.open()) {
                    Tensor x = Tensor.full(Shape.of(8, 8), Scalar.of(value), DType.F32, device);
                    sum += (float) x.mm(x.mul(0).add(3)).mean().item() / 8;
                }
            }
            return sum;
        }
    }

    @Test
    void streamsAreGivenOutInTurn() {
        CudaStream first = new CudaStream(device);
        List<CudaStream> others = new ArrayList<>();
        for (int i = 0; i < 31; i++) {
            others.add(new CudaStream(device));
        }
        assertThat(others).doesNotContain(first).doesNotHaveDuplicates();
        assertThat(new CudaStream(device)).isEqualTo(first).hasSameHashCodeAs(first);
        assertThat(first).isNotEqualTo(Cuda.defaultStream(device)).hasToString(first.toString());
        assertThat(first.toString()).contains("of cuda:0");
    }

    @Test
    void scopesNestAndStreamsSayWhetherTheyAreDone() {
        CudaStream one = new CudaStream(device);
        CudaStream two = new CudaStream(device);
        try (var _ = Cuda.stream(one)) {
            StreamScope inner = Cuda.stream(two);
            full(10, 1);
            assertThat(Cuda.currentStream(device)).isEqualTo(two);
            inner.close();
            inner.close();
            assertThat(Cuda.currentStream(device)).isEqualTo(one);
            full(10, 1);
        }
        Cuda.synchronize(device);
        assertThat(one.query()).isTrue();
        assertThat(two.query()).isTrue();
        two.synchronize();
    }

    @Test
    void devicesSayWhatTheyAre() {
        Assumptions.assumeTrue(Twins.isEmulated(), "of other devices than the emulator's the names are not known");
        assertThat(Cuda.isAvailable()).isTrue();
        assertThat(Cuda.deviceCount()).isEqualTo(2);
        assertThat(Cuda.deviceName(Device.cuda(1))).isEqualTo("Gatun emulator 1");
        assertThatThrownBy(() -> Cuda.currentStream(Device.of("reference")))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("is no CUDA device");

        long before = Cuda.memoryAllocated(device);
        Cuda.resetPeakMemoryStats(device);
        try (TensorScope _ = TensorScope.open()) {
            full(1 << 20, 1);
            assertThat(Cuda.maxMemoryAllocated(device)).isBetween(4L << 20, before + (4 << 20));
        }
        long reserved = Cuda.memoryReserved(device);
        Cuda.emptyCache(device);
        assertThat(Cuda.memoryReserved(device)).isBetween(Cuda.memoryAllocated(device), reserved);
    }
}
