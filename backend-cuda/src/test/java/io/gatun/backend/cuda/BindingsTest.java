package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to cuBLAS and to NVRTC, on the emulator. */
class BindingsTest {
    private static final int M = 3;
    private static final int N = 2;
    private static final int K = 4;
    private static final int COUNT = 3;
    private static final int LENGTH = 200; // more than the matrices reach

    /** Where the elements of the matrices of one operand are. */
    private record Place(int leading, int distance) {
        int at(int matrix, int row, int column) {
            return matrix * distance + row + column * leading;
        }
    }

    private static final Place A = new Place(5, 40);
    private static final Place B = new Place(6, 50);
    private static final Place C = new Place(7, 60);

    @TempDir
    private static Path cache;

    private static Path libraries;
    private static Natives natives;

    enum Way {
        JCUDA(12),
        FOREIGN(12),
        FOREIGN_NEXT(13);

        final int major;

        Way(int major) {
            this.major = major;
        }

        Cublas cublas() {
            NativeLibrary library = open(Library.CUBLAS);
            if (this != JCUDA) {
                return new ForeignCublas(library);
            }
            natives.initialise("jcuda.jcublas.JCublas2");
            return new JCublas(library);
        }

        Nvrtc nvrtc() {
            NativeLibrary library = open(Library.NVRTC);
            if (this != JCUDA) {
                return new ForeignNvrtc(library);
            }
            natives.initialise("jcuda.nvrtc.JNvrtc");
            return new JNvrtcCompiler();
        }

        private NativeLibrary open(Library library) {
            Path file = libraries.resolve(library.name(false, major));
            return NativeLibrary.open(new FoundLibrary(library, file.toString(), major));
        }
    }

    @BeforeAll
    static void makeADeviceCurrent() {
        Optional<Path> built = Emulator.build();
        Assumptions.assumeTrue(built.isPresent(), Emulator::whyNot);
        libraries = built.get();
        Machine machine = new FakeMachine(cache)
                .property("gatun.cuda.path", libraries)
                .property("gatun.cuda.cache", cache)
                .machine();
        natives = Natives.here(machine);
        CudaLibraries loaded = CudaLibraries.load(machine, natives);
        assertThat(loaded.devices()).isPositive();
        assertThat(loaded.describe()).contains("compute capability", "driver for CUDA", "cuBLAS 13.", "NVRTC 13.");
        CUcontext context = new CUcontext();
        CUdevice device = new CUdevice();
        Driver.check(JCudaDriver.cuDeviceGet(device, 0), "cuDeviceGet");
        Driver.check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
        Driver.check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }

