package io.gatun.nn;

import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;

/**
 * Padding as PyTorch lists it: (before, after) of the last dimension, then of the one before it, and so on. All modes but
 * the constant pick elements of the input by index, along one dimension after another.
 */
final class Padding {
    private Padding() {}

    static Tensor pad(Tensor x, long[] pad, F.PadMode mode, double value) {
        if (pad.length % 2 != 0 || pad.length / 2 > x.dim()) {
            throw new ShapeException("pad: " + pad.length + " entries for shape " + x.shape()
                    + ": expected two a dimension, from the last, and at most " + 2 * x.dim());
        }
        if (mode == F.PadMode.CONSTANT) {
            long[] before = new long[x.dim()];
            long[] after = new long[x.dim()];
            for (int i = 0; i < pad.length / 2; i++) {
                before[x.dim() - 1 - i] = pad[2 * i];
                after[x.dim() - 1 - i] = pad[2 * i + 1];
            }
            return x.pad(before, after, value);
        }
        Tensor result = x;
        for (int i = 0; i < pad.length / 2; i++) {
            if (pad[2 * i] != 0 || pad[2 * i + 1] != 0) {
                result = along(result, x.dim() - 1 - i, pad[2 * i], pad[2 * i + 1], mode);
            }
        }
        return result;
    }

    private static Tensor along(Tensor x, int dim, long before, long after, F.PadMode mode) {
        if (before < 0 || after < 0) { // a cut: of the circle before it is closed, else of what was padded
            if (mode == F.PadMode.CIRCULAR) {
                Tensor cut = cut(x, dim, Math.max(0, -before), Math.max(0, -after));
                return along(cut, dim, Math.max(0, before), Math.max(0, after), mode);
            }
            Tensor padded = along(x, dim, Math.max(0, before), Math.max(0, after), mode);
            return cut(padded, dim, Math.max(0, -before), Math.max(0, -after));
        }
        long size = x.size(dim);
        long most = Long.MAX_VALUE;
        if (mode == F.PadMode.REFLECT || mode == F.PadMode.CIRCULAR) {
            most = mode == F.PadMode.REFLECT ? size - 1 : size;
        }
        if (before > most || after > most || size == 0) {
            throw new ShapeException("pad: padding (" + before + ", " + after + ") of dimension " + dim + " of shape "
                    + x.shape() + " is not from 0 to " + Math.max(0, most) + ", as mode " + mode + " needs");
        }
        long[] sources = new long[Math.toIntExact(before + size + after)];
        for (int i = 0; i < sources.length; i++) {
            long at = i - before;
            if (mode == F.PadMode.REFLECT) {
                sources[i] = at < 0 ? -at : at < size ? at : 2 * (size - 1) - at;
            } else {
                sources[i] = mode == F.PadMode.CIRCULAR ? Math.floorMod(at, size) : Math.clamp(at, 0, size - 1);
            }
        }
        return x.indexSelect(dim, Tensor.of(sources).to(x.device()));
    }

    private static Tensor cut(Tensor x, int dim, long before, long after) {
        long size = x.size(dim);
        if (before + after >= size) {
            throw new ShapeException("pad: cutting " + before + " and " + after + " from dimension " + dim
                    + " of shape " + x.shape() + " leaves nothing");
        }
        return x.narrow(dim, before, size - before - after);
    }
}
