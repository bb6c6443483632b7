/**
 * Reverse-mode differentiation over tensors.
 */
@NullMarked
package io.gatun.autograd;

import org.jspecify.annotations.NullMarked;
