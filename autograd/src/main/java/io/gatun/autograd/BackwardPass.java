package io.gatun.autograd;

import io.gatun.tensor.Backward;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.spi.GradHook;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass of reverse-mode differentiation, from roots to leaves, or to chosen variables.
 *
 * <p><b>Order.</b> A first walk finds the nodes below the roots, which of them lead to something that wants a gradient,
 * and how many such nodes use each. In the second, a node's turn comes when all its users had theirs, so its gradient is
 * complete when it is handed on. Both are loops with stacks of their own: a graph may be a million nodes deep. What can be
 * refused (a freed graph, a value changed in place) is refused between the two, before any gradient has been touched.
 *
 * <p><b>Memory.</b> Unless the pass is recorded, the library's own steps run in a {@link TensorScope} each, whose
 * temporaries are gone when the step is; {@link InFlight} looks after the gradients that leave it. A user's code, in
 * hooks and in {@link Function}s, runs outside of these scopes. What steps have saved is let go as the pass goes through
 * them, unless the graph is retained.
 */
final class BackwardPass {
    /** What the pass knows of a node. */
    private static final class Task {
        final Node node;
        int cursor; // of the first walk: the next input to look at
        boolean needed; // whether anything wants the gradients of the node's results
        boolean passes; // whether anything behind the node wants a gradient
        int users; // needed nodes below the roots that use it and have not had their turn
        final @Nullable Variable[] variables;
        final @Nullable Tensor[] gradients;
        final boolean[] sums; // whether a gradient is a sum made here, to which more may be added in place

        Task(Node node) {
            this.node = node;
            this.variables = new Variable[node.outputs()];
            this.gradients = new Tensor[node.outputs()];
            this.sums = new boolean[node.outputs()];
        }
    }

    private final Backward options;
    private final boolean detectsAnomaly = ThreadState.current().detectsAnomaly;
    private final @Nullable IdentityHashMap<Variable, @Nullable Tensor> captured; // null: accumulate in leaves
    private final IdentityHashMap<Node, Task> tasks = new IdentityHashMap<>();
    private final List<Task> reached = new ArrayList<>(); // inputs before users
    private final InFlight inFlight = new InFlight();

    private BackwardPass(Backward options, @Nullable IdentityHashMap<Variable, @Nullable Tensor> captured) {
        this.options = options;
        this.captured = captured;
    }

    /** Adds to the gradients of the leaves below {@code roots}. */
    static void accumulate(List<Tensor> roots, List<@Nullable Tensor> gradients, Backward options) {
        new BackwardPass(options, null).run("backward", roots, gradients, List.of());
    }

    /** The gradients of {@code targets}; null for those that the roots were not computed from. */
    static List<@Nullable Tensor> gradients(
            List<Tensor> roots, List<@Nullable Tensor> gradients, List<Variable> targets, Backward options) {
        IdentityHashMap<Variable, @Nullable Tensor> captured = new IdentityHashMap<>();
        for (Variable target : targets) {
            captured.put(target, null);
        }
        new BackwardPass(options, captured).run("grad", roots, gradients, targets);
        List<@Nullable Tensor> result = new ArrayList<>();
        for (Variable target : targets) {
            result.add(captured.get(target));
        }
        return result;
    }

    private void run(String caller, List<Tensor> roots, List<@Nullable Tensor> gradients, List<Variable> targets) {
        ForwardMode.refuseBackward(caller);
        List<Variable> starts = new ArrayList<>();
        for (int i = 0; i < roots.size(); i++) {
            starts.add(checkRoot(caller, roots.get(i), gradients.get(i)));
        }
        for (Variable start : starts) {
            discover(start.node);
        }
        plan(targets);
        try (GradMode _ = GradMode.set(options.createsGraph())) {
            Deque<Task> ready = new ArrayDeque<>();
            for (int i = 0; i < starts.size(); i++) {
                Task task = task(starts.get(i).node);
                if (task.needed) {
                    seed(task, starts.get(i), gradients.get(i));
                }
            }
            for (Variable start : starts) {
                Task task = task(start.node);
                if (task.needed && task.users == 0 && !ready.contains(task)) {
                    ready.add(task);
                }
            }
            for (Task task = ready.pollLast(); task != null; task = ready.pollLast()) {
                process(task, ready);
            }
        }
    }

    // ---- before anything is computed

