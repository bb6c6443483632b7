package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** The elements of a kernel's type, read and written as doubles, and the triple loop over them. */
record GemmElements(GemmKernel kernel) {

    private boolean isF32() {
        return kernel.elementBytes() == 4;
    }

    double get(Matrix x, long i, long j) {
        long at = x.offset() + i * x.rowStride() + j * x.columnStride();
        return isF32()
                ? x.segment().get(ValueLayout.JAVA_FLOAT_UNALIGNED, at * 4)
                : x.segment().get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at * 8);
    }

    void set(MemorySegment segment, long at, double value) {
        if (isF32()) {
            segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at * 4, (float) value);
        } else {
            segment.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, at * 8, value);
        }
    }

    void fill(MemorySegment segment, double value) {
        for (long at = 0; at < segment.byteSize() / kernel.elementBytes(); at++) {
            set(segment, at, value);
        }
    }

    /** Small whole numbers: their sums are exact, so that the order of addition does not show. */
    void fillWithWholeNumbers(MemorySegment segment, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (long at = 0; at < segment.byteSize() / kernel.elementBytes(); at++) {
            set(segment, at, random.nextInt(-8, 9));
        }
    }

    MemorySegment fractions(long elements, long seed) {
        MemorySegment segment = Arena.ofAuto().allocate(elements * kernel.elementBytes(), 64);
        SplittableRandom random = new SplittableRandom(seed);
        for (long at = 0; at < elements; at++) {
            set(segment, at, random.nextDouble() - 0.5);
        }
        return segment;
    }

    /** Multiplies, and compares all of C's segment: the product where C has elements, untouched elsewhere. */
    void check(Gemm gemm, long m, long n, long k, Matrix a, Matrix b, Matrix c) {
        MemorySegment expected = Arena.ofAuto().allocate(c.segment().byteSize(), 8);
        MemorySegment.copy(c.segment(), 0, expected, 0, expected.byteSize());
        for (long i = 0; i < m; i++) {
            for (long j = 0; j < n; j++) {
                double sum = 0;
                for (long p = 0; p < k; p++) {
                    sum += get(a, i, p) * get(b, p, j);
                }
                set(expected, c.offset() + i * c.rowStride() + j * c.columnStride(), sum);
            }
        }

        gemm.multiply(m, n, k, a, b, c);

        long wrong = c.segment().mismatch(expected);
        assertThat(wrong)
                .as(
                        "(%d, %d) times (%d, %d), elements of %d bytes, A %s, B %s, C %s: offset of the first wrong byte",
                        m, k, k, n, kernel.elementBytes(), a, b, c)
                .isEqualTo(-1);
    }
}
