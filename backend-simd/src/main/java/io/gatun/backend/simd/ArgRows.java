package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.op.ReduceKind;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Argmax and argmin of runs, in two steps: the kernel of amax or amin says block by block what the extreme is, and only the
 * first block that has it is searched for it. Blocks that are not contiguous, or of halves, are staged first.
 */
final class ArgRows {
    /** Elements of a run that are worth a thread. */
    static final int CHUNK = 1 << 16;

    private static final ArgReductions.@Nullable Search[] SEARCHES =
            new ArgReductions.Search[DType.values().length * 2];

    private final boolean largest;
    private final DType dtype;
    private final DType lanes;
    private final MemorySegment x;
    private final long stride;
    private final long n;
    private final int size;
    private final boolean direct;
    private final Runs extreme;

    /** The best block so far: its extreme, and where it begins. */
    private static final class Best {
        double floating;
        long integer;
        long begin = -1;
        int length;
        long index;
    }

    ArgRows(DType dtype, boolean largest, MemorySegment x, long stride, long n) {
        this.largest = largest;
        this.dtype = dtype;
        this.lanes = Lanes.computed(dtype);
        this.x = x;
        this.stride = stride;
        this.n = n;
        this.size = dtype.byteSize();
        this.direct = stride == 1 && !Halves.isHalf(dtype);
        this.extreme = Runs.of(largest ? ReduceKind.AMAX : ReduceKind.AMIN, lanes);
    }

    /** The index of the winner of the run at element {@code at}. */
    long winner(long at) {
        return best(at, 0, n).index;
    }

    /** The same, by all threads. */
    long sharedWinner(long at) {
        Best[] bests = new Best[Math.toIntExact(Math.ceilDiv(n, CHUNK))];
        Workers.shared().run(bests.length, 1, (from, to) -> {
            for (int chunk = (int) from; chunk < to; chunk++) {
                long begin = (long) chunk * CHUNK;
                bests[chunk] = best(at, begin, Math.min(n, begin + CHUNK));
            }
        });
        Best winner = bests[0];
        for (int chunk = 1; chunk < bests.length; chunk++) {
            if (beats(bests[chunk], winner)) {
                winner = bests[chunk];
            }
        }
        return winner.index;
    }

    private boolean beats(Best a, Best b) {
        return lanes.isFloatingPoint() ? beats(a.floating, b.floating) : beats(a.integer, b.integer);
    }

    private boolean beats(double a, double b) {
        return (largest ? !(a <= b) : !(a >= b)) && !Double.isNaN(b); // a NaN beats all but a NaN before it
    }

    private boolean beats(long a, long b) {
        return largest ? a > b : a < b;
    }

    private Best best(long at, long from, long to) {
        Scratch scratch = Scratch.mine();
        Best best = new Best();
        for (long begin = from; begin < to; begin += Scratch.BLOCK) {
            int length = (int) Math.min(Scratch.BLOCK, to - begin);
            MemorySegment elements = stage(at, begin, length, scratch);
            long start = direct ? (at + begin) * size : 0;
            if (lanes.isFloatingPoint()) {
                double value = extreme.floating(elements, start, length);
                if (best.begin < 0 || beats(value, best.floating)) {
                    best.floating = value;
                    best.begin = begin;
                    best.length = length;
                }
            } else {
                long value = extreme.integer(elements, start, length);
                if (best.begin < 0 || beats(value, best.integer)) {
                    best.integer = value;
                    best.begin = begin;
                    best.length = length;
                }
            }
        }
        best.index = best.begin + search(at, best, scratch);
        return best;
    }

    private int search(long at, Best best, Scratch scratch) {
        MemorySegment elements = stage(at, best.begin, best.length, scratch);
        MemorySegment key = scratch.accumulators();
        boolean nan = lanes.isFloatingPoint() && Double.isNaN(best.floating);
        if (lanes.isFloatingPoint()) {
            Element.set(lanes, key, 0, best.floating);
        } else {
            Element.set(lanes, key, 0, best.integer);
        }
        Lanes.repeat(lanes.byteSize(), key, 0, key, 0);
        return search(lanes, nan).first(elements, direct ? (at + best.begin) * size : 0, best.length, key);
    }

    private MemorySegment stage(long at, long begin, int length, Scratch scratch) {
        if (direct) {
            return x;
        }
        MemorySegment block = scratch.block(4);
        boolean half = Halves.isHalf(dtype);
        MemorySegment target = half ? scratch.narrow() : block;
        Strided.gather(size, x, (at + begin * stride) * size, stride * size, target, 0, length);
        if (half) {
            Halves.widen(dtype, target, 0, block, 0, length);
        }
        return block;
    }

    private static ArgReductions.Search search(DType lanes, boolean nan) {
        int at = Stamp.place(lanes) * 2 + (nan ? 1 : 0);
        ArgReductions.Search search = SEARCHES[at];
        if (search == null) {
            search = Stamp.kernel(ArgReductions.Search.class, SearchTemplate.class, lanes, nan);
            SEARCHES[at] = search; // a race stamps twice and keeps one: kernels have no state
        }
        return search;
    }
}
