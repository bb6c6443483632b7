package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Elements of 1, 2, 4 or 8 bytes copied between a strided run and a contiguous one, their bits unlooked at. Offsets and
 * strides are in bytes. Short steps, backward runs and repeated elements are read by vectors; for others there is one small loop for each size.
 */
final class Strided {
    /** Stamped from {@link EveryTemplate}; offsets in bytes. */
    interface Every {
        /** {@code n} elements, every so many from {@code at} on, packed into {@code to}. */
        void run(MemorySegment from, long at, MemorySegment to, long toAt, int n);
    }

    /** Stamped from {@link ZipTemplate}; offsets and steps in bytes. */
    interface Zip {
        /** {@code n} elements of each row, in turns; from row to row it is {@code step}. */
        void run(MemorySegment from, long at, long step, MemorySegment to, long toAt, int n);
    }

    /** The most rows that {@link #zip} takes, and the longest step that is read by vectors. */
    static final int LONGEST_STEP = 4;

    /** Shorter runs have too few whole vectors to be worth the call of a kernel. */
    private static final int LEAST_RUN = 24;

    private static final @Nullable Every[] EVERY = new Every[(Long.BYTES + 1) * (LONGEST_STEP + 1)];

    private static final @Nullable Zip[] ZIPS = new Zip[EVERY.length];

    private Strided() {}

    /** Two to {@link #LONGEST_STEP} rows of {@code n} neighbours, {@code step} bytes apart, stored in turns. */
    static void zip(int size, int rows, MemorySegment src, long at, long step, MemorySegment dst, long dstAt, int n) {
        int place = size * (LONGEST_STEP + 1) + rows;
        Zip kernel = ZIPS[place];
        if (kernel == null) {
            kernel = Stamp.kernel(Zip.class, ZipTemplate.class, Lanes.speciesOfSize(size), rows);
            ZIPS[place] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        kernel.run(src, at, step, dst, dstAt, n);
    }

    /** The kernel for 0, 2, 3, 4 or -1 as {@code step}. */
    private static Every every(int size, int step) {
        int at = size * (LONGEST_STEP + 1) + Math.abs(step);
        Every kernel = EVERY[at];
        if (kernel == null) {
            kernel = Stamp.kernel(Every.class, EveryTemplate.class, Lanes.speciesOfSize(size), step);
            EVERY[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    /** {@code n} elements every {@code step} bytes from {@code src}, packed into {@code dst}. */
    static void gather(int size, MemorySegment src, long at, long step, MemorySegment dst, long dstAt, int n) {
        if (step == size) {
            MemorySegment.copy(src, at, dst, dstAt, (long) n * size);
        } else if (n >= LEAST_RUN && (step == -size || step >= 0 && step <= (long) LONGEST_STEP * size)) {
            every(size, (int) (step / size)).run(src, at, dst, dstAt, n);
        } else {
            copy(size, src, at, step, dst, dstAt, size, n);
        }
    }

    /** {@code n} packed elements of {@code src}, spread every {@code step} bytes over {@code dst}. */
    static void scatter(int size, MemorySegment src, long at, MemorySegment dst, long dstAt, long step, int n) {
        if (step == size) {
            MemorySegment.copy(src, at, dst, dstAt, (long) n * size);
        } else {
            copy(size, src, at, size, dst, dstAt, step, n);
        }
    }

    /** {@code n} elements from one run to another, of any strides. */
    static void copy(
            int size, MemorySegment src, long at, long step, MemorySegment dst, long dstAt, long dstStep, int n) {
        switch (size) {
            case 1 -> copy1(src, at, step, dst, dstAt, dstStep, n);
            case 2 -> copy2(src, at, step, dst, dstAt, dstStep, n);
            case 4 -> copy4(src, at, step, dst, dstAt, dstStep, n);
            default -> copy8(src, at, step, dst, dstAt, dstStep, n);
        }
    }

    /** One element. */
    static void move(int size, MemorySegment src, long at, MemorySegment dst, long dstAt) {
        switch (size) {
            case 1 -> dst.set(Lanes.BYTE, dstAt, src.get(Lanes.BYTE, at));
            case 2 -> dst.set(Lanes.SHORT, dstAt, src.get(Lanes.SHORT, at));
            case 4 -> dst.set(Lanes.INT, dstAt, src.get(Lanes.INT, at));
            default -> dst.set(Lanes.LONG, dstAt, src.get(Lanes.LONG, at));
        }
    }

    private static void copy1(
            MemorySegment src, long at, long step, MemorySegment dst, long dstAt, long dstStep, int n) {
        for (int i = 0; i < n; i++) {
            dst.set(Lanes.BYTE, dstAt + i * dstStep, src.get(Lanes.BYTE, at + i * step));
        }
    }

    private static void copy2(
            MemorySegment src, long at, long step, MemorySegment dst, long dstAt, long dstStep, int n) {
        for (int i = 0; i < n; i++) {
            dst.set(Lanes.SHORT, dstAt + i * dstStep, src.get(Lanes.SHORT, at + i * step));
        }
    }

    private static void copy4(
            MemorySegment src, long at, long step, MemorySegment dst, long dstAt, long dstStep, int n) {
        for (int i = 0; i < n; i++) {
            dst.set(Lanes.INT, dstAt + i * dstStep, src.get(Lanes.INT, at + i * step));
        }
    }

    private static void copy8(
            MemorySegment src, long at, long step, MemorySegment dst, long dstAt, long dstStep, int n) {
        for (int i = 0; i < n; i++) {
            dst.set(Lanes.LONG, dstAt + i * dstStep, src.get(Lanes.LONG, at + i * step));
        }
    }
}
