package io.gatun.safetensors;

import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.FileReplacement;
import io.gatun.tensor.file.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * safetensors files: named tensors and a little text, as models are published. Nothing in one is ever executed.
 *
 * <pre>{@code
 * model.loadStateDict(SafeTensors.map(Path.of("model.safetensors")));   // converted to the parameters' dtype
 * SafeTensors.save(Path.of("trained.safetensors"), model.stateDict(), Map.of("format", "pt"));
 *
 * try (SafeTensors file = SafeTensors.open(Path.of("model.safetensors.index.json"))) {
 *     Tensor embedding = file.get("embed.weight");                      // a view of the mapped file
 * }
 * }</pre>
 *
 * <p>Wherever a file is read, the index of a model in several files ({@code *.json}, with a {@code weight_map}) may stand
 * for it. The files it names are looked for beside it and nowhere else; what they hold that it does not name is passed
 * over.
 *
 * <table>
 * <caption>The format's types and ours</caption>
 * <tr><th>file</th><th>tensor</th><th>{@code get}</th><th>{@code read}</th><th>{@code save}</th></tr>
 * <tr><td>BOOL</td><td>BOOL</td><td>yes; every byte is looked at, and must be 0 or 1</td><td>as {@code get}</td>
 *     <td>yes</td></tr>
 * <tr><td>U8, I8, I16, I32, I64</td><td>the same</td><td>yes</td><td>yes</td><td>yes</td></tr>
 * <tr><td>F16, BF16, F32, F64, C64</td><td>the same</td><td>yes</td><td>yes</td><td>yes</td></tr>
 * <tr><td>U16, U32</td><td>I32, I64</td><td>no</td><td>widened</td><td>as I32, I64</td></tr>
 * <tr><td>U64</td><td>I64</td><td>no</td><td>if every value fits</td><td>as I64</td></tr>
 * <tr><td>F4, F6, F8 of all kinds</td><td>none</td><td>no</td><td>no</td><td>no</td></tr>
 * </table>
 *
 * <p>A file is refused as a whole unless its tensors fill it without a hole or an overlap, each as long as its shape and
 * type say. No memory is allocated by a number from it before that number is checked against the file's length.
 *
 * <p>May be used from many threads. A thread that is interrupted while it reads closes the file for all of them.
 */
public final class SafeTensors implements AutoCloseable {
    private final String source;
    private final List<Shard> shards;
    private final Map<String, Place> places;
    private final Map<String, String> metadata;

    private record Place(Shard shard, TensorEntry entry) {}

    private SafeTensors(String source, List<Shard> shards, Map<String, Place> places, Map<String, String> metadata) {
        this.source = source;
        this.shards = shards;
        this.places = Collections.unmodifiableMap(places);
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    /**
     * Opens a file, or an index and all files that it names, and reads their headers; no tensor is read yet.
     *
     * @param path an index if its name ends in {@code .json}, else a file
     * @throws SafeTensorsFormatException if anything is malformed, or a file does not hold what the index says
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws IOException if one cannot be read
     */
    public static SafeTensors open(Path path) throws IOException {
        String source = path.toString();
        List<Shard> shards = new ArrayList<>();
        try {
            Map<String, Place> places = new LinkedHashMap<>();
            if (source.endsWith(".json")) {
                ShardIndex index = ShardIndex.read(path);
                openAll(source, index, shards, places);
                return new SafeTensors(source, shards, places, index.metadata());
            }
            Shard shard = Shard.open(path);
            shards.add(shard);
            shard.header().tensors().forEach((name, entry) -> places.put(name, new Place(shard, entry)));
            return new SafeTensors(source, shards, places, shard.header().metadata());
        } catch (Throwable failure) {
            for (Shard shard : shards) {
                shard.close();
            }
            throw failure;
        }
    }

    private static void openAll(String source, ShardIndex index, List<Shard> shards, Map<String, Place> places)
            throws IOException {
        Map<Path, Shard> opened = new LinkedHashMap<>();
        for (Map.Entry<String, Path> file : index.files().entrySet()) {
            Shard shard = opened.get(file.getValue());
            if (shard == null) {
                shard = Shard.open(file.getValue());
                shards.add(shard);
                opened.put(file.getValue(), shard);
            }
            TensorEntry entry = shard.header().tensors().get(file.getKey());
            if (entry == null) {
                throw new SafeTensorsFormatException(
                        source,
                        0,
                        "tensor " + Quoted.quoted(file.getKey()) + " should be in " + shard.source() + ", and is not");
            }
            places.put(file.getKey(), new Place(shard, entry));
        }
    }

    /** The names of the tensors, in the order in which they lie in the file, or of the index; unmodifiable. */
    public Set<String> names() {
        return places.keySet();
    }

    /** The text beside the tensors; of an index only what is text in it. Empty if there is none; unmodifiable. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The format's name for the type of a tensor's elements, such as {@code BF16} or {@code F8_E4M3}. */
    public String storedType(String name) {
        return place(name).entry.type().name();
    }

    /** The shape of a tensor. */
    public Shape shape(String name) {
        return place(name).entry.shape();
    }

    /**
     * A tensor seen in place: nothing is copied, pages are loaded as they are used and can be dropped again, and the file
     * may be larger than memory.
     *
     * <p>The tensor is read-only: in-place operators refuse it, and {@code clone()} gives one of its own. The file stays
     * mapped until the last tensor over it is unreachable, also when this is closed. Replace a mapped file by renaming
     * another over it ({@link #save} does), and never cut it short in place: that takes its pages from under the tensor.
     *
     * @param name one of {@link #names}
     * @return a tensor on the CPU, over the file
     * @throws IllegalArgumentException if there is none of that name; the message lists some of those there are
     * @throws SafeTensorsFormatException if it cannot be seen in place and has to be {@link #read}: U16, U32, U64, and
     *     elements that are not aligned; or if no dtype holds its elements, or truth values are not 0 or 1
     * @throws IllegalStateException if this is closed
     * @throws IOException if it cannot be mapped
     */
    public Tensor get(String name) throws IOException {
        Place place = place(name);
        return place.shard.map(place.entry);
    }

    /** {@link #read(String, Device)} on the CPU. */
    public Tensor read(String name) throws IOException {
        return read(name, Device.cpu());
    }

    /**
     * Reads a tensor, afresh on each call.
     *
     * @param name one of {@link #names}
     * @return a tensor of its own on {@code device}
     * @throws IllegalArgumentException if there is none of that name; the message lists some of those there are
     * @throws SafeTensorsFormatException if no dtype holds its elements, a U64 is above 2^63 - 1, a truth value is not 0
     *     or 1, or the file was cut short since it was opened
     * @throws IllegalStateException if this is closed
     * @throws IOException if it cannot be read
     */
    public Tensor read(String name, Device device) throws IOException {
        Place place = place(name);
        return place.shard.read(place.entry, device);
    }

    private Place place(String name) {
        Place place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException(source + " has no tensor " + Quoted.quoted(name) + "; it has "
                    + Quoted.abbreviated(
                            places.keySet().stream().limit(10).toList().toString()));
        }
        return place;
    }

