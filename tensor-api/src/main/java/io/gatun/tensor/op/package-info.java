/**
 * The operator set as data: one value for each operation a backend can be asked to execute.
 */
@NullMarked
package io.gatun.tensor.op;

import org.jspecify.annotations.NullMarked;
