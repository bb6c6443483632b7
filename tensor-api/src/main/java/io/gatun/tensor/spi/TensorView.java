package io.gatun.tensor.spi;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;

/** What a backend sees of a tensor: a storage, where the elements lie in it, and their type. */
public interface TensorView {
    /**
     * The memory. For host devices {@link Storage#segment} is the whole of it; the layout's offset counts from its start.
     *
     * @throws io.gatun.tensor.TensorStateException if it has been given back
     */
    Storage storage();

    /** Shape, strides and offset, in elements. */
    Layout layout();

    /** The element type. */
    DType dtype();
}
