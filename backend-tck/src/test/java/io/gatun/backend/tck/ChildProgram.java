package io.gatun.backend.tck;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A program in a process of its own, for what can be set only when one starts, and what can end one. */
final class ChildProgram {
    private static final int SECONDS = 300;

    private ChildProgram() {}

    /**
     * Runs {@code main} with the class path of this process, in the folder of the file that it writes to.
     *
     * @param output gets what it prints
     * @param options of the virtual machine
     * @return its exit value
     */
    static int run(Path output, List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("--add-modules=jdk.incubator.vector", "-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(output.toAbsolutePath().getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(main + " takes longer than " + SECONDS + " s; see " + output);
        }
        return process.exitValue();
    }

    /** Everything of this process, as modules or not, and these tests. */
    private static String classPath() {
        String here = '/' + ChildProgram.class.getName().replace('.', '/') + ".class";
        String tests =
                Objects.requireNonNull(ChildProgram.class.getResource(here)).getPath();
        return String.join(
                File.pathSeparator,
                tests.substring(0, tests.length() - here.length()),
                System.getProperty("java.class.path", ""),
                System.getProperty("jdk.module.path", ""));
    }
}
