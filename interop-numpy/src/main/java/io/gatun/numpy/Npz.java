package io.gatun.numpy;

import io.gatun.tensor.Device;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.FileReplacement;
import io.gatun.tensor.file.Quoted;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * NumPy's {@code .npz} files: zip archives of {@code .npy} members, stored or deflated, read one by one on demand.
 *
 * <pre>{@code
 * try (Npz arrays = Npz.open(Path.of("weights.npz"))) {
 *     Tensor w = arrays.get("layer1/w");
 * }
 * Map<String, Tensor> all = Npz.load(Path.of("weights.npz"));
 * Npz.save(Path.of("copy.npz"), all);
 * }</pre>
 *
 * <p>Names are keys, as in NumPy: the member's name without {@code .npy}. Nothing is ever written to a path of that name,
 * so {@code ../x} is a name like any other.
 *
 * <p>An archive is not trusted. Members are bounded by what its directory says, may not overlap, and are verified by their
 * checksums. Since a small archive can claim, and even hold, far more than its own size (a "zip bomb"), an array may take up
 * to ten times the archive's size and 64 MiB, and so may all that {@link #load(Path)} reads; {@link #open(Path, long)} and
 * {@link #load(Path, long)} raise or lower that. Arrays of mostly zeros can need it.
 *
 * <p>May be used from many threads; interrupting one that reads closes the file for all, as with every channel.
 */
public final class Npz implements AutoCloseable {
    private static final String SUFFIX = ".npy";
    private static final int LONGEST_NAME = 65_000; // a directory's entry has less than 65,536 bytes in all
    private static final long BASE_LIMIT = 64L << 20;
    private static final long EXPANSION_LIMIT = 10;

    private final String source;
    private final FileChannel file;
    private final long limit;
    private final Map<String, ZipMember> members;

    private Npz(String source, FileChannel file, long limit, Map<String, ZipMember> members) {
        this.source = source;
        this.file = file;
        this.limit = limit;
        this.members = members;
    }

    /**
     * Opens an archive and reads its directory; no array is read yet.
     *
     * @throws NpyFormatException if it is not a zip archive, its directory is malformed, its members overlap, or two of them
     *     have one name
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws IOException if it cannot be read
     */
    public static Npz open(Path path) throws IOException {
        return open(path, -1);
    }

    /**
     * As {@link #open(Path)}, with a limit of one's own.
     *
     * @param maxBytes the size in memory above which an array is refused
     */
    public static Npz open(Path path, long maxBytes) throws IOException {
        FileChannel file = Npy.open(path, FileChannel.MapMode.READ_ONLY);
        try {
            String source = path.toString();
            Map<String, ZipMember> members = new LinkedHashMap<>();
            for (ZipMember member : ZipDirectory.read(file, source)) {
                String name = member.name();
                name = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
                if (members.put(name, member) != null) {
                    throw new NpyFormatException(
                            source, -1, "there are two members of the name " + Quoted.quoted(name));
                }
            }
            long size = Math.min(file.size(), Long.MAX_VALUE / EXPANSION_LIMIT - BASE_LIMIT);
            long limit = maxBytes >= 0 ? maxBytes : BASE_LIMIT + EXPANSION_LIMIT * size;
            return new Npz(source, file, limit, Collections.unmodifiableMap(members));
        } catch (Throwable failure) {
            file.close();
            throw failure;
        }
    }

    /**
     * The names of all members, without {@code .npy}, in the archive's order; unmodifiable. A member that is no array is among
     * them, as in NumPy, for only {@link #get} and {@link #map} look into it, which then refuse it.
     */
    public Set<String> names() {
        return members.keySet();
    }

    /**
     * Reads an array, afresh on each call; see {@link Npy#read(Path)}.
     *
     * @param name one of {@link #names}
     * @return a tensor on the CPU, of its own
     * @throws IllegalArgumentException if there is none of that name; the message lists some of those there are
     * @throws NpyFormatException if the member is malformed or no array, takes more than the limit, or does not match its checksum
     * @throws IllegalStateException if this is closed
     * @throws IOException if it cannot be read
     */
    public Tensor get(String name) throws IOException {
        return get(name, limit);
    }

    private Tensor get(String name, long allowed) throws IOException {
        ZipMember member = member(name);
        try (ZipMemberBytes bytes = new ZipMemberBytes(file, member)) {
            NpyInput in = new NpyInput(bytes, member.source(), member.size());
            NpyHeader header = NpyHeader.read(in);
            if (Math.max(member.size(), header.tensorSize()) > allowed) {
                throw member.problem("it would take " + Math.max(member.size(), header.tensorSize())
                        + " bytes, more than the limit of " + limit + " allows: Npz.open(path, maxBytes) raises it");
            }
            Tensor tensor = ArrayReader.readData(in, header, Device.cpu());
            bytes.requireEnd(in.position());
            return tensor;
        }
    }

    /**
     * An array of the archive, seen in place and read-only, as {@link Npy#map(Path)} sees one of a file of its own. Its
     * checksum is not verified, for no byte of it is read. Archives that {@link #save} writes have their arrays where they
     * can be mapped; in NumPy's it depends on the length of the names.
     *
     * @param name one of {@link #names}
     * @return a tensor over the file, which stays mapped when this is closed
     * @throws IllegalArgumentException if there is none of that name; the message lists some of those there are
     * @throws NpyFormatException if the member is malformed; or if it cannot be seen in place and has to be read by {@link
     *     #get}: compressed, or for a reason that {@link Npy#map(Path)} has
     * @throws IllegalStateException if this is closed
     * @throws IOException if it cannot be mapped
     */
    public Tensor map(String name) throws IOException {
        ZipMember member = member(name);
        if (member.method() == ZipMember.DEFLATED) {
            throw member.problem("it is compressed and cannot be mapped. Npz.get reads it");
        }
        try (ZipMemberBytes bytes = new ZipMemberBytes(file, member)) {
            NpyInput in = new NpyInput(bytes, member.source(), member.size());
            NpyHeader header = NpyHeader.read(in);
            return ArrayMapper.map(file, member.dataStart(file), FileChannel.MapMode.READ_ONLY, in, header, "Npz.get");
        }
    }

    private ZipMember member(String name) {
        if (!file.isOpen()) {
            throw new IllegalStateException(source + " is closed");
        }
        ZipMember member = members.get(name);
        if (member == null) {
            throw new IllegalArgumentException(source + " has no array " + Quoted.quoted(name) + "; it has "
                    + Quoted.printable(members.keySet().toString()));
        }
        return member;
    }

    /** Closes the file. Tensors already read or mapped stay. */
    @Override
    public void close() throws IOException {
        file.close();
    }

    /**
     * Reads every array of an archive, in its order. The limit is one for all of them together. All of it is loaded or none:
     * where a member is not an array, or not one that a tensor can hold, {@link #open} and {@link #get} read the others.
     *
     * @throws NpyFormatException if anything in it is malformed, beyond the limit or no array; the message names the member
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws IOException if it cannot be read
     */
    public static Map<String, Tensor> load(Path path) throws IOException {
        return load(path, -1);
    }

    /**
     * As {@link #load(Path)}, with a limit of one's own.
     *
     * @param maxBytes the size in memory above which the arrays together are refused
     */
    public static Map<String, Tensor> load(Path path, long maxBytes) throws IOException {
        try (Npz npz = open(path, maxBytes)) {
            Map<String, Tensor> all = new LinkedHashMap<>();
            long allowed = npz.limit;
            for (String name : npz.names()) {
                Tensor tensor = npz.loaded(name, allowed);
                allowed -= tensor.numel() * tensor.dtype().byteSize();
                all.put(name, tensor);
            }
            return all;
        }
    }

    private Tensor loaded(String name, long allowed) throws IOException {
        try {
            return get(name, allowed);
        } catch (NpyFormatException e) {
            throw e.with(
                    "So the archive cannot be loaded as a whole: Npz.open(path) gives its other arrays by get(name)");
        }
    }

    /**
     * Writes an archive of stored (uncompressed) members, as NumPy's {@code savez} does, each member's data at a multiple
     * of 64 in the file, so that {@link #map} takes them. It is written beside {@code path} and renamed, as {@link Npy#save}
     * does.
     *
     * @param arrays by name, without {@code .npy}; written in the map's order
     * @throws io.gatun.tensor.DTypeException for BF16, which NumPy does not have: save {@code tensor.toFloat()}
     * @throws IllegalArgumentException if a name is not Unicode text, or longer than 65,000 bytes
     * @throws IOException if the file cannot be written
     */
    public static void save(Path path, Map<String, Tensor> arrays) throws IOException {
        write(path, arrays, false);
    }

    /** As {@link #save}, with deflated members, as NumPy's {@code savez_compressed}; they cannot be mapped. */
    public static void saveCompressed(Path path, Map<String, Tensor> arrays) throws IOException {
        write(path, arrays, true);
    }

    private static void write(Path path, Map<String, Tensor> arrays, boolean deflated) throws IOException {
        Map<String, ArrayWriter> writers = new LinkedHashMap<>();
        arrays.forEach((name, tensor) -> writers.put(memberName(name), new ArrayWriter(tensor)));
        FileReplacement.write(path, out -> NpzOutput.write(out, writers, deflated));
    }

    private static String memberName(String name) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)
                || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new IllegalArgumentException("save: an archive cannot hold the name " + Quoted.quoted(name)
                    + ": names are Unicode text of at most " + LONGEST_NAME + " bytes in UTF-8");
        }
        return name + SUFFIX;
    }
}
