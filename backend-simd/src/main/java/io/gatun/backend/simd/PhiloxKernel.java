package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * Philox 4x32-10 (Salmon and others, 2011) on vectors: a block of words in each lane of 64 bits. A chunk of blocks is four
 * planes of memory, {@code plane} bytes each, one for each word; a word fills the lower half of its eight bytes. Stamped from
 * {@link PhiloxTemplate}.
 */
interface PhiloxKernel {
    /** Rounds that one call of {@link #rounds} does. */
    int ROUNDS = 2;

    /** The counters of all blocks that a plane has room for, of which {@code counter} is the first. */
    void begin(MemorySegment planes, long plane, long counter);

    /** Two rounds, of which the first is under the key of these two words. */
    void rounds(MemorySegment planes, long plane, int key0, int key1);
}
