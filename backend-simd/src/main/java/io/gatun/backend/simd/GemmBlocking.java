package io.gatun.backend.simd;

/**
 * How a large product is cut so that each piece stays in the cache that its reuse needs.
 *
 * <p>The block of A ({@code mc} by {@code kc}) stays in the second-level cache, the block of B ({@code kc} by {@code nc}) in
 * the third, and one panel of it at a time passes through the second. A longer {@code kc} spreads the cost of entering and
 * leaving the kernel over more work, and reads C fewer times.
 *
 * @param mc rows of a block of A at most, a multiple of {@link GemmKernel#ROWS}
 * @param kc length of the inner loop at most
 * @param nc columns of a block of B at most, a multiple of the micro-tile's columns
 */
record GemmBlocking(int mc, int kc, int nc) {

    private static final int L2_BYTES = 1 << 20;
    private static final int L3_SHARE_BYTES = 4 << 20;
    private static final int PANEL_BYTES = 512 * 4;

    GemmBlocking {
        if (mc < 1 || kc < 1 || nc < 1) {
            throw new IllegalArgumentException(
                    "blocking " + mc + " x " + kc + " x " + nc + ": expected positive sizes");
        }
    }

    /** The blocks for a kernel, from cache sizes that any machine of the last ten years has. */
    static GemmBlocking of(GemmKernel kernel) {
        int size = kernel.elementBytes();
        int kc = PANEL_BYTES / size;
        int mc = roundDown(L2_BYTES / 2 / (kc * size), GemmKernel.ROWS);
        int nc = roundDown(L3_SHARE_BYTES / (kc * size), kernel.nr());
        return new GemmBlocking(mc, kc, nc);
    }

    private static int roundDown(int n, int multiple) {
        return Math.max(multiple, n / multiple * multiple);
    }
}
