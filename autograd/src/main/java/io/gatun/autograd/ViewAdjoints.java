package io.gatun.autograd;

import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of views that show a part of their operand, or parts of it more than once: zeros of the operand's shape, into
 * which the gradient is written through the same view. That needs no kernel of its own, and as the view is linear, the
 * gradient of this step is the view again.
 *
 * <p>Worked example: {@code y = x.select(0, 1)} of a (3, 2) operand; g = (5, 7). Zeros of (3, 2), {@code select(0, 1)} of
 * them set to g: ((0, 0), (5, 7), (0, 0)).
 *
 * <p>The writing is done unrecorded, and the whole recorded as one {@link LinearNode}: a recorded in-place write through
 * a view would have to rewrite the history of what it is a view of.
 */
final class ViewAdjoints {
    private ViewAdjoints() {}

    /** A step that writes into a fresh tensor of zeros. */
    private interface Writer {
        void write(Tensor zeros, Tensor g);
    }

    /** The adjoint of a view of which no two elements are the same. */
    static Tensor of(String view, Shape operand, Tensor g, UnaryOperator<Tensor> apply) {
        return linear(view, operand, g, (zeros, gradient) -> apply.apply(zeros).copy_(gradient), apply);
    }

    /**
     * The adjoint of sliding windows. Windows that overlap are added element by element of the window, or window by
     * window, whichever takes fewer steps: within one step no two elements are the same.
     */
    static Tensor unfold(Shape operand, Tensor g, int dim, long size, long step) {
        UnaryOperator<Tensor> apply = x -> x.unfold(dim, size, step);
        if (step >= size || operand.rank() == 0) {
            return of("Unfold", operand, g, apply);
        }
        Writer writer = (zeros, gradient) -> {
            long windows = gradient.size(dim);
            if (size <= windows) {
                for (long i = 0; i < size; i++) {
                    long end = i + (windows - 1) * step + 1;
                    zeros.slice(dim, i, end, step).add_(gradient.select(-1, i));
                }
            } else {
                for (long i = 0; i < windows; i++) {
                    Tensor window = gradient.select(dim, i).movedim(-1, dim);
                    zeros.narrow(dim, i * step, size).add_(window);
                }
            }
        };
        return linear("Unfold", operand, g, writer, apply);
    }

    private static Tensor linear(String view, Shape operand, Tensor g, Writer writer, UnaryOperator<Tensor> apply) {
        Tensor zeros = Rules.zeros(operand, g);
        try (GradMode _ = GradMode.set(false)) {
            writer.write(zeros, g);
        }
        return recorded(view, zeros, g, apply);
    }

    /** Hangs on {@code result}, a linear function of {@code g}, the step back: {@code adjoint}. */
    private static Tensor recorded(String view, Tensor result, Tensor g, UnaryOperator<Tensor> adjoint) {
        Variable variable = Variable.of(g);
        if (variable != null && variable.requiresGrad() && GradMode.isEnabled()) {
            LinearNode node = new LinearNode(view + "BackwardBackward", new @Nullable Variable[] {variable}, gg ->
                    new @Nullable Tensor[] {adjoint.apply(gg)});
            result.gradSlot(new Variable(node, 0, result));
        }
        return result;
    }

    /**
     * The adjoint of {@code asStrided}, which reads the operand's storage through any layout: the gradient is added, by
     * element number, to an image of the storage, and the image read through the operand's own layout.
     *
     * <p>An operand that has one element in several places (it was expanded) had its value there once: each place gets an
     * equal share, as in PyTorch, and the sum over the places is right.
     */
    static Tensor asStrided(Layout operand, Tensor g, Op.AsStrided view) {
        long[] strides = view.strides().stream().mapToLong(stride -> stride).toArray();
        Layout result = Layout.of(view.shape(), strides, view.offset());
        boolean empty = operand.shape().isEmpty() || result.shape().isEmpty();
        if (empty || !operand.mayOverlapItself() && !result.mayOverlapItself()) {
            return moved(g, result, operand);
        }
        long first = Math.min(operand.firstElement(), result.firstElement());
        long size = Math.max(operand.lastElement(), result.lastElement()) - first + 1;
        Tensor places = elementNumbers(operand.shift(-first), g);
        Tensor image =
                Rules.zeros(Shape.of(size), g).indexAdd(0, elementNumbers(result.shift(-first), g), g.reshape(-1));
        Tensor read = image.indexSelect(0, places);
        if (operand.mayOverlapItself()) {
            Tensor ones = Tensor.ones(places.shape(), g.dtype(), g.device());
            Tensor times = Rules.zeros(Shape.of(size), g).indexAdd(0, places, ones);
            read = read.div(times.indexSelect(0, places));
        }
        return read.reshape(operand.shape());
    }

    /** {@code g} of one view of a storage as the gradient of another view of it; neither has an element twice. */
    static Tensor moved(Tensor g, Layout from, Layout to) {
        if (from.isContiguous()
                && to.isContiguous()
                && from.offset() == to.offset()
                && from.shape().numel() == to.shape().numel()) {
            return g.reshape(to.shape());
        }
        if (from.shape().isEmpty() || to.shape().isEmpty()) {
            return Rules.zeros(to.shape(), g);
        }
        long first = Math.min(from.firstElement(), to.firstElement());
        long size = Math.max(from.lastElement(), to.lastElement()) - first + 1;
        return moved(g, from.shift(-first), to.shift(-first), size);
    }

    /** {@code g}, written through one layout over {@code size} zeros and read through another. */
    private static Tensor moved(Tensor g, Layout from, Layout to, long size) {
        Tensor image = Rules.zeros(Shape.of(size), g);
        try (GradMode _ = GradMode.set(false)) {
            image.asStrided(from.shape(), from.strides(), from.offset()).copy_(g);
        }
        Tensor read = image.asStrided(to.shape(), to.strides(), to.offset()).contiguous();
        return recorded("AsStrided", read, g, gg -> moved(gg, to, from, size));
    }

    /** The element numbers of a layout, in row-major order, of the device of {@code like}. */
    private static Tensor elementNumbers(Layout layout, Tensor like) {
        Tensor numbers = Tensor.full(Shape.scalar(), layout.offset()).to(like.device());
        for (int i = 0; i < layout.rank(); i++) {
            long[] along = new long[layout.rank()];
            java.util.Arrays.fill(along, 1);
            along[i] = -1;
            Tensor steps =
                    Tensor.arange(layout.shape().size(i)).to(like.device()).mul(layout.stride(i));
            numbers = numbers.add(steps.reshape(along));
        }
        return numbers.reshape(-1);
    }
}
