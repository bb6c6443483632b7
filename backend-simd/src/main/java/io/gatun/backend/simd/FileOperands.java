package io.gatun.backend.simd;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.Layout;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Operators on mapped files, until their kernels have been compiled.
 *
 * <p>A mapped file may be cut short while an operator runs on it. A compiled kernel survives that (see {@link Stamp}); an
 * interpreted one calls the Vector API's methods, and those, compiled by themselves, do not: the process would end. No
 * library can ask whether a method has been compiled. So an operator that has taken less than {@link #COMPILED_AFTER} on
 * operands of this kind works on copies, which {@link MemorySegment#copy} makes and writes back: there the virtual machine
 * throws where memory is gone. Of one that has taken longer the kernels run on the file itself. So do those whose copies the
 * pool has no room for, and only there the danger remains.
 */
final class FileOperands {
    /** In nanoseconds; the slowest of all cold starts took 2 s, with other programs on the processors. */
    static final long COMPILED_AFTER = 5_000_000_000L;

    private static final int LARGEST_SHARE = 4; // of the pool's limit, for one copy

    private final HostPool pool;
    private final ConcurrentHashMap<List<Object>, LongAdder> taken = new ConcurrentHashMap<>();

    FileOperands(HostPool pool) {
        this.pool = pool;
    }

    /** What an operator does with its operands and results. */
    @FunctionalInterface
    interface Action {
        void on(TensorView[] in, TensorView[] out);
    }

    /** Runs {@code action} on these or on copies of them. */
    void run(Op op, TensorView[] in, TensorView[] out, Action action) {
        if (!anyFile(in) && !anyFile(out)) {
            action.on(in, out);
            return;
        }
        LongAdder time = taken.computeIfAbsent(kernels(op, in, out), _ -> new LongAdder());
        if (time.sum() > COMPILED_AFTER) {
            action.on(in, out);
            return;
        }
        long start = System.nanoTime();
        onCopies(in, out, action);
        time.add(System.nanoTime() - start);
    }

    private void onCopies(TensorView[] in, TensorView[] out, Action action) {
        List<Temporary> copies = new ArrayList<>();
        try {
            TensorView[] operands = Arrays.copyOf(in, in.length, TensorView[].class); // they may be tensors
            TensorView[] results = Arrays.copyOf(out, out.length, TensorView[].class);
            for (int i = 0; i < in.length; i++) {
                if (replaced(operands, i, copies)) {
                    long size = in[i].dtype().byteSize();
                    long first = in[i].layout().firstElement();
                    long bytes = (in[i].layout().lastElement() - first + 1) * size;
                    MemorySegment.copy(segment(in[i]), first * size, segment(operands[i]), 0, bytes);
                }
            }
            boolean[] replaced = new boolean[out.length];
            for (int i = 0; i < out.length; i++) {
                replaced[i] = replaced(results, i, copies);
            }
            action.on(operands, results);
            for (int i = 0; i < out.length; i++) {
                if (replaced[i]) {
                    writeBack(out[i], segment(results[i]));
                }
            }
        } finally {
            copies.forEach(Temporary::giveBack);
        }
    }

    /** Puts the same view of memory of the pool, as yet without values, in the place of one of a file, if there is room. */
    private boolean replaced(TensorView[] views, int i, List<Temporary> copies) {
        TensorView view = views[i];
        Layout layout = view.layout();
        if (!isFile(view) || layout.shape().isEmpty()) {
            return false;
        }
        long bytes = (layout.lastElement() - layout.firstElement() + 1)
                * view.dtype().byteSize();
        if (bytes > pool.limit() / LARGEST_SHARE) {
            return false;
        }
        try {
            Temporary copy = new Temporary(pool.allocate(bytes), layout.shift(-layout.firstElement()), view.dtype());
            copies.add(copy);
            views[i] = copy;
            return true;
        } catch (BackendException e) {
            return false; // the pool is full
        }
    }

    /**
     * The elements of {@code view}, and nothing between them, from memory that starts with its first; by copies that the
     * virtual machine guards, so not by {@link Copies}, which has vectors.
     */
    private static void writeBack(TensorView view, MemorySegment from) {
        int size = view.dtype().byteSize();
        long first = view.layout().firstElement() * size;
        LoopNest nest = LoopNest.of(view.layout());
        LoopNest.Cursor cursor = nest.cursor(0);
        long step = nest.innerStride(0) * size;
        for (long run = 0; run < nest.outerCount(); run++) {
            long at = cursor.offset(0) * size;
            if (step == size) {
                MemorySegment.copy(from, at - first, segment(view), at, nest.innerSize() * size);
            } else {
                int n = Math.toIntExact(nest.innerSize());
                Strided.copy(size, from, at - first, step, segment(view), at, step, n);
            }
            cursor.next();
        }
    }

    /** Something equal for operators on operands that the same kernels serve, and rarely for others. */
    private static List<Object> kernels(Op op, TensorView[] in, TensorView[] out) {
        List<Object> key = new ArrayList<>();
        key.add(
                switch (op) {
                    case Op.Reduce _, Op.ArgReduce _, Op.Scan _, Op.ArgScan _, Op.Sort _ -> op; // rows or columns
                    default -> op.operatorName();
                });
        for (TensorView[] views : List.of(in, out)) {
            for (TensorView view : views) {
                Layout layout = view.layout();
                int last = layout.rank() - 1;
                key.add(view.dtype());
                key.add(Long.SIZE - Long.numberOfLeadingZeros(layout.shape().numel()));
                key.add(layout.isContiguous() ? 1L : 2 + Math.clamp(layout.stride(last), -1, 2));
            }
        }
        return key;
    }

    private static boolean anyFile(TensorView[] views) {
        for (TensorView view : views) {
            if (isFile(view)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFile(TensorView view) {
        return !(view.storage() instanceof HostStorage) && segment(view).isMapped();
    }

    private static MemorySegment segment(TensorView view) {
        return view.storage().segment();
    }
}
