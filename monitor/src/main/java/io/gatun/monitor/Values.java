package io.gatun.monitor;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Tensor;

/** The elements of a tensor as a picture needs them. */
final class Values {
    private Values() {}

    /** All elements in their order. */
    static double[] of(String plot, Tensor tensor) {
        if (tensor.dtype().isComplex()) {
            throw new DTypeException(
                    plot + ": " + tensor.dtype() + " cannot be drawn: take abs(), real() or imag() of the tensor");
        }
        return tensor.detach().to(DType.F64).toDoubleArray();
    }
}
