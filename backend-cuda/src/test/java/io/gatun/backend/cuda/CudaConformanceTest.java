package io.gatun.backend.cuda;

import io.gatun.backend.tck.BackendConformance;
import io.gatun.tensor.Device;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** On the emulator. */
final class CudaConformanceTest extends BackendConformance {
    private static Device device;

    @BeforeAll
    static void findTheEmulator() {
        device = Twins.device();
    }

    @AfterAll
    static void allKernelsAreListed() throws IOException {
        if (device != null) {
            KernelList.check(device);
        }
    }

    @Override
    protected String backend() {
        return "cuda";
    }
}
