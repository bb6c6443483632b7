package io.gatun.backend.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A thread's own small buffers, aligned and hot in cache: one vector for each operand of a kernel, blocks that operands
 * are staged in, accumulators.
 *
 * <p>Who may use which: a template's tails use {@link #tail}; {@link Elementwise} uses the blocks 0 to 3, conversions
 * use {@link #narrow}; searches use {@link #accumulators}, reductions block 4 and, for {@link Runs} and indices, block 5, scans
 * block 4,
 * {@link FusedPass} the {@link #fused} vectors, {@link StepsKernel} its {@link #step}s, and
 * {@link RandomNumbers} the {@link #planes}, and block 0 before its kernels run. No two of them are ever on
 * one thread's stack with the same buffer.
 */
final class Scratch {
    /** Elements in a block, of up to 8 bytes. */
    static final int BLOCK = 1024;

    /** Blocks a thread has. */
    static final int BLOCKS = 6;

    /** Values of a {@link StepsKernel}, each a quarter of a block. */
    static final int STEPS = 16;

    /** Elements in a row of a {@link #tile}, and bytes in all of it. */
    static final int TILE_WIDTH = 256;

    static final int TILE_BYTES = 1 << 18;

    /** Bytes of a chunk of random numbers, and of its planes: five of words, four of elements, and the chunk. */
    private static final long DRAWN_BYTES = 4L * RandomNumbers.CHUNK * Long.BYTES;

    private static final long PLANES_BYTES = 9L * RandomNumbers.CHUNK * Long.BYTES + DRAWN_BYTES;

    private static final int VECTOR = 64;
    private static final int TAILS = 4;
    private static final int ACCUMULATORS = 12;
    private static final int FUSED = 6;

    private static final ThreadLocal<Scratch> MINE = ThreadLocal.withInitial(Scratch::new);

    private final MemorySegment tail;
    private final MemorySegment accumulators;
    private final MemorySegment narrow;
    private final MemorySegment fused;
    private final MemorySegment[] blocks = new MemorySegment[BLOCKS];
    private final @Nullable MemorySegment[] tiles = new MemorySegment[TAILS];
    private final MemorySegment[] steps = new MemorySegment[STEPS];

    private @Nullable MemorySegment planes;

    private Scratch() {
        long small = (TAILS + ACCUMULATORS + FUSED) * VECTOR;
        MemorySegment all = Arena.ofAuto().allocate(small + (BLOCKS + 1L + STEPS / 4) * BLOCK * Long.BYTES, VECTOR);
        tail = all.asSlice(0, TAILS * VECTOR);
        accumulators = all.asSlice(TAILS * VECTOR, ACCUMULATORS * VECTOR);
        fused = all.asSlice((TAILS + ACCUMULATORS) * VECTOR, FUSED * VECTOR);
        narrow = all.asSlice(small, BLOCK * Long.BYTES);
        for (int i = 0; i < BLOCKS; i++) {
            blocks[i] = all.asSlice(small + (i + 1L) * BLOCK * Long.BYTES, BLOCK * Long.BYTES);
        }
        long bytes = BLOCK / 4 * Long.BYTES;
        for (int i = 0; i < STEPS; i++) {
            steps[i] = all.asSlice(small + (BLOCKS + 1L) * BLOCK * Long.BYTES + i * bytes, bytes);
        }
    }

    /** This thread's. */
    static Scratch mine() {
        return MINE.get();
    }

    /** Four vectors of up to 64 bytes, one after the other. */
    MemorySegment tail() {
        return tail;
    }

    /** Twelve vectors of up to 64 bytes. */
    MemorySegment accumulators() {
        return accumulators;
    }

    /** Six vectors of up to 64 bytes: {@link FusedKernel}. */
    MemorySegment fused() {
        return fused;
    }

    /** A block for elements on their way to or from a wider type. */
    MemorySegment narrow() {
        return narrow;
    }

    /** A part of operand {@code number}, transposed; there from its first use on. */
    MemorySegment tile(int number) {
        MemorySegment tile = tiles[number];
        if (tile == null) {
            tile = Arena.ofAuto().allocate(TILE_BYTES, VECTOR);
            tiles[number] = tile;
        }
        return tile;
    }

    /** Numbers on their way from the planes to a tensor with gaps. */
    MemorySegment drawn() {
        return planes().asSlice(PLANES_BYTES - DRAWN_BYTES, DRAWN_BYTES);
    }

    /** For {@link RandomNumbers}; there from its first use on. */
    MemorySegment planes() {
        MemorySegment memory = planes;
        if (memory == null) {
            memory = Arena.ofAuto().allocate(PLANES_BYTES, VECTOR);
            planes = memory;
        }
        return memory;
    }

    /** A block of {@link #BLOCK} elements of up to 8 bytes. */
    MemorySegment block(int number) {
        return blocks[number];
    }

    /** The value that a step of a {@link StepsKernel} gives, from 1 on: {@link #BLOCK} / 4 elements of up to 8 bytes. */
    MemorySegment step(int number) {
        return steps[number - 1];
    }
}
