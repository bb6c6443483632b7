package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * What the tiles of one pass of a {@link PatchKernel} share, on one thread: {@code C[i][j] = addend[i][j] + sum over r, k of
 * A[rows[i] + runs[r] + k * step] * B[r * length + k][j]}, for runs from {@code first} on. B's rows are contiguous and follow
 * each other. All offsets in bytes, A's from {@code aOffset} on.
 *
 * <p>An object because twelve more arguments of each call, most of them on the stack, took as long as thirty multiply-adds.
 */
final class PatchTile {
    final long[] rows;
    final long[] runs;
    final MemorySegment a;
    final MemorySegment c;
    final long cRowBytes;
    final MemorySegment b;

    /** Where a tile's sums are before the addend is added. */
    final MemorySegment sums;

    long aOffset;
    long bOffset;
    int first;
    int count;
    int length;
    MemorySegment addend;

    /** Distance between the addend's rows: C's own where it is C, or 0 to add one row to all. */
    long addendRowBytes;

    PatchTile(long[] rows, long[] runs, MemorySegment a, MemorySegment b, MemorySegment c, long cRowBytes) {
        this.rows = rows;
        this.runs = runs;
        this.a = a;
        this.b = b;
        this.c = c;
        this.cRowBytes = cRowBytes;
        this.sums = Scratch.mine().accumulators();
        this.addend = c;
    }
}
