package io.gatun.backend.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * The kernels of one device: CUDA C of this package's resources, compiled when it is first asked for.
 *
 * <p>What the compiler makes stays on disk, in a file named by a digest of all that it depends on: the source with what it
 * includes, the options, the architecture and the compiler's version. Files are written beside and renamed, so that processes
 * may share the folder, and one that is damaged is compiled anew.
 */
final class KernelCache {
    private final DeviceContext device;
    private final KernelCompiler compiler;
    private final CacheFolder folder = CacheFolder.open(Machine.here(), "kernels");
    private final Map<KernelUnit, CUmodule> modules = new ConcurrentHashMap<>();
    private final Map<String, Kernel> kernels = new ConcurrentHashMap<>();

    KernelCache(DeviceContext device, KernelCompiler compiler) {
        this.device = device;
        this.compiler = compiler;
    }

    /** The kernel {@code name} of the source {@code family}.cu, compiled with these macros. */
    Kernel get(String family, String name, String... defines) {
        String key = family + ' ' + name + ' ' + String.join(" ", defines);
        Kernel kernel = kernels.get(key);
        if (kernel == null) {
            kernel = load(name, modules.computeIfAbsent(new KernelUnit(family, List.of(defines)), this::module));
            kernels.put(key, kernel);
        }
        return kernel;
    }

    /** What was asked for until now. */
    Set<KernelUnit> units() {
        return Set.copyOf(modules.keySet());
    }

    private Kernel load(String name, CUmodule module) {
        device.bind();
        CUfunction function = new CUfunction();
        Driver.check(JCudaDriver.cuModuleGetFunction(function, module, name), name);
        return new Kernel(name, function);
    }

    private CUmodule module(KernelUnit unit) {
        device.bind();
        CUmodule module = new CUmodule();
        if (!compiler.isSlow()) {
            load(unit, module);
            return module;
        }
        String file = unit.digest(compiler.describe(), device.architecture()) + ".cubin";
        byte[] kept = kept(file);
        if (kept.length == 0 || JCudaDriver.cuModuleLoadData(module, kept) != CUresult.CUDA_SUCCESS) {
            folder.write(file, load(unit, module));
        }
        return module;
    }

    /** Compiles a unit, and gives the code that became the module. */
    private byte[] load(KernelUnit unit, CUmodule module) {
        byte[] compiled = compiler.compile(unit, device.architecture());
        Driver.check(JCudaDriver.cuModuleLoadData(module, compiled), unit.fileName());
        return compiled;
    }

    private byte[] kept(String file) {
        try {
            Path path = folder.file(file);
            return Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
        } catch (IOException e) {
            return new byte[0]; // compiled again
        }
    }
}
