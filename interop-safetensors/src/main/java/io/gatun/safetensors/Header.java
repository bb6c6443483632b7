package io.gatun.safetensors;

import io.gatun.tensor.Shape;
import io.gatun.tensor.file.Quoted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of the tensors: eight bytes with its length, little-endian, and an object in JSON.
 *
 * <pre>{@code {"__metadata__":{"format":"pt"},"weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}}</pre>
 *
 * <p>Offsets count from the end of the header, and the tensors must fill the rest of the file without a hole, so that each
 * byte of a file has one meaning. Between its tensors nobody can hide anything, and no tensor is larger than its file.
 *
 * @param tensors in the file's order
 */
record Header(Map<String, TensorEntry> tensors, Map<String, String> metadata) {
    /** Bytes of the length. */
    static final int PREFIX = 8;

    /** More the reference implementation refuses. */
    static final long LONGEST = 100_000_000;

    /** More than any model has; a short name for nothing takes ten times the bytes in memory that it has in a file. */
    static final int MOST_NAMES = 1 << 20;

    private static final int MOST_DIMENSIONS = 64;

    /** The key that is no tensor. */
    static final String METADATA = "__metadata__";

    /**
     * Reads a header.
     *
     * @param source the file, for messages
     * @param text the JSON, padding included
     * @param fileSize the whole file's
     * @throws SafeTensorsFormatException if anything in it is not as it must be
     */
    static Header parse(String source, byte[] text, long fileSize) {
        JsonReader json = new JsonReader(source, text, PREFIX);
        if (text.length == 0 || text[0] != '{') {
            throw json.problem(0, "a header begins with '{'");
        }
        long start = (long) PREFIX + text.length;
        Map<String, TensorEntry> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        boolean[] hasMetadata = new boolean[1];
        json.object((name, at) -> {
            if (tensors.size() == MOST_NAMES) {
                throw json.problem(at, "there are more than " + MOST_NAMES + " tensors");
            }
            boolean twice;
            if (name.equals(METADATA)) {
                twice = hasMetadata[0];
                hasMetadata[0] = true;
                json.object((key, keyAt) -> putText(json, metadata, key, keyAt));
            } else {
                twice = tensors.put(name, tensor(json, name, at, start)) != null;
            }
            if (twice) {
                throw json.problem(at, "the name " + Quoted.quoted(name) + " is there twice");
            }
        });
        json.end();
        return new Header(inOrder(source, tensors.values(), start, fileSize), Collections.unmodifiableMap(metadata));
    }

    /** Reads the text that is the value of {@code key}. */
    static void putText(JsonReader json, Map<String, String> texts, String key, int keyAt) {
        if (texts.size() == MOST_NAMES) {
            throw json.problem(keyAt, "there are more than " + MOST_NAMES + " names");
        }
        if (texts.put(key, json.string()) != null) {
            throw json.problem(keyAt, "the name " + Quoted.quoted(key) + " is there twice");
        }
    }

    private static TensorEntry tensor(JsonReader json, String name, int at, long start) {
        Fields fields = new Fields(json, name);
        json.object(fields::read);
        return fields.toEntry(at, start);
    }

    /** What an entry of the header says. */
    private static final class Fields {
        private final JsonReader json;
        private final String name;
        private final String quoted;
        private final Set<String> seen = new HashSet<>();
        private @Nullable StoredType type;
        private long @Nullable [] shape;
        private long @Nullable [] offsets;

        Fields(JsonReader json, String name) {
            this.json = json;
            this.name = name;
            this.quoted = Quoted.quoted(name);
        }

        void read(String key, int keyAt) {
            if (!seen.add(key)) {
                throw json.problem(keyAt, "tensor " + quoted + " has " + Quoted.quoted(key) + " twice");
            }
            switch (key) {
                case "dtype" -> type = type(json.string(), keyAt);
                case "shape" -> shape = numbers(MOST_DIMENSIONS, key, keyAt);
                case "data_offsets" -> offsets = numbers(2, key, keyAt);
                default ->
                    throw json.problem(
                            keyAt,
                            "tensor " + quoted + " has " + Quoted.quoted(key)
                                    + ", and only dtype, shape and data_offsets are known");
            }
        }

        private StoredType type(String spelled, int at) {
            StoredType known = StoredType.of(spelled);
            if (known == null) {
                throw json.problem(
                        at,
                        "the dtype " + Quoted.quoted(spelled) + " of tensor " + quoted + " is not known; known are "
                                + Arrays.toString(StoredType.values()));
            }
            return known;
        }

        private long[] numbers(int most, String key, int at) {
            long[] numbers = new long[most];
            int[] count = new int[1];
            json.array(() -> {
                if (count[0] == most) {
                    throw json.problem(
                            at, "the " + key + " of tensor " + quoted + " has more than " + most + " numbers");
                }
                numbers[count[0]++] = json.number();
            });
            return Arrays.copyOf(numbers, count[0]);
        }

        TensorEntry toEntry(int at, long start) {
            StoredType type = this.type;
            long[] shape = this.shape;
            long[] offsets = this.offsets;
            if (type == null || shape == null || offsets == null) {
                throw json.problem(
                        at,
                        "tensor " + quoted + " has no "
                                + (type == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
            }
            if (offsets.length != 2 || offsets[1] < offsets[0] || offsets[1] > Long.MAX_VALUE - start) {
                throw json.problem(
                        at,
                        "the data_offsets " + Arrays.toString(offsets) + " of tensor " + quoted + " are not a range");
            }
            long bytes = offsets[1] - offsets[0];
            if (byteSize(at, type, shape) != bytes) {
                throw json.problem(
                        at,
                        "tensor " + quoted + " of " + type + " and shape " + Arrays.toString(shape) + " takes "
                                + byteSize(at, type, shape) + " bytes, and its data_offsets are " + bytes + " apart");
            }
            return new TensorEntry(name, type, Shape.of(shape), start + offsets[0], bytes);
        }

        private long byteSize(int at, StoredType type, long[] shape) {
            String described = "tensor " + quoted + " of " + type + " and shape " + Arrays.toString(shape);
            try {
                long numel = 1;
                long notEmpty = 1; // of what strides are made
                for (long size : shape) {
                    numel = Math.multiplyExact(numel, size);
                    notEmpty = Math.multiplyExact(notEmpty, Math.max(size, 1));
                }
                long bits = Math.multiplyExact(numel, type.bits());
                if (bits % 8 != 0) {
                    throw json.problem(at, described + " does not end at the end of a byte");
                }
                return bits / 8;
            } catch (ArithmeticException e) {
                throw json.problem(at, described + " would take more than 2^63 - 1 bits");
            }
        }
    }

    private static Map<String, TensorEntry> inOrder(
            String source, Collection<TensorEntry> tensors, long start, long fileSize) {
        List<TensorEntry> sorted = new ArrayList<>(tensors);
        sorted.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::byteSize));
        Map<String, TensorEntry> inOrder = LinkedHashMap.newLinkedHashMap(sorted.size());
        long end = start;
        for (TensorEntry tensor : sorted) {
            String name = "tensor " + Quoted.quoted(tensor.name());
            if (tensor.begin() < end) {
                throw new SafeTensorsFormatException(source, tensor.begin(), name + " overlaps the one before it");
            }
            if (tensor.begin() > end) {
                throw new SafeTensorsFormatException(
                        source, end, "no tensor has the " + (tensor.begin() - end) + " bytes before " + name);
            }
            end += tensor.byteSize();
            if (end > fileSize) {
                throw new SafeTensorsFormatException(
                        source,
                        tensor.begin(),
                        name + " has " + tensor.byteSize() + " bytes, and the file ends " + (end - fileSize)
                                + " bytes before it does");
            }
            inOrder.put(tensor.name(), tensor);
        }
        if (end < fileSize) {
            throw new SafeTensorsFormatException(
                    source, end, "the file has " + (fileSize - end) + " bytes after the last tensor");
        }
        return Collections.unmodifiableMap(inOrder);
    }
}
