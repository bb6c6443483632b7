/**
 * The reference backend: every operator as one obvious loop in plain Java.
 */
@NullMarked
package io.gatun.backend.reference;

import org.jspecify.annotations.NullMarked;
