package io.gatun.tensor.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Writes a file beside the one it is to become, and renames it when it is whole.
 *
 * <p>So a reader sees the old file or the new one and never half of one, a failure leaves the old one as it was, and a
 * tensor can be saved over the very file that it is mapped from: the mapping keeps the old file's bytes.
 */
public final class FileReplacement {
    private static final SecureRandom NAMES = new SecureRandom();

    private FileReplacement() {}

    /** What goes into the file. */
    public interface Content {
        /** Writes it. */
        void writeTo(FileChannel out) throws IOException;
    }

    /**
     * Makes {@code path}, or the file that it links to, a file of {@code content}.
     *
     * @throws NoSuchFileException if its directory does not exist
     * @throws FileSystemException if it is a directory, a device or anything else that is not a file
     */
    public static void write(Path path, Content content) throws IOException {
        Path target = Files.isSymbolicLink(path) && Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new FileSystemException(path.toString(), null, "not a regular file: it would be replaced");
        }
        Path directory = target.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new NoSuchFileException(path.toString(), null, "its directory does not exist");
        }
        byte[] random = new byte[8];
        NAMES.nextBytes(random);
        Path temporary = directory.resolve(".gatun-" + HexFormat.of().formatHex(random) + ".tmp");
        try {
            // Not Files.createTempFile: that file would be for the owner alone, whatever the umask says.
            try (FileChannel out =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(out);
            }
            move(temporary, target);
        } catch (Throwable failure) {
            deleteQuietly(temporary, failure);
            throw failure;
        }
    }

    private static void move(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void deleteQuietly(Path temporary, Throwable because) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }
}
