package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/** Memory of a device. */
final class CudaStorage extends Storage {
    private static final Cleaner CLEANER = Cleaner.create();

    private final DeviceMemory.Block block;
    private final Cleaner.Cleanable cleanable;
    private DeviceStream writer;

    CudaStorage(Device device, long byteSize, DeviceMemory.Block block) {
        super(device, byteSize);
        this.block = block;
        this.writer = block.stream();
        this.cleanable = CLEANER.register(this, block::release);
    }

    /** The address of the storage that {@code view} looks at; the layout's offset counts from there. */
    static long address(TensorView view) {
        return ((CudaStorage) view.storage()).address();
    }

    long address() {
        return block.address();
    }

    /** Says that what is queued on {@code stream} next uses it; {@code capture} is what it is recorded in, if it is. */
    @SuppressWarnings("ReferenceEquality") // a stream is itself
    void usedOn(DeviceStream stream, @Nullable Capture capture) {
        if (capture != null) {
            capture.uses(block, stream);
        } else if (stream != block.stream()) {
            block.alsoUsedOn(stream);
        }
    }

    /** The same for what writes to it. */
    void writtenOn(DeviceStream stream, @Nullable Capture capture) {
        usedOn(stream, capture);
        writer = stream;
    }

    /** The stream that wrote to it last, or will. */
    DeviceStream writer() {
        return writer.settled();
    }

    @Override
    public MemorySegment segment() {
        throw new TensorStateException(
                "this tensor's memory is that of " + device() + ", which Java cannot look into: use cpu() first");
    }

    @Override
    public void holds(@Nullable Op op, Shape shape, DType dtype) {
        block.holds(op, shape, dtype);
    }

    @Override
    protected void release() {
        cleanable.clean();
    }
}
