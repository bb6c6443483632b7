/**
 * Neural networks: {@link io.gatun.nn.Module}s, their functional forms in {@link io.gatun.nn.F}, losses, and initial
 * values ({@link io.gatun.nn.Init}).
 *
 * <p>Start reading at {@link io.gatun.nn.Module}: what it is made of, {@link io.gatun.nn.Module#call}, hooks, and {@link
 * io.gatun.nn.Module#summary(io.gatun.tensor.Shape)}. {@link io.gatun.nn.TrainingState} saves training and goes on with it. Optimisers are in {@code io.gatun.nn.optim}, data loading in {@code
 * io.gatun.nn.data}. Names, argument order, defaults, parameter names and initial values are PyTorch's.
 */
@NullMarked
package io.gatun.nn;

import org.jspecify.annotations.NullMarked;
