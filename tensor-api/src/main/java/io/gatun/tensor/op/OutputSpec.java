package io.gatun.tensor.op;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;

/**
 * What one output of an operator will be, before it exists.
 *
 * @param shape its sizes
 * @param dtype its element type
 */
public record OutputSpec(Shape shape, DType dtype) {}
