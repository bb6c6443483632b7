package io.gatun.safetensors;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.ElementWriter;
import io.gatun.tensor.file.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is written for some tensors: what the reference implementation writes, byte for byte. It sorts tensors by their
 * type, those of the widest elements first, then by the bytes of their names, and pads the header with blanks to a
 * multiple of 8: so every tensor is aligned.
 */
final class FileContent {
    private final List<Item> items;
    private final byte[] header;

    private record Item(String name, StoredType type, Tensor tensor) {
        static int compare(Item a, Item b) {
            int byType = b.type.compareTo(a.type);
            return byType != 0 ? byType : Arrays.compareUnsigned(utf8(a.name), utf8(b.name));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** For {@code tensors} as they are now; nothing is written yet. */
    FileContent(Map<String, Tensor> tensors, @Nullable Map<String, String> metadata) {
        items = new ArrayList<>(tensors.size());
        tensors.forEach((name, tensor) -> {
            if (name.equals(Header.METADATA)) {
                throw new IllegalArgumentException("save: the name " + Header.METADATA + " is the format's own");
            }
            items.add(new Item(name, StoredType.of(tensor.dtype(), Quoted.quoted(name)), tensor));
        });
        items.sort(Item::compare);
        header = header(metadata);
    }

    private byte[] header(@Nullable Map<String, String> metadata) {
        StringBuilder json = new StringBuilder("{");
        if (metadata != null) {
            appendText(json, Header.METADATA);
            json.append(":{");
            metadata.forEach((key, value) -> {
                separate(json);
                appendText(json, key);
                appendText(json.append(':'), value);
            });
            json.append('}');
        }
        long offset = 0;
        for (Item item : items) {
            separate(json);
            appendText(json, item.name);
            json.append(":{\"dtype\":\"").append(item.type).append("\",\"shape\":");
            json.append(Arrays.toString(item.tensor.shape().toArray()).replace(" ", ""));
            json.append(",\"data_offsets\":[").append(offset).append(',');
            offset = Math.addExact(
                    offset,
                    Math.multiplyExact(item.tensor.numel(), item.tensor.dtype().byteSize()));
            json.append(offset).append("]}");
        }
        byte[] text = utf8(json.append('}').toString());
        int padded = Math.ceilDiv(text.length, 8) * 8;
        if (padded > Header.LONGEST) {
            throw new IllegalArgumentException("save: the header would have " + padded
                    + " bytes, more than the format's limit of " + Header.LONGEST
                    + ": save the tensors in several files");
        }
        ByteBuffer all = ByteBuffer.allocate(Header.PREFIX + padded).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(padded).put(text);
        Arrays.fill(all.array(), all.position(), all.limit(), (byte) ' ');
        return all.array();
    }

    private static void separate(StringBuilder json) {
        if (json.charAt(json.length() - 1) != '{') {
            json.append(',');
        }
    }

    /** Appends a string of JSON, escaped no more than it has to be. */
    private static void appendText(StringBuilder json, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("save: the text " + Quoted.quoted(text)
                    + " has one half of a surrogate pair, which UTF-8 cannot say");
        }
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ') {
                        json.append(String.format("\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }

    /** Writes header and tensors. */
    void write(WritableByteChannel out) throws IOException {
        ElementWriter.writeAll(out, ByteBuffer.wrap(header));
        for (Item item : items) {
            Tensor tensor = item.tensor;
            Tensor host = tensor.device().type().equals("cpu")
                    ? tensor
                    : tensor.detach().cpu();
            ElementWriter.write(out, host.storage(), host.layout(), host.dtype().byteSize());
        }
    }
}
