package io.gatun.backend.reference;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;

/** Tensors on the reference backend, whatever the default is. */
final class On {
    static final Device REFERENCE = Device.of("reference");

    private On() {}

    static Tensor floats(double... values) {
        return Tensor.of(values, DType.F32, REFERENCE);
    }

    static Tensor doubles(double... values) {
        return Tensor.of(values, DType.F64, REFERENCE);
    }

    static Tensor integers(DType dtype, long... values) {
        return Tensor.of(values, dtype, REFERENCE);
    }

    static Tensor longs(long... values) {
        return integers(DType.I64, values);
    }

    static Tensor of(Object array, DType dtype) {
        return Tensor.of(array, dtype, REFERENCE);
    }
}
