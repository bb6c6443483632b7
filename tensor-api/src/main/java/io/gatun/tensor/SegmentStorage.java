package io.gatun.tensor;

import io.gatun.tensor.spi.Storage;
import java.lang.foreign.MemorySegment;

/** A storage over a segment of the user's: its lifetime is the segment's, and no scope closes it. */
final class SegmentStorage extends Storage {
    private final MemorySegment segment;

    SegmentStorage(Device device, MemorySegment segment, DType dtype) {
        super(device, segment.byteSize());
        int alignment = dtype.toReal().byteSize();
        if (segment.maxByteAlignment() < alignment) {
            throw new IllegalArgumentException("fromSegment: " + dtype + " wants a segment aligned to " + alignment
                    + " bytes; this one is aligned to " + segment.maxByteAlignment()
                    + (segment.isNative() ? "" : ": a heap segment is aligned to its array's elements"));
        }
        this.segment = segment;
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public boolean isWritable() {
        return !segment.isReadOnly();
    }
}
