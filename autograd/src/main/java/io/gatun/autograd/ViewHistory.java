package io.gatun.autograd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The history of tensors that share memory, when one of them is changed in place.
 *
 * <p>A change through a view changes its base, and every other view of that. The base gets a new variable: the old one
 * with the view's place taken out, and in that place what was written. Views are not looked for; each remembers the
 * variable that its base had, and when it is next used and the base has another, it becomes a view of that. So every
 * tensor's history is that of the values it shows, as in PyTorch.
 *
 * <p>Worked example: {@code y = x.mul(2); v = y.get(0); w = y.get(0); v.mul_(3)}. The multiplication gives v a variable
 * v'. y becomes y' = (y without row 0) + (v' in row 0), v becomes row 0 of y'. w still has its history from y; used next,
 * it is found out of date and becomes row 0 of y', with a gradient of 6 and not of 2.
 *
 * <p>A view that was taken before anything of a graph was written to its base has no variable. It is out of date when its
 * base's variable is of a later version of the memory than that at which the view was left without one. A view taken inside
 * {@code noGrad} is a constant until then, where PyTorch, after such a change, refuses to use it.
 */
final class ViewHistory {
    private ViewHistory() {}

    /** The up-to-date variable of a view, or null. */
    static @Nullable Variable of(Tensor view) {
        Variable variable = Variable.of(view);
        Tensor root = view.viewRoot();
        Variable base = Variable.of(root);
        if (variable == null) {
            if (base != null
                    && base.version > view.historyVersion()
                    && root.storage().equals(view.storage())) {
                if (base.tangent != null) {
                    ForwardMode.show(view, base.tangent);
                } else {
                    renew(view);
                }
            }
            return Variable.of(view);
        }
        boolean changed = view.storage().version() != variable.version;
        if (variable.base == base || base == null && !changed) { // without a change: detach_() of the base alone
            return variable;
        }
        renew(view);
        return Variable.of(view);
    }

    /** An in-place operator has written to {@code view}, whose variable, or none, is that of what it wrote. */
    static void written(Tensor view) {
        Tensor root = view.viewRoot();
        boolean parts = view.isComplex() != root.isComplex(); // one is made of the other's parts: compare as such
        Layout whole = parts && root.isComplex() ? root.layout().viewAsReal() : root.layout();
        Layout part = parts && view.isComplex() ? view.layout().viewAsReal() : view.layout();
        boolean covers =
                part.isContiguous() && part.shape().numel() == whole.shape().numel() && whole.isContiguous();
        Variable before = covers ? null : required(Variable.of(root));
        Variable change = required(Variable.of(view));
        if (before == null && change == null) {
            root.gradSlot(null);
        } else {
            LinearNode node = new LinearNode(
                    "CopySlicesBackward", new @Nullable Variable[] {before, change}, g -> new @Nullable Tensor[] {
                        before == null ? null : like(root.dtype(), without(parts ? parts(g) : g, whole, part)),
                        change == null
                                ? null
                                : like(view.dtype(), ViewAdjoints.moved(parts ? parts(g) : g, whole, part))
                    });
            root.gradSlot(new Variable(node, 0, root));
        }
        renew(view);
    }

    private static Tensor parts(Tensor g) {
        return g.isComplex() ? g.viewAsReal() : g;
    }

    /** {@code g}, which may be of parts, as the gradient of a tensor of {@code dtype}. */
    private static Tensor like(DType dtype, Tensor g) {
        return dtype.isComplex() && !g.isComplex() ? Rules.pairs(g) : g;
    }

    private static @Nullable Variable required(@Nullable Variable variable) {
        return variable != null && variable.requiresGrad() ? variable : null;
    }

    private static Tensor without(Tensor g, Layout whole, Layout part) {
        Tensor ones = Tensor.ones(part.shape(), g.dtype(), g.device());
        return g.maskedFill(ViewAdjoints.moved(ones, part, whole).ne(0), 0);
    }

    /** Makes a tensor a view of its base as that is now. */
    private static void renew(Tensor view) {
        Tensor root = view.viewRoot();
        Variable base = required(Variable.of(root));
        if (base == null) {
            view.gradSlot(null);
            return;
        }
        if (view.isComplex() == root.isComplex()) {
            view.gradSlot(strided(view, base, root.layout(), view.layout()));
        } else if (root.isComplex()) {
            Tensor parts = root.detach().viewAsReal();
            Variable variable = new Variable(OperatorNode.view(new Op.ViewAsReal(), base, root.layout()), 0, parts);
            view.gradSlot(strided(view, variable, parts.layout(), view.layout()));
        } else {
            Tensor parts = view.detach().viewAsReal();
            Variable variable = strided(parts, base, root.layout(), parts.layout());
            view.gradSlot(new Variable(OperatorNode.view(new Op.ViewAsComplex(), variable, parts.layout()), 0, view));
        }
    }

    /** The history of {@code view}, a view of what has the variable and layout given, of the same dtype. */
    private static Variable strided(Tensor view, Variable base, Layout whole, Layout part) {
        List<Long> strides = Arrays.stream(part.strides()).boxed().toList();
        Op.AsStrided op = new Op.AsStrided(part.shape(), strides, part.offset());
        return new Variable(OperatorNode.view(op, base, whole), 0, view);
    }
}
