package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Conversions between dtypes, by pair: {@link VectorCastTemplate} where the machine converts vectors so, {@link CastTemplate}
 * where not; halves by way of F32, and bool by comparison.
 */
final class Casts {
    private static final int COUNT = DType.values().length;
    private static final @Nullable ElementKernel[] KERNELS = new ElementKernel[COUNT * COUNT];

    private Casts() {}

    /** Converts all of {@code in} to the dtype of {@code out}, which has the same shape. */
    static void cast(TensorView out, TensorView in) {
        if (in.dtype() == out.dtype()) {
            Copies.copy(out, in);
            return;
        }
        ElementKernel kernel = of(in.dtype(), out.dtype());
        Elementwise.run((_, _) -> kernel, false, false, false, out, in);
    }

    /** The kernel on contiguous elements. */
    static ElementKernel of(DType from, DType to) {
        int at = Stamp.place(from) * COUNT + Stamp.place(to);
        ElementKernel kernel = KERNELS[at];
        if (kernel == null) {
            kernel = stamp(from, to);
            KERNELS[at] = kernel; // a race stamps twice and keeps one: kernels have no state
        }
        return kernel;
    }

    private static ElementKernel stamp(DType from, DType to) {
        if (from == DType.F32 && Halves.isHalf(to)) {
            return (out, outAt, a, aAt, b, bAt, c, cAt, n) -> Halves.narrow(to, a, aAt, out, outAt, n);
        }
        if (Halves.isHalf(from)) {
            return to == DType.F32
                    ? (out, outAt, a, aAt, b, bAt, c, cAt, n) -> Halves.widen(from, a, aAt, out, outAt, n)
                    : byFloats(of(from, DType.F32), of(DType.F32, to), from.byteSize(), to.byteSize());
        }
        if (Halves.isHalf(to)) {
            return byFloats(of(from, DType.F32), of(DType.F32, to), from.byteSize(), to.byteSize());
        }
        if (to == DType.BOOL) {
            return Stamp.kernel(
                    ElementKernel.class,
                    MaskTemplate.class,
                    Lanes.species(from),
                    Stamp.of(MaskBody.class, MaskBodies.class, VectorOperators.NE, true),
                    false,
                    true);
        }
        if (from.byteSize() == 1 && to.byteSize() == 1) {
            return (out, outAt, a, aAt, b, bAt, c, cAt, n) -> MemorySegment.copy(a, aAt, out, outAt, n);
        }
        CastRoute route = CastRoute.of(from, to);
        return route.isSupported()
                ? Stamp.kernel(ElementKernel.class, VectorCastTemplate.class, route)
                : Stamp.kernel(ElementKernel.class, CastTemplate.class, from, to);
    }

    /** Two conversions with a block of F32 between them: what a half is converted from or to goes through F32. */
    private static ElementKernel byFloats(ElementKernel first, ElementKernel second, int fromSize, int toSize) {
        return (out, outAt, a, aAt, b, bAt, c, cAt, n) -> {
            MemorySegment floats = Scratch.mine().narrow();
            for (int i = 0; i < n; i += Scratch.BLOCK) {
                int length = Math.min(Scratch.BLOCK, n - i);
                long at = aAt + (long) i * fromSize;
                first.run(floats, 0, a, at, a, at, a, at, length);
                second.run(out, outAt + (long) i * toSize, floats, 0, floats, 0, floats, 0, length);
            }
        };
    }
}
