/**
 * JMH benchmarks, one class a subject.
 */
@NullMarked
package io.gatun.benchmarks;

import org.jspecify.annotations.NullMarked;
