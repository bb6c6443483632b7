package io.gatun.backend.tck.golden;

import io.gatun.backend.tck.InputLayout;
import io.gatun.backend.tck.InputLayout.Placed;
import io.gatun.backend.tck.golden.GoldenOperators.Entry;
import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs cases on one device. Each runs once for every {@link InputLayout} that users' tensors may have, all its inputs in that layout: results and
 * gradients are compared, a refusal must be one of this library's exceptions with the operator's name in its message, and
 * the whole storage of every input must afterwards hold the bits it held before.
 */
public final class GoldenRunner {
    private final Device device;

    /** For cases on {@code device}. */
    public GoldenRunner(Device device) {
        this.device = device;
    }

    /** Whether a method exists for a case's operator. */
    public static boolean hasMethod(GoldenCase golden) {
        return GoldenOperators.find(golden) != null;
    }

    /** Runs one case. Whatever it throws is a failure of the case. */
    public GoldenOutcome run(GoldenCase golden) {
        Entry entry = GoldenOperators.find(golden);
        if (entry == null) {
            return new GoldenOutcome.Skipped(golden);
        }
        for (InputLayout layout : InputLayout.OF_USERS) {
            if (entry.contiguousOnly() && layout != InputLayout.CONTIGUOUS && layout != InputLayout.OFFSET) {
                continue;
            }
            String reason;
            try (TensorScope _ = TensorScope.open()) {
                reason = run(golden, entry, layout);
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
                reason = describe(e);
            }
            if (reason != null) {
                return new GoldenOutcome.Failed(golden, layout.name().toLowerCase(Locale.ROOT) + " inputs: " + reason);
            }
        }
        return new GoldenOutcome.Passed(golden);
    }

    private static String describe(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        return thrown + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    private @Nullable String run(GoldenCase golden, Entry entry, InputLayout layout) {
        List<Placed> placed = new ArrayList<>();
        List<byte[]> before = new ArrayList<>();
        List<Tensor> inputs = new ArrayList<>();
        for (String key : golden.inputs()) {
            Placed input = layout.place(golden.array(key).to(device));
            placed.add(input);
            before.add(input.bits());
            Tensor view = input.view();
            inputs.add(golden.gradients().contains(key) ? view.requiresGrad_(true) : view);
        }
        GoldenCall call = new GoldenCall(inputs, golden.inputs(), golden.args());
        String reason = golden.refused() ? refusal(golden, entry, call) : results(golden, entry, call);
        for (int i = 0; i < placed.size() && reason == null; i++) {
            if (!Arrays.equals(before.get(i), placed.get(i).bits())) {
                reason = "input " + golden.inputs().get(i) + " was modified";
            }
        }
        return reason;
    }

    private static @Nullable String results(GoldenCase golden, Entry entry, GoldenCall call) {
        List<Tensor> outputs = entry.call().apply(call);
        if (!call.unread().isEmpty()) {
            return "the entry for " + golden.op() + " does not read its arguments " + call.unread();
        }
        if (outputs.size() != golden.outputs().size()) {
            return outputs.size() + " results instead of " + golden.outputs().size();
        }
        for (int i = 0; i < outputs.size(); i++) {
            Tensor expected = PyTorchFaults.corrected(golden, golden.outputs().get(i));
            String difference = Comparison.difference(outputs.get(i), expected, golden.rtol(), golden.atol());
            if (difference != null) {
                return "result " + golden.outputs().get(i) + ": " + difference;
            }
        }
        return golden.gradients().isEmpty() ? null : gradients(golden, outputs, call);
    }

    private static @Nullable String gradients(GoldenCase golden, List<Tensor> outputs, GoldenCall call) {
        backward(golden, outputs);
        for (String key : golden.gradients()) {
            Tensor gradient = call.tensor(key).grad();
            if (gradient == null) {
                return "there is no gradient of " + key;
            }
            String difference =
                    Comparison.difference(gradient, golden.array("grad_" + key), golden.rtol(), golden.atol());
            if (difference != null) {
                return "the gradient of " + key + ": " + difference;
            }
        }
        return null;
    }

    /** As the generator does: from the sum of all results, each weighted by its upstream gradient. */
    private static void backward(GoldenCase golden, List<Tensor> outputs) {
        Tensor total = null;
        for (int i = 0; i < outputs.size(); i++) {
            String upstream = "gout_" + golden.outputs().get(i);
            if (golden.hasArray(upstream)) {
                Tensor output = outputs.get(i);
                Tensor gradient = golden.array(upstream).to(output.device());
                if (outputs.size() == 1) {
                    output.backward(gradient);
                    return;
                }
                Tensor part = output.mul(gradient).sum();
                total = total == null ? part : total.add(part);
            }
        }
        if (total != null) {
            total.backward();
        }
    }

    private static @Nullable String refusal(GoldenCase golden, Entry entry, GoldenCall call) {
        List<Tensor> outputs;
        try {
            outputs = entry.call().apply(call);
        } catch (RuntimeException e) {
            boolean ours = e.getClass().getName().startsWith("io.gatun.");
            String message = e.getMessage() == null ? "" : e.getMessage();
            if (!ours) {
                return "refused by a foreign exception: " + describe(e);
            }
            return plain(message).contains(plain(golden.op()))
                    ? null
                    : "refused without naming the operator: " + message;
        }
        return "accepted, with a result of shape " + outputs.get(0).shape() + ", though PyTorch refuses it";
    }

    /** {@code crossEntropy} and {@code cross_entropy} name one operator, {@code linalg.cross} the method {@code cross}. */
    private static String plain(String name) {
        return name.replace("linalg.", "").replace("_", "").toLowerCase(Locale.ROOT);
    }
}
