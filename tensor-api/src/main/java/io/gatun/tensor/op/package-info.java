/**
 * The set of operators as data. Start with {@link io.gatun.tensor.op.Op}, the closed list; {@link
 * io.gatun.tensor.op.OpRules} gives each its result shapes and dtypes.
 *
 * <p>An operator here is a value without operands or behaviour: one token serves the backends that execute it, the
 * gradient rule, the tests and the error messages. All that switch over the list do so without {@code default}, so that
 * a new operator is a compile error wherever it is not yet handled.
 */
@NullMarked
package io.gatun.tensor.op;

import org.jspecify.annotations.NullMarked;
