package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;
import java.util.List;

/**
 * Executes operators that {@link Tensor} has no method for, such as the two adjoints of a convolution: for the layers,
 * gradient rules and tests of other modules. A call goes the way every method goes: rules, allocation, execution, recording.
 *
 * <p>Operands must be strict, as {@link Op} says: of the dtypes and shapes that {@link io.gatun.tensor.op.OpRules}
 * accepts.
 */
public final class Operators {
    private Operators() {}

    /** The only, or first, result of {@code op}. */
    public static Tensor run(Op.Composite op, Tensor... inputs) {
        return Dispatch.composite(op, inputs)[0];
    }

    /**
     * Executes {@code op}, and writes its results over {@code targets}, which are those of its operands that it says it may
     * write over; in one pass for all parameters, where the backend claims it and memory allows. Parameters of which something
     * shares memory with another's take their steps in the order of the operands.
     */
    public static void update(Op.Step op, List<Tensor> targets, Tensor... inputs) {
        Dispatch.update(op, targets.toArray(Tensor[]::new), inputs);
    }

    /** The result of an operator without operands. */
    public static Tensor create(Op.Kernel op, Device device) {
        return Dispatch.create(op, device);
    }

    /**
     * {@link Op.Dropout} by the next numbers of {@code generator}.
     *
     * @throws DTypeException if {@code x} is not floating-point; nothing is drawn then
     */
    public static Tensor dropout(Tensor x, double p, Generator generator) {
        Random.requireFloating("dropout", x.dtype());
        Generator.Stretch stretch = generator.take(RandomKind.BERNOULLI, x.dtype(), 0, x.numel());
        return Dispatch.composite(new Op.Dropout(p, stretch.seed(), stretch.counter()), x)[0];
    }

    /** All results of {@code op}. */
    public static Tensor[] runAll(Op.Kernel op, Tensor... inputs) {
        return Dispatch.runAll(op, inputs);
    }

    /** All results of {@code op}. */
    public static Tensor[] runAll(Op.Composite op, Tensor... inputs) {
        return Dispatch.composite(op, inputs);
    }
}
