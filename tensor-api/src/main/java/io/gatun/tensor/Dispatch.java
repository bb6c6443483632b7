package io.gatun.tensor;

import io.gatun.tensor.file.MappedStorage;
import io.gatun.tensor.op.Decompositions;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.op.OutputSpec;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.GradRecorder;
import io.gatun.tensor.spi.Storage;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way of a call from an operator and its operands to a backend: rules, allocation, execution, and the recorder only
 * where an operand has an autograd slot. Operands arrive strict: broadcast and of one dtype, where the operator wants it.
 *
 * <p>Nothing here takes a lock or, beyond the results themselves, allocates much: it is the whole overhead of a small
 * operator.
 */
final class Dispatch {
    /** Gradient recording, if gatun-autograd is on the path. */
    static final @Nullable GradRecorder RECORDER = ServiceLoader.load(
                    GradRecorder.class, Dispatch.class.getClassLoader())
            .findFirst()
            .orElse(null);

    private Dispatch() {}

    /** Executes an operator of one result. */
    static Tensor run(Op.Kernel op, Tensor... inputs) {
        return runAll(op, inputs)[0];
    }

    /** Executes an operator, giving all its results. */
    static Tensor[] runAll(Op.Kernel op, Tensor... inputs) {
        Device device = commonDevice(op, inputs);
        Tensor[] outputs = allocate(op, device, OpRules.outputs(op, inputs));
        execute(device.backend(), op, inputs, outputs);
        record(op, inputs, outputs, false);
        return outputs;
    }

    /** Executes an operator that has no operands, on {@code device}. */
    static Tensor create(Op.Kernel op, Device device) {
        Tensor[] outputs = allocate(op, device, OpRules.outputs(op));
        execute(device.backend(), op, new Tensor[0], outputs);
        return outputs[0];
    }

    /** Executes a composite: by the backend in one pass if it claims it, else by its decomposition, unrecorded. */
    static Tensor[] composite(Op.Composite op, Tensor... inputs) {
        Device device = commonDevice(op, inputs);
        OutputSpec[] specs = OpRules.outputs(op, inputs);
        Tensor[] outputs;
        if (!anyComplex(inputs) && device.backend().claims(op, inputs)) {
            outputs = allocate(op, device, specs);
            executeClaimed(device, op, inputs, outputs);
        } else {
            Tensor[] plain = new Tensor[inputs.length];
            for (int i = 0; i < inputs.length; i++) {
                plain[i] = inputs[i].gradSlot() == null ? inputs[i] : inputs[i].detach();
            }
            outputs = inTemporaryScope(op, plain);
        }
        record(op, inputs, outputs, false);
        return outputs;
    }

    private static void executeClaimed(Device device, Op.Composite op, Tensor[] inputs, Tensor[] outputs) {
        OperatorEvent event = new OperatorEvent();
        event.begin();
        try {
            touchMapped(inputs);
            touchMapped(outputs);
            device.backend().execute(op, inputs, outputs);
            event.done(op, device.backendName(), inputs, outputs);
        } catch (InternalError e) {
            throw MappedStorage.unreadable(op.operatorName(), e);
        } finally {
            Reference.reachabilityFence(inputs);
            Reference.reachabilityFence(outputs);
        }
    }

    /** Executes {@code op} into {@code targets}, which are operands of it that have no history. */
    static void update(Op.Step op, Tensor[] targets, Tensor... inputs) {
        commonDevice(op, inputs);
        OpRules.outputs(op, inputs);
        for (Tensor target : targets) {
            checkWritable(op.operatorName(), target);
        }
        if (isDirect(new HashSet<>(2 * inputs.length), inputs)) {
            updateDirectly(op, targets, inputs);
        } else {
            updateApart(op, targets, inputs);
        }
    }

    /** Of operands some of which are not contiguous, or share memory. */
    private static void updateApart(Op.Step op, Tensor[] targets, Tensor... inputs) {
        int operands = op.operands();
        List<Tensor> together = new ArrayList<>();
        List<Tensor> written = new ArrayList<>();
        List<Runnable> others = new ArrayList<>();
        Set<Storage> storages = new HashSet<>();
        for (int i = 0; i < inputs.length / operands; i++) {
            Tensor[] from = Arrays.copyOfRange(inputs, i * operands, (i + 1) * operands);
            Tensor[] to = Arrays.copyOfRange(targets, i * (operands - 1), (i + 1) * (operands - 1));
            boolean direct = isDirect(storages, from); // and if not, by itself?
            if (!direct && !isDirect(new HashSet<>(), from)) {
                others.add(() -> updateDecomposed(op, to, from));
            } else if (!direct) {
                others.add(() -> updateDirectly(op, to, from));
            } else {
                together.addAll(List.of(from));
                written.addAll(List.of(to));
            }
        }
        if (!together.isEmpty()) {
            updateDirectly(op, written.toArray(Tensor[]::new), together.toArray(Tensor[]::new));
        }
        others.forEach(Runnable::run);
    }

