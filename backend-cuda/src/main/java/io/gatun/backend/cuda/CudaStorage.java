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
    private volatile @Nullable Indices indices; // what is known of its elements

    CudaStorage(Device device, long byteSize, DeviceMemory.Block block) {
        super(device, byteSize);
        this.block = block;
        this.cleanable = CLEANER.register(this, block::release);
    }

    /** That the elements of a layout are indices from 0 to {@code bound - 1}. */
    private record Indices(Layout layout, long bound) {}

    /** Remembers that the elements of {@code layout}, all of I64, are from 0 to {@code bound - 1}, until they are written. */
    void holdsIndices(Layout layout, long bound) {
        indices = new Indices(layout, bound);
    }

    /** Whether it is known that the elements of {@code layout} are from 0 to {@code bound - 1}. */
    boolean areIndices(Layout layout, long bound) {
        Indices known = indices;
        return known != null
                && known.bound <= bound
                && (known.layout.equals(layout) || known.layout.isContiguous() && isWhole(known.layout));
    }

    private boolean isWhole(Layout layout) {
        return layout.shape().numel() * Long.BYTES == byteSize();
    }

    /** Forgets what is known of its elements: they are being written. */
    void written() {
        indices = null;
    }

    /** The address of the storage that {@code view} looks at; the layout's offset counts from there. */
    static long address(TensorView view) {
        return ((CudaStorage) view.storage()).address();
    }

    long address() {
        return block.address();
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
