package io.gatun.backend.cuda;

import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;

/** A pointer of JCuda's to an address that is known as a number. */
final class Address extends Pointer {
    private static final CUdeviceptr ORIGIN = new CUdeviceptr();

    private Address(long address) {
        super(address);
    }

    /** Host memory. */
    static Pointer host(long address) {
        return new Address(address);
    }

    /** Device memory. */
    static CUdeviceptr device(long address) {
        return ORIGIN.withByteOffset(address);
    }

    /** The number again, of device memory, of host memory that JCuda allocated, or of a handle. */
    static long of(NativePointerObject pointer) {
        return new Reader(pointer).getNativePointer();
    }

    /** JCuda keeps the number to subclasses. */
    private static final class Reader extends NativePointerObject {
        Reader(NativePointerObject pointer) {
            super(pointer);
        }

        @Override
        protected long getNativePointer() {
            return super.getNativePointer();
        }
    }
}
