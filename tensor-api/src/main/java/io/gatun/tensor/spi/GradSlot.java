package io.gatun.tensor.spi;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What automatic differentiation hangs on a tensor. A tensor without a slot takes no part in it, at no cost. */
public interface GradSlot {
    /** Whether gradients flow to this tensor. */
    boolean requiresGrad();

    /** Whether the user made it, rather than a recorded operator. */
    boolean isLeaf();

    /** The accumulated gradient, or null. */
    @Nullable Tensor grad();

    /** Replaces the accumulated gradient; null clears it. */
    void setGrad(@Nullable Tensor grad);

    /** The tensor was given other memory, by {@code setData}: gradients are to be of this dtype and on this device. */
    void moved(DType dtype, Device device);

    /** The name of the node that made it, such as {@code MulBackward}; null for a leaf. */
    @Nullable String gradFn();
}
