package io.gatun.numpy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real NumPy, in a Python of the machine, for tests; where there is none they are aborted and say so. */
final class NumPy {
    private static final @Nullable String PYTHON = find();

    private NumPy() {}

    private static @Nullable String find() {
        return Stream.of("/usr/bin/python3", "python3", "python")
                .filter(NumPy::hasNumPy)
                .findFirst()
                .orElse(null);
    }

    private static boolean hasNumPy(String python) {
        try {
            Process process = new ProcessBuilder(python, "-c", "import numpy")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // not installed under that name
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Aborts the test where there is no NumPy. */
    static void require() {
        assumeTrue(PYTHON != null, "no Python with NumPy here: install python3-numpy to run this test");
    }

    /** Runs a command of numpy_peer.py on a directory, and gives the lines it prints. */
    static List<String> run(String command, Path directory) throws Exception {
        require();
        Path script = Fixtures.resource("numpy_peer.py");
        Process process = new ProcessBuilder(PYTHON, script.toString(), command, directory.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("numpy_peer.py " + command + " failed:\n" + output);
        }
        return output.lines().toList();
    }

    /** A command of numpy_peer.py that goes on until it is closed, told what to do line by line. */
    static Conversation start(String command, Path directory) throws IOException {
        require();
        Path script = Fixtures.resource("numpy_peer.py");
        return new Conversation(new ProcessBuilder(PYTHON, script.toString(), command, directory.toString())
                .redirectErrorStream(true)
                .start());
    }

    /** What {@link #start} gives. */
    record Conversation(Process process, BufferedReader answers) implements AutoCloseable {
        Conversation(Process process) {
            this(process, process.inputReader(StandardCharsets.UTF_8));
        }

        /** The next line that it prints. */
        @Nullable String next() throws IOException {
            return answers.readLine();
        }

        /** What it answers to a line. */
        @Nullable String ask(String line) throws IOException {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return next();
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            process.destroy();
        }
    }
}
