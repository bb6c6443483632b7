package io.gatun.backend.cuda;

import java.util.List;
import java.util.stream.Collectors;

/** What of CUDA was found on this machine, loaded and asked for its version. */
final class CudaLibraries {
    private final NativeLibrary cublas;
    private final boolean throughJCublas;
    private final KernelCompiler compiler;
    private final int devices;
    private final String description;

    private CudaLibraries(
            NativeLibrary cublas,
            boolean throughJCublas,
            KernelCompiler compiler,
            List<String> devices,
            int driverVersion) {
        this.cublas = cublas;
        this.throughJCublas = throughJCublas;
        this.compiler = compiler;
        this.devices = devices.size();
        this.description = devices.stream().collect(Collectors.joining(", ")) + "; driver for CUDA "
                + DriverProbe.describe(driverVersion) + ", cuBLAS " + CublasCodes.version(cublas) + " (" + cublas.path()
                + "), " + compiler.describe();
    }

    /**
     * Finds and loads all that is needed.
     *
     * @throws CudaException if something is missing: what, and what helps
     */
    static CudaLibraries load(Machine machine, Natives natives) {
        natives.platform();
        LibraryFinder finder = new LibraryFinder(machine);
        NativeLibrary driver = NativeLibrary.open(finder.find(Library.DRIVER, 1));
        int version = DriverProbe.version(driver);
        natives.initialise("jcuda.driver.JCudaDriver");
        List<String> devices = DriverProbe.devices(machine);
        int newest = version / 1000;
        NativeLibrary cublas = NativeLibrary.open(finder.find(Library.CUBLAS, newest));
        boolean throughJCublas = initialises("jcuda.jcublas.JCublas2", cublas, natives);
        KernelCompiler compiler = compiler(finder, newest, natives);
        return new CudaLibraries(cublas, throughJCublas, compiler, devices, version);
    }

    /** NVRTC; where it is missing what is shipped, and if nothing is, the sentence. */
    static KernelCompiler compiler(LibraryFinder finder, int newest, Natives natives) {
        try {
            NativeLibrary nvrtc = NativeLibrary.open(finder.find(Library.NVRTC, newest));
            return initialises("jcuda.nvrtc.JNvrtc", nvrtc, natives) ? new JNvrtcCompiler() : new ForeignNvrtc(nvrtc);
        } catch (CudaException missing) {
            if (!ShippedKernels.areThere()) {
                throw missing;
            }
            return new ShippedKernels(String.valueOf(missing.getMessage()));
        }
    }

    private static boolean initialises(String className, NativeLibrary found, Natives natives) {
        boolean fits = natives.fit(found, className);
        if (fits) {
            natives.initialise(className);
        }
        return fits;
    }

    /** The compiler of kernels; for any thread. */
    KernelCompiler compiler() {
        return compiler;
    }

    /** A handle of cuBLAS's for the device whose context is current; for one thread at a time. */
    Cublas newCublas() {
        return throughJCublas ? new JCublas(cublas) : new ForeignCublas(cublas);
    }

    /** How many devices there are; at least 1. */
    int devices() {
        return devices;
    }

    /** The devices, and the versions of what was found. */
    String describe() {
        return description;
    }
}
