/**
 * Reverse-mode differentiation over tensors.
 *
 * <p>Start with {@link io.gatun.autograd.Autograd}; an operator of your own is a {@link io.gatun.autograd.Function}, and
 * {@link io.gatun.autograd.GradCheck} tells whether its gradient is right. {@link io.gatun.autograd.Functional} has
 * Jacobians, Hessians, and their products with vectors.
 *
 * <p>Inside: {@code Recorder} builds the graph as operators run, of {@code Node}s (steps) and {@code Variable}s (values).
 * {@code Rules} is the calculus, one line an operator. {@code BackwardPass} walks the graph. {@code Checkpoint} takes saved
 * values away and computes them again. {@code ThreadState} holds the modes that a thread is in.
 */
@NullMarked
package io.gatun.autograd;

import org.jspecify.annotations.NullMarked;
