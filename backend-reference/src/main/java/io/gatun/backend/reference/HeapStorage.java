package io.gatun.backend.reference;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.Device;
import io.gatun.tensor.spi.Storage;
import java.lang.foreign.MemorySegment;

/**
 * A Java array. The collector takes it back when the storage is unreachable, so there is no pool, no cleaner and nothing
 * to release: the one kind of memory that can neither leak nor be used after it is gone, which is what an oracle wants.
 *
 * <p>The array is a {@code long[]} because a segment over it may then be read and written as any primitive type (a
 * {@code byte[]} promises an alignment of one byte only). An array starts where the collector puts it: alignment to 64
 * bytes, which vector kernels want, is not to be had on the heap and of no use to this backend.
 */
final class HeapStorage extends Storage {
    private static final long LARGEST = (Integer.MAX_VALUE - 8L) * Long.BYTES;

    private final MemorySegment segment;

    HeapStorage(Device device, long byteSize) {
        super(device, byteSize);
        if (byteSize > LARGEST) {
            throw new BackendException("the reference backend keeps a tensor in one Java array, of at most " + LARGEST
                    + " bytes, not " + byteSize + ": use the backend simd");
        }
        long[] words = new long[Math.toIntExact((byteSize + Long.BYTES - 1) / Long.BYTES)];
        segment = MemorySegment.ofArray(words).asSlice(0, byteSize);
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }
}
