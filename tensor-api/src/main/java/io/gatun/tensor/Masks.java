package io.gatun.tensor;

/** Operators steered by a mask of dtype bool. */
final class Masks {
    private Masks() {}

    static Tensor fill(Tensor x, Tensor mask, Scalar value) {
        require("maskedFill", mask);
        Elementwise.requireFits("maskedFill", value, x.dtype());
        Shape shape = Shape.broadcast("maskedFill", x.shape(), mask.shape());
        Tensor wide = x.expand(shape);
        return Elementwise.where(mask, Elementwise.scalar(value, x.dtype(), wide), wide);
    }

    static Tensor fill(Tensor x, Tensor mask, Tensor value) {
        require("maskedFill", mask);
        if (value.dim() != 0) {
            throw new ShapeException("maskedFill: the value of shape " + value.shape()
                    + " must have no dimensions: use where for elements");
        }
        if (value.dtype().isComplex() && !x.dtype().isComplex()) {
            throw new DTypeException("maskedFill: a value of " + value.dtype() + " does not fit a tensor of "
                    + x.dtype() + ": cast the tensor first");
        }
        if (!value.dtype().isInexact() || x.dtype().isInexact()) {
            return Elementwise.where(mask, value.to(x.dtype()), x);
        }
        Elementwise.requireFits("maskedFill", Scalar.of(value.item()), x.dtype());
        return Elementwise.where(mask, value.to(x.dtype()), x);
    }

    static Tensor select(Tensor x, Tensor mask) {
        require("maskedSelect", mask);
        Shape shape = Shape.broadcast("maskedSelect", x.shape(), mask.shape());
        Tensor positions = mask.expand(shape).reshape(-1).nonzero().squeeze(1);
        return x.expand(shape).reshape(-1).indexSelect(0, positions);
    }

    static void require(String operator, Tensor mask) {
        if (mask.dtype() != DType.BOOL) {
            throw new DTypeException(operator + ": the mask must be BOOL, not " + mask.dtype()
                    + ": make one by a comparison, or with to(DType.BOOL)");
        }
    }
}
