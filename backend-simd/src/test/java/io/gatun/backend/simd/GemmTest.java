package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every path of the matrix product against the triple loop. The build runs it once for each vector width. */
class GemmTest {

    private static final HostPool POOL = new HostPool(Device.of("cpu", 0, "simd"), 1L << 30);

    /** Where elements lie: row by row, column by column, either with gaps, backwards, every second one. */
    private enum Strides {
        ROWS,
        COLUMNS,
        PADDED_ROWS,
        PADDED_COLUMNS,
        BACKWARDS,
        SECOND;

        Matrix over(MemorySegment segment, long rows, long columns) {
            return switch (this) {
                case ROWS -> new Matrix(segment, 0, columns, 1);
                case COLUMNS -> new Matrix(segment, 0, 1, rows);
                case PADDED_ROWS -> new Matrix(segment, 5, columns + 3, 1);
                case PADDED_COLUMNS -> new Matrix(segment, 3, 1, rows + 5);
                case BACKWARDS -> new Matrix(segment, rows * columns - 1, -columns, -1);
                case SECOND -> new Matrix(segment, 1, 2 * columns + 1, 2);
            };
        }

        static long elements(long rows, long columns) {
            return 2 * rows * (columns + 8) + 8 * columns + 64;
        }
    }

    static Stream<GemmKernel> kernels() {
        return Stream.of(GemmKernel.of(DType.F32), GemmKernel.of(DType.F64));
    }

