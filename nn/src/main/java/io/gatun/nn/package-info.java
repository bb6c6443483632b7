/**
 * Neural network modules, losses, optimisers and data loading.
 */
@NullMarked
package io.gatun.nn;

import org.jspecify.annotations.NullMarked;
