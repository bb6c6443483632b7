package io.gatun.tensor.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileReplacementTest {
    @TempDir
    Path dir;

    private static void write(Path path, String content) throws IOException {
        FileReplacement.write(path, out -> out.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8))));
    }

    private boolean hasPermissions() {
        return Files.getFileAttributeView(dir, PosixFileAttributeView.class) != null;
    }

    private Path fileOf(String permissions) throws IOException {
        Path file = Files.writeString(dir.resolve("old"), "old");
        if (hasPermissions()) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }
        return file;
    }

    private void requirePermissions(Path file, String permissions) throws IOException {
        if (hasPermissions()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo(permissions);
        }
    }

    @Test
    void aNewFileIsLikeAnyOther() throws Exception {
        write(dir.resolve("new"), "content");
        assertThat(dir.resolve("new")).hasContent("content");
        if (hasPermissions()) {
            Path other = Files.createFile(dir.resolve("other"));
            assertThat(Files.getPosixFilePermissions(dir.resolve("new")))
                    .isEqualTo(Files.getPosixFilePermissions(other));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-rw-rw-", "rwxr-x--x", "rw-r--r--"})
    void aReplacedFileHandsOnItsPermissions(String permissions) throws Exception {
        Path file = fileOf(permissions);
        write(file, "new");
        assertThat(file).hasContent("new");
        requirePermissions(file, permissions);
    }

    @Test
    void whatIsWrittenIsNeverOpenToMoreThanBefore() throws Exception {
        Path file = fileOf("rw-------");
        AtomicReference<Set<PosixFilePermission>> during = new AtomicReference<>(new HashSet<>());
        FileReplacement.write(file, _ -> {
            try (Stream<Path> files = Files.list(dir)) {
                Path temporary =
                        files.filter(path -> !path.equals(file)).findFirst().orElseThrow();
                if (hasPermissions()) {
                    during.set(Files.getPosixFilePermissions(temporary));
                }
            }
        });
        assertThat(during.get()).isSubsetOf(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    }

    @Test
    void theOwnerStays() throws Exception {
        Path file = fileOf("rw-r--r--");
        if (hasPermissions()) {
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            try {
                view.setGroup(
                        file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName("daemon"));
                view.setOwner(
                        file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("daemon"));
            } catch (IOException notRoot) {
                // it is this user's then, and has to stay so
            }
            String owner =
                    view.readAttributes().owner() + ":" + view.readAttributes().group();
            write(file, "new");
            assertThat(view.readAttributes().owner() + ":"
                            + view.readAttributes().group())
                    .isEqualTo(owner);
        }
        assertThat(file).exists();
    }

    @Test
    void aFileThatMayNotBeWrittenIsRefused() throws Exception {
        Path file = fileOf("r--r--r--");
        if (Files.isWritable(file)) { // root may, whatever the permissions
            write(file, "new");
            assertThat(file).hasContent("new");
            requirePermissions(file, "r--r--r--");
        } else {
            assertThatThrownBy(() -> write(file, "new"))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("may not be written");
            assertThat(file).hasContent("old");
        }
    }

    @Test
    void linksAreFollowedToAFileThatNeedNotBeThere() throws Exception {
        Files.createDirectory(dir.resolve("data"));
        Path inner = Files.createSymbolicLink(dir.resolve("data").resolve("inner"), Path.of("real"));
        Path outer = Files.createSymbolicLink(dir.resolve("outer"), Path.of("data", "inner"));
        for (String content : new String[] {"first", "second"}) {
            write(outer, content);
            assertThat(dir.resolve("data").resolve("real")).isRegularFile().hasContent(content);
            assertThat(outer).isSymbolicLink();
            assertThat(inner).isSymbolicLink();
        }
    }

    @Test
    void aCircleOfLinksIsRefused() throws Exception {
        Path one = Files.createSymbolicLink(dir.resolve("one"), Path.of("two"));
        Files.createSymbolicLink(dir.resolve("two"), Path.of("one"));
        assertThatThrownBy(() -> write(one, "new"))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("symbolic links");
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws Exception {
        Path file = fileOf("rw-r--r--");
        assertThatThrownBy(() -> FileReplacement.write(file, out -> {
                    out.write(ByteBuffer.wrap(new byte[100]));
                    throw new IOException("the disk is full");
                }))
                .hasMessage("the disk is full");
        assertThat(file).hasContent("old");
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files).containsExactly(file);
        }
    }
}
