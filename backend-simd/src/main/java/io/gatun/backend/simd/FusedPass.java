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
    private final double[] numbers = new double[FusedKernel.NUMBERS];
    private final MemorySegment scratch = Scratch.mine().fused();
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
            kernel = Stamp.exact(dtype, FusedKernel.class, FusedTemplate.class, kind);
            kernels[Stamp.place(kind)] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    /** Sets p, q, r, ... */
    FusedPass with(double... values) {
        System.arraycopy(values, 0, numbers, 0, values.length);
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
        sums[0] = kind == Fusion.LARGEST ? Double.NEGATIVE_INFINITY : 0;
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
                        vectors);
                gather(kind);
            }
            if (vectors * lanes < length) {
                long done = (long) vectors * lanes * size;
                long left = (long) length * size - done;
                fill(kind);
                rest(kind, 0, a, aAt + done, left);
                rest(kind, 1, b, bAt + done, left);
                rest(kind, 2, c, cAt + done, left);
                rest(kind, 3, d, dAt + done, left);
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
                        1);
                gather(kind);
                if (kind.stores) {
                    MemorySegment.copy(scratch, 0, out.segment, outAt + done, left);
                }
                if (kind.remembered() > 0) {
                    MemorySegment.copy(scratch, 2 * VECTOR, c.segment, cAt + done, left);
                }
                if (kind.remembered() > 1) {
                    MemorySegment.copy(scratch, 3 * VECTOR, d.segment, dAt + done, left);
                }
            }
        }
        return sums[0];
    }

    private void rest(Fusion kind, int operand, Operand x, long at, long bytes) {
        if (operand < kind.operands) {
            MemorySegment.copy(x.segment, at, scratch, operand * VECTOR, bytes);
        }
    }

    /** The second sum of the last run. */
    double secondSum() {
        return sums[1];
    }

    private double lane(long at, int i) {
        return size == Double.BYTES ? scratch.get(Lanes.DOUBLE, at + i * 8L) : scratch.get(Lanes.FLOAT, at + i * 4L);
    }

    /** What is left of operands that are summed is filled up by what adds nothing. */
    private void fill(Fusion kind) {
        double nothing = kind.exponential || kind == Fusion.LARGEST
                ? Double.NEGATIVE_INFINITY
                : kind == Fusion.SQUARES ? numbers[0] : 0;
        for (int operand = 0; operand < (kind.sums == 0 ? 0 : kind.operands); operand++) {
            for (int i = 0; i < lanes; i++) {
                long at = operand * VECTOR + (long) i * size;
                if (size == Double.BYTES) {
                    scratch.set(Lanes.DOUBLE, at, nothing);
                } else {
                    scratch.set(Lanes.FLOAT, at, (float) nothing);
                }
            }
        }
    }

    /** Adds what a kernel left, in double. */
    private void gather(Fusion kind) {
        if (kind == Fusion.LARGEST) {
            for (int i = 0; i < lanes; i++) {
                double lane = lane(FusedKernel.SUMS, i);
                sums[0] = lane > sums[0] ? lane : sums[0];
            }
            return;
        }
        for (int sum = 0; sum < kind.sums; sum++) {
            long at = FusedKernel.SUMS + sum * FusedKernel.SUM;
            double even = 0;
            double odd = 0; // two chains that do not wait for one another
            for (int i = 0; i < lanes; i += 4) {
                even += lane(at, i) + lane(at, i + 1);
                odd += lane(at, i + 2) + lane(at, i + 3);
            }
            sums[sum] += even + odd;
        }
    }

    /** The largest number of a run, or negative infinity; also set as p. */
    double largest(Operand x, long first, long n) {
        numbers[0] = run(Fusion.LARGEST, x, x, first, n);
        return numbers[0];
    }

    /** The sum of a run. */
    double sum(Operand x, long first, long n) {
        ReduceKind kind = ReduceKind.SUM;
        Runs runs = Runs.of(kind, dtype);
        double result = Folding.identity(kind);
        for (long i = 0; i < n; i += PIECE) {
            result = Folding.fold(
                    kind, result, runs.floating(x.segment, x.at + (first + i) * size, (int) Math.min(PIECE, n - i)));
        }
        return result;
    }

    /** Element {@code i} of an operand. */
    double get(Operand x, long i) {
        return dtype == DType.F64
                ? x.segment().get(Lanes.DOUBLE, x.at() + i * Double.BYTES)
                : x.segment().get(Lanes.FLOAT, x.at() + i * Float.BYTES);
    }

    /** Sets element {@code i} of an operand. */
    void put(Operand x, long i, double value) {
        MemorySegment to = x.segment();
        if (dtype == DType.F64) {
            to.set(Lanes.DOUBLE, x.at() + i * Double.BYTES, value);
        } else {
            to.set(Lanes.FLOAT, x.at() + i * Float.BYTES, (float) value);
        }
    }
}
