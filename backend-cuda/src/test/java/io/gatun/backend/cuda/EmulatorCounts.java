package io.gatun.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** What the emulator counts. */
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

    private static long count(String what) {
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
