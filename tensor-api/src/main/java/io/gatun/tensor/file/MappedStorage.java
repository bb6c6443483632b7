package io.gatun.tensor.file;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.Device;
import io.gatun.tensor.spi.Storage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A part of a file, mapped. It is unmapped when nothing reaches it any more: the segment's arena is an automatic one, so
 * no scope closes it and no tensor over it can dangle.
 */
public final class MappedStorage extends Storage {
    private final MemorySegment segment;

    @SuppressWarnings("UnusedVariable") // written, so that its value has to be read from the file
    private byte last;

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

    /**
     * Reads the last byte, if {@code storage} is mapped: if the file has been cut short since, this throws the virtual
     * machine's {@link InternalError}. For before an operator, whose accesses by vectors would end the process in some
     * states of compilation, which no library controls.
     */
    public static void touch(Storage storage) {
        if (storage instanceof MappedStorage mapped && mapped.segment.byteSize() > 0) {
            mapped.last = mapped.segment.get(ValueLayout.JAVA_BYTE, mapped.segment.byteSize() - 1);
        }
    }

    /**
     * {@code failure}, unless {@code storage} is mapped from a file that has been cut short: then what {@link #unreadable}
     * makes of that is thrown. For the system's own accesses, to which such memory is no more than a bad address.
     */
    public static IOException unlessGone(Storage storage, String operator, IOException failure) {
        try {
            touch(storage);
            return failure;
        } catch (InternalError gone) {
            BackendException explained = unreadable(operator, gone);
            explained.addSuppressed(failure);
            throw explained;
        }
    }

    /**
     * What the virtual machine says of mapped memory that is gone, in words of ours; anything else is thrown as it is.
     *
     * @param operator what read or wrote the memory, for the message
     */
    public static BackendException unreadable(String operator, InternalError error) {
        if (!String.valueOf(error.getMessage()).contains("unsafe memory access")) {
            throw error;
        }
        return new BackendException(
                operator
                        + ": memory of an operand is gone: the file that it is mapped from was cut short, or could not be"
                        + " read. Replace such a file by renaming another over it, or read it instead of mapping it",
                error);
    }
}
