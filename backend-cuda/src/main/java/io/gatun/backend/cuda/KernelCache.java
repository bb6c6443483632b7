package io.gatun.backend.cuda;

import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.UnaryKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    private static final Pattern INCLUDE = Pattern.compile("#include \"([^\"]+)\"");
    private static final List<String> KINDS = Stream.of(UnaryKind.values(), BinaryKind.values(), CompareKind.values())
            .flatMap(Stream::of)
            .map(kind -> "GATUN_" + kind.name() + "=" + code(kind))
            .toList();

    private record Unit(String family, List<String> defines) {}

    private final DeviceContext device;
    private final Nvrtc compiler;
    private final CacheFolder folder = CacheFolder.open(Machine.here(), "kernels");
    private final Map<Unit, CUmodule> modules = new ConcurrentHashMap<>();
    private final Map<String, Kernel> kernels = new ConcurrentHashMap<>();

    KernelCache(DeviceContext device, Nvrtc compiler) {
        this.device = device;
        this.compiler = compiler;
    }

    /** The number that kernels know a kind by: they are compiled with all these numbers as macros. */
    @SuppressWarnings("EnumOrdinal") // which is part of what names a file of compiled code
    static int code(Enum<?> kind) {
        return kind.ordinal();
    }

    /** The kernel {@code name} of the source {@code family}.cu, compiled with these macros. */
    Kernel get(String family, String name, String... defines) {
        String key = family + ' ' + name + ' ' + String.join(" ", defines);
        Kernel kernel = kernels.get(key);
        if (kernel == null) {
            kernel = load(name, modules.computeIfAbsent(new Unit(family, List.of(defines)), this::module));
            kernels.put(key, kernel);
        }
        return kernel;
    }

    private Kernel load(String name, CUmodule module) {
        device.bind();
        CUfunction function = new CUfunction();
        Driver.check(JCudaDriver.cuModuleGetFunction(function, module, name), name);
        return new Kernel(name, function);
    }

    private CUmodule module(Unit unit) {
        String name = unit.family() + ".cu";
        String source = resource(name);
        Map<String, String> headers = new TreeMap<>();
        include(source, headers);
        List<String> options = new ArrayList<>();
        options.add("--gpu-architecture=" + device.architecture());
        options.add("--std=c++17");
        Stream.concat(KINDS.stream(), unit.defines().stream()).forEach(define -> options.add("-D" + define));
        String file = digest(source, headers, options) + ".cubin";
        device.bind();
        CUmodule module = new CUmodule();
        byte[] kept = kept(file);
        if (kept.length == 0 || JCudaDriver.cuModuleLoadData(module, kept) != CUresult.CUDA_SUCCESS) {
            byte[] compiled = compiler.compile(source, name, headers, options);
            Driver.check(JCudaDriver.cuModuleLoadData(module, compiled), name);
            folder.write(file, compiled);
        }
        return module;
    }

    private byte[] kept(String file) {
        try {
            Path path = folder.file(file);
            return Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
        } catch (IOException e) {
            return new byte[0]; // compiled again
        }
    }

    private String digest(String source, Map<String, String> headers, List<String> options) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            List<String> all = new ArrayList<>(List.of(compiler.version(), source));
            headers.forEach((name, text) -> all.addAll(List.of(name, text)));
            all.addAll(options);
            for (String part : all) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + " ").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void include(String source, Map<String, String> headers) {
        Matcher matcher = INCLUDE.matcher(source);
        while (matcher.find()) {
            String name = matcher.group(1);
            if (!headers.containsKey(name)) {
                String text = resource(name);
                headers.put(name, text);
                include(text, headers);
            }
        }
    }

    private static String resource(String name) {
        try (InputStream in = KernelCache.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar of the CUDA backend lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
