package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs in JVMs of their own. */
final class FreshJvm {
    private FreshJvm() {}

    /** The lines that {@code program} prints, which must end well. */
    static List<String> output(Class<?> program, String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", classPath(), program.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = process.inputReader().readAllLines();
        assertThat(process.waitFor()).isZero();
        return lines;
    }

    private static String classPath() {
        Stream<String> modules = ModuleLayer.boot().configuration().modules().stream()
                .filter(module -> module.name().startsWith("io.gatun."))
                .flatMap(module -> module.reference().location().stream())
                .map(location -> Path.of(location).toString());
        return Stream.concat(
                        modules, Stream.of(Path.of("target", "test-classes").toString()))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
