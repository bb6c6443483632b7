/**
 * What programs ask of CUDA devices beyond tensors: streams, events, graphs of captured work, memory. Named as in PyTorch's {@code
 * torch.cuda}; start reading at {@link io.gatun.cuda.Cuda}.
 */
@NullMarked
package io.gatun.cuda;

import org.jspecify.annotations.NullMarked;
