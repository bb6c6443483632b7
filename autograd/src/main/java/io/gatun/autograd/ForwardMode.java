package io.gatun.autograd;

import io.gatun.tensor.Backward;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Forward-mode differentiation: with every value its derivative in one direction, the tangent, is computed as the function
 * runs. No graph is kept, so memory does not grow with the function's length; it is PyTorch's {@code torch.func.jvp} and
 * {@code jacfwd}. For a function of few inputs and many results this is the cheaper way; {@link Functional} has the other.
 *
 * <pre>{@code
 * Tensor x = Tensor.of(new double[] {1, 2});
 * var d = ForwardMode.jvp(in -> in[0].square(), List.of(x), List.of(Tensor.of(new double[] {1, 0})));
 * d.tangent();   // [2, 0]
 * }</pre>
 *
 * <p><b>How.</b> An operator is recorded as for a backward pass, and its vector-Jacobian product u -> u J at once derived by
 * u, which gives J t for the operands' tangents t: the rules of reverse mode, {@link Function}s of users included, are all
 * that is needed. For functions of single elements J is diagonal, and the product itself is the result. Then the record is
 * dropped. (The identity is that of {@link Functional#jvp}, applied to one operator at a time.)
 *
 * <p>The tangent of a view is a view of the tangent, so a change in place reaches both the value and the tangent of whatever
 * shares the memory. As with gradients, a view taken before anything with a tangent was written to what it shows has none.
 *
 * <p><b>Limits.</b> While the function runs there is no backward pass, and no second level; both are refused. What runs inside
 * {@code noGrad}, or comes from {@code detach()}, counts as a constant.
 */
public final class ForwardMode {
    private ForwardMode() {}

    /**
     * The value of a function, and its Jacobian times a vector: the derivative in a direction.
     *
     * @param inputs the point; not changed, and not required to require gradients
     * @param tangents the direction: a tensor an input, of its shape
     * @return the value and the derivative, of the value's shape, without history; zeros where nothing depends on an input
     * @throws ShapeException if a tangent does not fit
     * @throws TensorStateException if the function itself uses forward mode or a backward pass
     */
    public static Functional.Pushforward jvp(TensorFunction function, List<Tensor> inputs, List<Tensor> tangents) {
        if (tangents.size() != inputs.size()) {
            throw new IllegalArgumentException(
                    "jvp: " + tangents.size() + " tangents do not fit " + inputs.size() + " inputs: give one each");
        }
        ThreadState state = ThreadState.current();
        if (state.pushes) {
            throw new TensorStateException(
                    "jvp: forward mode inside of forward mode is not supported: use Functional.jvp"
                            + " with a graph inside, or outside");
        }
        Tensor[] duals = new Tensor[inputs.size()];
        for (int i = 0; i < duals.length; i++) {
            Tensor input = inputs.get(i);
            Tensor tangent = tangents.get(i);
            if (!tangent.shape().equals(input.shape())) {
                throw new ShapeException("jvp: the tangent of shape " + tangent.shape() + " does not fit input " + i
                        + " of shape " + input.shape());
            }
            duals[i] = input.detach();
            Tensor memory = zerosLike(input.detach());
            memory.copy_(tangent.detach());
            dual(duals[i], memory);
        }
        try (GradMode _ = GradMode.recording()) {
            state.pushes = true;
            Tensor output = function.apply(duals);
            Variable variable = Recorder.history(output);
            Tensor tangent = variable == null ? null : variable.tangent;
            return new Functional.Pushforward(
                    output.detach(), tangent == null ? Tensor.zerosLike(output.detach()) : tangent.clone());
        } finally {
            state.pushes = false;
        }
    }

    /**
     * All first derivatives, a column at a time: as many runs of the function as the inputs have elements.
     *
     * @return a tensor an input, of shape (shape of the result, shape of the input)
     */
    public static List<Tensor> jacobian(TensorFunction function, Tensor... inputs) {
        List<Tensor> zeros = new ArrayList<>();
        for (Tensor input : inputs) {
            zeros.add(Tensor.zerosLike(input));
        }
        List<Tensor> result = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            List<Tensor> directions = new ArrayList<>(zeros);
            List<Tensor> columns = new ArrayList<>();
            for (long j = 0; j < inputs[i].numel(); j++) {
                Tensor one = Tensor.zeros(inputs[i].shape(), inputs[i].dtype(), inputs[i].device());
                one.view(-1).narrow(0, j, 1).fill_(1);
                directions.set(i, one);
                columns.add(jvp(function, List.of(inputs), directions).tangent());
            }
            Shape output = columns.isEmpty()
                    ? jvp(function, List.of(inputs), zeros).output().shape()
                    : columns.get(0).shape();
            long[] sizes = Arrays.copyOf(output.toArray(), output.rank() + inputs[i].dim());
            System.arraycopy(inputs[i].shape().toArray(), 0, sizes, output.rank(), inputs[i].dim());
            result.add(
                    columns.isEmpty()
                            ? Tensor.zeros(Shape.of(sizes), inputs[i].dtype(), inputs[i].device())
                            : Tensor.stack(columns, -1).reshape(sizes));
        }
        return List.copyOf(result);
    }

    // ---- for the recorder

    /** Whether values of this thread have tangents at the moment. */
    static boolean isOn() {
        return ThreadState.current().pushes;
    }

    /** Refuses what would need a graph. */
    static void refuseBackward(String caller) {
        if (isOn()) {
            throw new TensorStateException(
                    caller + ": forward mode keeps no graph: differentiate outside of the function given to jvp, or use"
                            + " Functional.jvp");
        }
    }

    /** Refuses what would leave a tangent as it was, of something else. */
    static void refuseUnrecorded(String operator, Tensor target) {
        if (isOn() && (hasTangent(target) || hasTangent(target.viewRoot()))) {
            throw new TensorStateException(operator + ": in forward mode nothing that has a tangent is changed in place"
                    + " inside noGrad: change detach().clone() of it");
        }
    }

    /** Whether a derivative of the tensor is known. */
    static boolean hasTangent(Tensor tensor) {
        return tangent(Variable.of(tensor)) != null;
    }

    /** Gives the results of a node their tangents, and no history. */
    static void push(Node node, Tensor... results) {
        @Nullable Tensor[] tangents = tangents(node, results);
        for (int i = 0; i < results.length; i++) {
            Tensor tangent = tangents[i];
            if (tangent == null) {
                results[i].gradSlot(null);
            } else {
                dual(results[i], tangent);
            }
        }
    }

    /**
     * Writes the tangent of what was written to {@code target} into the tangent of what was there, which those of its other
     * views share.
     *
     * @param node of the operator, or null if the new value depends on nothing that has a tangent
     * @param before the target's variable before
     */
    static void written(@Nullable Node node, Tensor target, @Nullable Variable before) {
        Tensor change = node == null ? null : tangents(node, target)[0];
        Tensor root = target.viewRoot();
        Tensor memory = tangent(before);
        if (memory == null && change != null && !hasTangent(root)) {
            dual(root, zerosLike(root));
        }
        if (memory == null) {
            Tensor whole = tangent(Variable.of(root));
            memory = whole == null ? null : shown(target, root, whole);
        }
        if (memory == null) {
            target.gradSlot(null);
            return;
        }
        try (Pause _ = new Pause();
                GradMode _ = GradMode.set(false)) {
            if (change == null) {
                memory.zero_();
            } else {
                memory.copy_(change);
            }
        }
        if (before != null) {
            target.gradSlot(before);
        } else if (!hasTangent(target)) {
            dual(target, memory);
        }
    }

    /** A stretch in which operators are not pushed through: for computing tangents. */
    private static final class Pause implements AutoCloseable {
        private final ThreadState state = ThreadState.current();
        private final boolean pushed = state.pushes;

        Pause() {
            state.pushes = false;
        }

        @Override
        public void close() {
            state.pushes = pushed;
        }
    }

    /** Gives a view that has none the tangent of what it shows of its base, whose tangent is given: the same memory. */
    static void show(Tensor view, Tensor whole) {
        dual(view, shown(view, view.viewRoot(), whole));
    }

    private static void dual(Tensor value, Tensor tangent) {
        tangent.storage().owner(null); // it lives as long as the value, whatever scope is open
        Variable variable = new Variable(new LeafNode(), 0, value);
        variable.tangent = tangent;
        value.gradSlot(variable);
    }

    /** Zeros in memory laid out as that of {@code value}. */
    private static Tensor zerosLike(Tensor value) {
        Layout layout = value.layout();
        if (layout.shape().isEmpty()) {
            return Tensor.zeros(layout.shape(), value.dtype(), value.device());
        }
        long first = layout.firstElement();
        Tensor memory = Tensor.zeros(Shape.of(layout.lastElement() - first + 1), value.dtype(), value.device());
        return memory.asStrided(layout.shape(), layout.strides(), layout.offset() - first);
    }

    /** {@link #like}, also where one of the two has the parts of the other's complex numbers. */
    private static Tensor shown(Tensor view, Tensor root, Tensor tangent) {
        if (view.isComplex() == root.isComplex()) {
            return like(view, root, tangent);
        }
        try (Pause _ = new Pause()) {
            return root.isComplex()
                    ? like(view, root.detach().viewAsReal(), tangent.viewAsReal())
                    : like(view.detach().viewAsReal(), root, tangent).viewAsComplex();
        }
    }

    /** What {@code view} shows of {@code whole}, whose tangent, laid out as that, is given. */
    private static Tensor like(Tensor view, Tensor whole, Tensor tangent) {
        long shift = tangent.layout().offset() - whole.layout().offset();
        Layout layout = view.layout();
        return tangent.asStrided(layout.shape(), layout.strides(), layout.offset() + shift);
    }

    private static @Nullable Tensor[] tangents(Node node, Tensor... results) {
        try (Pause _ = new Pause()) {
            if (!(node instanceof OperatorNode operator)) {
                return owned(node, derived(node, results));
            }
            return switch (operator.op) {
                case Op.ViewAsReal _ -> new Tensor[] {of(node).viewAsReal()};
                case Op.ViewAsComplex _ -> new Tensor[] {of(node).viewAsComplex()};
                case Op.Flip _ -> owned(node, derived(node, results)); // no tensor has its strides
                case Op.View _ -> new Tensor[] {operator.shown(of(node), results[0])};
                case Op.Unary _, Op.Binary _ when operator.isReal() -> owned(node, ofElements(operator));
                default -> owned(node, derived(node, results));
            };
        }
    }

    private static Tensor of(Node node) {
        return Objects.requireNonNull(tangent(node.inputs[0]));
    }

    /** Contiguous tangents that share no memory with another, so that they may be written to. */
    private static @Nullable Tensor[] owned(Node node, @Nullable Tensor... tangents) {
        for (int i = 0; i < tangents.length; i++) {
            Tensor tangent = tangents[i];
            boolean shared = tangent != null && (!tangent.isContiguous() || tangent.isView());
            for (Variable input : node.inputs) {
                Tensor other = tangent(input);
                shared |= tangent != null && other != null && other.storage().equals(tangent.storage());
            }
            tangents[i] = tangent != null && shared ? tangent.clone() : tangent;
        }
        return tangents;
    }

    private static @Nullable Tensor tangent(@Nullable Variable variable) {
        return variable == null ? null : variable.tangent;
    }

    /** Where every Jacobian is diagonal, and so its own transpose. */
    private static @Nullable Tensor[] ofElements(OperatorNode node) {
        Tensor sum = null;
        try (GradMode _ = GradMode.set(false)) {
            for (int i = 0; i < node.inputs.length; i++) {
                Tensor tangent = tangent(node.inputs[i]);
                if (tangent != null) {
                    boolean[] wanted = new boolean[node.inputs.length];
                    wanted[i] = true;
                    Tensor product = node.backward(new Tensor[] {tangent}, wanted)[i];
                    sum = product == null ? sum : sum == null ? product : sum.add(product);
                }
            }
        }
        return new @Nullable Tensor[] {sum};
    }

    /** The vector-Jacobian product derived by its vector. */
    private static @Nullable Tensor[] derived(Node node, Tensor... results) {
        @Nullable Tensor[] flows = new Tensor[results.length];
        List<Tensor> vectors = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            if (results[i].dtype().isInexact()) {
                Tensor zeros = Tensor.zeros(results[i].shape(), results[i].dtype(), results[i].device());
                flows[i] = zeros.requiresGrad_(true);
                vectors.add(zeros);
            }
        }
        boolean[] wanted = new boolean[node.inputs.length];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = tangent(node.inputs[i]) != null;
        }
        @Nullable Tensor[] products = node.backward(flows, wanted);
        List<Tensor> dependent = new ArrayList<>();
        List<Tensor> directions = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            Tensor product = products[i];
            Tensor tangent = tangent(node.inputs[i]);
            if (product != null && tangent != null && product.requiresGrad()) {
                dependent.add(product);
                directions.add(tangent.to(product.dtype()));
            }
        }
        @Nullable Tensor[] tangents = new Tensor[results.length];
        if (!dependent.isEmpty()) {
            var derivatives = Autograd.grad(dependent, vectors, directions, Backward.retainGraph(), true)
                    .iterator();
            for (int i = 0; i < results.length; i++) {
                Tensor derivative = flows[i] == null ? null : derivatives.next();
                tangents[i] = derivative == null ? null : derivative.detach();
            }
        }
        return tangents;
    }
}
