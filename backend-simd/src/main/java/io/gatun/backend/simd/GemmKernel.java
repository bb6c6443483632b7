package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * The inner loops of the matrix product for one element type. {@link Gemm} owns the blocking, the threads and the choice of
 * a path.
 *
 * <p>All segments handed to one kernel should be of one kind (native): a heap segment among them would pollute the type
 * profiles that the loops rely on. {@link Gemm} sees to that.
 */
final class GemmKernel {
    /** Rows of a tile: as many as the registers of such a machine hold. */
    static final int ROWS = VectorWidth.BITS == 512 ? 6 : 4;

    /** Vectors in a row of a tile. */
    static final int NV = 3;

    /** Bytes of a vector at most. */
    static final int VECTOR = 64;

    private final DType dtype;
    private final int lanes;
    private @Nullable ThinKernel thin;
    private final @Nullable GemmTile[] tiles = new GemmTile[NV + 1];

    private GemmKernel(DType dtype) {
        this.dtype = dtype;
        this.lanes = Lanes.species(dtype).length();
    }

    /** That of F32 or F64. */
    static GemmKernel of(DType dtype) {
        return new GemmKernel(dtype);
    }

    /** Size of an element in bytes. */
    int elementBytes() {
        return dtype.byteSize();
    }

    /** Elements in a vector. */
    int lanes() {
        return lanes;
    }

    /** Columns of a tile. */
    int nr() {
        return NV * lanes();
    }

    /** The kernels for products that are only a vector wide. */
    ThinKernel thin() {
        ThinKernel known = thin;
        if (known == null) {
            known = Stamp.exact(dtype, ThinKernel.class, ThinTemplate.class);
            thin = known; // a race stamps twice and keeps one: kernels have no state
        }
        return known;
    }

    /** The packing for elements of this size. */
    PackKernel pack() {
        return PackKernel.of(dtype.byteSize());
    }

    /** The tile of so many vectors. */
    GemmTile tile(int vectors) {
        GemmTile tile = tiles[vectors];
        if (tile == null) {
            tile = Stamp.exact(dtype, GemmTile.class, GemmTemplate.class, vectors);
            tiles[vectors] = tile; // as of the thin one
        }
        return tile;
    }
}
