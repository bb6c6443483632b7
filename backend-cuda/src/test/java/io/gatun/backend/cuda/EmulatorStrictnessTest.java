package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** That the emulator shows mistakes in kernels which a GPU may show, or hide. */
class EmulatorStrictnessTest {
    private static final int THREADS = 64;
    private static final String ARGUMENT = "struct Argument { int* out; };\n";

    private static DeviceContext device;

    @BeforeAll
    static void findTheEmulator() {
        Assumptions.assumeTrue(Twins.isEmulated(), "what a GPU does with such kernels is undefined");
        Device emulated = Twins.device();
        device = ((CudaBackend) emulated.backend()).context(emulated);
    }

    @Test
    void threadsMustMeetInTheSameBarrier() {
        assertThat(run("if (threadIdx.x < 32) {\n__syncthreads();\n} else {\n__syncthreads();\n}"))
                .isEqualTo(CUresult.CUDA_ERROR_LAUNCH_FAILED);
        assertThat(run("for (int i = 0; i < 3; i++) {\n__syncthreads();\n}\n__syncthreads();"))
                .isEqualTo(CUresult.CUDA_SUCCESS);
    }

    @Test
    void threadsMustMeetInABarrierEquallyOften() {
        assertThat(run("for (int i = 0; i <= threadIdx.x % 2; i++) {\n__syncthreads();\n}\n__syncthreads();"))
                .isEqualTo(CUresult.CUDA_ERROR_LAUNCH_FAILED);
    }

    @Test
    void lanesThatAreWaitedForMustCome() {
        assertThat(run("if (threadIdx.x % 2 == 0) {\n__shfl_down_sync(0xFFFFFFFFu, 1, 1);\n}\n__syncthreads();"))
                .isEqualTo(CUresult.CUDA_ERROR_LAUNCH_FAILED);
    }

    @Test
    void anAccessOfSixteenBytesMustBeAligned() {
        assertThat(run("struct alignas(16) Four { int x[4]; };\n*(Four*) (p.out + 1) = Four{};"))
                .isEqualTo(CUresult.CUDA_ERROR_MISALIGNED_ADDRESS);
    }

    /** What the driver answers to a launch of one block of threads that do this. */
    private static int run(String body) {
        String source = ARGUMENT + "extern \"C\" __global__ void kernel(Argument p) {\n" + body
                + "\np.out[threadIdx.x] = 1;\n}\n";
        Path file = Path.of(System.getProperty(LibraryFinder.PROPERTY), Library.NVRTC.name(false, 13));
        Nvrtc compiler = new ForeignNvrtc(NativeLibrary.open(new FoundLibrary(Library.NVRTC, file.toString(), 13)));
        byte[] code = compiler.compile(source, "kernel.cu", Map.of(), List.of("--gpu-architecture=sm_90"));
        device.bind();
        CUmodule module = new CUmodule();
        Driver.check(JCudaDriver.cuModuleLoadData(module, code), "cuModuleLoadData");
        CUfunction function = new CUfunction();
        Driver.check(JCudaDriver.cuModuleGetFunction(function, module, "kernel"), "cuModuleGetFunction");
        DeviceMemory.Block out = device.memory().allocate(THREADS * (long) Integer.BYTES);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocateFrom(ValueLayout.JAVA_LONG, out.address());
            Pointer parameters = Address.host(arena.allocateFrom(ValueLayout.JAVA_LONG, argument.address())
                    .address());
            DeviceStream stream = device.defaultStream();
            stream.synchronize("before");
            int launched =
                    JCudaDriver.cuLaunchKernel(function, 1, 1, 1, THREADS, 1, 1, 0, stream.handle(), parameters, null);
            return launched == CUresult.CUDA_SUCCESS ? JCudaDriver.cuStreamSynchronize(stream.handle()) : launched;
        } finally {
            out.release();
            JCudaDriver.cuModuleUnload(module);
        }
    }
}
