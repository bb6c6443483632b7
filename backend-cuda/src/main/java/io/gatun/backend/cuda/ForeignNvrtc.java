package io.gatun.backend.cuda;

import static io.gatun.backend.cuda.Foreign.INT;
import static io.gatun.backend.cuda.Foreign.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** NVRTC of any major version, called directly. */
final class ForeignNvrtc implements Nvrtc {
    private static final MethodHandle TAKES_POINTER = Foreign.returningInt(POINTER);
    private static final MethodHandle TAKES_POINTERS = Foreign.returningInt(POINTER, POINTER);
    private static final MethodHandle CREATE = Foreign.returningInt(POINTER, POINTER, POINTER, INT, POINTER, POINTER);
    private static final MethodHandle COMPILE = Foreign.returningInt(POINTER, INT, POINTER);

    private final NativeLibrary library;

    ForeignNvrtc(NativeLibrary library) {
        this.library = library;
    }

    @Override
    public String version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(ValueLayout.JAVA_INT, 2);
            call("nvrtcVersion", version.address(), version.address() + Integer.BYTES);
            return version.getAtIndex(ValueLayout.JAVA_INT, 0) + "." + version.getAtIndex(ValueLayout.JAVA_INT, 1);
        }
    }

    @Override
    public byte[] compile(String source, String name, Map<String, String> headers, List<String> options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(ValueLayout.JAVA_LONG);
            int created = (int) CREATE.invokeExact(
                    library.function("nvrtcCreateProgram"),
                    program.address(),
                    arena.allocateFrom(source).address(),
                    arena.allocateFrom(name).address(),
                    headers.size(),
                    strings(arena, headers.values()),
                    strings(arena, headers.keySet()));
            NvrtcCodes.check(created, "nvrtcCreateProgram");
            try {
                long handle = program.get(ValueLayout.JAVA_LONG, 0);
                int result = (int) COMPILE.invokeExact(
                        library.function("nvrtcCompileProgram"), handle, options.size(), strings(arena, options));
                NvrtcCodes.checkCompiled(result, name, result == 0 ? "" : log(handle));
                return bytes(handle, "nvrtcGetCUBINSize", "nvrtcGetCUBIN");
            } finally {
                call("nvrtcDestroyProgram", program.address());
            }
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    /** An array of C strings. */
    private static long strings(Arena arena, Collection<String> strings) {
        MemorySegment array = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, strings.size()));
        int i = 0;
        for (String string : strings) {
            array.setAtIndex(
                    ValueLayout.JAVA_LONG, i++, arena.allocateFrom(string).address());
        }
        return array.address();
    }

    private String log(long program) {
        byte[] log = bytes(program, "nvrtcGetProgramLogSize", "nvrtcGetProgramLog");
        return new String(log, StandardCharsets.UTF_8).replace("\0", ""); // C ends it with one
    }

    private byte[] bytes(long program, String sizeFunction, String function) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
            call(sizeFunction, program, size.address());
            MemorySegment bytes = arena.allocate(Math.max(1, size.get(ValueLayout.JAVA_LONG, 0)));
            call(function, program, bytes.address());
            return bytes.asSlice(0, size.get(ValueLayout.JAVA_LONG, 0)).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private void call(String function, long argument) {
        try {
            NvrtcCodes.check((int) TAKES_POINTER.invokeExact(library.function(function), argument), function);
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    private void call(String function, long first, long second) {
        try {
            NvrtcCodes.check((int) TAKES_POINTERS.invokeExact(library.function(function), first, second), function);
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }
}
