/**
 * safetensors files as tensors: {@link io.gatun.safetensors.SafeTensors} opens, maps, reads and writes them; whatever is
 * wrong with one is a {@link io.gatun.safetensors.SafeTensorsFormatException}.
 *
 * <p>Behind it: {@code Header} reads what stands in front of the tensors, by {@code JsonReader}, and holds it against the
 * file's length; {@code Shard} is an open file, {@code ShardIndex} says which of several a tensor is in, {@code
 * StoredType} what its elements are. {@code FileContent} is what is written. Files are not trusted: nothing is allocated
 * by a number that was not checked first.
 */
@NullMarked
package io.gatun.safetensors;

import org.jspecify.annotations.NullMarked;
