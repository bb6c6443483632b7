package io.gatun.nn.optim;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps of parameters that are taken together: those of one operator, device and dtype as one, which is one launch on a GPU. On
 * the CPU, which has nothing to save by that, each is taken when it is added.
 */
final class PendingSteps {
    private record Kind(Op.Step op, Device device, DType dtype) {}

    private record Parameters(List<Tensor> targets, List<Tensor> operands) {}

    private Map<Kind, Parameters> pending = new LinkedHashMap<>();

    /** Adds the step of one parameter, as {@link Operators#update} has it. */
    void add(Op.Step op, List<Tensor> targets, Tensor... operands) {
        Device device = operands[0].device();
        if (operands[0].dtype().isComplex()) { // parts take steps by themselves
            Tensor[] parts = Arrays.stream(operands).map(Tensor::viewAsReal).toArray(Tensor[]::new);
            add(op, targets.stream().map(Tensor::viewAsReal).toList(), parts);
            return;
        }
        if (device.type().equals("cpu")) {
            Operators.update(op, targets, operands);
            return;
        }
        Kind kind = new Kind(op, device, operands[0].dtype());
        Parameters parameters =
                pending.computeIfAbsent(kind, _ -> new Parameters(new ArrayList<>(), new ArrayList<>()));
        parameters.targets.addAll(targets);
        Collections.addAll(parameters.operands, operands);
    }

    /** Takes them. */
    void take() {
        Map<Kind, Parameters> all = pending;
        pending = new LinkedHashMap<>();
        all.forEach((kind, parameters) ->
                Operators.update(kind.op, parameters.targets, parameters.operands.toArray(Tensor[]::new)));
    }
}
