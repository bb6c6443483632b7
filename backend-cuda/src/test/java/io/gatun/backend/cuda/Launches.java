package io.gatun.backend.cuda;

import io.gatun.tensor.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** How many kernels the emulator has run; what is queued and not waited for has not run. */
@SuppressWarnings("restricted") // calling a native library is what it is for
final class Launches {
    private Launches() {}

    /** Those of {@code work}, which are run before this returns. */
    static long of(Device device, Runnable work) {
        finish(device);
        long before = count();
        work.run();
        finish(device);
        return count() - before;
    }

    private static void finish(Device device) {
        ((CudaBackend) device.backend()).context(device).synchronize();
    }

    /** How many so far. */
    static long count() {
        Path driver = Path.of(System.getProperty(LibraryFinder.PROPERTY), "libcuda.so.1");
        SymbolLookup library = SymbolLookup.libraryLookup(driver, Arena.global());
        MethodHandle function = Linker.nativeLinker()
                .downcallHandle(
                        library.find("gatun_emulator_launches").orElseThrow(),
                        FunctionDescriptor.of(ValueLayout.JAVA_LONG));
        try {
            return (long) function.invokeExact();
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }
}
