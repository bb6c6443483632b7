/**
 * Programs that a newcomer runs first: start with {@code Digits}. They are written as a user would write them, so null
 * checkers are not asked about {@code grad()}, which is null before a backward pass.
 */
@NullUnmarked
package io.gatun.examples;

import org.jspecify.annotations.NullUnmarked;
