package io.gatun.benchmarks.peers;

import io.gatun.tensor.DType;
import java.nio.DoubleBuffer;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Between our tensors and libtorch's. */
final class Libtorch {
    private Libtorch() {}

    /** A tensor of theirs with the shape, dtype and elements of ours: of {@code F32}, {@code F64} or {@code I64}. */
    static Tensor copy(io.gatun.tensor.Tensor ours) {
        long[] shape = ours.shape().toArray();
        return switch (ours.dtype()) {
            case F32 -> Tensor.create(ours.toFloatArray(), shape);
            case F64 -> Tensor.create(ours.toDoubleArray(), shape);
            case I64 -> Tensor.create(ours.toLongArray(), shape);
            case DType other -> throw new IllegalArgumentException("not copied to libtorch: " + other);
        };
    }

    /** A leaf of theirs that wants a gradient, with our elements. */
    static Tensor leaf(io.gatun.tensor.Tensor ours) {
        return copy(ours).set_requires_grad(true);
    }

    static double[] toArray(Tensor theirs) {
        try (PointerScope _ = new PointerScope()) {
            Tensor plain = theirs.detach().to(ScalarType.Double).contiguous();
            double[] elements = new double[Math.toIntExact(plain.numel())];
            plain.<DoubleBuffer>createBuffer().get(elements);
            return elements;
        }
    }

    /** Gives modules of theirs the values that those of ours have; both in PyTorch's order. */
    static TensorVector parameters(List<io.gatun.tensor.Tensor> ours, Module... theirs) {
        TensorVector all = new TensorVector();
        for (Module module : theirs) {
            for (Tensor parameter : module.parameters().get()) {
                all.push_back(parameter);
            }
        }
        if (all.size() != ours.size()) {
            throw new IllegalArgumentException(ours.size() + " parameters here, " + all.size() + " there");
        }
        try (AutoGradMode _ = new AutoGradMode(false)) {
            for (int i = 0; i < ours.size(); i++) {
                try (Tensor values = copy(ours.get(i))) {
                    all.get(i).copy_(values);
                }
            }
        }
        return all;
    }

    /** The first of two results, which are closed: what they hand out is a reference into them. */
    static Tensor first(T_TensorTensor_T both) {
        try (both) {
            return new Tensor(both.get0());
        }
    }
}
