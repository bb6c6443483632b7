/**
 * Strided tensors: start reading at {@code Tensor}.
 */
@NullMarked
package io.gatun.tensor;

import org.jspecify.annotations.NullMarked;
