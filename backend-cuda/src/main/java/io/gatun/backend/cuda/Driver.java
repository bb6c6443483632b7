package io.gatun.backend.cuda;

import jcuda.driver.CUresult;

/** What every call of the driver has in common. */
final class Driver {
    /** Whether each operator is waited for, so that an error is that of the operator that it is thrown from. */
    static final boolean SYNCHRONOUS = Flag.SYNC.isSet();

    private Driver() {}

    /** Throws unless {@code result} is success. */
    static void check(int result, String what) {
        if (result != CUresult.CUDA_SUCCESS) {
            throw new CudaException(what + ": the CUDA driver answers " + CUresult.stringFor(result)
                    + (SYNCHRONOUS
                            ? ""
                            : "; an earlier operator may have caused it: -Dgatun.cuda.sync=true says which"));
        }
    }
}
