/**
 * NumPy files as tensors, mapped in place.
 */
@NullMarked
package io.gatun.numpy;

import org.jspecify.annotations.NullMarked;
