package io.gatun.backend.cuda;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Calls of C functions. A pointer is passed as the number that it is, which takes the same registers. */
@SuppressWarnings("restricted") // calling a native library is what it is for
final class Foreign {
    static final ValueLayout INT = ValueLayout.JAVA_INT;
    static final ValueLayout LONG = ValueLayout.JAVA_LONG;
    static final ValueLayout POINTER = ValueLayout.JAVA_LONG;

    private Foreign() {}

    /** How a function is called that returns an int; the first argument is its address. */
    static MethodHandle returningInt(MemoryLayout... parameters) {
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(INT, parameters));
    }

    /** What a call threw, which C functions do not. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException exception ? exception : new IllegalStateException(thrown);
    }
}
