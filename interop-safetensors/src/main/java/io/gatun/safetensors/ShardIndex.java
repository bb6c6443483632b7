package io.gatun.safetensors;

import io.gatun.tensor.file.Quoted;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Says which file of a model each tensor is in.
 *
 * <pre>{@code {"metadata":{"total_size":16},"weight_map":{"a":"model-00001-of-00002.safetensors", ...}}}</pre>
 *
 * @param files the file of each tensor, in the index's order
 */
record ShardIndex(Map<String, Path> files, Map<String, String> metadata) {
    /** More than any model has; each is opened. */
    private static final int MOST_FILES = 1 << 16;

    /**
     * Reads an index; no other file is opened.
     *
     * @throws SafeTensorsFormatException if it is malformed, or names a file outside its own directory
     */
    static ShardIndex read(Path path) throws IOException {
        String source = path.toString();
        byte[] text;
        try (FileChannel channel = Shard.openChannel(path)) {
            long size = channel.size();
            if (size > Header.LONGEST) {
                throw new SafeTensorsFormatException(
                        source, 0, "the index has " + size + " bytes, more than the limit of " + Header.LONGEST);
            }
            text = Shard.readBytes(source, channel, 0, (int) size);
        }
        JsonReader json = new JsonReader(source, text, 0);
        Map<String, Path> files = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        Map<String, Path> shards = new LinkedHashMap<>();
        boolean[] has = new boolean[2];
        json.object((key, at) -> {
            int which = key.equals("weight_map") ? 0 : key.equals("metadata") ? 1 : -1;
            if (which >= 0 && has[which]) {
                throw json.problem(at, "the name " + Quoted.quoted(key) + " is there twice");
            }
            switch (which) {
                case 0 -> json.object((name, nameAt) -> putShard(json, files, shards, path, name, nameAt));
                case 1 -> json.object((name, nameAt) -> putMetadata(json, metadata, name, nameAt));
                default -> json.skip();
            }
            if (which >= 0) {
                has[which] = true;
            }
        });
        json.end();
        if (!has[0]) {
            throw json.problem(0, "an index has a weight_map, and this has none");
        }
        return new ShardIndex(files, metadata);
    }

    private static void putShard(
            JsonReader json, Map<String, Path> files, Map<String, Path> shards, Path index, String name, int at) {
        if (files.size() == Header.MOST_NAMES) {
            throw json.problem(at, "there are more than " + Header.MOST_NAMES + " tensors");
        }
        String file = json.string();
        Path shard = shards.get(file);
        if (shard == null) {
            if (shards.size() == MOST_FILES) {
                throw json.problem(at, "there are more than " + MOST_FILES + " files");
            }
            shard = beside(json, index, file, at);
            shards.put(file, shard);
        }
        if (files.put(name, shard) != null) {
            throw json.problem(at, "the name " + Quoted.quoted(name) + " is there twice");
        }
    }

    /** The file of that name in the index's directory. */
    private static Path beside(JsonReader json, Path index, String file, int at) {
        boolean plain = !file.isEmpty() && file.chars().noneMatch(c -> c < ' ' || "/\\:".indexOf(c) >= 0);
        try {
            Path name = index.getFileSystem().getPath(plain ? file : "..");
            if (!file.equals(".") && !file.equals("..") && name.toString().equals(file) && name.getNameCount() == 1) {
                return index.resolveSibling(name);
            }
        } catch (InvalidPathException e) {
            // refused below, as all that is no name of a file
        }
        throw json.problem(
                at, Quoted.quoted(file) + " is not the name of a file beside the index, and no other is opened");
    }

    /** Some of it is numbers, such as the total size: those, and what else is no text, are passed over. */
    private static void putMetadata(JsonReader json, Map<String, String> metadata, String key, int at) {
        if (json.isAtString()) {
            Header.putText(json, metadata, key, at);
        } else {
            json.skip();
        }
    }
}
