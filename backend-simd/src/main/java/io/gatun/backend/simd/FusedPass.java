package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ReduceKind;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@link FusedKernel}s over the rows of composites, for one thread. A run is cut into pieces of a fixed length, whose
 * sums are added in double, in order.
 */
final class FusedPass {
    /** A contiguous operand: its memory, and where it starts, in bytes. */
    record Operand(MemorySegment segment, long at) {}

    /** What exponentials are multiplied by. */
    static final double RAISED = 0x1p64;

    private static final long VECTOR = 64;
    private static final int PIECE = 1 << 12;
    private static final @Nullable FusedKernel[][] KERNELS =
            new FusedKernel[DType.values().length][Fusion.values().length];

    private final DType dtype;
    private final int size;
    private final int lanes;
    private double filling;
    private final double[] numbers = new double[FusedKernel.NUMBERS];
    private final MemorySegment scratch = Scratch.mine().fused();
    private final MemorySegment accumulators = Scratch.mine().accumulators();
    private final double[] sums = new double[2];

    /** For elements of {@code dtype}: F32 or F64. */
    FusedPass(DType dtype) {
        this.dtype = dtype;
        this.size = dtype.byteSize();
        this.lanes = Lanes.species(dtype).length();
    }

    private static FusedKernel kernel(DType dtype, Fusion kind) {
        @Nullable FusedKernel[] kernels = KERNELS[Stamp.place(dtype)];
        FusedKernel kernel = kernels[Stamp.place(kind)];
        if (kernel == null) {
            kernel = Stamp.kernel(FusedKernel.class, FusedTemplate.class, dtype, kind);
            kernels[Stamp.place(kind)] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    /** Sets p, q, r, ... */
    FusedPass with(double... values) {
        System.arraycopy(values, 0, numbers, 0, values.length);
        return this;
    }

    /** Sets what fills up the last vector: an element that adds nothing to the sum. */
    FusedPass filling(double value) {
        filling = value;
        return this;
    }

    /** Of one operand, from its element {@code first} on; returns the first sum. */
    double run(Fusion kind, Operand out, Operand a, long first, long n) {
        return run(kind, out, first, a, first, a, first, a, first, n);
    }

    /** Of two operands. */
    double run(Fusion kind, Operand out, Operand a, Operand b, long first, long n) {
        return run(kind, out, first, a, first, b, first, a, first, n);
    }

    /** Of three operands, each from an element of its own on. */
    double run(
            Fusion kind,
            Operand out,
            long outFirst,
            Operand a,
            long aFirst,
            Operand b,
            long bFirst,
            Operand c,
            long cFirst,
            long n) {
        return run(kind, out, outFirst, a, aFirst, b, bFirst, c, cFirst, a, aFirst, n);
    }

    /** Of four operands. */
    double run(
            Fusion kind,
            Operand out,
            long outFirst,
            Operand a,
            long aFirst,
            Operand b,
            long bFirst,
            Operand c,
            long cFirst,
            Operand d,
            long dFirst,
            long n) {
        FusedKernel kernel = kernel(dtype, kind);
        sums[0] = 0;
        sums[1] = 0;
        for (long i = 0; i < n; i += PIECE) {
            int length = (int) Math.min(PIECE, n - i);
            int vectors = length / lanes;
            long shift = i * size;
            long outAt = out.at + outFirst * size + shift;
            long aAt = a.at + aFirst * size + shift;
            long bAt = b.at + bFirst * size + shift;
            long cAt = c.at + cFirst * size + shift;
            long dAt = d.at + dFirst * size + shift;
            if (vectors > 0) {
                kernel.run(
                        out.segment,
                        outAt,
                        a.segment,
                        aAt,
                        b.segment,
                        bAt,
                        c.segment,
                        cAt,
                        d.segment,
                        dAt,
                        numbers,
                        scratch,
                        vectors,
                        true);
            }
            if (vectors * lanes < length) {
                long done = (long) vectors * lanes * size;
                long left = (long) length * size - done;
                fill(0, a.segment, aAt + done, left);
                fill(VECTOR, b.segment, kind.operands > 1 ? bAt + done : -1, left);
                fill(2 * VECTOR, c.segment, kind.operands > 2 ? cAt + done : -1, left);
                fill(3 * VECTOR, d.segment, kind.operands > 3 ? dAt + done : -1, left);
                kernel.run(
                        scratch,
                        0,
                        scratch,
                        0,
                        scratch,
                        VECTOR,
                        scratch,
                        2 * VECTOR,
                        scratch,
                        3 * VECTOR,
                        numbers,
                        scratch,
                        1,
                        vectors == 0);
                if (kind.stores) {
                    MemorySegment.copy(scratch, 0, out.segment, outAt + done, left);
                }
                if (kind == Fusion.MOMENTUM || kind == Fusion.ADAM) {
                    MemorySegment.copy(scratch, 2 * VECTOR, c.segment, cAt + done, left);
                }
                if (kind == Fusion.ADAM) {
                    MemorySegment.copy(scratch, 3 * VECTOR, d.segment, dAt + done, left);
                }
            }
            if (kind == Fusion.LARGEST) {
                sums[0] = i == 0 ? largestLane() : Math.max(sums[0], largestLane());
            } else {
                for (int sum = 0; sum < kind.sums; sum++) {
                    sums[sum] += lanes(FusedKernel.SUMS + (long) sum * FusedKernel.SPREAD * VECTOR);
                }
            }
        }
        return sums[0];
    }

    /** What is left of an operand, if there is one, filled up to a vector in scratch. */
    private void fill(long place, MemorySegment from, long at, long bytes) {
        if (at >= 0) {
            for (int i = 0; i < lanes; i++) {
                if (size == Double.BYTES) {
                    scratch.set(Lanes.DOUBLE, place + i * 8L, filling);
                } else {
                    scratch.set(Lanes.FLOAT, place + i * 4L, (float) filling);
                }
            }
            MemorySegment.copy(from, at, scratch, place, bytes);
        }
    }

    /** The second sum of the last run. */
    double secondSum() {
        return sums[1];
    }

    private double lane(long at, int i) {
        return size == Double.BYTES ? scratch.get(Lanes.DOUBLE, at + i * 8L) : scratch.get(Lanes.FLOAT, at + i * 4L);
    }

    /** The sum of a vector's lanes, in double, in four chains that do not wait for one another. */
    private double lanes(long at) {
        double even = 0;
        double odd = 0;
        for (int i = 0; i < lanes; i += 4) {
            even += lane(at, i) + lane(at, i + 1);
            odd += lane(at, i + 2) + lane(at, i + 3);
        }
        return even + odd;
    }

    private double largestLane() {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < lanes; i++) {
            double lane = lane(FusedKernel.SUMS, i);
            largest = lane > largest ? lane : largest;
        }
        return largest;
    }

    /** The largest number of a run, or negative infinity; also set as p, what fills up being neutral to sums of exponentials. */
    double largest(Operand x, long first, long n) {
        numbers[0] = filling(Double.NEGATIVE_INFINITY).run(Fusion.LARGEST, x, x, first, n);
        return numbers[0];
    }

    /** The sum of a run. */
    double sum(Operand x, long first, long n) {
        ReduceKind kind = ReduceKind.SUM;
        RowKernel kernel = ReduceKernels.rows(kind, dtype);
        double result = Folding.identity(kind);
        for (long i = 0; i < n; i += PIECE) {
            result = Folding.fold(
                    kind,
                    result,
                    kernel.floating(x.segment, x.at + (first + i) * size, (int) Math.min(PIECE, n - i), accumulators));
        }
        return result;
    }
}
