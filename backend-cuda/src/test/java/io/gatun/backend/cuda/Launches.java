package io.gatun.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The kernels that the emulator has run. */
@SuppressWarnings("restricted") // calling a native library is what it is for
final class Launches {
    private Launches() {}

    /** How many so far; what is queued and not waited for has not run. */
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
