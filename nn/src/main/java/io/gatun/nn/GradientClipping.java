package io.gatun.nn;

import io.gatun.tensor.Scalar;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.ValueException;
import java.util.List;

/** Keeps gradients small, between {@code backward} and an optimiser's step: PyTorch's {@code nn.utils.clip_grad_*}. */
public final class GradientClipping {
    private GradientClipping() {}

    /**
     * Scales all gradients, in place, so that the Euclidean norm of all of them together is at most {@code maxNorm}.
     *
     * @return the norm before
     */
    public static double clipGradNorm_(List<Tensor> parameters, double maxNorm) {
        return clipGradNorm_(parameters, maxNorm, 2);
    }

    /** {@link #clipGradNorm_(List, double)} for the {@code p}-norm, which may be infinite. */
    public static double clipGradNorm_(List<Tensor> parameters, double maxNorm, double p) {
        return clipGradNorm_(parameters, maxNorm, p, false);
    }

    /**
     * {@link #clipGradNorm_(List, double, double)}, refusing gradients whose norm is no finite number.
     *
     * @throws ValueException if {@code errorIfNonfinite} and the norm is infinite or NaN; nothing is changed then
     */
    @SuppressWarnings("try") // a scope need not be named in its body
    public static double clipGradNorm_(List<Tensor> parameters, double maxNorm, double p, boolean errorIfNonfinite) {
        try (TensorScope scope = TensorScope.open()) {
            List<Tensor> gradients = gradients(parameters);
            if (gradients.isEmpty()) {
                return 0;
            }
            List<Tensor> norms = gradients.stream().map(g -> g.norm(p)).toList();
            double total = Tensor.stack(norms, 0).norm(p).item();
            if (errorIfNonfinite && !Double.isFinite(total)) {
                throw new ValueException("clipGradNorm_: the norm of the gradients is " + total
                        + ": it cannot be clipped; look for the operator with Autograd.detectAnomaly()");
            }
            double factor = maxNorm / (total + 1e-6);
            if (!(factor >= 1)) { // NaN, too, goes on into the gradients
                gradients.forEach(gradient -> gradient.mul_(factor));
            }
            return total;
        }
    }

    /** Moves every element of every gradient, in place, into [-{@code clip}, {@code clip}]. */
    @SuppressWarnings("try") // a scope need not be named in its body
    public static void clipGradValue_(List<Tensor> parameters, double clip) {
        try (TensorScope scope = TensorScope.open()) {
            gradients(parameters).forEach(gradient -> gradient.clamp_(Scalar.of(-clip), Scalar.of(clip)));
        }
    }

    private static List<Tensor> gradients(List<Tensor> parameters) {
        return parameters.stream()
                .map(Tensor::grad)
                .filter(java.util.Objects::nonNull)
                .map(Tensor::detach)
                .toList();
    }
}
