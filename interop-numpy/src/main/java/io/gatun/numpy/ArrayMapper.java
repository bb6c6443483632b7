package io.gatun.numpy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.file.MappedStorage;
import io.gatun.tensor.file.Quoted;
import io.gatun.tensor.file.Truth;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;

/** Sees an array's elements in place, if they are a tensor's as they lie. */
final class ArrayMapper {
    private ArrayMapper() {}

    /**
     * The array of {@code header} in a file.
     *
     * @param start where in the file the array begins, header and all
     * @param in the array, its header read: for messages
     * @param instead what reads arrays that cannot be mapped: for messages
     * @throws NpyFormatException if it has to be read instead
     */
    static Tensor map(
            FileChannel file, long start, FileChannel.MapMode mode, NpyInput in, NpyHeader header, String instead)
            throws IOException {
        ElementType type = header.type();
        long bytes = header.dataSize();
        String why = null;
        if (!in.isLengthKnown()) {
            why = "only a regular file can be";
        } else if (type.widening() != null) {
            why = "there is no unsigned dtype of " + type.byteSize() * 8 + " bits to see it as. " + instead
                    + " widens to " + type.dtype();
        } else if (type.swapped()) {
            why = "its byte order is not this machine's. " + instead + " swaps the bytes";
        } else if ((start + header.dataOffset()) % type.byteSize() != 0 && bytes > 0) {
            why = "its data is not aligned to its elements of " + type.byteSize() + " bytes. " + instead + " copies it";
        } else if (file.size() < start + header.end()) {
            why = "the file was cut short since it was opened";
        }
        if (why != null) {
            throw in.problem(
                    header.dataOffset(),
                    "an array of " + Quoted.quoted(type.descr()) + " cannot be mapped here: " + why);
        }
        // The JVM cannot map nothing at all, and needs no file for it.
        MemorySegment segment = bytes == 0
                ? Arena.ofAuto().allocate(0)
                : file.map(mode, start + header.dataOffset(), bytes, Arena.ofAuto());
        if (mode.equals(FileChannel.MapMode.READ_ONLY)) {
            segment = segment.asReadOnly();
        }
        if (type.dtype() == DType.BOOL) {
            requireTruth(in, header, segment, instead);
        }
        return Tensor.over(new MappedStorage(segment), header.layout(), type.dtype());
    }

    /** Kernels rely on truth values being 0 or 1, so a file in place has to be looked at. */
    private static void requireTruth(NpyInput in, NpyHeader header, MemorySegment segment, String instead) {
        long at = Truth.firstOther(segment);
        if (at >= 0) {
            throw in.problem(
                    header.dataOffset() + at,
                    "an array of bool cannot be mapped here: the byte at index " + ArrayReader.index(header, at)
                            + " is " + (segment.get(ValueLayout.JAVA_BYTE, at) & 0xFF) + ", not 0 or 1. " + instead
                            + " makes it true");
        }
    }
}
