package io.gatun.backend.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where what is made once for a user is kept: nobody else may write there, since code is loaded from it, and files appear
 * whole or not at all, since several processes make the same ones at the same time.
 */
final class CacheFolder {
    /** Names the folder; otherwise it is {@code gatun} in the user's own cache. */
    static final String PROPERTY = "gatun.cuda.cache";

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private final Path path;

    private CacheFolder(Path path) {
        this.path = path;
    }

    /**
     * The folder {@code name} of this machine's user, which is made if it is not there.
     *
     * @throws CudaException if it cannot be made, or belongs to somebody else
     */
    static CacheFolder open(Machine machine, String name) {
        Path path = root(machine).resolve(name).toAbsolutePath();
        try {
            boolean posix = supportsPosix(path);
            Files.createDirectories(path, posix ? attributes() : new FileAttribute<?>[0]);
            if (posix) {
                makePrivate(path);
            }
        } catch (IOException | SecurityException e) {
            throw failure("the folder " + path + " cannot be made", e);
        }
        return new CacheFolder(path);
    }

    private static Path root(Machine machine) {
        String named = machine.property(PROPERTY);
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        String cache = machine.variable(machine.windows() ? "LOCALAPPDATA" : "XDG_CACHE_HOME");
        Path folder = cache.isEmpty() ? Path.of(machine.property("user.home"), ".cache") : Path.of(cache);
        return folder.resolve("gatun");
    }

    private static boolean supportsPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes() {
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PRIVATE)};
    }

    private static void makePrivate(Path path) throws IOException {
        if (!Files.getPosixFilePermissions(path).equals(PRIVATE)) {
            Files.setPosixFilePermissions(path, PRIVATE); // refused where it is somebody else's
        }
    }

    /** The file of this name, there or not. */
    Path file(String name) {
        return path.resolve(name);
    }

    /** The folder. */
    Path path() {
        return path;
    }

    /** Writes a file beside, and renames it. */
    void write(String name, byte[] content) {
        Path file = file(name);
        try {
            Path part = Files.createTempFile(path, name, ".part"); // readable by its owner only
            try {
                Files.write(part, content);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw failure("the file " + file + " cannot be written", e);
        }
    }

    private static CudaException failure(String what, Exception cause) {
        return new CudaException(what + " (" + cause.getClass().getSimpleName() + ": " + cause.getMessage() + "): -D"
                + PROPERTY + "=FOLDER names another place");
    }
}
