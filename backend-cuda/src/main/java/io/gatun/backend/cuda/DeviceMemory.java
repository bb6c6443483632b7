package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one device: blocks cut from segments that the driver gave, which stay when blocks come back, since the driver
 * takes a hundred times as long and waits for the device.
 *
 * <p>Sizes are rounded up to 512 bytes. Blocks of up to 1 MiB are cut from segments of 2 MiB, those of up to 10 MiB from segments
 * of 20 MiB, and larger ones have their own, rounded up to 2 MiB. The smallest free block that is large enough is taken, and
 * cut if what is left can be of use; a block that comes back is merged with its free neighbours. When the driver has no more,
 * whole segments that are free go back to it; then unreachable tensors are collected; and only then is it an error, which lists
 * the largest tensors that are alive.
 *
 * <p>Each stream has segments of its own: memory that comes back may be handed out on it at once, since what is queued later
 * runs later. A block that other streams used as well ({@link Block#alsoUsedOn}) waits until they have come as far as they
 * were when it came back. A graph has segments of its own too ({@link Reserve}), which nobody else gets before it is closed:
 * its replays write to the same addresses each time.
 */
final class DeviceMemory {
    /** Whether blocks are kept; if not each is the driver's own, so that tools that watch memory see each by itself. */
    static final boolean KEPT = Flag.MEMORY_KEPT.isSet();

    private static final long ROUND = 512;
    private static final long SMALL = 1 << 20;
    private static final long MEDIUM = 10 << 20;
    private static final long SMALL_SEGMENT = 2 << 20;
    private static final long MEDIUM_SEGMENT = 20 << 20;
    private static final int COLLECTIONS = 4; // asked for, one after the other, before giving up
    private static final int LISTED = 10; // tensors, in a report

    private static final Comparator<Piece> BY_SIZE =
            Comparator.<Piece>comparingLong(piece -> piece.size).thenComparingLong(piece -> piece.address);

    private final DeviceContext device;
    private final IdentityHashMap<DeviceStream, Pool> pools = new IdentityHashMap<>();
    private final NavigableSet<Piece> used = new TreeSet<>(BY_SIZE);
    private final List<Waiting> waiting = new ArrayList<>();
    private long reserved;
    private long usedBytes;
    private long peakBytes;

    DeviceMemory(DeviceContext device) {
        this.device = device;
    }

    /** The free pieces of one stream's segments. */
    private static final class Pool {
        final DeviceStream stream;
        final @Nullable Reserve reserve; // that it is of, if it is
        final NavigableSet<Piece> small = new TreeSet<>(BY_SIZE);
        final NavigableSet<Piece> large = new TreeSet<>(BY_SIZE);
        boolean closed;

        Pool(DeviceStream stream, @Nullable Reserve reserve) {
            this.stream = stream;
            this.reserve = reserve;
        }

        boolean isKept() {
            return KEPT || reserve != null;
        }

        NavigableSet<Piece> free(boolean isSmall) {
            return isSmall ? small : large;
        }
    }

    /** Segments that only one graph's work gets memory from, while it is captured. */
    final class Reserve {
        private final IdentityHashMap<DeviceStream, Pool> pools = new IdentityHashMap<>();

        /** Gives back what is free, and the rest when it is. */
        void close() {
            synchronized (DeviceMemory.this) {
                for (Pool pool : pools.values()) {
                    pool.closed = true;
                    releaseSegments(pool);
                }
            }
        }
    }

    /** A piece that came back before other streams were done with it. */
    private final class Waiting {
        final Piece piece;
        final List<DeviceStream> others;
        final List<StreamEvent> until = new ArrayList<>();

        Waiting(Piece piece, List<DeviceStream> others) {
            this.piece = piece;
            this.others = others;
            mark();
        }

        /** Marks where the others are; not while a stream is captured, as the mark would be part of the graph. */
        private void mark() {
            if (!device.isCaptured()) {
                others.forEach(other -> until.add(device.mark(other)));
            }
        }

        boolean isOver(boolean wait) {
            if (until.isEmpty()) {
                mark();
            }
            if (wait) {
                until.forEach(event -> event.await(piece.pool.stream, "waiting for memory to come back"));
            }
            return !until.isEmpty() && until.stream().allMatch(StreamEvent::isDone);
        }
    }

    /** A part of a segment, free or used, between its neighbours. */
    private static final class Piece {
        final Pool pool;
        final long address;
        final boolean isSmall;
        long size;

        @Nullable Piece before;

        @Nullable Piece after;

        boolean free;

        @Nullable String contents;

        Piece(Pool pool, long address, long size, boolean isSmall) {
            this.pool = pool;
            this.address = address;
            this.size = size;
            this.isSmall = isSmall;
        }
    }

    /** Memory handed out. */
    final class Block {
        private final Piece piece;
        private final long address;
        private List<DeviceStream> others = List.of(); // than its own, that it was used on
        private volatile @Nullable DeviceStream lastOther;
        private int holders = 1;
        private boolean released;

        private Block(Piece piece) {
            this.piece = piece;
            this.address = piece.address;
        }

        long address() {
            return address;
        }

        /** The stream that it was allocated for. */
        DeviceStream stream() {
            return piece.pool.stream;
        }

        /** Whether it is memory of {@code reserve}. */
        boolean isOf(Reserve reserve) {
            return reserve.equals(piece.pool.reserve);
        }

        /** Says what it was made for, for the report. */
        void holds(@Nullable Op op, Shape shape, DType dtype) {
            piece.contents = dtype + " " + shape + (op == null ? "" : " of " + op.operatorName());
        }

        /** Says that it is used by what is queued on another stream than its own, too. */
        @SuppressWarnings("ReferenceEquality") // a stream is itself
        void alsoUsedOn(DeviceStream stream) {
            if (stream != lastOther) {
                synchronized (DeviceMemory.this) {
                    if (!others.contains(stream)) {
                        others = Stream.concat(others.stream(), Stream.of(stream))
                                .toList();
                    }
                }
                lastOther = stream;
            }
        }

        /** Keeps it from coming back until {@link #letGo}. */
        void hold() {
            synchronized (DeviceMemory.this) {
                holders++;
            }
        }

        void letGo() {
            synchronized (DeviceMemory.this) {
                if (--holders == 0) {
                    comeBack(piece, others);
                }
            }
        }

        /** Gives the memory back; what is queued already may still use it. The second time it does nothing. */
        void release() {
            synchronized (DeviceMemory.this) {
                if (!released) {
                    released = true;
                    letGo();
                }
            }
        }
    }

    /**
     * {@code bytes} bytes with any content; what is queued from now on may use them, on the calling thread's stream.
     *
     * @throws CudaException if there is no memory left
     */
    Block allocate(long bytes) {
        ThreadWork work = ThreadWork.here();
        Capture capture = work.capture();
        return allocate(bytes, work.stream(device), capture == null ? null : capture.reserve(device));
    }

    /** The same for {@code stream}, of {@code reserve} if it is a graph that wants it. */
    Block allocate(long bytes, DeviceStream stream, @Nullable Reserve reserve) {
        long size = Math.max(ROUND, Math.ceilDiv(bytes, ROUND) * ROUND);
        for (int attempt = 0; ; attempt++) {
            synchronized (this) {
                reclaim(attempt > 0);
                Pool pool = pool(stream, reserve);
                Piece piece = take(pool, size);
                if (piece == null && attempt > 0) {
                    pools.values().forEach(this::releaseSegments);
                    piece = take(pool, size);
                }
                if (piece != null) {
                    peakBytes = Math.max(peakBytes, usedBytes);
                    return new Block(piece);
                }
                if (attempt > COLLECTIONS) {
                    throw new CudaException(report(bytes));
                }
            }
            if (attempt > 0) {
                collect();
            }
        }
    }

    private Pool pool(DeviceStream stream, @Nullable Reserve reserve) {
        IdentityHashMap<DeviceStream, Pool> among = reserve == null ? pools : reserve.pools;
        Pool known = among.get(stream);
        if (known == null) {
            known = new Pool(stream, reserve);
            among.put(stream, known);
        }
        return known;
    }

    /** Lets unreachable tensors come back: their cleaners run on a thread of the JDK's. */
    private static void collect() {
        System.gc();
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Piece take(Pool pool, long size) {
        Piece piece = pool.isKept() ? cut(pool, size) : ofDriver(pool, size, false);
        if (piece != null) {
            piece.free = false;
            used.add(piece);
            usedBytes += piece.size;
        }
        return piece;
    }

    private @Nullable Piece cut(Pool pool, long size) {
        boolean isSmall = size <= SMALL;
        NavigableSet<Piece> free = pool.free(isSmall);
        Piece piece = free.ceiling(new Piece(pool, Long.MIN_VALUE, size, isSmall));
        if (piece == null || !isSmall && piece.size - size >= MEDIUM_SEGMENT && size < MEDIUM_SEGMENT) {
            piece = segment(pool, size, isSmall);
            if (piece == null) {
                return null;
            }
        } else {
            free.remove(piece);
        }
        if (piece.size - size >= (isSmall ? ROUND : SMALL)) {
            split(piece, size, free);
        }
        return piece;
    }

    private static void split(Piece piece, long size, NavigableSet<Piece> free) {
        Piece rest = new Piece(piece.pool, piece.address + size, piece.size - size, piece.isSmall);
        rest.free = true;
        rest.before = piece;
        rest.after = piece.after;
        if (piece.after != null) {
            piece.after.before = rest;
        }
        piece.after = rest;
        piece.size = size;
        free.add(rest);
    }

    private @Nullable Piece segment(Pool pool, long size, boolean isSmall) {
        long bytes = isSmall
                ? SMALL_SEGMENT
                : size <= MEDIUM ? MEDIUM_SEGMENT : Math.ceilDiv(size, SMALL_SEGMENT) * SMALL_SEGMENT;
        return ofDriver(pool, bytes, isSmall);
    }

    private @Nullable Piece ofDriver(Pool pool, long bytes, boolean isSmall) {
        device.bind();
        CUdeviceptr pointer = new CUdeviceptr();
        int result = JCudaDriver.cuMemAlloc(pointer, bytes);
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            return null;
        }
        Driver.check(result, "cuMemAlloc");
        reserved += bytes;
        return new Piece(pool, Address.of(pointer), bytes, isSmall);
    }

    private void comeBack(Piece piece, List<DeviceStream> others) {
        piece.contents = null;
        if (others.isEmpty() || !piece.pool.isKept()) { // the driver waits for the whole device
            giveBack(piece);
            return;
        }
        waiting.add(new Waiting(piece, others));
    }

    /** Takes back what other streams are done with; waits for them if {@code all} is wanted. */
    private void reclaim(boolean all) {
        if (waiting.isEmpty()) {
            return;
        }
        for (Waiting one : List.copyOf(waiting)) {
            if (one.isOver(all)) {
                waiting.remove(one);
                one.until.forEach(device::spare);
                giveBack(one.piece);
            }
        }
    }

    private void giveBack(Piece piece) {
        used.remove(piece);
        usedBytes -= piece.size;
        Pool pool = piece.pool;
        if (!pool.isKept()) {
            toDriver(piece);
            return;
        }
        NavigableSet<Piece> free = pool.free(piece.isSmall);
        Piece whole = piece;
        if (whole.before != null && whole.before.free) {
            free.remove(whole.before);
            whole = join(whole.before, whole);
        }
        if (whole.after != null && whole.after.free) {
            free.remove(whole.after);
            whole = join(whole, whole.after);
        }
        whole.free = true;
        free.add(whole);
        if (pool.closed) {
            releaseSegments(pool);
        }
    }

    private static Piece join(Piece first, Piece second) {
        first.size += second.size;
        first.after = second.after;
        if (second.after != null) {
            second.after.before = first;
        }
        return first;
    }

    /** Gives segments that are free as a whole back to the driver, which waits for the device. */
    private void releaseSegments(Pool pool) {
        for (NavigableSet<Piece> free : List.of(pool.small, pool.large)) {
            for (Piece piece : List.copyOf(free)) {
                if (piece.before == null && piece.after == null) {
                    free.remove(piece);
                    toDriver(piece);
                }
            }
        }
    }

    /** Gives segments that are free as a whole back to the driver. */
    synchronized void releaseFree() {
        reclaim(false);
        pools.values().forEach(this::releaseSegments);
    }

    private void toDriver(Piece piece) {
        device.bind();
        reserved -= piece.size;
        Driver.check(JCudaDriver.cuMemFree(Address.device(piece.address)), "cuMemFree");
    }

    /** Bytes that the driver gave. */
    synchronized long reserved() {
        return reserved;
    }

    /** Bytes of blocks in use. */
    synchronized long used() {
        return usedBytes;
    }

    /** The most bytes that were in use at once, since the start or {@link #resetPeak}. */
    synchronized long peak() {
        return peakBytes;
    }

    /** Counts the most bytes in use from now on. */
    synchronized void resetPeak() {
        peakBytes = usedBytes;
    }

    private String report(long bytes) {
        long[] free = new long[1];
        long[] total = new long[1];
        device.bind();
        JCudaDriver.cuMemGetInfo(free, total);
        StringBuilder text = new StringBuilder(
                device.device() + " has no memory left for " + bytes + " bytes: "
                        + used() + " are in use, " + (reserved - used()) + " in free pieces, " + free[0] + " of "
                        + total[0]
                        + " are free on the device; close tensors earlier with a TensorScope, or use smaller batches. The largest:");
        used.descendingSet().stream()
                .limit(LISTED)
                .forEach(piece ->
                        text.append("\n  ").append(piece.size).append(" bytes").append(contents(piece)));
        return text.toString();
    }

    private static String contents(Piece piece) {
        return piece.contents == null ? "" : ": " + piece.contents;
    }
}
