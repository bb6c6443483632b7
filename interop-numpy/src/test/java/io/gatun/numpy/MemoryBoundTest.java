package io.gatun.numpy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What hostile files cost, as the operating system counts it: no more than ten times their size and 64 MiB. */
class MemoryBoundTest {
    private static final long BASE = 64L << 20;

    @TempDir
    Path dir;

    private record Hostile(String way, Path file, String outcome, long size) {}

    private Hostile hostile(String way, String name, String outcome, byte[] bytes) throws IOException {
        return new Hostile(way, Files.write(dir.resolve(name), bytes), outcome, bytes.length);
    }

    private static byte[] array(String type, long size, int data) {
        return Fixtures.file(1, "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + size + ",)}", data);
    }

    private static byte[] bombs(int members, int size) {
        ZipBuilder zip = new ZipBuilder();
        byte[] content = array("|u1", size, size);
        ZipBuilder.Member first = zip.deflated("0.npy", content);
        for (int i = 1; i < members; i++) {
            zip.members.add(new ZipBuilder.Member(i + ".npy", first.content, 8, first.size, first.crc));
        }
        return zip.build();
    }

    private static byte[] manyMembers(int count) {
        ZipBuilder zip = new ZipBuilder();
        zip.zip64 = true;
        for (int i = 0; i < count; i++) {
            zip.stored(Integer.toString(i, 36), new byte[0]);
        }
        return zip.build();
    }

    private static byte[] claimingTerabytes() {
        ZipBuilder zip = new ZipBuilder();
        ZipBuilder.Member member = zip.stored("a.npy", array("<f8", 1L << 40, 1000));
        member.size = member.compressed = member.localSize = member.localCompressed = -1;
        member.extra = ZipBuilder.zip64Field(1L << 43, 1L << 43);
        return zip.build();
    }

    private static byte[] nested() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes("{'a': ".getBytes(StandardCharsets.ISO_8859_1));
        text.writeBytes("(1,[".repeat(2000).getBytes(StandardCharsets.ISO_8859_1));
        return Fixtures.file(2, text.toString(StandardCharsets.ISO_8859_1), 0);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void noFileTakesMoreThanTenTimesItsSizeAndSixtyFourMebibytes() throws Exception {
        List<Hostile> files = List.of(
                hostile("read", "widened", "read", array("<u2", 10 << 20, 20 << 20)),
                hostile("stream", "widened-stream", "read", array(">u4", 5 << 20, 20 << 20)),
                hostile("read", "terabytes", "refused", array("<f8", 1L << 40, 1000)),
                hostile("map", "terabytes-mapped", "refused", array("<f8", 1L << 40, 1000)),
                hostile("stream", "terabytes-stream", "refused", array("<f8", 1L << 40, 40 << 20)),
                hostile("stream", "nested", "refused", nested()),
                hostile("load", "bomb", "refused", bombs(1, 100 << 20)),
                hostile("load", "bomb-below-the-limit", "read", bombs(1, 60 << 20)),
                hostile("load", "bombs", "refused", bombs(9, 30 << 20)),
                hostile("load", "terabytes-in-an-archive", "refused", claimingTerabytes()),
                hostile("load", "members", "refused", manyMembers(150_000)));
        List<String> lines = new ArrayList<>();
        for (Hostile file : files) {
            lines.add(file.way() + " " + file.file());
        }
        List<String> results = run(Files.write(dir.resolve("list"), lines));
        assertThat(results).hasSameSizeAs(files);
        for (int i = 0; i < files.size(); i++) {
            Hostile file = files.get(i);
            assertThat(results.get(i))
                    .startsWith(file.file().getFileName() + " ")
                    .endsWith(" " + file.outcome());
            assertThat(Long.parseLong(results.get(i).replaceAll("^\\S+ (\\d+) .*", "$1")))
                    .as("memory for %s of %d bytes", file.file().getFileName(), file.size())
                    .isLessThanOrEqualTo(10 * file.size() + BASE);
        }
    }

    private static List<String> run(Path list) throws Exception {
        List<String> classPath = new ArrayList<>();
        classPath.add(Fixtures.resource("numpy_peer.py").getParent().toString());
        classPath.add(location(Npy.class));
        classPath.add(location(Tensor.class));
        ModuleLayer.boot()
                .configuration()
                .findModule("io.gatun.backend.reference")
                .flatMap(module -> module.reference().location())
                .map(Path::of)
                .ifPresent(path -> classPath.add(path.toString()));
        File errors = list.resolveSibling("errors").toFile();
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:+UseSerialGC",
                        "-Xmn8m",
                        "-Dgatun.backend=reference",
                        "-cp",
                        String.join(File.pathSeparator, classPath),
                        MemoryBound.class.getName(),
                        list.toString())
                .redirectError(errors)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as(Files.readString(errors.toPath())).isZero();
        return lines;
    }

    private static String location(Class<?> type) throws Exception {
        URI location = type.getProtectionDomain().getCodeSource().getLocation().toURI();
        return Path.of(location).toString();
    }
}