    private static Variable checkRoot(String caller, Tensor root, @Nullable Tensor gradient) {
        Variable variable = Recorder.history(root);
        if (variable == null || !variable.requiresGrad()) {
            throw new TensorStateException(caller + ": the " + root.dtype() + " tensor of shape " + root.shape()
                    + " does not require a gradient: nothing that it was computed from does, or it was computed inside"
                    + " noGrad or from detach()");
        }
        if (gradient == null && root.numel() != 1) {
            throw new ShapeException(caller + ": a tensor of shape " + root.shape()
                    + " has no single derivative: reduce it to a number, with sum() or mean(), or give the gradient that"
                    + " flows into it");
        }
        if (gradient == null && root.isComplex()) {
            throw new DTypeException(caller + ": a number of " + root.dtype()
                    + " has no single derivative: take real(), or abs(), or give the gradient that flows into it");
        }
        if (gradient != null && !gradient.shape().equals(root.shape())) {
            throw new ShapeException(caller + ": the gradient of shape " + gradient.shape()
                    + " does not fit the tensor of shape " + root.shape() + ", into which it flows");
        }
        return variable;
    }

    private Task task(Node node) {
        return tasks.computeIfAbsent(node, Task::new);
    }

    /** Walks to everything below {@code root}, depth first; a task is added to {@code reached} after its inputs' tasks. */
    private void discover(Node root) {
        if (tasks.containsKey(root)) {
            return;
        }
        Deque<Task> path = new ArrayDeque<>();
        path.push(task(root));
        while (!path.isEmpty()) {
            Task task = path.getFirst();
            @Nullable Variable[] inputs = task.node.inputs;
            boolean descends = false;
            while (!descends && task.cursor < inputs.length) {
                Variable input = inputs[task.cursor++];
                if (input != null && !tasks.containsKey(input.node)) {
                    path.push(task(input.node));
                    descends = true;
                }
            }
            if (!descends) {
                reached.add(path.pop());
            }
        }
    }

    /** Decides who takes part, and refuses what cannot be done. */
    private void plan(List<Variable> targets) {
        for (Variable target : targets) {
            Task task = tasks.get(target.node);
            if (task != null) {
                task.needed = true;
                task.variables[target.output] = target;
            }
        }
        for (Task task : reached) {
            @Nullable Variable[] inputs = task.node.inputs;
            for (Variable input : inputs) {
                task.passes |= input != null && isNeeded(input);
            }
            task.needed |= task.passes || captured == null && task.node instanceof LeafNode;
            if (task.passes) {
                task.node.check();
                for (Variable input : inputs) {
                    if (input != null && isNeeded(input)) {
                        task(input.node).users++;
                    }
                }
            }
        }
    }

    private boolean isNeeded(Variable input) {
        return task(input.node).needed && (!input.isLeaf() || input.requiresGrad());
    }

    private void seed(Task task, Variable start, @Nullable Tensor gradient) {
        if (gradient != null) {
            deliver(task, start, gradient.to(start.dtype), null);
        } else if (options.createsGraph()) {
            deliver(task, start, Tensor.ones(start.shape, start.dtype, start.device), null);
        } else {
            try (TensorScope scope = TensorScope.open()) {
                deliver(task, start, Tensor.ones(start.shape, start.dtype, start.device), scope);
            }
        }
    }

    // ---- the pass

    private void process(Task task, Deque<Task> ready) {
        boolean any = false;
        for (int i = 0; i < task.gradients.length; i++) {
            if (task.gradients[i] != null) {
                arrive(task, i);
                any = true;
            }
        }
        if (task.passes && any) {
            step(task);
        }
        for (int i = 0; i < task.gradients.length; i++) {
            Tensor gradient = task.gradients[i];
            if (gradient != null) {
                task.gradients[i] = null;
                inFlight.consumed(gradient);
            }
        }
        if (task.passes) {
            if (!options.retainsGraph()) {
                task.node.release();
            }
            for (Variable input : task.node.inputs) {
                if (input != null && isNeeded(input) && --task(input.node).users == 0) {
                    ready.add(task(input.node));
                }
            }
        }
    }

    /** A gradient is complete: hooks see it, and whoever wanted it gets it. */
    private void arrive(Task task, int output) {
        Variable variable = java.util.Objects.requireNonNull(task.variables[output]);
        Tensor gradient = java.util.Objects.requireNonNull(task.gradients[output]);
        for (GradHook hook : variable.hooks()) {
            inFlight.expose(gradient);
            Tensor replacement = hook.apply(gradient);
            if (replacement != null) {
                gradient = checked("hook", variable, replacement);
            }
        }
        task.gradients[output] = gradient;
        if (captured != null && captured.containsKey(variable)) {
            inFlight.expose(gradient);
            captured.put(variable, gradient);
        }
        boolean leaf = captured == null && variable.isLeaf();
        if (leaf || variable.retainsGrad()) {
            accumulate(variable, gradient);
        }
    }

