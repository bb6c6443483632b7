package io.gatun.backend.simd;

import io.gatun.backend.simd.StepsKernel.Skip;
import io.gatun.backend.simd.StepsKernel.Step;
import io.gatun.tensor.DType;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.UnaryKind;
import java.util.List;

/**
 * The power x^y of floating-point elements, which takes several kernels: those of {@link PowerF64}. F32 is computed in F64,
 * where polynomials of lower degree and one part of the logarithm are enough.
 */
final class PowerKernels {
    private static final ElementKernel SIGN = kernel(PowerF64::sign);
    private static final ElementKernel MUL = BinaryKernels.of(BinaryKind.MUL, DType.F64, false, false);

    private PowerKernels() {}

    /**
     * The kernel for elements of F32 or F64.
     *
     * @param repeated which operand is one element for all: 0, 1 or none (-1)
     */
    static ElementKernel of(DType lanes, int repeated) {
        return lanes == DType.F64
                ? StepsKernel.ofTwo(Wide.STEPS, new Skip(0, 9, 11), repeated, Double.BYTES)
                : StepsKernel.ofTwo(Narrow.STEPS, new Skip(2, 4, 6), repeated, Float.BYTES);
    }

    private static ElementKernel kernel(BinaryBody<Double> body) {
        return LongUnaryKernels.kernel(DType.F64, body);
    }

    /** Of F64; values 0 and 1 are x and y. */
    private static final class Wide {
        static final List<Step> STEPS = List.of(
                new Step(UnaryKernels.required(UnaryKind.ABS, DType.F64), 0, 0),
                new Step(UnaryKernels.required(UnaryKind.LOG, DType.F64), 2, 2),
                new Step(kernel(PowerF64::exponent), 1, 3),
                new Step(kernel(PowerF64::restOfProduct), 1, 3),
                new Step(kernel(PowerF64::restOfLogarithm), 2, 3),
                new Step(MUL, 1, 6),
                new Step(BinaryKernels.of(BinaryKind.ADD, DType.F64, false, false), 5, 7),
                new Step(kernel(PowerF64::exponential), 4, 8),
                new Step(SIGN, 0, 1),
                new Step(MUL, 9, 10));
    }

    /** Of F32. */
    private static final class Narrow {
        static final List<Step> STEPS = List.of(
                new Step(Casts.of(DType.F32, DType.F64), 0, 0),
                new Step(Casts.of(DType.F32, DType.F64), 1, 1),
                new Step(kernel(PowerF64::narrow), 2, 3),
                new Step(SIGN, 2, 3),
                new Step(MUL, 4, 5),
                new Step(Casts.of(DType.F64, DType.F32), 6, 6));
    }
}
