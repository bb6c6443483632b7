package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
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
 * cut if what is left can be of use; a block that comes back is merged with its free neighbours. A device has one stream, so
 * memory that comes back may be handed out at once: what is queued later runs later. When the driver has no more, whole
 * segments that are free go back to it; then unreachable tensors are collected; and only then is it an error, which lists the
 * largest tensors that are alive.
 */
final class DeviceMemory {
    /** Whether blocks are kept; if not each is the driver's own, so that tools that watch memory see each by itself. */
    private static final boolean KEPT = Boolean.parseBoolean(System.getProperty("gatun.cuda.memory.kept", "true"));

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
    private final NavigableSet<Piece> small = new TreeSet<>(BY_SIZE);
    private final NavigableSet<Piece> large = new TreeSet<>(BY_SIZE);
    private final NavigableSet<Piece> used = new TreeSet<>(BY_SIZE);
    private long reserved;

    DeviceMemory(DeviceContext device) {
        this.device = device;
    }

    /** A part of a segment, free or used, between its neighbours. */
    private static final class Piece {
        final long address;
        final boolean isSmall;
        long size;

        @Nullable Piece before;

        @Nullable Piece after;

        boolean free;

        @Nullable String contents;

        Piece(long address, long size, boolean isSmall) {
            this.address = address;
            this.size = size;
            this.isSmall = isSmall;
        }
    }

    /** Memory handed out. */
    final class Block {
        private @Nullable Piece piece;
        private final long address;

        private Block(Piece piece) {
            this.piece = piece;
            this.address = piece.address;
        }

        long address() {
            return address;
        }

        /** Says what it was made for, for the report. */
        void holds(@Nullable Op op, Shape shape, DType dtype) {
            Piece held = piece;
            if (held != null) {
                held.contents = dtype + " " + shape + (op == null ? "" : " of " + op.operatorName());
            }
        }

        /** Gives the memory back; what is queued already may still use it. The second time it does nothing. */
        void release() {
            synchronized (DeviceMemory.this) {
                Piece held = piece;
                piece = null;
                if (held != null) {
                    giveBack(held);
                }
            }
        }
    }

    /**
     * {@code bytes} bytes with any content; what is queued from now on may use them.
     *
     * @throws CudaException if there is no memory left
     */
    Block allocate(long bytes) {
        long size = Math.max(ROUND, Math.ceilDiv(bytes, ROUND) * ROUND);
        for (int attempt = 0; ; attempt++) {
            synchronized (this) {
                Piece piece = take(size);
                if (piece == null && attempt > 0) {
                    releaseSegments();
                    piece = take(size);
                }
                if (piece != null) {
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

    /** Lets unreachable tensors come back: their cleaners run on a thread of the JDK's. */
    private static void collect() {
        System.gc();
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Piece take(long size) {
        if (!KEPT) {
            Piece own = ofDriver(size, false);
            if (own != null) {
                used.add(own);
            }
            return own;
        }
        boolean isSmall = size <= SMALL;
        NavigableSet<Piece> pool = isSmall ? small : large;
        Piece piece = pool.ceiling(new Piece(Long.MIN_VALUE, size, isSmall));
        if (piece == null || !isSmall && piece.size - size >= MEDIUM_SEGMENT && size < MEDIUM_SEGMENT) {
            piece = segment(size, isSmall);
            if (piece == null) {
                return null;
            }
        } else {
            pool.remove(piece);
        }
        if (piece.size - size >= (isSmall ? ROUND : SMALL)) {
            split(piece, size, pool);
        }
        piece.free = false;
        used.add(piece);
        return piece;
    }

    private static void split(Piece piece, long size, NavigableSet<Piece> pool) {
        Piece rest = new Piece(piece.address + size, piece.size - size, piece.isSmall);
        rest.free = true;
        rest.before = piece;
        rest.after = piece.after;
        if (piece.after != null) {
            piece.after.before = rest;
        }
        piece.after = rest;
        piece.size = size;
        pool.add(rest);
    }

    private @Nullable Piece segment(long size, boolean isSmall) {
        long bytes = isSmall
                ? SMALL_SEGMENT
                : size <= MEDIUM ? MEDIUM_SEGMENT : Math.ceilDiv(size, SMALL_SEGMENT) * SMALL_SEGMENT;
        return ofDriver(bytes, isSmall);
    }

    private @Nullable Piece ofDriver(long bytes, boolean isSmall) {
        device.bind();
        CUdeviceptr pointer = new CUdeviceptr();
        int result = JCudaDriver.cuMemAlloc(pointer, bytes);
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            return null;
        }
        Driver.check(result, "cuMemAlloc");
        reserved += bytes;
        return new Piece(Address.of(pointer), bytes, isSmall);
    }

    private void giveBack(Piece piece) {
        used.remove(piece);
        if (!KEPT) {
            toDriver(piece);
            return;
        }
        NavigableSet<Piece> pool = piece.isSmall ? small : large;
        Piece whole = piece;
        whole.contents = null;
        if (whole.before != null && whole.before.free) {
            pool.remove(whole.before);
            whole = join(whole.before, whole);
        }
        if (whole.after != null && whole.after.free) {
            pool.remove(whole.after);
            whole = join(whole, whole.after);
        }
        whole.free = true;
        pool.add(whole);
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
    private void releaseSegments() {
        for (NavigableSet<Piece> pool : List.of(small, large)) {
            for (Piece piece : new ArrayList<>(pool)) {
                if (piece.before == null && piece.after == null) {
                    pool.remove(piece);
                    toDriver(piece);
                }
            }
        }
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
        return used.stream().mapToLong(piece -> piece.size).sum();
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
