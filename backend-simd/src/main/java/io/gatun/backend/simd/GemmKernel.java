package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * The inner loops of the matrix product for one element type. {@link Gemm} owns the blocking, the threads and the choice of
 * a path; what is here touches one tile, one row or one vector at a time, and only through long <em>byte</em> offsets.
 *
 * <p>Implementations are stamped with the exact class of their vectors ({@link Stamp#exact}). Over {@code Vector<E>}
 * the accumulators lose their exact type where the loop merges them, every {@code lanewise(FMA)} stays a virtual call, and
 * the kernel runs at 2 GFLOP/s instead of 120.
 *
 * <p>All segments handed to one kernel should be of one kind (native): a heap segment among them would pollute the type
 * profiles that the loops rely on. {@link Gemm} sees to that.
 */
interface GemmKernel {

    /** That of F32 or F64. */
    static GemmKernel of(DType dtype) {
        return Stamp.exact(dtype, GemmKernel.class, GemmTemplate.class);
    }

    /** Rows of a micro-tile. */
    int MR = 4;

    /** Vectors in a row of a micro-tile. */
    int NV = 3;

    /** Size of an element in bytes. */
    int elementBytes();

    /** Elements in a vector. */
    int lanes();

    /** Columns of a micro-tile. */
    default int nr() {
        return NV * lanes();
    }

    /**
     * Multiplies a packed panel of A, {@code [kc][MR]}, with a packed panel of B, {@code [kc][NV * lanes]}, into a tile of
     * {@code MR} rows and {@code vectors * lanes} columns.
     *
     * @param vectors how many vectors of a row of B to use, 1 to {@link #NV}
     * @param addend what to add to the product, laid out as the tile is: C itself, or a row of zeros with
     *     {@code addendRowBytes} 0
     * @param rowBytes distance between rows of the tile in C
     */
    void tile(
            int vectors,
            int kc,
            MemorySegment a,
            long aOffset,
            MemorySegment b,
            long bOffset,
            MemorySegment addend,
            long addendOffset,
            long addendRowBytes,
            MemorySegment c,
            long cOffset,
            long rowBytes);

    /**
     * Copies the valid part of a finished tile, contiguous with {@link #nr()} columns, to its place in C.
     *
     * @param rowBytes distance between C's rows
     * @param columnBytes distance between C's columns
     */
    void spill(
            MemorySegment tile,
            long tileOffset,
            int rows,
            int columns,
            MemorySegment c,
            long cOffset,
            long rowBytes,
            long columnBytes,
            boolean accumulate);

    /** The kernels for products that are only a vector wide. */
    ThinKernel thin();

    /** The packing for elements of this size. */
    PackKernel pack();

    /**
     * A whole small product without packing: B and C have columns next to each other, A any strides. Overwrites C.
     */
    void direct(
            int m,
            int n,
            int k,
            MemorySegment a,
            long aOffset,
            long aRowBytes,
            long aColumnBytes,
            MemorySegment b,
            long bOffset,
            long bRowBytes,
            MemorySegment c,
            long cOffset,
            long cRowBytes);
}
