/**
 * Decompositions of matrices for backends that have none of their own, found as a service. There is nothing to call here:
 * put the artifact on the path, and the methods of {@link io.gatun.tensor.DecompositionOps} work.
 */
@NullMarked
package io.gatun.linalg;

import org.jspecify.annotations.NullMarked;
