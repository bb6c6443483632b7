/**
 * Tensors with PyTorch's programming model. Start with {@link io.gatun.tensor.Tensor}: its static methods make tensors,
 * its methods are PyTorch's operators in lowerCamelCase. {@link io.gatun.tensor.TensorScope} gives memory back at once;
 * {@link io.gatun.tensor.Device} and {@code -Dgatun.backend} say where things are computed.
 *
 * <p>Underneath: {@link io.gatun.tensor.Layout} is where the elements lie, {@link io.gatun.tensor.op.Op} what can be done,
 * {@link io.gatun.tensor.spi.Backend} who does it.
 */
@NullMarked
package io.gatun.tensor;

import org.jspecify.annotations.NullMarked;
