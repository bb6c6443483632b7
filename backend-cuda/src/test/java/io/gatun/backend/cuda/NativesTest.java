package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativesTest {
    private static final String FILE = "libJCudaDriver-12.6.0-linux-x86_64.so";
    private static final byte[] CONTENT = "the library".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    @Test
    void librariesAreUnpackedIntoTheUsersCache() throws IOException {
        Machine machine = new FakeMachine(folder)
                .variable("XDG_CACHE_HOME", folder.resolve("cache"))
                .machine();
        Path file = natives(machine).unpack("JCudaDriver");
        assertThat(file).isEqualTo(folder.resolve("cache/gatun/jcuda-12.6.0-linux-x86_64/" + FILE));
        assertThat(file).hasBinaryContent(CONTENT);
        assertThat(names(file.getParent())).containsExactly(FILE);
    }

    @Test
    void withoutXdgTheCacheIsInTheHomeFolder() {
        Machine machine = new FakeMachine(folder).property("user.home", folder).machine();
        assertThat(natives(machine).unpack("JCudaDriver"))
                .isEqualTo(folder.resolve(".cache/gatun/jcuda-12.6.0-linux-x86_64/" + FILE));
    }

    @Test
    void whatIsThereIsNotWrittenAgain() throws IOException {
        Natives natives = natives(here().machine());
        Path file = natives.unpack("JCudaDriver");
        FileTime time = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, time);
        assertThat(natives.unpack("JCudaDriver")).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
    }

    @Test
    void aDamagedFileIsReplacedWhetherItsSizeTellsOrNot() throws IOException {
        Natives natives = natives(here().machine());
        Path file = natives.unpack("JCudaDriver");
        for (String damaged : List.of("the libra", "THE library", "")) {
            Files.writeString(file, damaged);
            natives.unpack("JCudaDriver");
            assertThat(file).hasBinaryContent(CONTENT);
        }
        assertThat(names(file.getParent())).containsExactly(FILE);
    }

    @Test
    void nobodyElseMayWriteThere() throws IOException {
        Path file = natives(here().machine()).unpack("JCudaDriver");
        assertThat(permissions(file.getParent())).isEqualTo("rwx------");
        assertThat(permissions(file)).isEqualTo("rw-------");

        Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
        natives(here().machine()).unpack("JCudaDriver");
        assertThat(permissions(file.getParent())).isEqualTo("rwx------");
    }

    @Test
    void aCacheThatCannotBeMadeIsNamedWithTheRemedy() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Machine machine =
                new FakeMachine(folder).property("gatun.cuda.cache", file).machine();
        assertThatThrownBy(() -> natives(machine).unpack("JCudaDriver"))
                .isInstanceOf(CudaException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("-Dgatun.cuda.cache=FOLDER");
    }

    @Test
    void platformsWithoutNativesSaySo() {
        Machine mac = here().property("os.name", "Mac OS X")
                .property("os.arch", "aarch64")
                .machine();
        assertThatThrownBy(() -> natives(mac).platform())
                .isInstanceOf(CudaException.class)
                .hasMessage("JCuda 12.6.0 is not built for Mac OS X on aarch64: the CUDA backend needs Linux or Windows"
                        + " on x86_64");
        Machine arm = here().property("os.arch", "aarch64").machine();
        assertThatThrownBy(() -> natives(arm).platform()).hasMessageContaining("Linux on aarch64");
        Machine windows = here().property("os.name", "Windows Server 2025").machine();
        assertThat(natives(windows).platform()).isEqualTo("windows-x86_64");
    }

    @Test
    void aMissingJarIsNamed() {
        assertThatThrownBy(() -> natives(here().machine()).unpack("JCublas2"))
                .isInstanceOf(CudaException.class)
                .hasMessageContaining("libJCublas2-12.6.0-linux-x86_64.so")
                .hasMessageContaining("add org.jcuda:jcublas-natives:12.6.0 with the classifier linux-x86_64");
    }

    @Test
    void theRealJarsAreFoundOnTheClassPathAndTheModulePath() {
        for (String library : List.of("JCudaDriver", "JNvrtc", "JCublas2")) {
            Path file = Natives.here(here().machine()).unpack(library);
            assertThat(file).isRegularFile();
            assertThat(file.toFile().length()).isGreaterThan(10_000);
        }
    }

    private FakeMachine here() {
        return new FakeMachine(folder).property("gatun.cuda.cache", folder.resolve("cache"));
    }

    private static Natives natives(Machine machine) {
        return new Natives(machine, NativesTest::resource);
    }

    private static InputStream resource(String path) {
        return path.equals("lib/" + FILE) ? new ByteArrayInputStream(CONTENT) : null;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
