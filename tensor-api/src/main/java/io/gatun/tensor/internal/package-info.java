/**
 * What autograd and nn share with the tensors and nobody else may use.
 */
@NullMarked
package io.gatun.tensor.internal;

import org.jspecify.annotations.NullMarked;
