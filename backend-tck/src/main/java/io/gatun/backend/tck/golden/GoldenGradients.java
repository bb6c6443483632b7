package io.gatun.backend.tck.golden;

import io.gatun.autograd.GradCheck;
import io.gatun.autograd.TensorFunction;
import io.gatun.backend.tck.golden.GoldenOperators.Entry;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finite differences at the golden cases: what {@link GoldenRunner} compares with PyTorch's gradients in the case's own
 * dtype, {@link GradCheck} compares with differences in {@code F64}, of the second order, too. One case an operator, the
 * smallest, as the work grows with the product of operand and result.
 */
public final class GoldenGradients {
    private static final long FIRST_ORDER_WORK = 200_000;
    private static final long SECOND_ORDER_WORK = 5_000;

    private final Device device;

    /** For checks on {@code device}. */
    public GoldenGradients(Device device) {
        this.device = device;
    }

    /**
     * Of each operator that has a method and a gradient the smallest case, unless that is too large to be checked. Not a
     * case at a kink, where differences have no limit.
     */
    public static List<GoldenCase> select(List<GoldenCase> cases) {
        Map<String, GoldenCase> smallest = new TreeMap<>();
        for (GoldenCase golden : cases) {
            if (!golden.tag().startsWith("kink")
                    && GoldenRunner.hasMethod(golden)
                    && work(golden) > 0
                    && work(golden) <= FIRST_ORDER_WORK) {
                smallest.merge(
                        golden.op(),
                        golden,
                        (a, b) ->
                                Comparator.comparingLong(GoldenGradients::work).compare(a, b) <= 0 ? a : b);
            }
        }
        return List.copyOf(smallest.values());
    }

    /** The elements of what is differentiated times those of what it is differentiated by. */
    private static long work(GoldenCase golden) {
        long inputs = 0;
        for (String key : golden.gradients()) {
            inputs += golden.array(key).numel();
        }
        long outputs = 0;
        for (String key : golden.outputs()) {
            outputs += golden.hasArray("gout_" + key) ? golden.array(key).numel() : 0;
        }
        return inputs * outputs;
    }

    /**
     * Checks the gradients of every result of a case.
     *
     * @throws AssertionError if one is wrong
     */
    public void check(GoldenCase golden) {
        Entry entry = GoldenOperators.find(golden);
        if (entry == null) {
            throw new IllegalArgumentException("there is no method for " + golden.op());
        }
        List<Tensor> inputs = new ArrayList<>();
        for (String key : golden.inputs()) {
            Tensor values = golden.array(key).to(device);
            boolean floating = values.dtype().isFloatingPoint();
            Tensor input = (floating ? values.to(DType.F64) : values).clone();
            inputs.add(golden.gradients().contains(key) ? input.requiresGrad_(true) : input);
        }
        Tensor[] operands = inputs.toArray(Tensor[]::new);
        for (int i = 0; i < golden.outputs().size(); i++) {
            if (golden.hasArray("gout_" + golden.outputs().get(i))) {
                int result = i;
                TensorFunction function = in -> entry.call()
                        .apply(new GoldenCall(List.of(in), golden.inputs(), golden.args()))
                        .get(result);
                GradCheck.check(function, operands);
                if (work(golden) <= SECOND_ORDER_WORK) {
                    GradCheck.checkSecondOrder(function, operands);
                }
            }
        }
    }
}