    /** Whether all are contiguous, and of memory that is not among {@code storages}, to which it is added. */
    private static boolean isDirect(Set<Storage> storages, Tensor... operands) {
        boolean direct = true;
        for (Tensor operand : operands) {
            direct &= storages.add(operand.storage()) && operand.isContiguous();
        }
        return direct;
    }

    /** Of contiguous operands with memory of their own. */
    private static void updateDirectly(Op.Step op, Tensor[] targets, Tensor... inputs) {
        Device device = inputs[0].device();
        if (device.backend().claims(op, inputs)) {
            executeClaimed(device, op, inputs, targets);
            for (Tensor target : targets) {
                target.storage().countChange();
            }
            return;
        }
        int operands = op.operands();
        for (int i = 0; i < inputs.length / operands; i++) { // one after the other, for the sake of memory
            updateDecomposed(
                    op,
                    Arrays.copyOfRange(targets, i * (operands - 1), (i + 1) * (operands - 1)),
                    Arrays.copyOfRange(inputs, i * operands, (i + 1) * operands));
        }
    }

    private static void updateDecomposed(Op.Step op, Tensor[] targets, Tensor... inputs) {
        Tensor[] results = inTemporaryScope(op, inputs);
        for (int i = 0; i < targets.length; i++) {
            targets[i].copy_(results[i]);
        }
    }

