package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * Copies blocks of a matrix into the order in which a micro-kernel reads them: panels of {@code width} lines, each panel
 * laid out {@code [k][width]}, so that one pass through memory, front to back, feeds the whole k-loop.
 *
 * <p>A <em>line</em> is a row of A or a column of B: for either operand the matrix is {@code (lines, k)} with a stride for
 * each, so that one method packs both, transposed or not. Example, width 4 and lines a to f of length 3: the first panel is
 * {@code a0 b0 c0 d0 a1 b1 c1 d1 a2 b2 c2 d2}, the second {@code e0 f0 0 0 e1 f1 0 0 e2 f2 0 0}. The zeros let the
 * micro-kernel always run whole tiles.
 */
interface PackKernel {

    /** For elements of {@code bytes} bytes, 4 or 8. */
    static PackKernel of(int bytes) {
        return bytes == Integer.BYTES ? OfFour.KERNEL : OfEight.KERNEL;
    }

    /** Made when it is asked for. */
    final class OfFour {
        private static final PackKernel KERNEL = Stamp.kernel(PackKernel.class, PackTemplate.class, DType.I32);

        private OfFour() {}
    }

    /** Made when it is asked for. */
    final class OfEight {
        private static final PackKernel KERNEL = Stamp.kernel(PackKernel.class, PackTemplate.class, DType.I64);

        private OfEight() {}
    }

    /**
     * Packs one panel.
     *
     * @param lines how many lines there are, 1 to {@code width}; the rest of the panel is filled with zeros
     * @param width lines in a panel, a multiple of 4
     * @param lineBytes distance in the matrix between lines
     * @param kBytes distance in the matrix between elements of a line
     * @param targetOffset where the panel begins, in bytes
     */
    void panel(
            int lines,
            int width,
            int kc,
            MemorySegment source,
            long sourceOffset,
            long lineBytes,
            long kBytes,
            MemorySegment target,
            long targetOffset);

    /**
     * Copies lines to where element k of line i lies at {@code targetOffset + k * rowBytes}, i elements on; nothing else in
     * the target changes.
     */
    void transpose(
            int lines,
            int kc,
            MemorySegment source,
            long sourceOffset,
            long lineBytes,
            long kBytes,
            MemorySegment target,
            long targetOffset,
            long rowBytes);

    /** Copies {@code count} elements that lie {@code strideBytes} apart to contiguous places. */
    void gather(
            long count,
            MemorySegment source,
            long sourceOffset,
            long strideBytes,
            MemorySegment target,
            long targetOffset);

    /** Copies {@code count} contiguous elements to places {@code strideBytes} apart. */
    void scatter(
            long count,
            MemorySegment source,
            long sourceOffset,
            MemorySegment target,
            long targetOffset,
            long strideBytes);
}
