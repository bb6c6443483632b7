package io.gatun.tensor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The dtype in which an operator computes, by PyTorch's rules: among operands of one category the widest; a tensor with
 * dimensions outweighs a zero-dimensional one, and that a Java number, unless the lighter is of a higher category.
 */
public final class Promotion {
    private Promotion() {}

    /** The dtype of an operator on two tensors. */
    public static DType of(Tensor a, Tensor b) {
        DType x = a.dtype();
        DType y = b.dtype();
        if (x == y) {
            return x;
        }
        boolean xScalar = a.layout().rank() == 0;
        boolean yScalar = b.layout().rank() == 0;
        if (xScalar == yScalar) {
            return DType.promote(x, y);
        }
        return xScalar ? weigh(y, x) : weigh(x, y);
    }

    /** The dtype of an operator on three tensors. */
    public static DType of(Tensor a, Tensor b, Tensor c) {
        @Nullable DType heavy = null;
        @Nullable DType light = null;
        for (Tensor operand : new Tensor[] {a, b, c}) {
            DType dtype = operand.dtype();
            if (operand.layout().rank() == 0) {
                light = light == null ? dtype : DType.promote(light, dtype);
            } else {
                heavy = heavy == null ? dtype : DType.promote(heavy, dtype);
            }
        }
        if (heavy == null || light == null) {
            return heavy == null ? Objects.requireNonNull(light) : heavy;
        }
        return weigh(heavy, light);
    }

    /** The dtype of an operator on a tensor and a Java number. */
    public static DType of(Tensor tensor, Scalar scalar) {
        return weigh(tensor.dtype(), scalar.defaultDType());
    }

    private static DType weigh(DType heavy, DType light) {
        if (heavy.isFloatingPoint() && light.isComplex()) {
            return heavy.toComplex(); // the number's category counts, its width does not
        }
        boolean counts = !heavy.isInexact() && (light.isInexact() || heavy == DType.BOOL);
        return counts ? DType.promote(heavy, light) : heavy;
    }

    /** {@code dtype} if it is floating-point or complex, else the default floating-point type. */
    public static DType floating(DType dtype) {
        return dtype.isInexact() ? dtype : DType.F32;
    }

    /** Whether a result of dtype {@code from} may be stored in place into {@code to}: not into a lower category. */
    public static boolean canStore(DType from, DType to) {
        return from.category().compareTo(to.category()) <= 0;
    }
}
