package io.gatun.backend.cuda;

import io.gatun.tensor.Layout;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Refuses classes that are out of range, for which the host waits; but not for those that it has just found in range and that
 * have not been changed since: a loss's gradient does not wait for what the loss waited for.
 */
final class Targets {
    private record Checked(WeakReference<Storage> storage, int version, Layout layout, long bound, long ignored) {
        boolean covers(TensorView classes, long bound, long ignored) {
            Storage storage = classes.storage();
            return this.storage.refersTo(storage)
                    && version == storage.version()
                    && layout.equals(classes.layout())
                    && this.bound == bound
                    && this.ignored == ignored;
        }
    }

    private volatile @Nullable Checked last;

    /**
     * Refuses {@code classes}: (M), I64, outside 0 to {@code bound - 1} that are not {@code ignored}.
     *
     * @throws TensorIndexException naming the first
     */
    void check(DeviceContext device, Op op, TensorView classes, long bound, long ignored) {
        Checked known = last;
        if (known != null && known.covers(classes, bound, ignored)) {
            return;
        }
        int version = classes.storage().version();
        long first = FirstOf.find(device, device.kernel("index", "outsideClasses"), classes, bound, ignored);
        if (first != FirstOf.NONE) {
            long at = classes.layout().elementAt(first);
            long target = device.readLong(CudaStorage.address(classes) + at * Long.BYTES);
            throw new TensorIndexException(op.operatorName() + ": the target " + target + " at position " + first
                    + " is out of range for " + bound + " classes: expected 0 to " + (bound - 1));
        }
        last = new Checked(new WeakReference<>(classes.storage()), version, classes.layout(), bound, ignored);
    }
}
