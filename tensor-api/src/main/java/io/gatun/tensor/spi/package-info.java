/**
 * What a backend, and automatic differentiation, implement. Start with {@link io.gatun.tensor.spi.BackendProvider}, which
 * is how a backend is found, and {@link io.gatun.tensor.spi.Backend}, which says what it is handed and what it may rely
 * on; {@link io.gatun.tensor.spi.LoopNest} turns strided operands into plain loops.
 */
@NullMarked
package io.gatun.tensor.spi;

import org.jspecify.annotations.NullMarked;
