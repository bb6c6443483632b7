/**
 * What a backend implements, and what a gradient recorder implements.
 */
@NullMarked
package io.gatun.tensor.spi;

import org.jspecify.annotations.NullMarked;
