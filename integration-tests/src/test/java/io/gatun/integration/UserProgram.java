package io.gatun.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/**
 * A small program as a user would have it: compiled against the packaged jars, started by a {@code java} of its own, in
 * a folder of its own, with nothing of the build on its path.
 */
final class UserProgram {
    /** What a launch on the class path needs; on the module path the descriptors say it. */
    private static final List<String> CLASS_PATH_FLAGS =
            List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");

    private static final long TIMEOUT_SECONDS = 120;

    private final Path folder;
    private final List<Path> jars;

    /** The program of the resource folder {@code launch}, to be run in {@code folder} with these jars. */
    UserProgram(Path folder, List<Path> jars) {
        this.folder = folder;
        this.jars = jars;
    }

    /** What a finished run left behind. */
    record Outcome(int exitCode, String output, String errors) {
        /** The standard output of a run that must have gone well. */
        String outputOfSuccess() {
            assertThat(exitCode)
                    .as("exit code; standard error was:%n%s", errors)
                    .isZero();
            return output;
        }
    }

    /** Compiles and runs it with everything on the class path. */
    Outcome runOnClassPath(String... flags) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(CLASS_PATH_FLAGS);
        arguments.addAll(List.of(flags));
        return onClassPath(arguments);
    }

    /** As a user who has not read what flags a launch needs. */
    Outcome runOnClassPathWithoutFlags() throws IOException, InterruptedException {
        return onClassPath(List.of());
    }

    private Outcome onClassPath(List<String> flags) throws IOException, InterruptedException {
        Path classes = folder.resolve("classes");
        compile(List.of("-cp", path(jars), "-d", classes.toString(), source("smoke/Main.java")));
        List<String> arguments = new ArrayList<>(flags);
        arguments.addAll(List.of("-cp", path(classes, jars), "smoke.Main"));
        return java(arguments);
    }

    /** Compiles and runs it as a module beside the library's modules. */
    Outcome runOnModulePath(String... flags) throws IOException, InterruptedException {
        Path classes = folder.resolve("modules");
        // This javac runs inside the test and would take the test's own class path where none is named.
        String none = folder.toString();
        compile(List.of(
                "-cp",
                none,
                "-p",
                path(jars),
                "-d",
                classes.toString(),
                source("module-info.java"),
                source("smoke/Main.java")));
        List<String> arguments = new ArrayList<>(List.of(flags));
        arguments.addAll(List.of("-p", path(classes, jars), "-m", "smoke/smoke.Main"));
        return java(arguments);
    }

    private String source(String name) throws IOException {
        Path file = folder.resolve("src").resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        try (InputStream resource = UserProgram.class.getResourceAsStream("/launch/" + name)) {
            assertThat(resource).as("resource /launch/%s", name).isNotNull();
            Files.write(file, resource.readAllBytes());
        }
        return file.toString();
    }

    /** With every lint on, since what the library's descriptors and annotations get wrong shows in its users' builds. */
    private static void compile(List<String> paths) {
        List<String> arguments = new ArrayList<>(List.of("-Xlint:all", "-Werror"));
        arguments.addAll(paths);
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        StringWriter messages = new StringWriter();
        PrintWriter writer = new PrintWriter(messages);
        int status = javac.run(writer, writer, arguments.toArray(String[]::new));
        assertThat(status).as("javac's exit code; it said:%n%s", messages).isZero();
    }

    private Outcome java(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        Path output = folder.resolve("output.txt");
        Path errors = folder.resolve("errors.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("no end after " + TIMEOUT_SECONDS + " s: " + String.join(" ", command));
        }
        return new Outcome(process.exitValue(), Files.readString(output), Files.readString(errors));
    }

    private static String path(List<Path> entries) {
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static String path(Path first, List<Path> rest) {
        return first + File.pathSeparator + path(rest);
    }
}
