package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The two half types: which they are, and their {@link HalfConversion}s. */
final class Halves {
    /** Half as wide as other vectors: as many lanes as F32 has. */
    static final VectorSpecies<Short> SPECIES = VectorSpecies.of(
            short.class, VectorShape.forBitSize(VectorWidth.species(int.class).vectorBitSize() / 2));

    private static final HalfConversion F16 = conversion(DType.F16);
    private static final HalfConversion BF16 = conversion(DType.BF16);

    private Halves() {}

    /** The species of a body of {@link HalvesTemplate}: of BF16 each vector of F32 has half the lanes, in turns. */
    static VectorSpecies<Short> species(DType dtype) {
        return dtype == DType.F16 ? SPECIES : VectorWidth.species(short.class);
    }

    private static HalfConversion conversion(DType dtype) {
        return Stamp.kernel(HalfConversion.class, HalvesTemplate.class, dtype, dtype);
    }

    /** What multiplies a matrix of {@code dtype} with a vector of F32. */
    static ThinKernel thin(DType dtype) {
        return dtype == DType.F16 ? ThinF16.KERNEL : ThinBF16.KERNEL;
    }

    private static ThinKernel stampThin(DType dtype) {
        HalfConversion part = Stamp.of(HalfConversion.class, HalvesTemplate.class, dtype, dtype);
        return Stamp.kernel(ThinKernel.class, HalfThinTemplate.class, part);
    }

    /** Stamped when first needed. */
    private static final class ThinF16 {
        static final ThinKernel KERNEL = stampThin(DType.F16);

        private ThinF16() {}
    }

    /** Likewise. */
    private static final class ThinBF16 {
        static final ThinKernel KERNEL = stampThin(DType.BF16);

        private ThinBF16() {}
    }

    /** Whether {@code dtype} is one of the two. */
    static boolean isHalf(DType dtype) {
        return dtype == DType.F16 || dtype == DType.BF16;
    }

    /** {@code n} elements of {@code dtype} as F32. */
    static void widen(DType dtype, MemorySegment in, long at, MemorySegment out, long outAt, int n) {
        (dtype == DType.F16 ? F16 : BF16).widen(in, at, out, outAt, n);
    }

    /** {@code n} elements of F32 rounded to {@code dtype}. */
    static void narrow(DType dtype, MemorySegment in, long at, MemorySegment out, long outAt, int n) {
        (dtype == DType.F16 ? F16 : BF16).narrow(in, at, out, outAt, n);
    }
}