    /** Closes the files. Tensors already got stay. */
    @Override
    public void close() throws IOException {
        for (Shard shard : shards) {
            shard.close();
        }
    }

    /** {@link #load(Path, Device)} on the CPU. */
    public static Map<String, Tensor> load(Path path) throws IOException {
        return load(path, Device.cpu());
    }

    /**
     * Reads every tensor of a file, or of all files of an index, in their order: {@link #read} of each.
     *
     * @throws SafeTensorsFormatException if anything is malformed, or one of the tensors cannot be read
     * @throws IOException if a file cannot be read
     */
    public static Map<String, Tensor> load(Path path, Device device) throws IOException {
        try (SafeTensors file = open(path)) {
            Map<String, Tensor> all = new LinkedHashMap<>();
            for (String name : file.names()) {
                all.put(name, file.read(name, device));
            }
            return all;
        }
    }

    /**
     * Sees every tensor of a file, or of all files of an index, in place, in their order: {@link #get} of each.
     *
     * @throws SafeTensorsFormatException if anything is malformed, or one of the tensors cannot be seen in place
     * @throws IOException if a file cannot be read or mapped
     */
    public static Map<String, Tensor> map(Path path) throws IOException {
        try (SafeTensors file = open(path)) {
            Map<String, Tensor> all = new LinkedHashMap<>();
            for (String name : file.names()) {
                all.put(name, file.get(name));
            }
            return all;
        }
    }

    /** {@link #save(Path, Map, Map)} without metadata. */
    public static void save(Path path, Map<String, Tensor> tensors) throws IOException {
        FileReplacement.write(path, new FileContent(tensors, null)::write);
    }

    /**
     * Writes what the reference implementation writes for the same tensors, byte for byte: any strides, without an
     * intermediate copy of the whole. One on another device is copied to the host first; one that requires a gradient is
     * saved without it; two that share memory are written twice.
     *
     * <p>The file is written beside {@code path} and renamed when it is complete: a failure leaves what was there before.
     * Symbolic links are followed, and a file that is replaced hands on its permissions. The disk is not waited for.
     *
     * @param tensors by name; they are written sorted by dtype and name, whatever their order
     * @param metadata written in the map's order
     * @throws io.gatun.tensor.DTypeException for C128, which the format does not have
     * @throws IllegalArgumentException if a name is {@code __metadata__} or not Unicode, or the header is too long
     * @throws io.gatun.tensor.TensorStateException if a tensor has been given back
     * @throws io.gatun.tensor.BackendException if a tensor is mapped from a file that was cut short
     * @throws IOException if the file cannot be written, its directory does not exist, or {@code path} is a directory or a
     *     device
     */
    public static void save(Path path, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        FileReplacement.write(path, new FileContent(tensors, metadata)::write);
    }
}
