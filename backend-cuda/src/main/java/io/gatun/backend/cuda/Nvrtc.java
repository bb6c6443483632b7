package io.gatun.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The compiler of kernels, NVRTC. */
interface Nvrtc extends KernelCompiler {
    /** Its version, {@code 12.6}. */
    String version();

    /**
     * The device code of {@code source}.
     *
     * @param name the file, for messages
     * @param headers what the source includes, by name
     * @param options the compiler's, such as {@code --gpu-architecture=sm_90}
     * @throws CudaException with the compiler's messages
     */
    byte[] compile(String source, String name, Map<String, String> headers, List<String> options);

    @Override
    default byte[] compile(KernelUnit unit, String architecture) {
        List<String> options = new ArrayList<>(unit.options());
        options.add("--gpu-architecture=" + architecture);
        return compile(unit.source(), unit.fileName(), unit.headers(), options);
    }

    @Override
    default String describe() {
        return "NVRTC " + version();
    }

    @Override
    default boolean isSlow() {
        return true;
    }
}
