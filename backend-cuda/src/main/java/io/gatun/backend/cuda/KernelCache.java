package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of one device: CUDA C of this package's resources, compiled when it is first asked for.
 *
 * <p>What the compiler makes stays on disk, in a file named by a digest of all that it depends on: the source with what it
 * includes, the options, the architecture and the compiler's version. Files are written beside and renamed, so that processes
 * may share the folder, and one that is damaged is compiled anew.
 */
final class KernelCache {
    private static final @Nullable Kernel[] NONE = {};
    private static final int DTYPES = DType.values().length;

    private final DeviceContext device;
    private final KernelCompiler compiler;
    private final CacheFolder folder = CacheFolder.open(Machine.here(), "kernels");
    private final Map<KernelUnit, CUmodule> modules = new ConcurrentHashMap<>();
    private volatile @Nullable Kernel[][] kernels = {}; // by the number of the name and that of the dtype

    KernelCache(DeviceContext device, KernelCompiler compiler) {
        this.device = device;
        this.compiler = compiler;
    }

    /** A kernel, for {@code dtype} if its name has one for each. */
    Kernel get(KernelName name, DType dtype) {
        @Nullable Kernel[][] known = kernels;
        @Nullable Kernel[] row = name.number() < known.length ? known[name.number()] : NONE;
        int column = KernelUnit.code(dtype);
        Kernel kernel = column < row.length ? row[column] : null;
        return kernel == null ? load(name, dtype) : kernel;
    }

    /** Compiles it unless another of its unit was; several threads may, at the same time. */
    private Kernel load(KernelName name, DType dtype) {
        CUmodule module = modules.computeIfAbsent(name.unit(dtype), this::module);
        device.bind();
        CUfunction function = new CUfunction();
        Driver.check(JCudaDriver.cuModuleGetFunction(function, module, name.name()), name.name());
        Kernel kernel = new Kernel(name.name(), function);
        put(name, dtype, kernel);
        return kernel;
    }

    /** Makes a new table: threads that read meanwhile have the old one, and come here too. */
    private synchronized void put(KernelName name, DType dtype, Kernel kernel) {
        @Nullable Kernel[][] table = kernels;
        if (name.number() >= table.length) {
            int before = table.length;
            table = Arrays.copyOf(table, name.number() + 1);
            Arrays.fill(table, before, table.length, NONE);
        }
        @Nullable Kernel[] row = Arrays.copyOf(table[name.number()], DTYPES);
        row[KernelUnit.code(dtype)] = kernel;
        table = table.clone();
        table[name.number()] = row;
        kernels = table;
    }

    /** Has a unit compiled before it is asked for. Several threads may compile several, without waiting for one another. */
    void prepare(KernelUnit unit) {
        if (!modules.containsKey(unit)) {
            modules.putIfAbsent(unit, module(unit));
        }
    }

    /** What was asked for until now. */
    Set<KernelUnit> units() {
        return Set.copyOf(modules.keySet());
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