    private void accumulate(Variable variable, Tensor gradient) {
        synchronized (variable) { // several threads may train on the same parameters
            Tensor before = variable.grad();
            if (options.createsGraph()) {
                variable.setGrad(before == null ? gradient.clone() : before.add(gradient));
            } else if (before != null) {
                before.add_(gradient);
            } else if (variable.isLeaf() && inFlight.isSole(gradient)) {
                inFlight.expose(gradient);
                variable.setGrad(gradient);
            } else {
                variable.setGrad(gradient.clone());
            }
        }
    }

    private void step(Task task) {
        @Nullable Variable[] inputs = task.node.inputs;
        boolean[] wanted = new boolean[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            Variable input = inputs[i];
            wanted[i] = input != null && isNeeded(input);
        }
        if (options.createsGraph()) {
            hand(task, wanted, backward(task, wanted), null);
        } else if (task.node.isOwn()) {
            if (addsInPlace(task, wanted)) {
                return;
            }
            try (TensorScope scope = TensorScope.open()) {
                hand(task, wanted, backward(task, wanted), scope);
            }
        } else {
            for (Tensor gradient : task.gradients) {
                if (gradient != null) {
                    inFlight.expose(gradient);
                }
            }
            @Nullable Tensor[] results = backward(task, wanted);
            try (TensorScope scope = TensorScope.open()) { // for sums
                hand(task, wanted, results, scope);
            }
        }
    }

    /**
     * The gradient of a view that shows a part, added to that part of the operand's gradient where this is a sum made here:
     * else each of a thousand rows would cost a tensor of zeros of the whole, and adding it.
     */
    @SuppressWarnings("try") // a scope need not be named in its body
    private boolean addsInPlace(Task task, boolean[] wanted) {
        if (detectsAnomaly || !(task.node instanceof OperatorNode node) || !node.isPart() || !wanted[0]) {
            return false;
        }
        Variable input = java.util.Objects.requireNonNull(node.inputs[0]);
        Task target = task(input.node);
        Tensor sum = target.gradients[input.output];
        if (sum == null || !target.sums[input.output]) {
            return false;
        }
        try (TensorScope scope = TensorScope.open()) {
            node.part(sum).add_(java.util.Objects.requireNonNull(task.gradients[0]));
        }
        return true;
    }

    private @Nullable Tensor[] backward(Task task, boolean[] wanted) {
        return detectsAnomaly
                ? AnomalyMode.backward(task.node, task.gradients, wanted)
                : task.node.backward(task.gradients, wanted);
    }

    private void hand(Task task, boolean[] wanted, @Nullable Tensor[] results, @Nullable TensorScope scope) {
        @Nullable Variable[] inputs = task.node.inputs;
        for (int i = 0; i < inputs.length; i++) {
            Variable input = inputs[i];
            Tensor result = results[i];
            if (input != null && wanted[i] && result != null) {
                Task target = task(input.node);
                boolean first = target.gradients[input.output] == null;
                deliver(target, input, checked(task.node.name(), input, result), scope);
                if (first && !options.createsGraph() && task.node instanceof OperatorNode node && node.isPart()) {
                    target.sums[input.output] = true; // zeros of its own, written to
                }
            }
        }
    }

    /** Adds to the gradient of {@code variable}, a result of the task's node. */
    private void deliver(Task task, Variable variable, Tensor gradient, @Nullable TensorScope scope) {
        int output = variable.output;
        task.variables[output] = variable;
        Tensor before = task.gradients[output];
        if (before == null) {
            inFlight.add(gradient, scope);
            task.gradients[output] = gradient;
        } else if (task.sums[output]) {
            before.add_(gradient);
        } else {
            Tensor sum = before.add(gradient);
            inFlight.add(sum, scope);
            inFlight.consumed(before);
            task.gradients[output] = sum;
            task.sums[output] = !options.createsGraph();
        }
    }

    private static Tensor checked(String source, Variable variable, Tensor gradient) {
        if (!gradient.shape().equals(variable.shape)) {
            throw new ShapeException(source + ": the gradient of shape " + gradient.shape() + " does not fit the "
                    + variable + ", whose gradient it is");
        }
        return gradient.to(variable.dtype).to(variable.device);
    }
}
