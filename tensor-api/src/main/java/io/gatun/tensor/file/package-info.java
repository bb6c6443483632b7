/**
 * What the modules of file formats share, and nobody else sees. {@link io.gatun.tensor.file.MappedStorage} is memory over a
 * mapped file, and says what it means when that is gone. {@link io.gatun.tensor.file.SegmentReader} fills memory, and {@link io.gatun.tensor.file.Widening} and {@link
 * io.gatun.tensor.file.Truth} see to elements that are not a tensor's as they lie. {@link
 * io.gatun.tensor.file.ElementWriter} writes elements of any strides in order, {@link io.gatun.tensor.file.FileReplacement}
 * replaces a file whole.
 */
@NullMarked
package io.gatun.tensor.file;

import org.jspecify.annotations.NullMarked;
