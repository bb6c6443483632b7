package io.gatun.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user gets is the jars: these tests look at them, and start programs with nothing else. */
class PackagedJarsTest {
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void aProgramRunsOnTheClassPath() throws Exception {
        String output =
                new UserProgram(folder, PackagedJars.library()).runOnClassPath().outputOfSuccess();

        assertThat(output).contains("module null").contains("backend simd").contains("learned");
    }

    @Test
    void aProgramRunsOnTheModulePath() throws Exception {
        String output = new UserProgram(folder, PackagedJars.library())
                .runOnModulePath()
                .outputOfSuccess();

        assertThat(output)
                .contains("module io.gatun.tensor")
                .contains("backend simd")
                .contains("learned");
    }

    @Test
    void aPropertySwapsTheBackend() throws Exception {
        String output = new UserProgram(folder, PackagedJars.library())
                .runOnClassPath("-Dgatun.backend=reference")
                .outputOfSuccess();

        assertThat(output).contains("backend reference").contains("learned");
    }

    @Test
    void withoutTheVectorModuleReferenceIsChosenWithAWarningThatSaysWhatToAdd() throws Exception {
        UserProgram.Outcome outcome = new UserProgram(folder, PackagedJars.library()).runOnClassPathWithoutFlags();

        assertThat(outcome.outputOfSuccess()).contains("backend reference").contains("learned");
        assertThat(outcome.errors()).contains("--add-modules jdk.incubator.vector");
    }

    @Test
    void anUnknownBackendIsAnErrorThatListsThoseFound() throws Exception {
        UserProgram.Outcome outcome =
                new UserProgram(folder, PackagedJars.library()).runOnModulePath("-Dgatun.backend=cuda");

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.errors())
                .contains("there is no backend 'cuda'")
                .contains("simd (usable)")
                .contains("reference (usable)");
    }

    @Test
    void cudaRunsOnEitherPathOrSaysWhyNot() throws Exception {
        UserProgram program = new UserProgram(folder, PackagedJars.libraryWithCuda());

        for (UserProgram.Outcome outcome : List.of(
                program.runOnClassPath("-Dgatun.backend=cuda"), program.runOnModulePath("-Dgatun.backend=cuda"))) {
            if (outcome.exitCode() == 0) {
                assertThat(outcome.outputOfSuccess()).contains("backend cuda").contains("learned");
            } else {
                assertThat(outcome.errors())
                        .contains("backend 'cuda' is not usable: ")
                        .contains("install")
                        .doesNotContain("NoClassDefFoundError");
            }
        }
    }

    @Test
    void linearAlgebraIsFoundOnEitherPath() throws Exception {
        UserProgram program = new UserProgram(folder, PackagedJars.libraryWithLinearAlgebra());

        assertThat(program.runOnClassPath().outputOfSuccess()).contains("determinant -2.0");
        assertThat(program.runOnModulePath().outputOfSuccess()).contains("determinant -2.0");
    }

    @Test
    void withoutItTheErrorNamesTheArtifactToAdd() throws Exception {
        assertThat(new UserProgram(folder, PackagedJars.library())
                        .runOnModulePath()
                        .outputOfSuccess())
                .contains("det: no library of matrix decompositions is on the path")
                .contains("io.gatun:gatun-linalg");
    }

    @Test
    void everyJarIsANamedModule() {
        for (Path jar : PackagedJars.libraryWithLinearAlgebra()) {
            assertThat(descriptor(jar).isAutomatic())
                    .as("%s is an automatic module", jar)
                    .isFalse();
        }
        assertThat(descriptor(PackagedJars.jar("gatun-monitor")).name()).isEqualTo("io.gatun.monitor");
        assertThat(descriptor(PackagedJars.jar("gatun-interop-safetensors")).name())
                .isEqualTo("io.gatun.safetensors");
        for (Path jar : PackagedJars.library()) {
            assertThat(descriptor(jar).name()).as("module name of %s", jar).startsWith("io.gatun.");
        }
    }

    /** Without this a service would be found on the module path and missing on the class path, or the reverse. */
    @Test
    void theClassPathOffersTheSameServicesAsTheModulePath() throws IOException {
        for (Path jar : withServices()) {
            for (ModuleDescriptor.Provides provides : descriptor(jar).provides()) {
                assertThat(classPathProviders(jar, provides.service()))
                        .as("%s: META-INF/services/%s against module-info", jar.getFileName(), provides.service())
                        .containsExactlyInAnyOrderElementsOf(provides.providers());
            }
            assertThat(classPathServices(jar))
                    .as("%s: META-INF/services against module-info", jar.getFileName())
                    .containsExactlyInAnyOrderElementsOf(descriptor(jar).provides().stream()
                            .map(ModuleDescriptor.Provides::service)
                            .toList());
        }
    }

    @Test
    void theCpuPathIsSmallerThanOneMebibyte() throws IOException {
        long size = 0;
        for (Path jar : PackagedJars.cpuPath()) {
            size += Files.size(jar);
        }

        assertThat(size).as("bytes of %s", PackagedJars.cpuPath()).isLessThan(MEBIBYTE);
    }

    private static ModuleDescriptor descriptor(Path jar) {
        return ModuleFinder.of(jar).findAll().stream()
                .map(ModuleReference::descriptor)
                .findFirst()
                .orElseThrow();
    }

    private static List<Path> withServices() {
        List<Path> jars = new ArrayList<>(PackagedJars.libraryWithLinearAlgebra());
        jars.add(PackagedJars.jar("gatun-backend-cuda"));
        return jars;
    }

    private static List<String> classPathServices(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .filter(entry -> entry.getName().startsWith("META-INF/services/") && !entry.isDirectory())
                    .map(entry -> entry.getName().substring("META-INF/services/".length()))
                    .toList();
        }
    }

    private static List<String> classPathProviders(Path jar, String service) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            ZipEntry entry = file.getEntry("META-INF/services/" + service);
            if (entry == null) {
                return List.of();
            }
            try (InputStream lines = file.getInputStream(entry)) {
                return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.replaceFirst("#.*", "").strip())
                        .filter(line -> !line.isEmpty())
                        .toList();
            }
        }
    }
}
