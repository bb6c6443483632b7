package io.gatun.backend.simd;

import io.gatun.tensor.DType;

/** The {@link Access} of every dtype for general use, stamped all at once. */
final class Accesses {
    private static final Access[] SHARED = new Access[DType.values().length];

    static {
        for (DType dtype : DType.values()) {
            SHARED[Stamp.place(dtype)] = Access.own(dtype);
        }
    }

    private Accesses() {}

    static Access of(DType dtype) {
        return SHARED[Stamp.place(dtype)];
    }
}
