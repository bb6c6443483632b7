/**
 * What {@code tools/gpu-check} runs on a machine with a GPU, where there need be no JDK and no build: start at {@code GpuCheck}.
 */
@NullMarked
package io.gatun.backend.cuda.gpu;

import org.jspecify.annotations.NullMarked;
