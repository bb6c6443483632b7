package io.gatun.backend.tck.toy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Device;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.Availability;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.BackendProvider;
import io.gatun.tensor.spi.Backends;
import io.gatun.tensor.spi.Elements;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;

/**
 * A third party's backend, as small as one can be: sums of {@code F32} by a loop of its own, remainders of {@code BF16} refused,
 * the rest left to the reference backend.
 */
class ToyBackend implements Backend {
    /** Finds {@link ToyBackend} by name. */
    public static final class Provider implements BackendProvider {
        @Override
        public String name() {
            return "toy";
        }

        @Override
        public String deviceType() {
            return "cpu";
        }

        @Override
        public int priority() {
            return 1;
        }

        @Override
        public int opSetVersion() {
            return io.gatun.tensor.op.OpRules.OP_SET_VERSION;
        }

        @Override
        public Availability availability() {
            return Availability.usable("two loops");
        }

        @Override
        public Backend create() {
            return new ToyBackend();
        }
    }

    @Override
    public String name() {
        return "toy";
    }

    @Override
    public Storage allocate(Device device, long byteSize) {
        return Backends.backend("reference").allocate(device, byteSize);
    }

    @Override
    public void execute(Op.Kernel op, TensorView[] in, TensorView[] out) {
        if (op.equals(new Op.Binary(BinaryKind.ADD)) && in[0].dtype() == DType.F32) {
            add(in[0], in[1], out[0]);
        } else if (op.equals(new Op.Binary(BinaryKind.FMOD)) && in[0].dtype() == DType.BF16) {
            throw new DTypeException("fmod: this toy cannot divide BF16");
        } else {
            Backends.backend("reference").execute(op, in, out);
        }
    }

    void add(TensorView a, TensorView b, TensorView out) {
        for (long i = 0; i < out.layout().shape().numel(); i++) {
            double sum = get(a, a.layout().elementAt(i)) + get(b, b.layout().elementAt(i));
            Elements.setDouble(DType.F32, out.storage().segment(), out.layout().elementAt(i), sum);
        }
    }

    static double get(TensorView x, long element) {
        return Elements.getDouble(DType.F32, x.storage().segment(), element);
    }
}
