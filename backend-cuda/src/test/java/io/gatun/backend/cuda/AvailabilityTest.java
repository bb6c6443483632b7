package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.spi.Availability;
import io.gatun.tensor.spi.BackendProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvailabilityTest {
    @TempDir
    private Path folder;

    @Test
    void withoutADriverTheSentenceSaysToInstallIt() {
        assertThatThrownBy(() -> load(new FakeMachine(folder)))
                .isInstanceOf(CudaException.class)
                .hasMessage("the NVIDIA driver's library was not found: no libcuda.so.1 in gatun.cuda.path (none),"
                        + " the loader's own path; install the NVIDIA driver, or name its folder with"
                        + " -Dgatun.cuda.path=FOLDER");
    }

    @Test
    void aPlatformWithoutNativesIsNamedFirst() {
        assertThatThrownBy(() -> load(new FakeMachine(folder).property("os.name", "Mac OS X")))
                .hasMessageContaining("not built for Mac OS X");
    }

    @Test
    void theProviderNeverThrows() {
        BackendProvider provider = new CudaProvider();
        assertThat(provider.name()).isEqualTo("cuda");
        Availability availability = provider.availability();
        assertThat(availability.reason()).isNotBlank().doesNotContain("\n");
        assertThat(provider.availability()).isEqualTo(availability);
    }

    private static void load(FakeMachine machine) {
        CudaLibraries.load(machine.machine(), Natives.here(machine.machine()));
    }
}
