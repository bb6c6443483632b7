package io.gatun.numpy;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.FileReplacement;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

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
 * <p>A member is bounded by what the archive's directory says of it, and its checksum is verified. Since a small archive
 * can claim, and even hold, far more than its own size (a "zip bomb"), a member may take up to ten times the archive's
 * size and 64 MiB; {@link #open(Path, long)} raises or lowers that. Arrays of mostly zeros can need it.
 *
 * <p>May be used from many threads.
 */
public final class Npz implements AutoCloseable {
    private static final String SUFFIX = ".npy";
    private static final long BASE_LIMIT = 64L << 20;
    private static final long EXPANSION_LIMIT = 10;

    private final String source;
    private final ZipFile zip;
    private final long limit;
    private final Map<String, ZipEntry> members;

    private Npz(String source, ZipFile zip, long limit, Map<String, ZipEntry> members) {
        this.source = source;
        this.zip = zip;
        this.limit = limit;
        this.members = members;
    }

    /**
     * Opens an archive and reads its directory; no array is read yet.
     *
     * @throws NpyFormatException if it is not a zip archive, its directory is malformed, or two members have one name
     * @throws NoSuchFileException if there is no such file
     * @throws IOException if it cannot be read
     */
    public static Npz open(Path path) throws IOException {
        long size = Files.exists(path) ? Files.size(path) : 0;
        return open(path, BASE_LIMIT + EXPANSION_LIMIT * Math.min(size, Long.MAX_VALUE / EXPANSION_LIMIT - BASE_LIMIT));
    }

    /**
     * As {@link #open(Path)}, with a limit of one's own.
     *
     * @param maxMemberBytes the size above which a member is refused, uncompressed
     */
    public static Npz open(Path path, long maxMemberBytes) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) {
            throw new FileSystemException(path.toString(), null, "not a regular file");
        }
        String source = path.toString();
        ZipFile zip;
        try {
            zip = new ZipFile(path.toFile(), StandardCharsets.UTF_8);
        } catch (ZipException | EOFException | IllegalArgumentException e) { // the last for names that are not UTF-8
            throw new NpyFormatException(source, -1, "this is not a readable .npz (zip) archive: " + e.getMessage(), e);
        }
        try {
            return new Npz(source, zip, maxMemberBytes, members(source, zip));
        } catch (Throwable failure) {
            zip.close();
            throw failure;
        }
    }

    private static Map<String, ZipEntry> members(String source, ZipFile zip) {
        Map<String, ZipEntry> members = new LinkedHashMap<>();
        try {
            zip.stream().filter(entry -> !entry.isDirectory()).forEach(entry -> {
                String file = entry.getName();
                String name = file.endsWith(SUFFIX) ? file.substring(0, file.length() - SUFFIX.length()) : file;
                if (members.put(name, entry) != null) {
                    throw new NpyFormatException(
                            source, -1, "there are two members of the name " + PythonValue.quoted(name));
                }
            });
        } catch (NpyFormatException e) {
            throw e;
        } catch (IllegalArgumentException e) { // a name that is not UTF-8
            throw new NpyFormatException(source, -1, "the archive's directory is malformed: " + e.getMessage(), e);
        }
        return Collections.unmodifiableMap(members);
    }

    /** The names of the arrays, without {@code .npy}, in the archive's order; unmodifiable. */
    public Set<String> names() {
        return members.keySet();
    }

    /**
     * Reads an array, afresh on each call; see {@link Npy#read(Path)}.
     *
     * @param name one of {@link #names}
     * @return a tensor on the CPU, of its own
     * @throws IllegalArgumentException if there is none of that name; the message lists some of those there are
     * @throws NpyFormatException if the member is malformed, is larger than the limit, or does not match its checksum
     * @throws IllegalStateException if this is closed
     * @throws IOException if it cannot be read
     */
    public Tensor get(String name) throws IOException {
        ZipEntry entry = members.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(source + " has no array " + PythonValue.quoted(name) + "; it has "
                    + PythonValue.abbreviated(members.keySet().toString()));
        }
        String member = source + "!" + entry.getName();
        long size = entry.getSize();
        if (size < 0 || size > limit) {
            throw new NpyFormatException(
                    member,
                    -1,
                    "the archive says it has " + size + " bytes, more than the limit of " + limit
                            + ": Npz.open(path, maxMemberBytes) raises it");
        }
        if (entry.getMethod() == ZipEntry.STORED && entry.getCompressedSize() != size) {
            throw new NpyFormatException(
                    member, -1, "the archive says that it stores " + size + " bytes in " + entry.getCompressedSize());
        }
        try (InputStream bytes = zip.getInputStream(entry)) {
            if (bytes == null) {
                throw new NpyFormatException(member, -1, "the archive lists it and does not hold it");
            }
            CheckedInputStream checked = new CheckedInputStream(bytes, new CRC32());
            Tensor tensor = ArrayReader.read(new NpyInput(Channels.newChannel(checked), member, size));
            requireEnd(member, entry, checked);
            return tensor;
        } catch (ZipException | IllegalArgumentException | EOFException e) {
            if (e instanceof NpyFormatException known) {
                throw known;
            }
            throw new NpyFormatException(member, -1, "the archive is malformed: " + e.getMessage(), e);
        }
    }

    /** Reads what follows the array, which must stay within the member's size and complete its checksum. */
    private static void requireEnd(String member, ZipEntry entry, CheckedInputStream in) throws IOException {
        byte[] rest = new byte[8192];
        long more = 0;
        for (int count = in.read(rest); count >= 0; count = in.read(rest)) {
            more += count;
            if (more > entry.getSize()) {
                break;
            }
        }
        if (more > entry.getSize() || in.getChecksum().getValue() != entry.getCrc()) {
            throw new NpyFormatException(
                    member, -1, "its bytes do not match the checksum in the archive's directory: it is damaged");
        }
    }

    /** Closes the file. Tensors already read stay. */
    @Override
    public void close() throws IOException {
        zip.close();
    }

    /**
     * Reads every array of an archive, in its order.
     *
     * @throws NpyFormatException if anything in it is malformed or beyond the limits
     * @throws NoSuchFileException if there is no such file
     * @throws IOException if it cannot be read
     */
    public static Map<String, Tensor> load(Path path) throws IOException {
        try (Npz npz = open(path)) {
            Map<String, Tensor> all = new LinkedHashMap<>();
            for (String name : npz.names()) {
                all.put(name, npz.get(name));
            }
            return all;
        }
    }

    /**
     * Writes an archive of stored (uncompressed) members, as NumPy's {@code savez} does, each member's data at a multiple
     * of 64 in the file. It is written beside {@code path} and renamed, as {@link Npy#save} does.
     *
     * @param arrays by name, without {@code .npy}; written in the map's order
     * @throws io.gatun.tensor.DTypeException for BF16, which NumPy does not have
     * @throws IOException if the file cannot be written
     */
    public static void save(Path path, Map<String, Tensor> arrays) throws IOException {
        Map<String, ArrayWriter> writers = new LinkedHashMap<>();
        arrays.forEach((name, tensor) -> writers.put(name + SUFFIX, new ArrayWriter(tensor)));
        FileReplacement.write(path, out -> NpzOutput.write(out, writers));
    }
}
