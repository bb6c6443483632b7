package io.gatun.backend.simd;

import java.lang.foreign.MemorySegment;

/**
 * What attention does between its products, to a block of scores: a key a row, a query a column, so that each lane of a
 * vector has a softmax of its own. Stamped from {@link AttentionTemplate}; offsets and steps in bytes. A call is for one vector
 * of some rows: a cold JVM compiles what is called often. Beside each column lie numbers in three rows, a {@code step} from one
 * to the next: its largest score, the sum of its exponentials relative to that, and the sum of its weights' gradients, each
 * times the weight; calls combine theirs with what is there.
 */
interface AttentionKernel {
    /** The largest of each column, times {@code scale}. */
    void largest(MemorySegment x, long at, long step, int rows, double scale, long numbersAt);

    /** Replaces elements by their exponentials, {@link FusedPass#RAISED} by a factor, and sums these. */
    void exponentials(MemorySegment x, long at, long step, int rows, double scale, long numbersAt);

    /** Divides exponentials by their sums. */
    void weights(MemorySegment x, long at, long step, int rows, long numbersAt);

    /** Replaces scores by weights, and sums those times the gradients of weights, which are {@code more} bytes on. */
    void sums(MemorySegment x, long at, long more, long step, int rows, double scale, long numbersAt);

    /** Replaces gradients of weights by those of products of queries and keys. */
    void slopes(MemorySegment x, long at, long more, long step, int rows, double scale, long numbersAt);
}
