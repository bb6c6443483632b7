package io.gatun.tensor.file;

import io.gatun.tensor.Device;
import io.gatun.tensor.spi.Storage;
import java.lang.foreign.MemorySegment;

/**
 * A part of a file, mapped. It is unmapped when nothing reaches it any more: the segment's arena is an automatic one, so
 * no scope closes it and no tensor over it can dangle.
 */
public final class MappedStorage extends Storage {
    private final MemorySegment segment;

    /** Over {@code segment}, whose arena is an automatic one. */
    public MappedStorage(MemorySegment segment) {
        super(Device.cpu(), segment.byteSize());
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
