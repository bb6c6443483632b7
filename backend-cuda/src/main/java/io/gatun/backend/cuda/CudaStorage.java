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

    CudaStorage(Device device, long byteSize, DeviceMemory.Block block) {
        super(device, byteSize);
        this.block = block;
        this.cleanable = CLEANER.register(this, block::release);
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
