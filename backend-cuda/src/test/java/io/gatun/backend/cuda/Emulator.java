package io.gatun.backend.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The CUDA libraries of {@code src/test/native}, which need no GPU: builds them by g++ into {@code target/emulator}, a
 * folder that {@value LibraryFinder#PROPERTY} may then name. With {@code GATUN_EMULATOR_ASAN=1} in the environment they
 * and the kernels watch their memory by AddressSanitizer; the Java VM must then be started with
 * {@code LD_PRELOAD=$(g++ -print-file-name=libasan.so)} and
 * {@code ASAN_OPTIONS=handle_segv=0:handle_sigill=0:handle_sigfpe=0:handle_sigbus=0:detect_leaks=0}.
 */
final class Emulator {
    private static final String COMPILER =
            Optional.ofNullable(System.getenv("GATUN_EMULATOR_CXX")).orElse("g++");
    private static final String SOURCES = "src/test/native";
    private static final boolean SANITIZED = "1".equals(System.getenv("GATUN_EMULATOR_ASAN"));

    private static final List<String> DRIVER = List.of(
            "driver_context",
            "driver_device",
            "driver_error",
            "driver_graph",
            "driver_memory",
            "driver_module",
            "driver_stream",
            "fault",
            "fiber",
            "grid",
            "image",
            "memory",
            "queue",
            "settings");
    private static final List<String> CUBLAS = List.of("cublas", "gemm", "own_file");
    private static final List<String> NVRTC = List.of("image", "kernel_source", "nvrtc", "own_file");

    /** The units that know which build they are of. */
    private static final List<String> STAMPED = List.of("driver_module", "nvrtc");

    /** What a library consists of; with {@code versioned} its symbols bear its name, as those of the real one do. */
    private record Product(String name, List<String> units, boolean versioned, List<String> needs) {}

    private static final List<Product> PRODUCTS = List.of(
            new Product("libcuda.so.1", DRIVER, false, List.of()),
            new Product("libcublas.so.12", CUBLAS, true, List.of("libcuda.so.1")),
            new Product("libcublas.so.13", CUBLAS, true, List.of("libcuda.so.1")),
            new Product("libnvrtc.so.12", NVRTC, true, List.of()),
            new Product("libnvrtc.so.13", NVRTC, true, List.of()));

    private final Path sources;
    private final Path folder;
    private final String build;

    private Emulator(Path sources, Path folder) throws IOException {
        this.sources = sources;
        this.folder = folder;
        this.build = digest();
    }

    /** Builds, and says where, or why not. */
    public static void main(String[] arguments) {
        Optional<Path> built = build();
        System.out.println(built.map(Path::toString).orElseGet(Emulator::whyNot));
    }

    /**
     * The folder of the libraries, built if anything is newer than they are; empty where there is no compiler, and
     * {@link #whyNot} then says so.
     */
    static synchronized Optional<Path> build() {
        Path module = Files.isDirectory(Path.of(SOURCES)) ? Path.of("") : Path.of("backend-cuda");
        if (!compilerRuns() || !Files.isDirectory(module.resolve(SOURCES))) {
            return Optional.empty();
        }
        Path folder = module.resolve(SANITIZED ? "target/emulator-asan" : "target/emulator")
                .toAbsolutePath();
        try {
            Files.createDirectories(folder);
            // another process may be at it too
            try (FileChannel file = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = file.lock()) {
                new Emulator(module.resolve(SOURCES).toAbsolutePath(), folder).make();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.of(folder);
    }

    /** Why {@link #build} gave nothing. */
    static String whyNot() {
        return "the CUDA emulator needs its sources and " + COMPILER + ", one of which is not here";
    }

    private static boolean compilerRuns() {
        try {
            run(List.of(COMPILER, "--version"));
            return System.getProperty("os.name").startsWith("Linux");
        } catch (IOException e) {
            return false;
        }
    }

    /** All of it, or nothing where the libraries are those of these sources. */
    private void make() throws IOException {
        Path stamp = folder.resolve("build");
        if (Files.exists(stamp) && Files.readString(stamp).equals(build)) {
            return;
        }
        Files.deleteIfExists(stamp);
        for (String header : List.of("device.h", "kernel_abi.h")) { // which NVRTC's emulation hands to the compiler
            Files.copy(sources.resolve(header), folder.resolve(header), StandardCopyOption.REPLACE_EXISTING);
        }
        List<Callable<Void>> units = new ArrayList<>();
        PRODUCTS.stream()
                .flatMap(product -> product.units().stream())
                .distinct()
                .forEach(unit -> units.add(() -> {
                    compile(unit);
                    return null;
                }));
        together(units);
        for (Product product : PRODUCTS) {
            link(product);
        }
        Files.writeString(stamp, build);
    }

    private void compile(String unit) throws IOException {
        Path source = sources.resolve(unit + ".cpp");
        Path object = Path.of(object(unit));
        boolean stamped = STAMPED.contains(unit);
        if (!stamped && Files.exists(object) && newest(source).compareTo(Files.getLastModifiedTime(object)) < 0) {
            return;
        }
        List<String> command = new ArrayList<>(
                List.of(COMPILER, "-std=c++17", "-O3", "-g1", "-Wall", "-Wextra", "-fPIC", "-fvisibility=hidden"));
        if (stamped) {
            command.add("-DGATUN_BUILD=\"" + build + "\"");
        }
        sanitize(command);
        command.addAll(List.of("-c", source.toString(), "-o", object.toString()));
        run(command);
    }

    /** When the source or any header was last changed. */
    private FileTime newest(Path source) throws IOException {
        FileTime newest = Files.getLastModifiedTime(source);
        try (DirectoryStream<Path> headers = Files.newDirectoryStream(sources, "*.h")) {
            for (Path header : headers) {
                FileTime time = Files.getLastModifiedTime(header);
                newest = time.compareTo(newest) > 0 ? time : newest;
            }
        }
        return newest;
    }

    private void link(Product product) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(COMPILER, "-shared", "-Wl,-soname," + product.name(), "-Wl,-rpath,$ORIGIN"));
        sanitize(command);
        if (product.versioned()) {
            Path script = folder.resolve(product.name() + ".map");
            Files.writeString(script, product.name() + " { global: *; };\n");
            command.add("-Wl,--version-script=" + script);
        }
        // Linked beside and renamed: a running program keeps the file it has mapped.
        Path partial = folder.resolve(product.name() + ".new");
        command.addAll(List.of("-o", partial.toString()));
        product.units().forEach(unit -> command.add(object(unit)));
        product.needs().forEach(name -> command.add(folder.resolve(name).toString()));
        command.addAll(List.of("-ldl", "-lpthread"));
        run(command);
        Files.move(partial, folder.resolve(product.name()), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void sanitize(List<String> command) {
        if (SANITIZED) {
            // -Wmaybe-uninitialized is known to err beside it
            command.addAll(List.of("-fsanitize=address", "-fno-omit-frame-pointer", "-Wno-maybe-uninitialized"));
        }
    }

    private String object(String unit) {
        return folder.resolve(unit + ".o").toString();
    }

    /**
     * A number for all that the libraries are made of. Kernels bear that of the emulator that compiled them, so that those
     * which a program kept are refused by another.
     */
    private String digest() throws IOException {
        CRC32 digest = new CRC32();
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".cpp") || name.endsWith(".h")) {
                    digest.update(Files.readAllBytes(file));
                }
            }
        }
        digest.update((COMPILER + SANITIZED).getBytes(StandardCharsets.UTF_8));
        return Long.toString(digest.getValue());
    }

    private static void together(List<Callable<Void>> tasks) throws IOException {
        int threads = Math.min(tasks.size(), Runtime.getRuntime().availableProcessors());
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Future<Void> task : pool.invokeAll(tasks)) {
                task.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + "\n" + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        if (output.contains("warning:")) {
            System.err.println(output);
        }
    }
}
