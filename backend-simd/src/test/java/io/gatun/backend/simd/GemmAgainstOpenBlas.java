package io.gatun.backend.simd;

import io.gatun.tensor.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;

/**
 * A program, not a test: our matrix product and OpenBLAS's, turn by turn in one process, and the ratio of their medians.
 * OpenBLAS comes from the system ({@code libopenblas.so.0}) through {@code java.lang.foreign}.
 *
 * <p>Arguments: {@code [threads] [rounds] [m,n,k[,t]] ...}; {@code t} transposes B.
 */
final class GemmAgainstOpenBlas {

    private static final int ROW_MAJOR = 101;
    private static final int PLAIN = 111;
    private static final int TRANSPOSED = 112;

    private final MethodHandle sgemm;
    private final MethodHandle dgemm;
    private final int threads;
    private final int rounds;

    @SuppressWarnings("restricted") // calling native code is its purpose
    private GemmAgainstOpenBlas(int threads, int rounds) throws Throwable {
        this.threads = threads;
        this.rounds = rounds;
        SymbolLookup openBlas = SymbolLookup.libraryLookup("libopenblas.so.0", Arena.global());
        Linker linker = Linker.nativeLinker();
        linker.downcallHandle(
                        openBlas.find("openblas_set_num_threads").orElseThrow(),
                        FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
                .invokeExact(threads);
        sgemm = linker.downcallHandle(openBlas.find("cblas_sgemm").orElseThrow(), signature(ValueLayout.JAVA_FLOAT));
        dgemm = linker.downcallHandle(openBlas.find("cblas_dgemm").orElseThrow(), signature(ValueLayout.JAVA_DOUBLE));
    }

    private static FunctionDescriptor signature(ValueLayout scalar) {
        ValueLayout i = ValueLayout.JAVA_INT;
        ValueLayout p = ValueLayout.ADDRESS;
        return FunctionDescriptor.ofVoid(i, i, i, i, i, i, scalar, p, i, p, i, scalar, p, i);
    }

    /** Runs the comparison. */
    public static void main(String[] args) throws Throwable {
        int threads = args.length > 0 ? Integer.parseInt(args[0]) : 1;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 20;
        List<String> shapes = args.length > 2
                ? Arrays.asList(args).subList(2, args.length)
                : List.of(
                        "16,16,16",
                        "32,32,32",
                        "64,64,64",
                        "128,128,128",
                        "256,256,256",
                        "512,512,512",
                        "1024,1024,1024",
                        "1024,1024,1024,t",
                        "2048,2048,2048",
                        "128,512,784,t",
                        "4096,4096,64",
                        "1,4096,4096",
                        "4096,1,4096",
                        "1,4096,4096,t");
        GemmAgainstOpenBlas bench = new GemmAgainstOpenBlas(threads, rounds);
        System.out.printf(
                "%-20s %-4s %10s %10s %8s   spread (quartiles), %d thread(s)%n",
                "m,n,k", "", "ours us", "openblas", "ratio", threads);
        for (String shape : shapes) {
            bench.compare(shape, GemmF32.INSTANCE);
        }
        bench.compare("512,512,512", GemmF64.INSTANCE);
        bench.compare("1024,1024,1024", GemmF64.INSTANCE);
    }

    private void compare(String shape, GemmKernel kernel) throws Throwable {
        String[] s = shape.split(",", -1);
        int m = Integer.parseInt(s[0]);
        int n = Integer.parseInt(s[1]);
        int k = Integer.parseInt(s[2]);
        boolean transposed = s.length > 3;
        GemmElements e = new GemmElements(kernel);
        MemorySegment a = e.fractions((long) m * k, 1);
        MemorySegment b = e.fractions((long) k * n, 2);
        MemorySegment ours = e.fractions((long) m * n, 3);
        MemorySegment theirs = e.fractions((long) m * n, 3);
        Gemm gemm = new Gemm(kernel, new Workers(threads), new HostPool(Device.of("cpu", 0, "simd"), 1L << 32));
        Matrix ma = new Matrix(a, 0, k, 1);
        Matrix mb = transposed ? new Matrix(b, 0, 1, k) : new Matrix(b, 0, n, 1);
        Matrix mc = new Matrix(ours, 0, n, 1);
        boolean f32 = kernel.elementBytes() == 4;
        int tb = transposed ? TRANSPOSED : PLAIN;
        int ldb = transposed ? k : n;
        int repeat = (int) Math.max(1, 40_000_000L / (2L * m * n * k + 1000));
        double[] our = new double[rounds];
        double[] their = new double[rounds];
        for (int round = -rounds; round < rounds; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < repeat; i++) {
                gemm.multiply(m, n, k, ma, mb, mc);
            }
            long middle = System.nanoTime();
            for (int i = 0; i < repeat; i++) {
                if (f32) {
                    sgemm.invokeExact(ROW_MAJOR, PLAIN, tb, m, n, k, 1f, a, k, b, ldb, 0f, theirs, n);
                } else {
                    dgemm.invokeExact(ROW_MAJOR, PLAIN, tb, m, n, k, 1.0, a, k, b, ldb, 0.0, theirs, n);
                }
            }
            long end = System.nanoTime();
            if (round >= 0) {
                our[round] = (middle - begin) / 1e3 / repeat;
                their[round] = (end - middle) / 1e3 / repeat;
            }
        }
        Arrays.sort(our);
        Arrays.sort(their);
        double worst = 0;
        for (long i = 0; i < m; i++) {
            for (long j = 0; j < n; j++) {
                worst = Math.max(worst, Math.abs(e.get(mc, i, j) - e.get(new Matrix(theirs, 0, n, 1), i, j)));
            }
        }
        System.out.printf(
                "%-20s %-4s %10.2f %10.2f %8.2f   %.2f..%.2f / %.2f..%.2f  %.0f GFLOP/s, differs by %.1e%n",
                shape,
                f32 ? "f32" : "f64",
                our[rounds / 2],
                their[rounds / 2],
                their[rounds / 2] / our[rounds / 2],
                our[rounds / 4],
                our[rounds * 3 / 4],
                their[rounds / 4],
                their[rounds * 3 / 4],
                2e-3 * m * n * k / our[rounds / 2],
                worst);
    }
}
