package io.gatun.backend.tck.toy;

import io.gatun.tensor.DType;
import io.gatun.tensor.spi.Availability;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.BackendProvider;
import io.gatun.tensor.spi.Elements;
import io.gatun.tensor.spi.TensorView;

/** A toy that takes every operand for contiguous. */
final class BrokenToyBackend extends ToyBackend {
    /** Finds {@link BrokenToyBackend} by name. */
    public static final class Provider implements BackendProvider {
        @Override
        public String name() {
            return "broken-toy";
        }

        @Override
        public String deviceType() {
            return "cpu";
        }

        @Override
        public int priority() {
            return 0;
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
            return new BrokenToyBackend();
        }
    }

    @Override
    public String name() {
        return "broken-toy";
    }

    @Override
    void add(TensorView a, TensorView b, TensorView out) {
        for (long i = 0; i < out.layout().shape().numel(); i++) {
            Elements.setDouble(
                    DType.F32,
                    out.storage().segment(),
                    out.layout().elementAt(i),
                    get(a, a.layout().offset() + i) + get(b, b.layout().offset() + i));
        }
    }
}
