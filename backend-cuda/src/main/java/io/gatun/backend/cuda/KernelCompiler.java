package io.gatun.backend.cuda;

/** Where device code comes from: NVRTC, or what was compiled beforehand. */
interface KernelCompiler {
    /** What it is, with its version, for the line that says what was found. */
    String describe();

    /** Whether it takes so long that what it gives is kept on disk. */
    boolean isSlow();

    /**
     * What the driver makes a module of.
     *
     * @param architecture of the device, {@code sm_90}
     * @throws CudaException if there is none for the unit, or with the compiler's messages
     */
    byte[] compile(KernelUnit unit, String architecture);
}
