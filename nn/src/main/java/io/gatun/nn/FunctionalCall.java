package io.gatun.nn;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.spi.GradSlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A call of a module while its tensors are others; see {@link Module#functionalCall}. */
final class FunctionalCall {
    private FunctionalCall() {}

    static <T> T run(Module module, Map<String, Tensor> values, Supplier<T> call) {
        Map<String, Tensor> own = module.namedParameters();
        own.putAll(module.namedBuffers());
        for (String name : values.keySet()) {
            if (!own.containsKey(name)) {
                throw new IllegalArgumentException("functionalCall: " + module.name() + " has no parameter or buffer '"
                        + name + "', only " + own.keySet());
            }
        }
        List<Runnable> undo = new ArrayList<>();
        try {
            values.forEach((name, value) -> {
                Tensor member = Objects.requireNonNull(own.get(name));
                Tensor before = member.detach();
                GradSlot slot = member.gradSlot();
                undo.add(() -> assume(member, before, slot));
                assume(member, value.detach(), value.gradSlot());
            });
            return call.get();
        } finally {
            undo.forEach(Runnable::run);
        }
    }

    /** Without a slot in between, memory of any dtype and device fits. */
    private static void assume(Tensor member, Tensor data, @Nullable GradSlot slot) {
        GradSlot before = member.gradSlot();
        member.gradSlot(null);
        try {
            member.setData(data);
            before = slot;
        } finally {
            member.gradSlot(before);
        }
    }
}
