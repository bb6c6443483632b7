package io.gatun.backend.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The libraries that NVIDIA publishes as Python packages: {@code site-packages/nvidia/cublas/lib}, and since CUDA 13
 * {@code site-packages/nvidia/cu13/lib}; on Windows in {@code bin} and {@code cu13/bin/x86_64}. Found without starting a Python: an environment's variables name it, or the path
 * leads to the interpreter, beside whose folder its packages are.
 */
final class PythonPackages {
    private final Machine machine;

    PythonPackages(Machine machine) {
        this.machine = machine;
    }

    /** The folders of libraries, site by site, the active environment's first. */
    List<List<Path>> sites() {
        List<List<Path>> sites = new ArrayList<>();
        for (Path prefix : prefixes()) {
            for (Path site : sites(prefix)) {
                List<Path> folders = new ArrayList<>();
                for (Path name : Folders.newestFirst(site.resolve("nvidia"), ".*")) {
                    for (String binaries : machine.windows() ? List.of("bin", "bin/x86_64") : List.of("lib")) {
                        if (Files.isDirectory(name.resolve(binaries))) {
                            folders.add(name.resolve(binaries));
                        }
                    }
                }
                if (!folders.isEmpty()) {
                    sites.add(folders);
                }
            }
        }
        return sites;
    }

    private Set<Path> prefixes() {
        Set<Path> prefixes = new LinkedHashSet<>();
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            prefixes.addAll(Folders.split(machine.variable(variable)));
        }
        for (Path folder : Folders.split(machine.variable("PATH"))) {
            addInterpreter(prefixes, folder);
        }
        String home = machine.property("user.home");
        if (!home.isEmpty()) {
            prefixes.add(Path.of(home, ".local"));
        }
        return prefixes;
    }

    /** An interpreter in a virtual environment is a link to the one that it extends. */
    private void addInterpreter(Set<Path> prefixes, Path folder) {
        Path interpreter = folder.resolve(machine.windows() ? "python.exe" : "python3");
        if (!Files.exists(interpreter)) {
            return;
        }
        addPrefix(prefixes, folder);
        try {
            addPrefix(prefixes, interpreter.toRealPath().getParent());
        } catch (IOException e) {
            // then only the link's own
        }
    }

    private void addPrefix(Set<Path> prefixes, @Nullable Path folder) {
        if (folder == null) {
            return;
        }
        Path prefix = machine.windows() && !folder.endsWith("Scripts") ? folder : folder.getParent();
        if (prefix != null) {
            prefixes.add(prefix);
        }
    }

    private List<Path> sites(Path prefix) {
        if (machine.windows()) {
            return List.of(prefix.resolve("Lib").resolve("site-packages"));
        }
        List<Path> sites = new ArrayList<>();
        for (String lib : List.of("lib", "lib64", "local/lib")) {
            for (Path python : Folders.newestFirst(prefix.resolve(lib), "python3.*")) {
                sites.add(python.resolve("site-packages"));
                sites.add(python.resolve("dist-packages")); // Debian's name
            }
        }
        return sites;
    }
}
