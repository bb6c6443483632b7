package io.gatun.backend.simd;

import io.gatun.backend.simd.StepsKernel.Skip;
import io.gatun.backend.simd.StepsKernel.Step;
import io.gatun.tensor.DType;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.UnaryKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The functions of one operand that take several kernels. Those of F32 but for erfc are computed in F64. */
final class LongUnaryKernels {
    private static final Set<UnaryKind> LONG =
            EnumSet.of(UnaryKind.ERF, UnaryKind.ERFC, UnaryKind.ERFINV, UnaryKind.LGAMMA, UnaryKind.DIGAMMA);

    private LongUnaryKernels() {}

    /** Whether the function takes several kernels. */
    static boolean has(UnaryKind kind, DType lanes) {
        return LONG.contains(kind) && (kind != UnaryKind.ERF || lanes == DType.F64);
    }

    /** The kernel on contiguous elements of F32 or F64. */
    static ElementKernel of(UnaryKind kind, DType lanes) {
        if (lanes == DType.F64) {
            return StepsKernel.ofOne(steps(kind), reflection(kind, 0), Double.BYTES);
        }
        return kind == UnaryKind.ERFC
                ? StepsKernel.ofOne(erfcOfFloats(), Skip.NONE, Float.BYTES)
                : StepsKernel.ofOne(wide(steps(kind)), reflection(kind, 1), Float.BYTES);
    }

    /** The steps for operands that are not positive; the operand is value number {@code operand}. */
    private static Skip reflection(UnaryKind kind, int operand) {
        if (kind == UnaryKind.LGAMMA) {
            return new Skip(operand, operand + 5, operand + 9);
        }
        return kind == UnaryKind.DIGAMMA ? new Skip(operand, operand + 3, operand + 4) : Skip.NONE;
    }

    private static List<Step> steps(UnaryKind kind) {
        if (kind == UnaryKind.ERF) {
            return List.of(first(MathF64::erfAboveOne), step(MathF64::erf, 0, 1));
        }
        if (kind == UnaryKind.ERFC) {
            return List.of(first(MathF64::scaledErfc), step(MathF64::erfc, 0, 1));
        }
        if (kind == UnaryKind.ERFINV) {
            return List.of(
                    first(InverseErrorF64::complement),
                    function(UnaryKind.LOG, 1),
                    step(InverseErrorF64::approximation, 0, 2),
                    new Step(kernel(DType.F64, (UnaryBody<Double>) InverseErrorF64::scaledComplement), 3, 3),
                    step(InverseErrorF64::excess, 0, 3),
                    operator(BinaryKind.SUB, 5, 4),
                    step(InverseErrorF64::improved, 3, 6),
                    step(InverseErrorF64::signed, 0, 7));
        }
        if (kind == UnaryKind.LGAMMA) {
            return List.of(
                    first(GammaF64::lgammaHalfProduct),
                    step(GammaF64::lgammaProduct, 0, 1),
                    function(UnaryKind.LOG, 2),
                    step(GammaF64::lgammaSmall, 0, 3),
                    step(GammaF64::lgamma, 0, 4),
                    first(GammaF64::lgammaSine),
                    function(UnaryKind.LOG, 6),
                    step(GammaF64::lgammaReflected, 0, 5),
                    operator(BinaryKind.ADD, 7, 8));
        }
        if (kind == UnaryKind.DIGAMMA) {
            return List.of(
                    first(GammaF64::digammaArgument),
                    function(UnaryKind.LOG, 1),
                    step(GammaF64::digamma, 0, 2),
                    step(GammaF64::digammaReflected, 0, 3));
        }
        throw Stamp.notHere(kind);
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

    private static Step function(UnaryKind kind, int a) {
        return new Step(UnaryKernels.required(kind, DType.F64), a, a);
    }

    private static Step operator(BinaryKind kind, int a, int b) {
        return new Step(BinaryKernels.of(kind, DType.F64, false, false), a, b);
    }

    static ElementKernel kernel(DType lanes, UnaryBody<?> body) {
        return Stamp.kernel(ElementKernel.class, HeavyUnaryTemplate.class, Lanes.species(lanes), body);
    }

    static ElementKernel kernel(DType lanes, BinaryBody<?> body) {
        return Stamp.kernel(ElementKernel.class, HeavyBinaryTemplate.class, Lanes.species(lanes), body, false, false);
    }
}
