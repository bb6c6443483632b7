package io.gatun.safetensors;

import io.gatun.tensor.Shape;

/**
 * A tensor in a file.
 *
 * @param begin where in the file its elements begin
 * @param byteSize how many bytes they take
 */
record TensorEntry(String name, StoredType type, Shape shape, long begin, long byteSize) {}
