/**
 * Optimisers, and schedules of their learning rates: start at {@link io.gatun.nn.optim.Optimizer}. Update rules and
 * defaults are PyTorch's.
 */
@NullMarked
package io.gatun.nn.optim;

import org.jspecify.annotations.NullMarked;
