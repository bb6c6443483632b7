package io.gatun.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.StringJoiner;

/** cuBLAS's numbers, which both ways to it share. */
final class CublasCodes {
    static final int DEFAULT_ALGORITHM = -1;

    /** Sums of halves that are split among blocks stay in F32 too. */
    static final int MATH_WITHOUT_REDUCED_SUMS = 16;

    private static final MethodHandle GET_PROPERTY = Foreign.returningInt(Foreign.INT, Foreign.POINTER);
    private static final int COMPUTE_32F = 68;
    private static final int COMPUTE_64F = 70;
    private static final int COMPUTE_32F_FAST_TF32 = 77;

    private CublasCodes() {}

    /** How an operand is read. */
    static int operation(boolean transpose) {
        return transpose ? 1 : 0; // CUBLAS_OP_T, CUBLAS_OP_N
    }

    /** What a product is computed in. */
    static int compute(Cublas.Type type, boolean tf32) {
        return switch (type) {
            case F64 -> COMPUTE_64F;
            case F32 -> tf32 ? COMPUTE_32F_FAST_TF32 : COMPUTE_32F;
            case F16, BF16 -> COMPUTE_32F;
        };
    }

    /** {@code 120604} as {@code 12.6.4}. */
    static String version(int number) {
        return number / 10_000 + "." + number / 100 % 100 + "." + number % 100;
    }

    /** A library's version, which needs no device. */
    static String version(NativeLibrary library) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            StringJoiner version = new StringJoiner(".");
            for (int part = 0; part < 3; part++) { // major, minor, patch
                int status =
                        (int) GET_PROPERTY.invokeExact(library.function("cublasGetProperty"), part, value.address());
                check(status, "cublasGetProperty");
                version.add(Integer.toString(value.get(ValueLayout.JAVA_INT, 0)));
            }
            return version.toString();
        } catch (Throwable e) {
            throw Foreign.unexpected(e);
        }
    }

    /** Throws unless {@code status} is success. */
    static void check(int status, String function) {
        if (status != 0) {
            throw new CudaException(function + ": cuBLAS answers " + status(status));
        }
    }

    private static String status(int status) {
        return switch (status) {
            case 1 -> "CUBLAS_STATUS_NOT_INITIALIZED";
            case 3 -> "CUBLAS_STATUS_ALLOC_FAILED";
            case 7 -> "CUBLAS_STATUS_INVALID_VALUE";
            case 8 -> "CUBLAS_STATUS_ARCH_MISMATCH";
            case 11 -> "CUBLAS_STATUS_MAPPING_ERROR";
            case 13 -> "CUBLAS_STATUS_EXECUTION_FAILED";
            case 14 -> "CUBLAS_STATUS_INTERNAL_ERROR";
            case 15 -> "CUBLAS_STATUS_NOT_SUPPORTED";
            case 16 -> "CUBLAS_STATUS_LICENSE_ERROR";
            default -> "status " + status;
        };
    }
}
