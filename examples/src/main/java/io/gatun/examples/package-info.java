/**
 * Programs that a newcomer runs first: start with {@code Digits}.
 */
@NullMarked
package io.gatun.examples;

import org.jspecify.annotations.NullMarked;
