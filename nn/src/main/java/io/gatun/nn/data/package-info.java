/** Data sets and how a training loop goes through them in batches: start at {@link io.gatun.nn.data.DataLoader}. */
@NullMarked
package io.gatun.nn.data;

import org.jspecify.annotations.NullMarked;
