package io.gatun.backend.tck.golden;

import io.gatun.numpy.Npz;
import io.gatun.tensor.Tensor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a folder of {@code cases.jsonl} and {@code golden.npz}, as {@code gen_golden.py} writes them. */
public final class GoldenFolder {
    private static final String CASES = "cases.jsonl";
    private static final String ARRAYS = "golden.npz";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private GoldenFolder() {}

    /** The cases that this kit brings along: those of {@code gen_golden.py}, then those of {@code gen_breadth.py}. */
    public static List<GoldenCase> bundled() throws IOException {
        List<GoldenCase> cases = new ArrayList<>(bundled(""));
        cases.addAll(bundled("breadth/"));
        return cases;
    }

    private static List<GoldenCase> bundled(String resources) throws IOException {
        Path folder = Files.createTempDirectory("gatun-golden");
        try {
            for (String name : List.of(CASES, ARRAYS)) {
                try (InputStream in = GoldenFolder.class.getResourceAsStream(resources + name)) {
                    if (in == null) {
                        throw new FileNotFoundException(
                                "the resource " + resources + name + " is missing from gatun-backend-tck");
                    }
                    Files.copy(in, folder.resolve(name));
                }
            }
            return read(folder);
        } finally {
            Files.deleteIfExists(folder.resolve(CASES));
            Files.deleteIfExists(folder.resolve(ARRAYS));
            Files.delete(folder);
        }
    }

    /**
     * The cases in {@code folder}, in the file's order.
     *
     * @throws IOException if a file is missing or malformed; the message names it and the line
     */
    public static List<GoldenCase> read(Path folder) throws IOException {
        for (String name : List.of(CASES, ARRAYS)) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new FileNotFoundException("there is no " + name + " in " + folder);
            }
        }
        Map<String, Map<String, Tensor>> arrays = arraysByCase(folder.resolve(ARRAYS));
        List<GoldenCase> cases = new ArrayList<>();
        List<String> lines = Files.readAllLines(folder.resolve(CASES));
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                try {
                    cases.add(parse(JSON.readTree(lines.get(i)), arrays));
                } catch (JacksonException e) {
                    throw new IOException(
                            folder.resolve(CASES) + ", line " + (i + 1) + ": " + e.getOriginalMessage(), e);
                }
            }
        }
        return cases;
    }

    private static Map<String, Map<String, Tensor>> arraysByCase(Path file) throws IOException {
        Map<String, Map<String, Tensor>> byCase = new HashMap<>();
        for (var entry : Npz.load(file).entrySet()) {
            int slash = entry.getKey().indexOf('/');
            if (slash > 0) {
                byCase.computeIfAbsent(entry.getKey().substring(0, slash), _ -> new HashMap<>())
                        .put(entry.getKey().substring(slash + 1), entry.getValue());
            }
        }
        return byCase;
    }

    private static GoldenCase parse(JsonNode line, Map<String, Map<String, Tensor>> arrays) {
        String id = line.path("id").asString();
        return new GoldenCase(
                id,
                line.path("op").asString(),
                line.path("args"),
                strings(line.path("in")),
                line.path("list").asBoolean(false),
                strings(line.path("out")),
                strings(line.path("grad")),
                line.path("rtol").asDouble(),
                line.path("atol").asDouble(),
                line.has("error"),
                line.path("tag").asString(""),
                arrays.getOrDefault(id, Map.of()));
    }

    private static List<String> strings(JsonNode list) {
        List<String> strings = new ArrayList<>();
        list.forEach(entry -> strings.add(entry.asString()));
        return List.copyOf(strings);
    }
}
