package io.gatun.autograd;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.spi.Storage;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The memory of gradients on their way through a pass, given back the moment the last of them was consumed: while it is
 * hot in cache, and without waiting for a collection or for the user's scope.
 *
 * <p>One storage may carry several gradients (both operands of an addition get the same one, and a reshaped gradient is a
 * view), so the gradients in flight are counted for each. Only storages that the pass has made itself are counted;
 * whatever else a gradient may share its memory with, such as a saved value or a tensor of the user's, is not here and
 * never given back. A storage that a user gets to see, in a hook or as a result, is {@linkplain #expose taken out}.
 */
final class InFlight {
    private static final class Count {
        int gradients;
    }

    private final IdentityHashMap<Storage, Count> counts = new IdentityHashMap<>();

    /**
     * A gradient sets out.
     *
     * @param maker the scope of the step that made it, if this is the library's own step
     */
    void add(Tensor gradient, @Nullable TensorScope maker) {
        Storage storage = gradient.storage();
        Count count = counts.get(storage);
        if (count == null) {
            if (maker == null || storage.owner() != maker) {
                return;
            }
            maker.keep(gradient);
            count = new Count();
            counts.put(storage, count);
        }
        count.gradients++;
    }

    /** A gradient has arrived and was used. */
    void consumed(Tensor gradient) {
        Storage storage = gradient.storage();
        Count count = counts.get(storage);
        if (count != null && --count.gradients == 0) {
            counts.remove(storage);
            storage.close("the backward pass that made it");
        }
    }

    /** From now on the user may hold it: it is left to the user's scope, or to collection. */
    void expose(Tensor gradient) {
        counts.remove(gradient.storage());
    }

    /** Whether nothing but this gradient uses its memory, and it uses all of that, in row-major order. */
    boolean isSole(Tensor gradient) {
        Count count = counts.get(gradient.storage());
        long bytes = gradient.numel() * gradient.dtype().byteSize();
        return count != null
                && count.gradients == 1
                && gradient.isContiguous()
                && gradient.storage().byteSize() - bytes < 64;
    }
}
