package io.gatun.autograd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.op.Op;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A recorded operator. It holds the operator itself, its operands' layouts, and those values that the {@link Gradient}s
 * of the inputs that need one asked for; the rule is looked up again in {@link Rules} when the gradient arrives.
 */
final class OperatorNode extends Node {
    final Op op;
    private final Layout[] layouts;
    private final int outputs;
    private final int savedMask;
    private Saved @Nullable [] saved;

    private OperatorNode(
            Op op, @Nullable Variable[] edges, Layout[] layouts, int outputs, int savedMask, Saved[] saved) {
        super(edges);
        this.op = op;
        this.layouts = layouts;
        this.outputs = outputs;
        this.savedMask = savedMask;
        this.saved = saved.length == 0 ? null : saved;
    }

    /**
     * Records {@code op}, and gives its results their variables: all but indices, which have none.
     *
     * @param edges the inputs' variables where a gradient flows
     */
    static OperatorNode record(Op op, Rule rule, @Nullable Variable[] edges, Tensor[] in, Tensor[] out) {
        int mask = 0;
        Layout[] layouts = new Layout[in.length];
        for (int i = 0; i < in.length; i++) {
            layouts[i] = in[i].layout();
            Gradient gradient = edges[i] == null ? null : rule.gradient(i);
            mask |= gradient == null ? 0 : gradient.saves();
        }
        if (in.length < Gradient.FIRST_OUTPUT) {
            mask &= (1 << in.length) - 1 | -1 << Gradient.FIRST_OUTPUT; // of an operand that may be left out
        }
        Saved[] saved = mask == 0 ? NOTHING : new Saved[Integer.bitCount(mask)];
        OperatorNode node = new OperatorNode(op, edges, layouts, out.length, mask, saved);
        for (int i = 0; i < out.length; i++) {
            if (out[i].dtype().isInexact()) {
                out[i].gradSlot(new Variable(node, i, out[i]));
            }
        }
        String name = op.operatorName();
        int at = 0;
        for (int bits = mask; bits != 0; bits &= bits - 1) {
            int which = Integer.numberOfTrailingZeros(bits);
            if (which >= Gradient.FIRST_OUTPUT) {
                saved[at++] = Saved.of(name, out[which - Gradient.FIRST_OUTPUT]);
            } else {
                saved[at++] = Saved.of(name, in[which]);
            }
        }
        return node;
    }

    /** A view that was not taken by an operator, of a tensor with this variable and layout. */
    static OperatorNode view(Op.View op, Variable variable, Layout layout) {
        return new OperatorNode(op, new @Nullable Variable[] {variable}, new Layout[] {layout}, 1, 0, NOTHING);
    }

    private static final Saved[] NOTHING = {};

    // ---- what the rules read

    /** The first operand. */
    Tensor a() {
        return saved(Gradient.A);
    }

    /** The second operand. */
    Tensor b() {
        return saved(Gradient.B);
    }

    /** The third operand. */
    Tensor c() {
        return saved(Gradient.C);
    }

    /** The fourth operand, if there is one. */
    @Nullable Tensor d() {
        return layouts.length > 3 ? saved(Gradient.D) : null;
    }

    /** The result. */
    Tensor out() {
        return saved(Gradient.OUT);
    }

    /** The second result: the indices, of operators that find elements. */
    Tensor second() {
        return saved(Gradient.SECOND);
    }

    /** The third result. */
    Tensor third() {
        return saved(Gradient.THIRD);
    }

    /** The shape of operand {@code i}. */
    Shape shape(int i) {
        return layouts[i].shape();
    }

    /** The layout of operand {@code i}. */
    Layout layout(int i) {
        return layouts[i];
    }

    /** The dtype of operand {@code i}, to which a gradient flows. */
    DType dtype(int i) {
        return Objects.requireNonNull(inputs[i]).dtype;
    }

    private Tensor saved(int what) {
        if ((savedMask & what) == 0) {
            throw new IllegalStateException("the gradient rule of " + op + " reads what it did not ask to be saved");
        }
        Saved[] values = saved;
        if (values == null) {
            throw freed(name());
        }
        return values[Integer.bitCount(savedMask & (what - 1))].get(op.operatorName());
    }

    /** Whether no operand that a gradient flows to is complex. */
    boolean isReal() {
        return Arrays.stream(inputs).noneMatch(input -> input != null && input.dtype.isComplex());
    }

    /** Of {@code whole}, laid out as the operand up to a shift, what {@code result}, this view of the operand, shows. */
    Tensor shown(Tensor whole, Tensor result) {
        Layout layout = result.layout();
        long shift = whole.layout().offset() - layouts[0].offset();
        return whole.asStrided(layout.shape(), layout.strides(), layout.offset() + shift);
    }

    /** Whether this is a view of a part of its operand: {@link #part} of a tensor like that one. */
    boolean isPart() {
        return op instanceof Op.Slice || op instanceof Op.Select || op instanceof Op.Diagonal;
    }

    /** The part of {@code whole} that this view shows of its operand. */
    Tensor part(Tensor whole) {
        return switch (op) {
            case Op.Slice(var dim, var start, var end, var step) -> whole.slice(dim, start, end, step);
            case Op.Select(var dim, var index) -> whole.select(dim, index);
            case Op.Diagonal(var shift, var dim1, var dim2) -> whole.diagonal(shift, dim1, dim2);
            default -> throw new IllegalStateException(name() + " is no view of a part");
        };
    }

    static TensorStateException freed(String name) {
        return new TensorStateException("backward: the graph was freed by an earlier pass, and with it what " + name
                + " saved: give that pass Backward.retainGraph() if there is to be another");
    }

    // ---- the pass

    @Override
    String name() {
        String operator = op.operatorName();
        return Character.toUpperCase(operator.charAt(0)) + operator.substring(1) + "Backward";
    }

    @Override
    int outputs() {
        return outputs;
    }

    @Override
    void check() {
        Saved[] values = saved;
        if (values != null) {
            for (Saved value : values) {
                value.check(op.operatorName());
            }
        } else if (savedMask != 0) {
            throw freed(name());
        }
    }

    @Override
    @Nullable Tensor[] backward(@Nullable Tensor[] gradients, boolean[] wanted) {
        @Nullable Tensor[] result = new Tensor[inputs.length];
        if (Arrays.stream(gradients).allMatch(Objects::isNull)) {
            return result;
        }
        Rule rule = Rules.of(op);
        if (rule instanceof Rule.Together(var _, var formulas)) {
            return formulas.apply(this, Objects.requireNonNull(gradients[0]));
        }
        for (int i = 0; i < result.length; i++) {
            Gradient formula = wanted[i] ? rule.gradient(i) : null;
            result[i] = formula == null ? null : formula.apply(this, gradients);
        }
        return result;
    }

    @Override
    void release() {
        saved = null;
    }
}