    private static void check(
            Gemm gemm, GemmKernel kernel, long m, long n, long k, Strides sa, Strides sb, Strides sc) {
        GemmElements e = new GemmElements(kernel);
        int size = kernel.elementBytes();
        Arena arena = Arena.ofAuto(); // closing a shared one, thousands of times, would take most of the test's time
        MemorySegment a = arena.allocate(Strides.elements(m, k) * size, 64);
        MemorySegment b = arena.allocate(Strides.elements(k, n) * size, 64);
        MemorySegment c = arena.allocate(Strides.elements(m, n) * size, 64);
        e.fillWithWholeNumbers(a, m * 31 + k);
        e.fillWithWholeNumbers(b, n * 17 + k);
        e.fill(c, 12345);
        e.check(gemm, m, n, k, sa.over(a, m, k), sb.over(b, k, n), sc.over(c, m, n));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void agreesWithTheTripleLoopForEveryLayoutAndOddShape(GemmKernel kernel) {
        long[][] shapes = {
            {1, 1, 1},
            {1, 5, 3},
            {5, 1, 3},
            {2, 2, 1},
            {3, 17, 4},
            {4, 16, 16},
            {7, 33, 9},
            {16, 16, 16},
            {33, 31, 35},
            {37, 50, 41},
            {5, 100, 130},
            {100, 3, 130},
            {41, 97, 64},
            {1, 70, 50},
            {70, 1, 50},
            {1, 1, 200},
            {64, 48, 33},
            {40, 49, 40}
        };
        Gemm gemm = new Gemm(kernel, new Workers(1), POOL);
        for (long[] s : shapes) {
            for (Strides a : Strides.values()) {
                for (Strides b : Strides.values()) {
                    for (Strides c : List.of(Strides.ROWS, Strides.PADDED_COLUMNS, Strides.SECOND)) {
                        check(gemm, kernel, s[0], s[1], s[2], a, b, c);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void manyBlocksInEveryDirectionAddUp(GemmKernel kernel) {
        Gemm gemm = new Gemm(kernel, new Workers(3), POOL, new GemmBlocking(8, 7, kernel.nr()));
        for (long[] s : new long[][] {{37, 130, 41}, {64, 96, 29}, {90, 200, 15}, {9, 300, 100}}) {
            for (Strides strides : Strides.values()) {
                check(gemm, kernel, s[0], s[1], s[2], strides, strides, Strides.ROWS);
                check(gemm, kernel, s[0], s[1], s[2], Strides.ROWS, Strides.ROWS, strides);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void theDefaultBlocksAddUpToo(GemmKernel kernel) {
        Gemm gemm = new Gemm(kernel, new Workers(2), POOL);
        check(gemm, kernel, 150, 170, 900, Strides.ROWS, Strides.COLUMNS, Strides.ROWS);
        check(gemm, kernel, 500, 40, 30, Strides.COLUMNS, Strides.ROWS, Strides.COLUMNS);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void anInnerSizeOfZeroGivesZeros(GemmKernel kernel) {
        Gemm gemm = new Gemm(kernel, new Workers(1), POOL);
        for (Strides strides : Strides.values()) {
            check(gemm, kernel, 5, 6, 0, Strides.ROWS, Strides.ROWS, strides);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void broadcastOperandsHaveStrideZero(GemmKernel kernel) {
        GemmElements e = new GemmElements(kernel);
        Gemm gemm = new Gemm(kernel, new Workers(1), POOL);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(4096 * 8, 64);
            e.fillWithWholeNumbers(s, 3);
            MemorySegment c = arena.allocate(80 * 80 * 8, 64);
            for (long[] m : new long[][] {{50, 60, 40}, {8, 9, 7}, {1, 30, 20}, {30, 1, 20}}) {
                Matrix target = new Matrix(c, 0, m[1], 1);
                e.check(gemm, m[0], m[1], m[2], new Matrix(s, 2, 0, 1), new Matrix(s, 1, 1, 0), target);
                e.check(gemm, m[0], m[1], m[2], new Matrix(s, 2, 1, 0), new Matrix(s, 1, 0, 1), target);
                e.check(gemm, m[0], m[1], m[2], new Matrix(s, 2, 0, 0), new Matrix(s, 1, 0, 0), target);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void whatLiesBetweenStridesIsKept(GemmKernel kernel) {
        GemmElements e = new GemmElements(kernel);
        Gemm gemm = new Gemm(kernel, new Workers(1), POOL);
        for (Strides strides : Strides.values()) {
            MemorySegment[] s = new MemorySegment[3];
            for (int i = 0; i < 3; i++) {
                s[i] = Arena.ofAuto().allocate(Strides.elements(40, 40) * 8);
                e.fillWithWholeNumbers(s[i], i);
            }
            Matrix c = strides.over(s[2], 37, 35);
            e.check(gemm, 37, 35, 40, strides.over(s[0], 37, 40), strides.over(s[1], 40, 35), c);
            e.check(gemm, 3, 4, 0, strides.over(s[0], 3, 0), strides.over(s[1], 0, 4), strides.over(s[2], 3, 4));
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void everyProductOfABatchIsComputed(GemmKernel kernel) {
        GemmElements e = new GemmElements(kernel);
        int size = kernel.elementBytes();
        Gemm gemm = new Gemm(kernel, new Workers(3), POOL);
        long m = 13;
        long n = 21;
        long k = 34;
        int count = 6;
        long[] onward = LongStream.range(0, count).map(i -> i * m * k).toArray();
        long[] backward =
                LongStream.range(0, count).map(i -> (count - 1 - i) * m * k).toArray();
        long[] each = LongStream.range(0, count).map(i -> i * k * n).toArray();
        long[] same = new long[count];
        long[] mixed = {0, 0, k * n, k * n, 0, 0};
        long[] results = LongStream.range(0, count).map(i -> i * m * n).toArray();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment sa = arena.allocate(count * m * k * size, 64);
            MemorySegment sb = arena.allocate(count * k * n * size, 64);
            MemorySegment sc = arena.allocate(count * m * n * size, 64);
            MemorySegment one = arena.allocate(m * n * size, 64);
            e.fillWithWholeNumbers(sa, 1);
            e.fillWithWholeNumbers(sb, 2);
            Matrix a = new Matrix(sa, 0, k, 1);
            Matrix b = new Matrix(sb, 0, n, 1);
            for (long[] aOffsets : List.of(onward, backward)) {
                for (long[] bOffsets : List.of(each, same, mixed)) {
                    sc.fill((byte) 1);
                    gemm.multiplyBatch(m, n, k, a, aOffsets, b, bOffsets, new Matrix(sc, 0, n, 1), results);
                    for (int i = 0; i < count; i++) {
                        e.check(gemm, m, n, k, a.at(aOffsets[i]), b.at(bOffsets[i]), new Matrix(one, 0, n, 1));
                        MemorySegment product = sc.asSlice(results[i] * size, m * n * size);
                        assertThat(product.mismatch(one)).as("product %d", i).isEqualTo(-1);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void anyNumberOfThreadsGivesTheSameBits(GemmKernel kernel) {
        GemmElements e = new GemmElements(kernel);
        long[][] shapes = {{300, 290, 500}, {2, 3000, 400}, {3000, 5, 400}, {1, 5000, 700}, {5000, 1, 700}};
        for (long[] s : shapes) {
            Matrix a = new Matrix(e.fractions(s[0] * s[2], 1), 0, s[2], 1);
            Matrix b = new Matrix(e.fractions(s[2] * s[1], 2), 0, s[1], 1);
            List<MemorySegment> results = new ArrayList<>();
            for (int threads : new int[] {1, 2, 7}) {
                MemorySegment c = e.fractions(s[0] * s[1], 3);
                new Gemm(kernel, new Workers(threads), POOL)
                        .multiply(s[0], s[1], s[2], a, b, new Matrix(c, 0, s[1], 1));
                results.add(c);
            }
            assertThat(results.get(1).mismatch(results.get(0))).as("2 threads").isEqualTo(-1);
            assertThat(results.get(2).mismatch(results.get(0))).as("7 threads").isEqualTo(-1);
        }
    }
}
