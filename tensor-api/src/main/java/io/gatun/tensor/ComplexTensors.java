package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import java.util.List;

/** From the calls of {@link ComplexOps} to views of parts, and those composed of other operators. */
final class ComplexTensors {
    private static final Op.ViewAsReal AS_REAL = new Op.ViewAsReal();
    private static final Op.ViewAsComplex AS_COMPLEX = new Op.ViewAsComplex();
    private static final Op.Conj CONJ = new Op.Conj();

    private ComplexTensors() {}

    static Tensor viewAsReal(Tensor x) {
        requireComplex("viewAsReal", x);
        return Dispatch.view(AS_REAL, x, x.layout().viewAsReal(), x.dtype().toReal());
    }

    static Tensor viewAsComplex(Tensor x) {
        if (x.dtype() != DType.F32 && x.dtype() != DType.F64) {
            throw new DTypeException("viewAsComplex: the parts must be F32 or F64, not " + x.dtype());
        }
        return Dispatch.view(
                AS_COMPLEX, x, x.layout().viewAsComplex(), x.dtype().toComplex());
    }

    static Tensor real(Tensor x) {
        return x.dtype().isComplex() ? viewAsReal(x).select(-1, 0) : x;
    }

    static Tensor imag(Tensor x) {
        requireComplex("imag", x);
        return viewAsReal(x).select(-1, 1);
    }

    static Tensor conj(Tensor x) {
        return x.dtype().isComplex() ? Dispatch.composite(CONJ, x)[0] : x;
    }

    static Tensor complex(String operator, Tensor real, Tensor imag) {
        if (real.dtype() != imag.dtype() || real.dtype() != DType.F32 && real.dtype() != DType.F64) {
            throw new DTypeException(operator + ": the operands are " + real.dtype() + " and " + imag.dtype()
                    + ": both must be F32, or both F64");
        }
        Shape shape = Shape.broadcast(operator, real.shape(), imag.shape());
        return viewAsComplex(Tensor.stack(List.of(real.expand(shape), imag.expand(shape)), -1));
    }

    /** At 0, where no direction is better than another, the slope is 0, as in PyTorch. */
    static Tensor angle(Tensor x) {
        if (!x.dtype().isComplex()) {
            Tensor floating = x.to(Promotion.floating(x.dtype()));
            return floating.maskedFill(floating.ge(0), 0).maskedFill(floating.lt(0), Math.PI); // NaN stays
        }
        Tensor zero = x.eq(0);
        Tensor there = imag(x.detach()).atan2(real(x.detach()));
        Tensor elsewhere = imag(x).atan2(real(x).maskedFill(zero, 1));
        return Tensor.where(zero, there, elsewhere);
    }

    static Tensor sgn(Tensor x) {
        if (!x.dtype().isComplex()) {
            return x.sign();
        }
        Tensor zero = x.eq(0);
        return x.div(x.abs().maskedFill(zero, 1)).maskedFill(zero, 0);
    }

    private static void requireComplex(String operator, Tensor x) {
        if (!x.dtype().isComplex()) {
            throw new DTypeException(operator + ": not defined for " + x.dtype() + ", which is not complex");
        }
    }
}
