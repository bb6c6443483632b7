package io.gatun.backend.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** NVIDIA's own compiler, where it is installed: what the emulator compiles is compiled for real by it. */
final class Nvcc {
    private final String program;
    private final String version;

    private Nvcc(String program, String version) {
        this.program = program;
        this.version = version;
    }

    /** That of {@code CUDA_HOME} or {@code CUDA_PATH}, of the path, or of /usr/local/cuda. */
    static Optional<Nvcc> find() {
        return Stream.of(variable("CUDA_HOME"), variable("CUDA_PATH"), "nvcc", "/usr/local/cuda/bin/nvcc")
                .filter(program -> !program.isEmpty())
                .flatMap(program -> start(program).stream())
                .findFirst();
    }

    private static String variable(String name) {
        String folder = System.getenv(name);
        return folder == null ? "" : folder + "/bin/nvcc";
    }

    private static Optional<Nvcc> start(String program) {
        try {
            String printed = run(List.of(program, "--version"));
            return Optional.of(new Nvcc(program, printed.strip()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What it says of itself. */
    String version() {
        return version;
    }

    /** The bytes that it makes of a unit, with {@code options} such as {@code -arch=sm_90 -cubin}. */
    byte[] compile(KernelUnit unit, List<String> options) throws IOException {
        Path folder = Files.createTempDirectory("gatun-nvcc");
        try {
            Path source = Files.writeString(folder.resolve(unit.fileName()), unit.source());
            for (Map.Entry<String, String> header : unit.headers().entrySet()) {
                Files.writeString(folder.resolve(header.getKey()), header.getValue());
            }
            Path result = folder.resolve("result");
            List<String> command = new ArrayList<>(List.of(program, "-o", result.toString(), source.toString()));
            command.addAll(options);
            command.addAll(unit.options());
            try {
                run(command);
            } catch (IOException e) {
                throw new IOException(unit + " by nvcc " + String.join(" ", options) + ":\n" + e.getMessage(), e);
            }
            return Files.readAllBytes(result);
        } finally {
            delete(folder);
        }
    }

    /** Assembles PTX, and fails if that is not possible. */
    void assemble(String ptx, String architecture) throws IOException {
        Path source = Files.createTempFile("gatun-nvcc", ".ptx");
        try {
            Files.writeString(source, ptx);
            run(List.of(program, "-cubin", "-arch=" + architecture, "-o", "/dev/null", source.toString()));
        } finally {
            Files.delete(source);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private static String run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("LD_PRELOAD"); // a sanitizer is for this program, and NVIDIA's crash with it
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(printed);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return printed;
    }
}
