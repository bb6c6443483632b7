package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ReduceKind;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * The reduction of contiguous runs of elements, several in one call of a kernel: a call, and to begin a run, cost as much as
 * a short run does. There is one for each core kind and dtype.
 */
final class Runs {
    /** How many runs a call takes at most. */
    static final int MOST = 64;

    private static final long PADDED = (MOST + 1) * 64; // behind the totals
    private static final long IDENTITY = PADDED + 2 * 64;
    private static final @Nullable Runs[] ALL = new Runs[ReduceKind.values().length * DType.values().length];

    private final ReduceKind core;
    private final DType dtype;
    private final int size;
    private final int lanes;
    private final boolean extreme;
    private final RowKernel vectors;
    private final RowKernel last;

    private Runs(ReduceKind core, DType dtype) {
        this.core = core;
        this.dtype = dtype;
        this.size = dtype.byteSize();
        this.lanes = Lanes.species(dtype).length();
        this.extreme = core == ReduceKind.AMAX || core == ReduceKind.AMIN;
        this.last = stamp(dtype, core, dtype, false);
        this.vectors = extreme && dtype.isFloatingPoint() ? stamp(Lanes.bits(dtype), core, dtype, true) : last;
    }

    static Runs of(ReduceKind core, DType dtype) {
        int at = Stamp.place(core) * DType.values().length + Stamp.place(dtype);
        Runs runs = ALL[at];
        if (runs == null) {
            runs = new Runs(core, dtype);
            ALL[at] = runs; // a race makes two and keeps one: they have no state
        }
        return runs;
    }

    private static RowKernel stamp(DType vectors, ReduceKind core, DType dtype, boolean bits) {
        VectorOperators.Binary operator = BinaryKernels.operator(Folding.binary(core), dtype);
        return Stamp.exact(vectors, RowKernel.class, RowTemplate.class, core, operator, bits);
    }

    /**
     * The reductions of {@code rows} runs of {@code n} elements, the first at {@code at}, from one to the next {@code step};
     * in bytes, both.
     *
     * @return the results, side by side from its start on; in block 5 of this thread's scratch
     */
    MemorySegment run(MemorySegment x, long at, long step, int rows, int n) {
        MemorySegment totals = Scratch.mine().block(5);
        if (n >= lanes) {
            vectors.vectors(x, at, step, rows, n, totals, 0);
        } else {
            for (int row = 0; row < rows; row++) {
                pad(x, at + row * step, n, totals);
                vectors.vectors(totals, PADDED, 0, 1, lanes, totals, (long) row * lanes * size);
            }
        }
        return lanes(rows);
    }

    /** The same from the vectors that {@code rows} runs were combined to, one after the other in block 5. */
    MemorySegment lanes(int rows) {
        MemorySegment totals = Scratch.mine().block(5);
        last.lanes(totals, rows);
        return totals;
    }

    /** Less than a vector, filled up with what changes nothing: for extremes, the first of the elements again. */
    private void pad(MemorySegment x, long at, int n, MemorySegment totals) {
        long filler = PADDED;
        MemorySegment.copy(x, at, totals, PADDED, (long) n * size);
        if (!extreme) {
            filler = IDENTITY;
            double identity = Folding.identity(core);
            if (dtype.isFloatingPoint()) {
                Element.set(dtype, totals, IDENTITY, identity);
            } else {
                Element.set(dtype, totals, IDENTITY, (long) identity);
            }
        }
        Lanes.repeat(size, totals, filler, totals, PADDED + (long) n * size);
    }

    /** The reduction of {@code n} floating-point elements. */
    double floating(MemorySegment x, long at, int n) {
        return Element.floating(dtype, run(x, at, 0, 1, n), 0);
    }

    /** The reduction of {@code n} integers; of a sum or product the low bits count. */
    long integer(MemorySegment x, long at, int n) {
        return Element.integer(dtype, run(x, at, 0, 1, n), 0);
    }
}
