/**
 * What the modules of file formats share, and nobody else sees: memory over a mapped file, {@link
 * io.gatun.tensor.file.MappedStorage}; elements of any strides written in order, {@link
 * io.gatun.tensor.file.ElementWriter}; and files that are replaced whole, {@link io.gatun.tensor.file.FileReplacement}.
 */
@NullMarked
package io.gatun.tensor.file;

import org.jspecify.annotations.NullMarked;
