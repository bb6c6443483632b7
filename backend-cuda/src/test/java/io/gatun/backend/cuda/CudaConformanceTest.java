package io.gatun.backend.cuda;

import io.gatun.backend.tck.BackendConformance;
import org.junit.jupiter.api.BeforeAll;

/** On the emulator. */
final class CudaConformanceTest extends BackendConformance {
    @BeforeAll
    static void findTheEmulator() {
        Twins.device();
    }

    @Override
    protected String backend() {
        return "cuda";
    }
}
