package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Tensor;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a program does not pay for at its start. */
class StartTest {
    static final class FirstOperator {
        private FirstOperator() {}

        public static void main(String[] args) {
            System.out.println("sum " + Tensor.of(new float[] {1, 2}).sum().item());
        }
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

    private static List<String> outputWithClasses() throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.add("-Xlog:class+load");
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", classPath(), FirstOperator.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = process.inputReader().readAllLines();
        assertThat(process.waitFor()).isZero();
        return lines;
    }

    @Test
    void theFlightRecorderIsNotSetUpUnlessItIsUsed() throws Exception {
        assertThat(outputWithClasses())
                .contains("sum 3.0")
                .anyMatch(line -> line.contains("io.gatun.tensor.OperatorEvent "))
                .noneMatch(line -> line.contains("jdk.jfr.internal.MetadataRepository "));
    }
}
