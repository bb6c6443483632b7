package io.gatun.backend.cuda;

import io.gatun.tensor.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What the emulator counts; on a GPU, which does not, tests that ask are skipped. */
@SuppressWarnings("restricted") // calling a native library is what it is for
final class EmulatorCounts {
    private EmulatorCounts() {}

    /** Copies that have run. */
    static long copies() {
        return count("copies");
    }

    /** What is queued and has not run. */
    static long pending() {
        return count("pending");
    }

    /** The kernels that {@code work} runs, all of them before this returns. */
    static long launches(Device device, Runnable work) {
        finish(device);
        long before = isThere() ? count("launches") : 0;
        work.run();
        finish(device);
        return count("launches") - before;
    }

    private static void finish(Device device) {
        ((CudaBackend) device.backend()).context(device).synchronize();
    }

    private static boolean isThere() {
        String folder = System.getProperty(LibraryFinder.PROPERTY);
        return folder != null && Files.exists(Path.of(folder, "device.h"));
    }

    private static long count(String what) {
        Assumptions.assumeTrue(isThere(), "only the emulator counts " + what);
        Path driver = Path.of(System.getProperty(LibraryFinder.PROPERTY), "libcuda.so.1");
        SymbolLookup library = SymbolLookup.libraryLookup(driver, Arena.global());
        MethodHandle function = Linker.nativeLinker()
                .downcallHandle(
                        library.find("gatun_emulator_" + what).orElseThrow(),
                        FunctionDescriptor.of(ValueLayout.JAVA_LONG));
        try {
            return (long) function.invokeExact();
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }
}
