package io.gatun.nn;

import io.gatun.tensor.Tensor;

/**
 * Makes parameters: PyTorch's {@code nn.Parameter(t)}.
 *
 * <p>There is no class of parameters. {@link Tensor} is final, and what makes a tensor a parameter is where it is
 * registered ({@link Module#registerParameter}); so a parameter is a leaf tensor that requires a gradient and that no
 * {@link io.gatun.tensor.TensorScope} closes, whichever is open where the module is made.
 */
public final class Parameter {
    private Parameter() {}

    /**
     * The values of {@code data}, in its memory, as a leaf that requires a gradient and outlives every scope.
     *
     * @throws io.gatun.tensor.DTypeException if it is not floating-point
     */
    public static Tensor of(Tensor data) {
        return of(data, true);
    }

    /** {@link #of(Tensor)}, requiring a gradient only if {@code requiresGrad}: a frozen parameter. */
    public static Tensor of(Tensor data, boolean requiresGrad) {
        Tensor leaf = data.isLeaf() && !data.isView() ? data : data.detach();
        leaf.storage().owner(null);
        return leaf.requiresGrad() == requiresGrad ? leaf : leaf.requiresGrad_(requiresGrad);
    }
}
