package io.gatun.backend.simd;

import io.gatun.backend.simd.StepsKernel.Step;
import io.gatun.tensor.DType;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.UnaryKind;
import java.util.ArrayList;
import java.util.List;

/** The functions of one operand that take several kernels. Those of F32 but for erfc are computed in F64. */
final class LongUnaryKernels {
    private LongUnaryKernels() {}

    /** Whether the function takes several kernels. */
    static boolean has(UnaryKind kind, DType lanes) {
        return switch (kind) {
            case ERFC, ERFINV, LGAMMA, DIGAMMA -> true;
            case ERF -> lanes == DType.F64;
            default -> false;
        };
    }

    /** The kernel on contiguous elements of F32 or F64. */
    static ElementKernel of(UnaryKind kind, DType lanes) {
        if (lanes == DType.F64) {
            return new StepsKernel(steps(kind), Double.BYTES);
        }
        return new StepsKernel(kind == UnaryKind.ERFC ? erfcOfFloats() : wide(steps(kind)), Float.BYTES);
    }

    private static List<Step> steps(UnaryKind kind) {
        return switch (kind) {
            case ERF -> List.of(first(MathF64::erfAboveOne), step(MathF64::erf, 0, 1));
            case ERFC -> List.of(first(MathF64::scaledErfc), step(MathF64::erfc, 0, 1));
            case ERFINV ->
                List.of(
                        first(InverseErrorF64::approximation),
                        new Step(kernel(DType.F64, (UnaryBody<Double>) InverseErrorF64::scaledComplement), 1, 1),
                        step(InverseErrorF64::excess, 0, 1),
                        new Step(BinaryKernels.of(BinaryKind.SUB, DType.F64, false, false), 3, 2),
                        step(InverseErrorF64::improved, 1, 4),
                        step(InverseErrorF64::signed, 0, 5));
            case LGAMMA ->
                List.of(
                        first(GammaF64::lgammaHalfProduct),
                        step(GammaF64::lgammaProduct, 0, 1),
                        step(GammaF64::lgammaSmall, 0, 2),
                        step(GammaF64::lgamma, 0, 3),
                        reflection(GammaF64::lgammaReflected, 0, 4));
            case DIGAMMA -> List.of(first(GammaF64::digamma), reflection(GammaF64::digammaReflected, 0, 1));
            default -> throw new IllegalStateException(kind + " takes one kernel");
        };
    }

    private static List<Step> erfcOfFloats() {
        return List.of(
                new Step(kernel(DType.F32, (UnaryBody<Float>) MathF32::scaledErfc), 0, 0),
                new Step(kernel(DType.F32, (BinaryBody<Float>) MathF32::erfc), 0, 1));
    }

    /** Conversions around steps of F64, whose values' numbers rise by one. */
    private static List<Step> wide(List<Step> steps) {
        List<Step> all = new ArrayList<>();
        all.add(new Step(Casts.of(DType.F32, DType.F64), 0, 0));
        steps.forEach(step -> all.add(new Step(step.kernel(), step.a() + 1, step.b() + 1)));
        all.add(new Step(Casts.of(DType.F64, DType.F32), all.size(), all.size()));
        return List.copyOf(all);
    }

    private static Step first(UnaryBody<Double> body) {
        return new Step(kernel(DType.F64, body), 0, 0);
    }

    private static Step step(BinaryBody<Double> body, int a, int b) {
        return new Step(kernel(DType.F64, body), a, b);
    }

    private static Step reflection(BinaryBody<Double> body, int a, int b) {
        return new Step(new ReflectionKernel(kernel(DType.F64, body)), a, b);
    }

    private static ElementKernel kernel(DType lanes, UnaryBody<?> body) {
        return Stamp.kernel(ElementKernel.class, HeavyUnaryTemplate.class, Lanes.species(lanes), body);
    }

    private static ElementKernel kernel(DType lanes, BinaryBody<?> body) {
        return Stamp.kernel(ElementKernel.class, HeavyBinaryTemplate.class, Lanes.species(lanes), body, false, false);
    }
}
