package io.gatun.backend.cuda;

import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.UnaryKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is compiled at once, and becomes a module of a device: a source among this package's resources, with macros.
 *
 * @param family of the source: {@code family}.cu
 * @param defines macros, {@code NAME=VALUE}, beside those that all have
 */
record KernelUnit(String family, List<String> defines) {
    private static final Pattern INCLUDE = Pattern.compile("#include \"([^\"]+)\"");
    private static final List<String> FOR_ALL = Stream.concat(
                    Stream.of("--std=c++17"),
                    Stream.of(UnaryKind.values(), BinaryKind.values(), CompareKind.values())
                            .flatMap(Stream::of)
                            .map(kind -> "-DGATUN_" + kind.name() + "=" + code(kind)))
            .toList();

    KernelUnit {
        defines = List.copyOf(defines);
    }

    /** Of what {@link #toString} gives. */
    static KernelUnit parse(String text) {
        List<String> words = List.of(text.split(" "));
        return new KernelUnit(words.getFirst(), words.subList(1, words.size()));
    }

    /** The number that kernels know a kind by: they are compiled with all these numbers as macros. */
    @SuppressWarnings("EnumOrdinal") // which is part of what names a file of compiled code
    static int code(Enum<?> kind) {
        return kind.ordinal();
    }

    /** Of the source. */
    String fileName() {
        return family + ".cu";
    }

    String source() {
        return resource(fileName());
    }

    /** What the source includes, by name, and what that includes. */
    Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>();
        include(source(), headers);
        return headers;
    }

    /** The compiler's, but for the architecture. */
    List<String> options() {
        List<String> options = new ArrayList<>(FOR_ALL);
        defines.forEach(define -> options.add("-D" + define));
        return options;
    }

    /** A digest of all that the result depends on: source, headers, options, and what else is said. */
    String digest(String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.add(source());
        headers().forEach((name, text) -> all.addAll(List.of(name, text)));
        all.addAll(options());
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : all) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + " ").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void include(String source, Map<String, String> headers) {
        Matcher matcher = INCLUDE.matcher(source);
        while (matcher.find()) {
            String name = matcher.group(1);
            if (!headers.containsKey(name)) {
                String text = resource(name);
                headers.put(name, text);
                include(text, headers);
            }
        }
    }

    private static String resource(String name) {
        try (InputStream in = KernelUnit.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar of the CUDA backend lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Such as {@code cast GATUN_TYPE=F32 GATUN_INTEGRAL=0}. */
    @Override
    public String toString() {
        return String.join(
                " ", Stream.concat(Stream.of(family), defines.stream()).toList());
    }
}
