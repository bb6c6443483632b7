package io.gatun.backend.cuda;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * Where the libraries of CUDA are. The first place that has a usable one wins; in one place the newest does:
 *
 * <ol>
 *   <li>the folders of the system property {@value #PROPERTY}
 *   <li>the toolkit that {@code CUDA_PATH} or {@code CUDA_HOME} names
 *   <li>wherever the system's loader looks
 *   <li>where toolkits are installed: {@code /usr/local/cuda*}, on Windows {@value #PROGRAMS} among the programs; the newest first
 *   <li>the active Python's packages of NVIDIA's
 * </ol>
 *
 * <p>The driver's library comes with the driver, so it is looked for in the first and the third only. A library of a later
 * CUDA than the driver's is no use: its calls would fail.
 */
final class LibraryFinder {
    /** Folders, separated as the system's paths are. */
    static final String PROPERTY = "gatun.cuda.path";

    /** On Windows, the folder of toolkits. */
    private static final String PROGRAMS = "NVIDIA GPU Computing Toolkit/CUDA";

    private final Machine machine;

    LibraryFinder(Machine machine) {
        this.machine = machine;
    }

    /**
     * The library's file.
     *
     * @param newest the major version of CUDA that the driver is for
     * @throws CudaException if there is none: which names, where it looked, what helps
     */
    FoundLibrary find(Library library, int newest) {
        Search search = new Search(library, library.majors(newest));
        Optional<FoundLibrary> found = search.in(PROPERTY, Folders.split(machine.property(PROPERTY)));
        if (library == Library.DRIVER) {
            return found.or(search::inLoader).orElseThrow(search::failure);
        }
        return found.or(() -> search.in("CUDA_PATH", toolkits(Folders.split(machine.variable("CUDA_PATH")))))
                .or(() -> search.in("CUDA_HOME", toolkits(Folders.split(machine.variable("CUDA_HOME")))))
                .or(search::inLoader)
                .or(() -> search.in(machine.windows() ? PROGRAMS : "/usr/local/cuda*", installed()))
                .or(() -> search.inAny("Python's nvidia/*", new PythonPackages(machine).sites()))
                .orElseThrow(search::failure);
    }

    private List<Path> toolkits(List<Path> homes) {
        List<String> names = machine.windows() ? List.of("bin", "bin/x64") : List.of("lib64", "lib");
        return homes.stream().flatMap(home -> names.stream().map(home::resolve)).toList();
    }

    private List<Path> installed() {
        List<Path> parents = machine.windows()
                ? Folders.split(machine.variable("ProgramFiles")).stream()
                        .map(programs -> programs.resolve(PROGRAMS))
                        .toList()
                : List.of(machine.root().resolve("usr/local"));
        return parents.stream()
                .flatMap(parent -> toolkits(Folders.newestFirst(parent, machine.windows() ? "v.*" : "cuda.*")).stream())
                .filter(Files::isDirectory)
                .toList();
    }

    /** One library's, which remembers where it has looked. */
    private final class Search {
        private final Library library;
        private final List<Integer> majors;
        private final List<String> looked = new ArrayList<>();
        private final List<String> tooNew = new ArrayList<>();

        Search(Library library, List<Integer> majors) {
            this.library = library;
            this.majors = majors;
        }

        /** The first folder that has one. */
        Optional<FoundLibrary> in(String place, List<Path> folders) {
            return inAny(place, folders.stream().map(List::of).toList());
        }

        /** The first group of folders that has one; the newest of the group. */
        Optional<FoundLibrary> inAny(String place, List<List<Path>> groups) {
            List<Path> all = new ArrayList<>();
            for (List<Path> group : groups) {
                all.addAll(group);
                Optional<FoundLibrary> found = group.stream()
                        .flatMap(folder -> candidates(folder).stream())
                        .max(Comparator.comparingInt(FoundLibrary::major)); // of equals, the first
                if (found.isPresent()) {
                    return found;
                }
            }
            looked.add(place + (all.isEmpty() ? " (none)" : " " + all));
            return Optional.empty();
        }

        Optional<FoundLibrary> inLoader() {
            for (int major : majors) {
                String name = library.name(machine.windows(), major);
                if (machine.loads().test(name)) {
                    return Optional.of(new FoundLibrary(library, name, major));
                }
            }
            looked.add("the loader's own path");
            return Optional.empty();
        }

        private List<FoundLibrary> candidates(Path folder) {
            List<FoundLibrary> candidates = new ArrayList<>();
            for (Path file : Folders.list(folder)) {
                Matcher name = library.files(machine.windows())
                        .matcher(file.getFileName().toString());
                if (name.matches() && Files.isRegularFile(file)) {
                    String digits = name.group(1);
                    int major = digits.isEmpty() ? 1 : Integer.parseInt(digits);
                    if (majors.contains(major)) {
                        candidates.add(new FoundLibrary(library, file.toString(), major));
                    } else if (major > majors.getFirst()) {
                        tooNew.add(file.toString());
                    }
                }
            }
            candidates.sort(Comparator.comparingInt(found -> found.path().length())); // libx.so.12 before libx.so.12.6
            return candidates;
        }

        CudaException failure() {
            List<String> names = majors.stream()
                    .map(major -> library.name(machine.windows(), major))
                    .toList();
            return new CudaException(library.title() + " was not found: no " + String.join(" or ", names) + " in "
                    + String.join(", ", looked)
                    + (tooNew.isEmpty() ? "" : "; " + tooNew + " is for a newer driver than the one that is installed")
                    + "; " + library.remedy() + ", or name its folder with -D" + PROPERTY + "=FOLDER");
        }
    }
}