    @ParameterizedTest
    @EnumSource
    void productsOfAllTypesAreThoseOfTheDefinition(Way way) {
        try (Cublas cublas = way.cublas()) {
            assertThat(cublas.version()).startsWith(way.major + ".");
            for (Cublas.Type type : Cublas.Type.values()) {
                for (int variant = 0; variant < 8; variant++) {
                    check(cublas, type, (variant & 1) != 0, (variant & 2) != 0, (variant & 4) != 0 ? COUNT : 1);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatCublasRefusesIsNamed(Way way) {
        try (Cublas cublas = way.cublas()) {
            Cublas.Product product = new Cublas.Product(false);
            product.set(Cublas.Type.F32, M, N, K, 1);
            product.a().set(0, false, 1, 0);
            product.b().set(0, false, K, 0);
            product.c().set(0, false, M, 0);
            assertThatThrownBy(() -> cublas.multiply(product))
                    .isInstanceOf(CudaException.class)
                    .hasMessage("cublasGemmEx: cuBLAS answers CUBLAS_STATUS_INVALID_VALUE");
        }
    }

    @ParameterizedTest
    @EnumSource
    void kernelsCompileWithHeadersAndOptions(Way way) {
        Nvrtc nvrtc = way.nvrtc();
        assertThat(nvrtc.version()).startsWith(way.major + ".");
        String source = "#include \"sizes.h\"\nextern \"C\" __global__ void fill(Sizes p) { p.out[0] = VALUE; }";
        Map<String, String> headers = Map.of("sizes.h", "struct Sizes { double* out; };");
        List<String> options = List.of("--gpu-architecture=sm_90", "-DVALUE=7");
        assertThat(nvrtc.compile(source, "fill.cu", headers, options)).isNotEmpty();

        assertThatThrownBy(() -> nvrtc.compile(source, "fill.cu", headers, options.subList(0, 1)))
                .isInstanceOf(CudaException.class)
                .hasMessageStartingWith("fill.cu: NVRTC answers NVRTC_ERROR_COMPILATION:\n")
                .hasMessageContaining("VALUE")
                .satisfies(e -> assertThat(e.getMessage().getBytes(StandardCharsets.UTF_8))
                        .doesNotContain(0));
    }

    private static void check(Cublas cublas, Cublas.Type type, boolean transposeA, boolean transposeB, int count) {
        Random random = new Random(5);
        double[] a = random.ints(LENGTH, -4, 5).asDoubleStream().toArray(); // exact in every type
        double[] b = random.ints(LENGTH, -4, 5).asDoubleStream().toArray();
        double[] c = random.ints(LENGTH, -4, 5).asDoubleStream().toArray();
        double[] expected = c.clone();
        for (int matrix = 0; matrix < count; matrix++) {
            for (int row = 0; row < M; row++) {
                for (int column = 0; column < N; column++) {
                    double sum = 0;
                    for (int k = 0; k < K; k++) {
                        sum += a[transposeA ? A.at(matrix, k, row) : A.at(matrix, row, k)]
                                * b[transposeB ? B.at(matrix, column, k) : B.at(matrix, k, column)];
                    }
                    expected[C.at(matrix, row, column)] = sum;
                }
            }
        }
        CUdeviceptr x = copy(type, a);
        CUdeviceptr y = copy(type, b);
        CUdeviceptr z = copy(type, c);
        cublas.setStream(0, 0, 0);
        Cublas.Product product = new Cublas.Product(false);
        product.set(type, M, N, K, count);
        product.a().set(Address.of(x), transposeA, A.leading(), A.distance());
        product.b().set(Address.of(y), transposeB, B.leading(), B.distance());
        product.c().set(Address.of(z), false, C.leading(), C.distance());
        cublas.multiply(product);
        assertThat(read(type, z, c.length))
                .as("%s, transposed %s %s, %s times", type, transposeA, transposeB, count)
                .isEqualTo(expected);
        for (CUdeviceptr memory : List.of(x, y, z)) {
            Driver.check(JCudaDriver.cuMemFree(memory), "cuMemFree");
        }
    }

    private static CUdeviceptr copy(Cublas.Type type, double[] values) {
        CUdeviceptr memory = new CUdeviceptr();
        int bytes = bytes(type) * values.length;
        Driver.check(JCudaDriver.cuMemAlloc(memory, bytes), "cuMemAlloc");
        Driver.check(JCudaDriver.cuMemcpyHtoD(memory, host(type, values), bytes), "cuMemcpyHtoD");
        return memory;
    }

    private static int bytes(Cublas.Type type) {
        return switch (type) {
            case F32 -> 4;
            case F64 -> 8;
            case F16, BF16 -> 2;
        };
    }

    private static Pointer host(Cublas.Type type, double[] values) {
        float[] floats = new float[values.length];
        short[] halves = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
            halves[i] = type == Cublas.Type.F16
                    ? Float.floatToFloat16(floats[i])
                    : (short) (Float.floatToIntBits(floats[i]) >>> 16);
        }
        return switch (type) {
            case F32 -> Pointer.to(floats);
            case F64 -> Pointer.to(values);
            case F16, BF16 -> Pointer.to(halves);
        };
    }

    private static double[] read(Cublas.Type type, CUdeviceptr memory, int length) {
        float[] floats = new float[length];
        double[] values = new double[length];
        short[] halves = new short[length];
        Pointer target = switch (type) {
            case F32 -> Pointer.to(floats);
            case F64 -> Pointer.to(values);
            case F16, BF16 -> Pointer.to(halves);
        };
        Driver.check(JCudaDriver.cuCtxSynchronize(), "cuCtxSynchronize");
        Driver.check(JCudaDriver.cuMemcpyDtoH(target, memory, (long) bytes(type) * length), "cuMemcpyDtoH");
        for (int i = 0; i < length; i++) {
            values[i] = switch (type) {
                case F32 -> floats[i];
                case F64 -> values[i];
                case F16 -> Float.float16ToFloat(halves[i]);
                case BF16 -> Float.intBitsToFloat(halves[i] << 16);
            };
        }
        return values;
    }
}
