package io.gatun.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JCuda's native libraries, which come in jars for each platform.
 *
 * <p>JCuda unpacks them into the shared folder for temporary files, under fixed names, and loads whatever is there already:
 * another user's file too. And it looks for them in its own module only, which does not have them. So they are unpacked
 * here, into a folder that only this user can write to, and compared byte by byte each time; JCuda finds them, since
 * {@code java.io.tmpdir} names this folder while a class of JCuda's initialises. The JDK itself reads that property once,
 * when it starts, so its own temporary files stay where they are.
 */
final class Natives {
    /** JCuda's, which is in its files' names. */
    static final String VERSION = "12.6.0";

    private static final int MAJOR = 12;
    private static final String TEMPORARY = "java.io.tmpdir";

    private final Machine machine;
    private final Function<String, @Nullable InputStream> resources;

    /** @param resources opens a resource by its path, or gives null */
    Natives(Machine machine, Function<String, @Nullable InputStream> resources) {
        this.machine = machine;
        this.resources = resources;
    }

    /** Those on the class path or the module path. */
    static Natives here(Machine machine) {
        return new Natives(machine, Natives::resource);
    }

    /** Throws unless JCuda's classes are there. */
    static void requireClasses() {
        loader("jcuda.driver.JCudaDriver");
        loader("jcuda.jcublas.JCublas2");
    }

    /**
     * The platform as JCuda names it: {@code linux-x86_64}.
     *
     * @throws CudaException if JCuda is not built for it
     */
    String platform() {
        String architecture = machine.architecture().toLowerCase(Locale.ROOT);
        boolean linux = machine.system().toLowerCase(Locale.ROOT).startsWith("linux");
        if ((linux || machine.windows()) && (architecture.equals("amd64") || architecture.equals("x86_64"))) {
            return (linux ? "linux" : "windows") + "-x86_64";
        }
        throw new CudaException("JCuda " + VERSION + " is not built for " + machine.system() + " on "
                + machine.architecture() + ": the CUDA backend needs Linux or Windows on x86_64");
    }

    /**
     * Whether a class of JCuda's can be used with the library that was found: its native library is bound to one major
     * version, must be there, and is loaded by the loader of JCuda's core, whose own classes alone it then serves.
     */
    boolean fit(NativeLibrary found, String className) {
        return found.major() == MAJOR
                && has(library(className))
                && Objects.equals(loader(className), loader("jcuda.LibUtils"));
    }

    private static @Nullable ClassLoader loader(String className) {
        try {
            return Class.forName(className, false, Natives.class.getClassLoader())
                    .getClassLoader();
        } catch (ClassNotFoundException e) {
            throw missing(className);
        }
    }

    private static CudaException missing(String className) {
        return new CudaException("JCuda is not there (no class " + className + "): add org.jcuda:jcuda and"
                + " org.jcuda:jcublas " + VERSION);
    }

    /** The native library of a class, which is called as the class is. */
    private static String library(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    private boolean has(String library) {
        try (InputStream resource = resources.apply(path(library))) {
            return resource != null;
        } catch (IOException e) {
            return true; // it is there: reading it will say what is wrong
        }
    }

    /**
     * Initialises a class of JCuda's with its native library.
     *
     * @throws CudaException if the library is not in the jars, cannot be unpacked or does not load
     */
    void initialise(String className) {
        unpack(library(className));
        synchronized (Natives.class) {
            String before = System.getProperty(TEMPORARY);
            System.setProperty(TEMPORARY, folder().path().toString());
            try {
                Class.forName(className, true, Natives.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw missing(className);
            } catch (LinkageError e) {
                throw new CudaException("JCuda's native library does not load: " + reason(e));
            } finally {
                System.setProperty(TEMPORARY, before);
            }
        }
    }

    /** The file of a library, unpacked unless it is there. */
    Path unpack(String library) {
        byte[] content = content(library);
        CacheFolder folder = folder();
        String name = fileName(library);
        if (!isThere(folder.file(name), content)) {
            folder.write(name, content);
        }
        return folder.file(name);
    }

    private CacheFolder folder() {
        return CacheFolder.open(machine, "jcuda-" + VERSION + "-" + platform());
    }

    private byte[] content(String library) {
        try (InputStream resource = resources.apply(path(library))) {
            if (resource != null) {
                return resource.readAllBytes();
            }
        } catch (IOException e) {
            throw new CudaException("the resource " + path(library) + " of JCuda cannot be read: " + e.getMessage());
        }
        String artifact = library.startsWith("JCublas") ? "jcublas-natives" : "jcuda-natives";
        throw new CudaException("JCuda's native library " + fileName(library)
                + " is neither on the class path nor on the module path: add org.jcuda:" + artifact + ":" + VERSION
                + " with the classifier " + platform());
    }

    private static boolean isThere(Path file, byte[] content) {
        try {
            return Files.isRegularFile(file)
                    && Files.size(file) == content.length
                    && Arrays.equals(Files.readAllBytes(file), content);
        } catch (IOException e) {
            return false;
        }
    }

    private String path(String library) {
        return "lib/" + fileName(library);
    }

    private String fileName(String library) {
        String name = library + "-" + VERSION + "-" + platform();
        return machine.windows() ? name + ".dll" : "lib" + name + ".so";
    }

    /** A loader finds what is in its own jars, automatic modules among them; a layer may give each module a loader. */
    private static @Nullable InputStream resource(String path) {
        InputStream resource = Natives.class.getClassLoader().getResourceAsStream(path);
        return resource != null ? resource : resourceInLayer(path).orElse(null);
    }

    private static Optional<InputStream> resourceInLayer(String path) {
        ModuleLayer layer = Natives.class.getModule().getLayer();
        if (layer == null) {
            return Optional.empty();
        }
        return layer.modules().stream()
                .map(module -> open(module, path))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<InputStream> open(Module module, String path) {
        try {
            return Optional.ofNullable(module.getResourceAsStream(path));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What the loader said: JCuda puts it into the middle of two stack traces. */
    private static String reason(LinkageError error) {
        Throwable cause = error.getCause() == null ? error : error.getCause();
        String message = String.valueOf(cause.getMessage());
        return message.lines()
                .filter(line -> line.startsWith("java.lang.UnsatisfiedLinkError: "))
                .reduce((first, last) -> last)
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .orElseGet(() -> message.lines().findFirst().orElse(""));
    }
}