    private static Tensor[] inTemporaryScope(Op.Composite op, Tensor[] inputs) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor[] outputs = Decompositions.decompose(op, inputs);
            for (int i = 0; i < outputs.length; i++) {
                scope.keep(outputs[i]);
                outputs[i].storage().madeBy(op);
                outputs[i] =
                        outputs[i].detach(); // neither a view of a temporary nor an operand that came back unchanged
            }
            return outputs;
        }
    }

    /** A view of {@code input}: the same storage under another layout. */
    static Tensor view(Op.View op, Tensor input, Layout layout) {
        return view(op, input, layout, input.dtype());
    }

    /** The same with elements of another dtype: complex numbers as their parts, or the reverse. */
    static Tensor view(Op.View op, Tensor input, Layout layout, DType dtype) {
        Tensor output = new Tensor(input.storage(), layout, dtype, input.viewRoot());
        record(op, new Tensor[] {input}, new Tensor[] {output}, false);
        return output;
    }

    /**
     * Executes {@code op} into {@code target}, whose shape and dtype are those of its result. {@code inputs[0]} is the
     * target itself where the operator reads it. Nothing is written if anything is refused.
     */
    static Tensor inPlace(Op.Kernel op, Tensor target, Tensor... inputs) {
        commonDevice(op, target, inputs);
        int needed = checkWritable(op.operatorName() + "_", target, op, inputs);
        Tensor @Nullable [] before = null;
        Tensor[] safe = inputs.clone();
        for (int i = 0; i < inputs.length; i++) {
            if ((needed & 1 << i) != 0 && inputs[i].storage().equals(target.storage())) {
                before = before == null ? inputs.clone() : before;
                before[i] = inputs[i].detach().clone(); // the gradient needs what is overwritten here
                before[i].gradSlot(inputs[i].gradSlot());
            }
            boolean same = inputs[i].layout().equals(target.layout());
            boolean overwrites = same && inputs[i].dtype() == target.dtype() && mayOverwrite(op, i);
            if (inputs[i].storage().equals(target.storage()) && !overwrites) {
                safe[i] = inputs[i].detach().clone();
            }
        }
        execute(target.storage().device().backend(), op, safe, new Tensor[] {target});
        target.storage().countChange();
        record(op, before == null ? inputs : before, new Tensor[] {target}, true);
        return target;
    }

    private static boolean mayOverwrite(Op.Kernel op, int input) {
        return switch (op) {
            case Op.Unary _, Op.Binary _, Op.Scan _ -> true;
            case Op.Clamp _, Op.Scatter _, Op.IndexAdd _ -> input == 0; // indices are read while elements are written
            case Op.Where _ -> input > 0;
            default -> false;
        };
    }

    /** Refuses what no in-place operator may write to, with the remedy. */
    static void checkWritable(String operator, Tensor target) {
        checkWritable(operator, target, null);
    }

    /** And which operands' values their gradients will need, as bits. */
    private static int checkWritable(String operator, Tensor target, @Nullable Op op, Tensor... inputs) {
        if (!target.storage().isWritable()) {
            throw new TensorStateException(operator + ": the tensor of shape " + target.shape()
                    + " is read-only (a file mapped for reading): use clone() first");
        }
        if (target.layout().mayOverlapItself()) {
            throw new TensorStateException(operator + ": several indices of the tensor of shape " + target.shape()
                    + " with strides " + java.util.Arrays.toString(target.strides())
                    + " reach one element (it was expanded or unfolded): use clone() first");
        }
        GradRecorder recorder = RECORDER;
        if (recorder != null) {
            if (target.isInference() && !recorder.isInference()) {
                throw new TensorStateException(operator + ": the tensor of shape " + target.shape()
                        + " was made in inference mode, and is changed in place only there: use clone() first");
            }
            boolean tracked = takesPart(target);
            for (Tensor input : inputs) {
                tracked |= takesPart(input);
            }
            if (tracked) {
                return recorder.beforeInPlace(operator, target, op, inputs);
            }
        }
        return 0;
    }

    /** Executes {@code op} into {@code outputs}, whatever is recorded or remembered: on their parts, if complex. */
    static void execute(Backend backend, Op.Kernel op, Tensor[] inputs, Tensor[] outputs) {
        boolean anything = false;
        for (Tensor output : outputs) {
            anything |= !output.layout().shape().isEmpty();
        }
        OperatorEvent event = new OperatorEvent();
        event.begin();
        try {
            touchMapped(inputs);
            touchMapped(outputs);
            if (anything && (anyComplex(outputs) || anyComplex(inputs))) {
                ComplexKernels.execute(backend, op, inputs, outputs[0]);
            } else if (anything) {
                backend.execute(op, inputs, outputs);
            }
            event.done(op, backend.name(), inputs, outputs);
        } catch (InternalError e) {
            throw MappedStorage.unreadable(op.operatorName(), e);
        } finally { // memory is recycled when a storage is unreachable, and segments do not count
            Reference.reachabilityFence(inputs);
            Reference.reachabilityFence(outputs);
        }
    }

    private static void touchMapped(Tensor[] tensors) {
        for (Tensor tensor : tensors) {
            MappedStorage.touch(tensor.storage());
        }
    }

    private static boolean anyComplex(Tensor[] tensors) {
        boolean any = false;
        for (Tensor tensor : tensors) {
            any |= tensor.dtype().isComplex();
        }
        return any;
    }

    private static void record(Op op, Tensor[] inputs, Tensor[] outputs, boolean inPlace) {
        GradRecorder recorder = RECORDER;
        if (recorder == null) {
            return;
        }
        boolean tracked = inPlace && takesPart(outputs[0]);
        for (Tensor input : inputs) {
            tracked |= takesPart(input);
        }
        if (tracked && recorder.isRecording()) {
            recorder.record(op, inputs, outputs, inPlace);
        }
    }

    /** Whether a tensor may have to do with a graph: it has a slot, or what it is a view of has. */
    static boolean takesPart(Tensor tensor) {
        return tensor.gradSlot() != null || tensor.viewRoot().gradSlot() != null;
    }

    /** Whether an operator on {@code operands} is recorded now, if it has a gradient. */
    static boolean records(Tensor... operands) {
        GradRecorder recorder = RECORDER;
        if (recorder == null || !recorder.isRecording()) {
            return false;
        }
        for (Tensor operand : operands) {
            if (takesPart(operand)) {
                return true;
            }
        }
        return false;
    }

    /** Records that {@code copy} is {@code source} on another device. */
    static void recordTransfer(Tensor source, Tensor copy) {
        GradRecorder recorder = RECORDER;
        if (recorder != null && takesPart(source) && recorder.isRecording()) {
            recorder.recordTransfer(source, copy);
        }
    }

    private static Tensor[] allocate(Op op, Device device, OutputSpec[] specs) {
        Tensor[] outputs = new Tensor[specs.length];
        for (int i = 0; i < specs.length; i++) {
            outputs[i] = allocate(op, device, specs[i].shape(), specs[i].dtype());
        }
        return outputs;
    }

    /** A tensor with any content. */
    static Tensor allocate(@Nullable Op op, Device device, Shape shape, DType dtype) {
        Storage storage = device.backend().allocate(device, byteSize(shape, dtype));
        AllocationEvent.record(op, storage.byteSize(), device);
        if (op != null) {
            storage.madeBy(op);
        }
        storage.holds(op, shape, dtype);
        TensorScope.adopt(storage);
        GradRecorder recorder = RECORDER;
        if (recorder != null && recorder.isInference()) {
            storage.markInference();
        }
        return new Tensor(storage, Layout.contiguous(shape), dtype, null);
    }

    private static long byteSize(Shape shape, DType dtype) {
        long bytes = shape.numel() * dtype.byteSize();
        if (bytes / dtype.byteSize() != shape.numel()) {
            throw new ShapeException("a tensor of shape " + shape + " and " + dtype + " has more than 2^63 - 1 bytes");
        }
        return bytes;
    }

    private static Device commonDevice(Op op, Tensor... inputs) {
        return commonDevice(op, inputs[0], inputs);
    }

    private static Device commonDevice(Op op, Tensor first, Tensor[] inputs) {
        Device device = first.storage().device();
        for (Tensor input : inputs) {
            Device other = input.storage().device();
            if (!device.equals(other)) {
                throw new DeviceException(op.operatorName() + ": tensors of shapes " + first.shape() + " and "
                        + input.shape() + " are on different devices, " + device + " and " + other
                        + ": move one with to(Device)");
            }
        }
        return device;
    }
}
