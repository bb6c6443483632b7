package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.cuda.Cuda;
import io.gatun.cuda.CudaStream;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Copies to devices, from them and between them. */
class CopiesTest {
    private static final int TRIES = 20;
    private static final Device HOST = Device.of("reference");

    private static Device device;

    @BeforeAll
    static void findTheEmulator() {
        device = Twins.device();
    }

    private static Tensor numbers(long seed, long count) {
        return Tensor.randn(Shape.of(count), DType.F32, HOST, new Generator(seed));
    }

    /** Whether much is queued after one of some tries: memory that other tests left may go back to the driver, which waits. */
    private static boolean leavesQueued(int operators, Runnable attempt) {
        for (int i = 0; i < TRIES; i++) {
            Cuda.synchronize(device);
            attempt.run();
            if (EmulatorCounts.pending() >= operators) {
                return true;
            }
        }
        return false;
    }

    private static Tensor busy(int operators) {
        Tensor busy = Tensor.zeros(Shape.of(10), DType.F32, device);
        for (int i = 0; i < operators; i++) {
            busy.add_(1);
        }
        return busy;
    }

    @Test
    void copiesToADeviceDoNotWaitForIt() {
        List<Tensor> there = new ArrayList<>();
        assertThat(leavesQueued(50, () -> {
                    busy(50);
                    Tensor small = numbers(1, 1000);
                    there.add(small.to(device));
                    small.fill_(0); // its elements are on their way already
                }))
                .isTrue();
        assertThat(there.get(0).toFloatArray()).isEqualTo(numbers(1, 1000).toFloatArray());
    }

    @Test
    void copiesOfAllSizesArriveThroughTheRing() {
        Random random = new Random(2);
        List<Tensor> there = new ArrayList<>();
        List<Long> sizes = new ArrayList<>(List.of(1L, 15L, 16L, 17L, (8L << 18) + 1, (32L << 18) + 5));
        for (int i = 0; i < 1200; i++) { // more than are on their way at once
            sizes.add(1 + random.nextLong(i % 100 == 0 ? 1 << 20 : 64));
        }
        for (int i = 0; i < sizes.size(); i++) {
            there.add(numbers(i, sizes.get(i)).to(device));
        }
        for (int i = 0; i < sizes.size(); i++) {
            assertThat(there.get(i).toFloatArray())
                    .isEqualTo(numbers(i, sizes.get(i)).toFloatArray());
        }
    }

    @Test
    void theHostWaitsForNoOtherStream() {
        CudaStream side = new CudaStream(device);
        assertThat(leavesQueued(200, () -> {
                    try (var _ = Cuda.stream(side)) {
                        busy(300);
                    }
                    Tensor x = numbers(3, 100).to(device);
                    assertThat(x.toFloatArray()).isEqualTo(numbers(3, 100).toFloatArray());
                }))
                .isTrue();
    }

    @Test
    void copiesBetweenDevicesGoPastTheHost() {
        Device other = Twins.second();
        for (int i = 0; i < 20; i++) {
            Tensor x = numbers(i, 5000).to(device).add(1);
            Tensor expected = numbers(i, 5000).add(1);
            Cuda.synchronize(device);
            long before = EmulatorCounts.copies();
            Tensor there = x.mul(2).to(other);
            Tensor back = there.mul(0.5).to(device);
            Cuda.synchronize(device);
            assertThat(EmulatorCounts.copies() - before).isEqualTo(2);
            assertThat(back.toFloatArray()).isEqualTo(expected.toFloatArray());
            assertThat(there.toFloatArray()).isEqualTo(expected.mul(2).toFloatArray());
        }
        assertThat(Tensor.zeros(Shape.of(0, 3), DType.F32, device).to(other).shape())
                .isEqualTo(Shape.of(0, 3));
    }

    @Test
    @SuppressWarnings("try") // a scope need not be named in its body
    void copiesBetweenDevicesAreOrderedOnBothSides() {
        Device other = Twins.second();
        for (int i = 0; i < 20; i++) {
            Tensor x = Tensor.full(Shape.of(2000), Scalar.of(-1), DType.F32, device);
            Cuda.synchronize(device);
            Tensor before;
            try (TensorScope scope = TensorScope.open()) {
                before = scope.keep(Tensor.full(Shape.of(2000), Scalar.of(i), DType.F32, other)
                        .mul(2));
            }
            x.to(other); // into memory that the product may not have read yet
            assertThat(before.toFloatArray()).containsOnly(2 * i);
        }
        for (int i = 0; i < 20; i++) {
            Tensor x = Tensor.full(Shape.of(2000), Scalar.of(i), DType.F32, device);
            Tensor there = x.to(other);
            x.add_(1000); // after the copy
            Tensor result = there.add(1); // after the copy, too
            assertThat(result.toFloatArray()).containsOnly(i + 1);
        }
    }
}
