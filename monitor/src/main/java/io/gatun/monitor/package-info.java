/**
 * What a training program shows: pictures of losses, fits, errors and images ({@link io.gatun.monitor.Plots}), and how far it
 * is ({@link io.gatun.monitor.Progress}).
 */
@NullMarked
package io.gatun.monitor;

import org.jspecify.annotations.NullMarked;
