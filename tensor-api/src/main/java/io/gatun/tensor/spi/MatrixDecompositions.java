package io.gatun.tensor.spi;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;

/**
 * Linear algebra on the host: a service that gatun-linalg provides. Where no backend claims an operator of it, it is
 * computed by this, whatever the device; without a provider on the path those operators are refused. Called from any
 * thread.
 */
public interface MatrixDecompositions {
    /**
     * The results of {@code op}, of the operands' dtype and on their device.
     *
     * @throws io.gatun.tensor.ValueException if a matrix has no such decomposition
     */
    Tensor[] compute(Op.LinearAlgebra op, Tensor... in);
}
