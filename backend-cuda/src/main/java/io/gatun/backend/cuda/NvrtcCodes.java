package io.gatun.backend.cuda;

/** NVRTC's results, which both ways to it share. */
final class NvrtcCodes {
    private NvrtcCodes() {}

    /** Throws unless {@code result} is success. */
    static void check(int result, String function) {
        if (result != 0) {
            throw new CudaException(function + ": NVRTC answers " + name(result));
        }
    }

    /** Throws unless {@code result}, of compiling {@code source}, is success; {@code log} is what the compiler wrote. */
    static void checkCompiled(int result, String source, String log) {
        if (result != 0) {
            throw new CudaException(source + ": NVRTC answers " + name(result) + ":\n" + log.strip());
        }
    }

    private static String name(int result) {
        return switch (result) {
            case 1 -> "NVRTC_ERROR_OUT_OF_MEMORY";
            case 2 -> "NVRTC_ERROR_PROGRAM_CREATION_FAILURE";
            case 3 -> "NVRTC_ERROR_INVALID_INPUT";
            case 4 -> "NVRTC_ERROR_INVALID_PROGRAM";
            case 5 -> "NVRTC_ERROR_INVALID_OPTION";
            case 6 -> "NVRTC_ERROR_COMPILATION";
            case 7 -> "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE";
            case 11 -> "NVRTC_ERROR_INTERNAL_ERROR";
            default -> "error " + result;
        };
    }
}
