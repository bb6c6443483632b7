package io.gatun.backend.tck;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.spi.Storage;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Ways for the same values to lie in memory. An operator must not see the difference, nor touch the gaps: those hold NaN,
 * or an integer that no index may be.
 */
public enum InputLayout {
    /** Row-major from the start of its storage. */
    CONTIGUOUS {
        @Override
        Tensor base(Tensor values) {
            return values.clone();
        }

        @Override
        Tensor view(Tensor base, Tensor values) {
            return base;
        }
    },
    /** First and last dimension swapped in memory; what has one dimension or none stays as it is. */
    TRANSPOSED {
        @Override
        Tensor base(Tensor values) {
            return values.dim() < 2 ? values.clone() : values.transpose(0, -1).clone();
        }

        @Override
        Tensor view(Tensor base, Tensor values) {
            return values.dim() < 2 ? base : base.transpose(0, -1);
        }
    },
    /** Every second element along the first and the last dimension, from the second on. */
    SLICED {
        @Override
        Tensor base(Tensor values) {
            Shape shape = values.shape();
            if (shape.rank() > 0) {
                shape = shape.with(-1, 2 * shape.size(-1));
            }
            if (shape.rank() > 1) {
                shape = shape.with(0, 2 * shape.size(0));
            }
            return gaps(shape.rank() == 0 ? Shape.of(2) : shape, values);
        }

        @Override
        Tensor view(Tensor base, Tensor values) {
            if (values.dim() == 0) {
                return base.select(0, 1);
            }
            Tensor last = base.slice(base.dim() - 1, 1, Math.max(1, base.size(-1)), 2);
            return values.dim() == 1 ? last : last.slice(0, 1, Math.max(1, base.size(0)), 2);
        }
    },
    /** Row-major, three elements into its storage. */
    OFFSET {
        @Override
        Tensor base(Tensor values) {
            return gaps(Shape.of(values.numel() + 5), values);
        }

        @Override
        Tensor view(Tensor base, Tensor values) {
            return base.narrow(0, 3, values.numel()).view(values.shape());
        }
    },
    /** Walked backwards along every dimension: negative strides, which backends are handed and users never hold. */
    REVERSED {
        @Override
        Tensor base(Tensor values) {
            return values.flip(Axes.all(values.dim()).toArray());
        }

        @Override
        Tensor view(Tensor base, Tensor values) {
            Layout turned = base.layout().flip(Axes.all(base.dim()));
            return Tensor.over(base.storage(), turned, base.dtype());
        }
    },
    /** The first index of the first dimension, repeated along it by a stride of 0: other values than those given. */
    BROADCAST {
        @Override
        Tensor base(Tensor values) {
            return values.dim() == 0 || values.numel() == 0
                    ? values.clone()
                    : values.narrow(0, 0, 1).clone();
        }

        @Override
        Tensor view(Tensor base, Tensor values) {
            return base.expand(values.shape());
        }
    };

    /** The layouts that hold the values given and that users' tensors may have. */
    public static final List<InputLayout> OF_USERS = List.of(CONTIGUOUS, TRANSPOSED, SLICED, OFFSET);

    private static final long GAP = 99;

    /**
     * Values in a layout.
     *
     * @param base the whole storage, gaps included
     * @param view the values in it
     */
    public record Placed(Tensor base, Tensor view) {
        /** The bits of the whole storage. */
        public byte[] bits() {
            Storage storage = base.storage();
            byte[] bits = new byte[(int) (base.numel() * base.dtype().byteSize())];
            base.device().backend().copyToHost(storage, 0, MemorySegment.ofArray(bits));
            return bits;
        }

        /** The same on another device: the whole storage is copied, as bytes, and viewed in the same way. */
        public Placed on(Device device) {
            Tensor there = base.to(device);
            return new Placed(there, Tensor.over(there.storage(), view.layout(), view.dtype()));
        }
    }

    /** {@code values}, on their device, in this layout. */
    public Placed place(Tensor values) {
        Tensor base = base(values);
        Tensor view = view(base, values);
        if (this == SLICED || this == OFFSET) {
            view.copy_(values);
        }
        return new Placed(base, view.detach());
    }

    abstract Tensor base(Tensor values);

    abstract Tensor view(Tensor base, Tensor values);

    private static Tensor gaps(Shape shape, Tensor like) {
        Scalar gap = like.dtype().isInexact()
                ? Scalar.of(Double.NaN)
                : like.dtype() == DType.BOOL ? Scalar.of(true) : Scalar.of(GAP);
        return Tensor.full(shape, gap, like.dtype(), like.device());
    }
}
