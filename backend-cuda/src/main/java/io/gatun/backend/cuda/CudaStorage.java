package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Layout;
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
    private volatile @Nullable Indices indices; // what is known of its elements
    private volatile boolean isReplayed; // a graph writes to it, whenever it is replayed

    CudaStorage(Device device, long byteSize, DeviceMemory.Block block) {
        super(device, byteSize);
        this.block = block;
        this.writer = block.stream();
        this.cleanable = CLEANER.register(this, block::release);
    }

    /** That the elements of a layout are indices from 0 to {@code bound - 1}, or {@code spared}. */
    private record Indices(Layout layout, long bound, long spared) {
        boolean imply(long otherBound, long otherSpared) {
            return bound <= otherBound && (spared == otherSpared || spared >= 0 && spared < bound);
        }
    }

    /** Remembers that the elements of {@code layout}, all of I64, are from 0 to {@code bound - 1} or {@code spared}, until they are written. */
    void holdsIndices(Layout layout, long bound, long spared) {
        indices = isReplayed ? null : new Indices(layout, bound, spared);
    }

    /** Whether it is known that the elements of {@code layout} are from 0 to {@code bound - 1} or {@code spared}. */
    boolean areIndices(Layout layout, long bound, long spared) {
        Indices known = indices;
        return known != null
                && known.imply(bound, spared)
                && (known.layout.equals(layout) || known.layout.isContiguous() && isWhole(known.layout));
    }

    private boolean isWhole(Layout layout) {
        return layout.shape().numel() * Long.BYTES == byteSize();
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
        isReplayed |= capture != null;
        indices = null;
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
