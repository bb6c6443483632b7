package io.gatun.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are nothing but names, opened in a virtual machine with a heap of ten times their size and 64 MiB. */
class MemoryTest {
    record Names(String what, String prefix, int count, IntFunction<String> entry, String suffix) {
        String json() {
            return IntStream.range(0, count).mapToObj(entry).collect(Collectors.joining(",", prefix, suffix));
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private static String name(int i) {
        return Integer.toString(i, 36);
    }

    static Stream<Names> names() {
        return Stream.of(
                new Names("tensors", "{", 1 << 19, i -> tensor("[0]", i), "}"),
                new Names("dimensions", "{", 20_000, i -> tensor("[0" + ",1".repeat(63) + "]", i), "}"),
                new Names(
                        "metadata", "{\"__metadata__\":{", 1 << 20, i -> "\"" + name(i) + "\":\"" + i % 9 + "\"", "}}"),
                new Names("names", "{\"weight_map\":{", 1 << 20, i -> "\"" + name(i) + "\":\"x\"", "}}"),
                new Names("files", "{\"weight_map\":{", 1 << 16, i -> "\"" + name(i) + "\":\"" + name(i) + "\"", "}}"));
    }

    private static String tensor(String shape, int i) {
        return "\"" + name(i) + "\":{\"dtype\":\"F4\",\"shape\":" + shape + ",\"data_offsets\":[0,0]}";
    }

    /** Opens the file it is given. */
    public static final class Program {
        private Program() {}

        public static void main(String[] args) throws IOException {
            try (SafeTensors file = SafeTensors.open(Path.of(args[0]))) {
                System.out.println(
                        "opened " + (file.names().size() + file.metadata().size()));
            } catch (IOException e) {
                System.out.println("refused " + e);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void theyTakeTenTimesTheFileAtMost(Names names, @TempDir Path dir) throws Exception {
        boolean isIndex = names.prefix.contains("weight_map");
        byte[] json = names.json().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = isIndex ? json : Fixtures.file(json, new byte[0]);
        Path file = Files.write(dir.resolve(isIndex ? "x.json" : "x"), bytes);
        String path = Stream.of("java.class.path", "jdk.module.path")
                .map(property -> System.getProperty(property, ""))
                .collect(Collectors.joining(File.pathSeparator));
        String classes = Path.of(Program.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolveSibling("test-classes")
                .toString();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + (10L * bytes.length + (64 << 20)),
                        "-XX:+UseSerialGC",
                        "-cp",
                        path + File.pathSeparator + classes,
                        Program.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains(isIndex ? "refused java.nio.file.NoSuchFileException" : "opened " + names.count);
    }
}
