package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.cuda.Cuda;
import io.gatun.tensor.BackendException;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceMemoryTest {
    private static final int MEBIBYTE = 1 << 20;

    private Device device;
    private DeviceMemory memory;

    @BeforeEach
    void findTheEmulator() {
        device = Twins.device();
        CudaBackend backend = (CudaBackend) device.backend();
        memory = new DeviceMemory(backend.context(device)); // one that nobody else uses
    }

    @Test
    void smallBlocksAreCutFromOneSegment() {
        DeviceMemory.Block first = memory.allocate(1);
        DeviceMemory.Block second = memory.allocate(513);
        DeviceMemory.Block third = memory.allocate(MEBIBYTE);

        assertThat(second.address() - first.address()).isEqualTo(512);
        assertThat(third.address() - second.address()).isEqualTo(1024);
        assertThat(memory.reserved()).isEqualTo(2 * MEBIBYTE);
        assertThat(memory.used()).isEqualTo(512 + 1024 + MEBIBYTE);
    }

    @Test
    void segmentsAreOfThreeSizes() {
        memory.allocate(MEBIBYTE);
        assertThat(memory.reserved()).isEqualTo(2L * MEBIBYTE);
        memory.allocate(MEBIBYTE + 1);
        assertThat(memory.reserved()).isEqualTo(22L * MEBIBYTE);
        memory.allocate(31 * MEBIBYTE);
        assertThat(memory.reserved()).isEqualTo(54L * MEBIBYTE);
    }

    @Test
    void theSmallestFreeBlockThatIsLargeEnoughIsTaken() {
        DeviceMemory.Block large = memory.allocate(64 << 10);
        memory.allocate(512);
        DeviceMemory.Block small = memory.allocate(4 << 10);
        memory.allocate(512);
        large.release();
        small.release();

        assertThat(memory.allocate(4 << 10).address()).isEqualTo(small.address());
        assertThat(memory.allocate(5 << 10).address()).isEqualTo(large.address());
    }

    @Test
    void neighboursThatComeBackAreOneBlockAgain() {
        for (int[] order : new int[][] {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}}) {
            DeviceMemory.Block[] blocks = new DeviceMemory.Block[4];
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = memory.allocate(MEBIBYTE / 4);
            }
            for (int i : order) {
                blocks[i].release();
                blocks[i].release(); // the second time it does nothing
            }

            assertThat(memory.used()).isZero();
            DeviceMemory.Block first = memory.allocate(MEBIBYTE);
            DeviceMemory.Block second = memory.allocate(MEBIBYTE);
            assertThat(first.address()).isEqualTo(blocks[0].address());
            assertThat(second.address() - first.address()).isEqualTo(MEBIBYTE);
            assertThat(memory.reserved()).isEqualTo(2L * MEBIBYTE);
            first.release();
            second.release();
        }
    }

    @Test
    void whereThereIsNoneTheErrorSaysWhatIsAlive() {
        DeviceMemory.Block held = memory.allocate(3 * MEBIBYTE);
        held.holds(null, Shape.of(3, 1 << 18), DType.F32);
        memory.allocate(64 * MEBIBYTE).release();

        assertThatThrownBy(() -> memory.allocate(1L << 50))
                .isInstanceOf(BackendException.class) // as a program catches it
                .hasMessageStartingWith("cuda:0 has no memory left for 1125899906842624 bytes: 3145728 are in use")
                .hasMessageContaining("TensorScope")
                .hasMessageContaining("3145728 bytes: F32 (3, 262144)");
        assertThat(memory.reserved()).as("what was free went back").isEqualTo(20L * MEBIBYTE);
    }

    @Test
    void tensorsComeBackFromAScopeAndFromTheCollector() throws InterruptedException {
        DeviceMemory all = ((CudaBackend) device.backend()).context(device).memory();
        Tensor kept = Tensor.ones(Shape.of(1 << 20), DType.F32, device);
        long before = settled(all);
        try (TensorScope _ = TensorScope.open()) {
            kept.add(kept).mul(kept);
            assertThat(all.used()).isEqualTo(before + (8L << 20));
        }
        assertThat(all.used()).isEqualTo(before);

        for (int i = 0; i < 10; i++) {
            kept.add(kept);
        }
        for (int i = 0; i < 100 && all.used() > before; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(all.used()).isLessThanOrEqualTo(before);
        assertThat(kept.sum().item()).isEqualTo(1 << 20);
    }

    /** What is in use when what other tests left has come back, also what other streams used. */
    private long settled(DeviceMemory memory) throws InterruptedException {
        long before = memory.used();
        for (int same = 0; same < 3; same++) {
            System.gc();
            Thread.sleep(50);
            Cuda.synchronize(device);
            Cuda.emptyCache(device);
            same = before == memory.used() ? same : 0;
            before = memory.used();
        }
        return before;
    }
}
