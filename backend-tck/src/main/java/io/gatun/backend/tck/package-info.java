/**
 * The conformance kit: what every backend must pass, and the runner of golden cases.
 */
@NullMarked
package io.gatun.backend.tck;

import org.jspecify.annotations.NullMarked;
