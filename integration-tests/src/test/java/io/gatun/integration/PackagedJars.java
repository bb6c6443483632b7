package io.gatun.integration;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The jars that this build has just packaged, found on the test's own class path.
 *
 * <p>They are there only after {@code package}: this module runs its tests in Maven's {@code integration-test} phase,
 * where the reactor resolves every other module to its jar. Run from an IDE, or by {@code mvn test}, the class path has
 * folders of classes instead, and these tests say so.
 */
final class PackagedJars {
    /** The CPU path: {@code gatun-nn}, {@code gatun-backend-simd}, and what these two bring. */
    private static final List<String> CPU_PATH =
            List.of("gatun-tensor-api", "gatun-backend-simd", "gatun-autograd", "gatun-nn");

    /** That, NumPy's files and the other backend: what these tests start programs with. */
    private static final List<String> LIBRARY = Stream.concat(
                    CPU_PATH.stream(), Stream.of("gatun-interop-numpy", "gatun-backend-reference"))
            .toList();

    private PackagedJars() {}

    /** The jars that training on a CPU needs. */
    static List<Path> cpuPath() {
        return CPU_PATH.stream().map(PackagedJars::jar).toList();
    }

    /** Those, and the other jars that have no third-party library beside them. */
    static List<Path> library() {
        return LIBRARY.stream().map(PackagedJars::jar).toList();
    }

    /** Those, and what solves and decomposes matrices, with the library it is made of. */
    static List<Path> libraryWithLinearAlgebra() {
        return Stream.concat(LIBRARY.stream(), Stream.of("gatun-linalg", "ojalgo"))
                .map(PackagedJars::jar)
                .toList();
    }

    /** The library, and what runs on a GPU. */
    static List<Path> libraryWithCuda() {
        return Stream.concat(
                        LIBRARY.stream(),
                        Stream.of("gatun-backend-cuda", "jcuda", "jcublas", "jcuda-natives", "jcublas-natives"))
                .map(PackagedJars::jar)
                .toList();
    }

    /** The jar of one artifact of this build, or of one that it depends on. */
    static Path jar(String artifact) {
        try (Stream<Path> entries = classPath()) {
            return entries.filter(entry -> isJarOf(artifact, entry))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(artifact
                            + " is not a jar on the class path: run these tests by `mvn verify`, not from classes"));
        }
    }

    private static boolean isJarOf(String artifact, Path entry) {
        String name = String.valueOf(entry.getFileName());
        return name.matches(artifact + "-\\d.*\\.jar") && Files.isRegularFile(entry);
    }

    private static Stream<Path> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of);
    }
}
