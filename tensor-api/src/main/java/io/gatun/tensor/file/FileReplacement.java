package io.gatun.tensor.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file beside the one it is to become, and renames it when it is whole.
 *
 * <p>So a reader sees the old file or the new one and never half of one, a failure leaves the old one as it was, and a
 * tensor can be saved over the very file that it is mapped from: the mapping keeps the old file's bytes.
 *
 * <p>Otherwise it is as if the file had been opened and written to: a symbolic link stays one, and its target is written,
 * which need not be there yet; a file that may not be written is refused; the new one has the old one's permissions and,
 * where the system lets this process say so, its owner and group; one that was not there has those of any new file (the
 * umask). Hard links to the old file, and its access control lists and extended attributes, are not carried over.
 *
 * <p>The disk is not waited for, as no other writer of such files does: on ext4 that would take as long again as the
 * writing. Once this returns, what happens to the process does not matter any more. Whether a power failure within the next
 * seconds leaves the old file or the new one, and on a file system that does not order a renaming behind the file's
 * contents (ext4 and Btrfs do) perhaps an empty one, is up to the system; {@code FileChannel.force} on the new file ends
 * that.
 */
public final class FileReplacement {
    private static final SecureRandom NAMES = new SecureRandom();
    private static final int MOST_LINKS = 40; // as in Linux

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
     * @throws AccessDeniedException if the file is there and may not be written, or its directory may not
     * @throws FileSystemException if it is a directory, a device or anything else that is not a file
     */
    public static void write(Path path, Content content) throws IOException {
        Path target = linkedFrom(path);
        boolean replaces = Files.exists(target);
        if (replaces && !Files.isRegularFile(target)) {
            throw new FileSystemException(path.toString(), null, "not a regular file: it would be replaced");
        }
        if (replaces && !Files.isWritable(target)) {
            throw new AccessDeniedException(path.toString(), null, "the file is there and may not be written");
        }
        Path directory = target.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new NoSuchFileException(path.toString(), null, "its directory does not exist");
        }
        byte[] random = new byte[8];
        NAMES.nextBytes(random);
        Path temporary = directory.resolve(".gatun-" + HexFormat.of().formatHex(random) + ".tmp");
        PosixFileAttributeView old = replaces ? Files.getFileAttributeView(target, PosixFileAttributeView.class) : null;
        try {
            try (FileChannel out = create(temporary, old)) {
                content.writeTo(out);
            }
            move(temporary, target);
        } catch (Throwable failure) {
            deleteQuietly(temporary, failure);
            throw failure;
        }
    }

    /** The file at the end of a path's symbolic links; it need not exist. */
    private static Path linkedFrom(Path path) throws IOException {
        Path target = path.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(target); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemException(path.toString(), null, "more than " + MOST_LINKS + " symbolic links");
            }
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }

    /**
     * A new file that never allows more than {@code old}, if there is one, and then what that one allows.
     *
     * <p>Not {@link Files#createTempFile}: that file would be for the owner alone, whatever the umask says.
     */
    private static FileChannel create(Path temporary, @Nullable PosixFileAttributeView old) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (old == null) {
            return FileChannel.open(temporary, options);
        }
        PosixFileAttributes attributes = old.readAttributes();
        Set<PosixFilePermission> permissions = attributes.permissions();
        FileChannel out = FileChannel.open(temporary, options, PosixFilePermissions.asFileAttribute(permissions));
        try {
            PosixFileAttributeView made = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
            PosixFileAttributes now = made.readAttributes();
            try {
                if (!now.group().equals(attributes.group())) {
                    made.setGroup(attributes.group());
                }
                if (!now.owner().equals(attributes.owner())) {
                    made.setOwner(attributes.owner());
                }
            } catch (FileSystemException mayNot) {
                // Only root may give a file away: then it is this user's, as a new file is.
            }
            made.setPermissions(permissions); // the umask was taken off them
            return out;
        } catch (Throwable failure) {
            out.close();
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
