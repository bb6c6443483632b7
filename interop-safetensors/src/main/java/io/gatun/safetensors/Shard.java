package io.gatun.safetensors;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.MappedStorage;
import io.gatun.tensor.file.Quoted;
import io.gatun.tensor.file.SegmentReader;
import io.gatun.tensor.file.Truth;
import io.gatun.tensor.file.Widening;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One open file. What it reads itself it reads through the channel and not through the mapping, so that a file that was
 * cut short since is an exception.
 */
final class Shard implements AutoCloseable {
    private static final long CHUNK = 1 << 18;

    private final String source;
    private final FileChannel channel;
    private final long size;
    private final Header header;
    private @Nullable MemorySegment mapped;

    private Shard(String source, FileChannel channel, long size, Header header) {
        this.source = source;
        this.channel = channel;
        this.size = size;
        this.header = header;
    }

    /** Opens a file and reads its header. */
    static Shard open(Path path) throws IOException {
        FileChannel channel = openChannel(path);
        try {
            String source = path.toString();
            long size = channel.size();
            return new Shard(source, channel, size, readHeader(source, channel, size));
        } catch (Throwable failure) {
            channel.close();
            throw failure;
        }
    }

    /**
     * Opens a regular file to read.
     *
     * @throws NoSuchFileException if there is none
     * @throws FileSystemException if it is a directory, a pipe or a device
     */
    static FileChannel openChannel(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) {
            throw new FileSystemException(path.toString(), null, "not a regular file");
        }
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new UnsupportedOperationException("safetensors are little-endian, and this machine is not");
        }
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    private static Header readHeader(String source, FileChannel channel, long size) throws IOException {
        if (size < Header.PREFIX) {
            throw new SafeTensorsFormatException(
                    source, 0, "a safetensors file has " + Header.PREFIX + " bytes at least, and this has " + size);
        }
        long length = ByteBuffer.wrap(readBytes(source, channel, 0, Header.PREFIX))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        if (length < 0 || length > Header.LONGEST) {
            throw new SafeTensorsFormatException(
                    source,
                    0,
                    "the header should have " + Long.toUnsignedString(length) + " bytes, more than the limit of "
                            + Header.LONGEST);
        }
        if (length > size - Header.PREFIX) {
            throw new SafeTensorsFormatException(
                    source,
                    0,
                    "the header should have " + length + " bytes, and the file ends after " + (size - Header.PREFIX)
                            + " more");
        }
        return Header.parse(source, readBytes(source, channel, Header.PREFIX, (int) length), size);
    }

    /** Bytes that the file had when it was looked at. */
    static byte[] readBytes(String source, FileChannel channel, long at, int count) throws IOException {
        byte[] bytes = new byte[count];
        if (read(channel, at, MemorySegment.ofArray(bytes)) < count) {
            throw new SafeTensorsFormatException(source, at, "the file was cut short while it was read");
        }
        return bytes;
    }

    private static long read(FileChannel channel, long at, MemorySegment target) throws IOException {
        long[] position = {at};
        return SegmentReader.read(
                buffer -> {
                    int count = channel.read(buffer, position[0]);
                    position[0] += count;
                    return count;
                },
                target);
    }

    Header header() {
        return header;
    }

    /** The file's name. */
    String source() {
        return source;
    }

    /** Sees a tensor in place. */
    Tensor map(TensorEntry entry) throws IOException {
        DType dtype = requireDType(entry);
        String why = null;
        if (entry.type().widening() != null) {
            why = "there is no dtype to see it as. SafeTensors.read widens to " + dtype;
        } else if (entry.begin() % entry.type().alignment() != 0 && entry.byteSize() > 0) {
            why = "it is not aligned to its elements of " + dtype.byteSize() + " bytes. SafeTensors.read copies it";
        }
        if (why != null) {
            throw problem(entry, entry.begin(), "is " + entry.type() + " and cannot be mapped: " + why);
        }
        if (dtype == DType.BOOL) {
            readInChunks(entry, (chunk, first) -> requireTruth(entry, chunk, first));
        }
        // The JVM cannot map nothing at all, and needs no file for it.
        MemorySegment segment = entry.byteSize() == 0
                ? Arena.ofAuto().allocate(0).asReadOnly()
                : mapped().asSlice(entry.begin(), entry.byteSize());
        return Tensor.over(new MappedStorage(segment), Layout.contiguous(entry.shape()), dtype);
    }

    /** The whole file: systems bound the number of mappings, and models have more tensors than that. */
    private synchronized MemorySegment mapped() throws IOException {
        MemorySegment segment = mapped;
        if (segment == null) {
            if (channel.size() < size) {
                throw new SafeTensorsFormatException(
                        source, channel.size(), "the file was cut short since it was opened, and cannot be mapped");
            }
            segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
            mapped = segment;
        }
        return segment;
    }

    /** Reads a tensor of its own. */
    Tensor read(TensorEntry entry, Device device) throws IOException {
        if (!device.type().equals("cpu")) { // whose memory is not the host's
            return read(entry, Device.cpu()).to(device);
        }
        DType dtype = requireDType(entry);
        Tensor tensor = Tensor.empty(entry.shape(), dtype, device);
        try {
            long bytes = entry.shape().numel() * dtype.byteSize();
            MemorySegment target = tensor.storage().segment().asSlice(tensor.storageOffset() * dtype.byteSize(), bytes);
            Widening widening = entry.type().widening();
            if (widening != null) {
                readInChunks(entry, (chunk, first) -> widen(entry, widening, chunk, target, first));
            } else {
                requireWhole(entry, read(channel, entry.begin(), target), bytes);
                if (dtype == DType.BOOL) {
                    requireTruth(entry, target, 0);
                }
            }
            return tensor;
        } finally {
            Reference.reachabilityFence(tensor);
        }
    }

    private interface ChunkUser {
        void use(MemorySegment chunk, long firstByte);
    }

    private void readInChunks(TensorEntry entry, ChunkUser user) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(Math.min(CHUNK, entry.byteSize()), 8);
            for (long done = 0; done < entry.byteSize(); done += CHUNK) {
                MemorySegment chunk = scratch.asSlice(0, Math.min(CHUNK, entry.byteSize() - done));
                requireWhole(entry, read(channel, entry.begin() + done, chunk), chunk.byteSize());
                user.use(chunk, done);
            }
        }
    }

    private void widen(
            TensorEntry entry, Widening widening, MemorySegment chunk, MemorySegment target, long firstByte) {
        long first = firstByte / widening.byteSize();
        long tooLarge = widening.widen(chunk, chunk.byteSize() / widening.byteSize(), target, first);
        if (tooLarge >= 0) {
            long at = (first + tooLarge) * widening.byteSize();
            throw problem(
                    entry,
                    entry.begin() + at,
                    "has a " + entry.type() + " above 2^63 - 1, which I64 does not hold, as element "
                            + (first + tooLarge) + " in row-major order");
        }
    }

    private void requireTruth(TensorEntry entry, MemorySegment bytes, long firstByte) {
        long other = Truth.firstOther(bytes);
        if (other >= 0) {
            throw problem(
                    entry,
                    entry.begin() + firstByte + other,
                    "is BOOL, and element " + (firstByte + other) + " in row-major order is neither 0 nor 1");
        }
    }

    private void requireWhole(TensorEntry entry, long read, long bytes) {
        if (read < bytes) {
            throw problem(
                    entry, entry.begin() + read, "is no longer whole: the file was cut short since it was opened");
        }
    }

    private DType requireDType(TensorEntry entry) {
        if (!channel.isOpen()) {
            throw new IllegalStateException(source + " is closed: tensors got before stay");
        }
        DType dtype = entry.type().dtype();
        if (dtype == null) {
            throw problem(
                    entry, entry.begin(), "is " + entry.type() + ", of which there is no dtype: convert the file");
        }
        return dtype;
    }

    private SafeTensorsFormatException problem(TensorEntry entry, long at, String what) {
        return new SafeTensorsFormatException(source, at, "tensor " + Quoted.quoted(entry.name()) + " " + what);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
