package io.gatun.backend.cuda;

import io.gatun.tensor.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** How many kernels the emulated driver was asked for. */
@SuppressWarnings("restricted") // the emulator is a library
final class Launches {
    private final MethodHandle counter;

    Launches() {
        Path driver = Path.of(System.getProperty(LibraryFinder.PROPERTY), "libcuda.so.1");
        this.counter = Linker.nativeLinker()
                .downcallHandle(
                        SymbolLookup.libraryLookup(driver, Arena.global())
                                .find("gatun_emulator_launches")
                                .orElseThrow(),
                        FunctionDescriptor.of(ValueLayout.JAVA_LONG));
    }

    /** Those of {@code work}, which are run before this returns. */
    long of(Device device, Runnable work) {
        finish(device);
        long before = count();
        work.run();
        finish(device);
        return count() - before;
    }

    /** Waits for all that is queued: launches are counted when they run. */
    private static void finish(Device device) {
        ((CudaBackend) device.backend()).context(device).synchronize("a test");
    }

    private long count() {
        try {
            return (long) counter.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
