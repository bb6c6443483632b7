/**
 * The default CPU backend: Vector API kernels, threads, and a caching memory pool.
 */
@NullMarked
package io.gatun.backend.simd;

import org.jspecify.annotations.NullMarked;
