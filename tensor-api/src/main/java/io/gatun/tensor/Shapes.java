package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the calls of {@link ShapeOps} to view operators and copies: dimensions and bounds are checked here. */
final class Shapes {
    private Shapes() {}

    static Tensor reshape(Tensor x, long... sizes) {
        Shape shape = infer("reshape", x, sizes);
        if (shape.equals(x.shape())) {
            return x;
        }
        Layout layout = x.layout().view(shape);
        if (layout != null) {
            return Dispatch.view(new Op.ViewAs(shape), x, layout);
        }
        Tensor copy = x.clone();
        return Dispatch.view(new Op.ViewAs(shape), copy, Layout.contiguous(shape));
    }

    static Tensor view(Tensor x, long... sizes) {
        Shape shape = infer("view", x, sizes);
        Layout layout = x.layout().view(shape);
        if (layout == null) {
            throw new ShapeException("view: shape " + x.shape() + " with strides " + Arrays.toString(x.strides())
                    + " cannot be seen as " + shape + " without a copy: use reshape, or contiguous() before view");
        }
        return Dispatch.view(new Op.ViewAs(shape), x, layout);
    }

    private static Shape infer(String operator, Tensor x, long... sizes) {
        long[] resolved = sizes.clone();
        int unknown = -1;
        long known = 1;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == -1 && unknown < 0) {
                unknown = i;
            } else if (sizes[i] < 0) {
                throw new ShapeException(operator + ": " + Arrays.toString(sizes) + " for shape " + x.shape()
                        + " has more than one unknown size, or a negative one");
            } else {
                known *= sizes[i];
            }
        }
        if (unknown >= 0) {
            if (known == 0 || x.numel() % known != 0) {
                throw new ShapeException(operator + ": shape " + x.shape() + " has " + x.numel() + " elements, which "
                        + Arrays.toString(sizes) + " cannot hold for any -1");
            }
            resolved[unknown] = x.numel() / known;
        }
        Shape shape = Shape.of(resolved);
        if (shape.numel() != x.numel()) {
            throw new ShapeException(operator + ": shape " + x.shape() + " has " + x.numel() + " elements and " + shape
                    + " would have " + shape.numel());
        }
        return shape;
    }

    static Tensor permute(Tensor x, int... dims) {
        if (dims.length != x.dim()) {
            throw new ShapeException("permute: shape " + x.shape() + " has " + x.dim() + " dimensions and "
                    + Arrays.toString(dims) + " names " + dims.length);
        }
        Axes order = Axes.of(dims).normalise("permute", x.shape());
        return Dispatch.view(new Op.Permute(order), x, x.layout().permute(order));
    }

    static Tensor transpose(Tensor x, int dim0, int dim1) {
        int a = x.shape().normalise("transpose", dim0);
        int b = x.shape().normalise("transpose", dim1);
        if (a == b) {
            return x;
        }
        int[] order = Axes.all(x.dim()).toArray();
        order[a] = b;
        order[b] = a;
        return permute(x, order);
    }

    static Tensor matrixTranspose(Tensor x) {
        if (x.dim() > 2) {
            throw new ShapeException("t: shape " + x.shape() + " has more than two dimensions: use transpose");
        }
        return x.dim() < 2 ? x : transpose(x, 0, 1);
    }

    static Tensor movedim(Tensor x, int source, int destination) {
        int from = x.shape().normalise("movedim", source);
        int to = x.shape().normalise("movedim", destination);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < x.dim(); i++) {
            if (i != from) {
                order.add(i);
            }
        }
        if (x.dim() > 0) {
            order.add(to, from);
        }
        return permute(x, order.stream().mapToInt(i -> i).toArray());
    }

    static Tensor squeeze(Tensor x) {
        long[] rest =
                Arrays.stream(x.shape().toArray()).filter(size -> size != 1).toArray();
        return rest.length == x.dim() ? x : viewAs(x, Shape.of(rest));
    }

    static Tensor squeeze(Tensor x, int dim) {
        int at = x.shape().normalise("squeeze", dim);
        return x.dim() == 0 || x.size(at) != 1 ? x : viewAs(x, x.shape().without(at));
    }

    static Tensor unsqueeze(Tensor x, int dim) {
        int rank = x.dim();
        if (dim < -rank - 1 || dim > rank) {
            throw new TensorIndexException("unsqueeze: dimension " + dim + " is out of range for shape " + x.shape()
                    + ": expected " + (-rank - 1) + " to " + rank);
        }
        Layout layout = x.layout().unsqueeze(dim < 0 ? dim + rank + 1 : dim);
        return Dispatch.view(new Op.ViewAs(layout.shape()), x, layout);
    }

    private static Tensor viewAs(Tensor x, Shape shape) {
        Layout layout = x.layout().view(shape);
        if (layout == null) {
            throw new IllegalStateException("dropping dimensions of size 1 from " + x.layout() + " needs no copy");
        }
        return Dispatch.view(new Op.ViewAs(shape), x, layout);
    }

    static Tensor expand(Tensor x, long... sizes) {
        long[] resolved = sizes.clone();
        int added = sizes.length - x.dim();
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == -1) {
                if (i < added) {
                    throw new ShapeException("expand: " + Arrays.toString(sizes) + " keeps a size (-1) at dimension "
                            + i + ", which shape " + x.shape() + " does not have");
                }
                resolved[i] = x.size(i - added);
            }
        }
        Shape target = Shape.of(resolved);
        if (target.equals(x.shape())) {
            return x;
        }
        return Dispatch.view(new Op.Expand(target), x, x.layout().expand("expand", target));
    }

    static Tensor flatten(Tensor x, int startDim, int endDim) {
        int start = x.shape().normalise("flatten", startDim);
        int end = x.shape().normalise("flatten", endDim);
        if (start > end) {
            throw new ShapeException(
                    "flatten: dimension " + startDim + " comes after dimension " + endDim + " of shape " + x.shape());
        }
        if (x.dim() == 0) {
            return x.reshape(1);
        }
        Shape middle = x.shape().slice(start, end + 1);
        Shape flat = x.shape()
                .slice(0, start)
                .concat(Shape.of(middle.numel()))
                .concat(x.shape().slice(end + 1, x.dim()));
        return x.reshape(flat);
    }

    static Tensor unflatten(Tensor x, int dim, long... sizes) {
        int at = requireDim("unflatten", x, dim);
        long[] resolved = sizes.clone();
        long known = 1;
        int unknown = -1;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == -1) {
                unknown = i;
            } else {
                known *= sizes[i];
            }
        }
        if (unknown >= 0 && known > 0) {
            resolved[unknown] = x.size(at) / known;
            known *= resolved[unknown];
        }
        if (known != x.size(at)) {
            throw new ShapeException("unflatten: size " + x.size(at) + " of dimension " + at + " of shape " + x.shape()
                    + " cannot be split into " + Arrays.toString(sizes));
        }
        Shape shape = x.shape()
                .slice(0, at)
                .concat(Shape.of(resolved))
                .concat(x.shape().slice(at + 1, x.dim()));
        return x.view(shape);
    }

    static Tensor narrow(Tensor x, int dim, long start, long length) {
        int at = requireDim("narrow", x, dim);
        long size = x.size(at);
        long from = start < 0 ? start + size : start;
        if (from < 0 || length < 0 || length > size - from) {
            throw new TensorIndexException("narrow: start " + start + " and length " + length
                    + " reach outside dimension " + at + " of shape " + x.shape() + ", which has size " + size);
        }
        return slice(x, at, from, from + length, 1);
    }

    static Tensor select(Tensor x, int dim, long index) {
        int at = requireDim("select", x, dim);
        long size = x.size(at);
        if (index < -size || index >= size) {
            throw new TensorIndexException("select: index " + index + " is out of range for dimension " + at
                    + " of shape " + x.shape() + ": expected " + -size + " to " + (size - 1));
        }
        long from = index < 0 ? index + size : index;
        return Dispatch.view(new Op.Select(at, from), x, x.layout().select(at, from));
    }

    static Tensor slice(Tensor x, int dim, long start, long end, long step) {
        int at = requireDim("slice", x, dim);
        if (step <= 0) {
            throw new TensorIndexException("slice: step " + step + " must be positive: use flip to walk backwards");
        }
        long size = x.size(at);
        long from = clip(start, size);
        long to = Math.max(from, clip(end, size));
        return Dispatch.view(new Op.Slice(at, from, to, step), x, x.layout().slice(at, from, to, step));
    }

    private static long clip(long bound, long size) {
        return Math.clamp(bound < 0 ? bound + size : bound, 0, size);
    }

    private static int requireDim(String operator, Tensor x, int dim) {
        if (x.dim() == 0) {
            throw new TensorIndexException(operator + ": a tensor of shape () has no dimension " + dim);
        }
        return x.shape().normalise(operator, dim);
    }

    static List<Tensor> split(Tensor x, long size, int dim) {
        int at = requireDim("split", x, dim);
        if (size <= 0 && !(size == 0 && x.size(at) == 0)) {
            throw new ShapeException(
                    "split: pieces of size " + size + " never cover dimension " + at + " of shape " + x.shape());
        }
        long pieces = size == 0 ? 1 : Math.max(1, (x.size(at) + size - 1) / size);
        List<Tensor> result = new ArrayList<>();
        for (long i = 0; i < pieces; i++) {
            result.add(narrow(x, at, i * size, Math.min(size, x.size(at) - i * size)));
        }
        return List.copyOf(result);
    }

    static List<Tensor> split(Tensor x, long[] sizes, int dim) {
        int at = requireDim("split", x, dim);
        if (Arrays.stream(sizes).sum() != x.size(at)) {
            throw new ShapeException("split: sizes " + Arrays.toString(sizes) + " do not add up to size " + x.size(at)
                    + " of dimension " + at + " of shape " + x.shape());
        }
        List<Tensor> result = new ArrayList<>();
        long start = 0;
        for (long size : sizes) {
            result.add(narrow(x, at, start, size));
            start += size;
        }
        return List.copyOf(result);
    }

    static List<Tensor> chunk(Tensor x, int chunks, int dim) {
        int at = requireDim("chunk", x, dim);
        if (chunks <= 0) {
            throw new ShapeException("chunk: " + chunks + " chunks of shape " + x.shape() + ": must be positive");
        }
        return x.size(at) == 0 // as many, all of them empty
                ? split(x, new long[chunks], at)
                : split(x, (x.size(at) + chunks - 1) / chunks, at);
    }

    static List<Tensor> unbind(Tensor x, int dim) {
        int at = requireDim("unbind", x, dim);
        List<Tensor> result = new ArrayList<>();
        for (long i = 0; i < x.size(at); i++) {
            result.add(select(x, at, i));
        }
        return List.copyOf(result);
    }

    static Tensor diagonal(Tensor x, long offset, int dim1, int dim2) {
        int a = requireDim("diagonal", x, dim1);
        int b = requireDim("diagonal", x, dim2);
        if (a == b) {
            throw new TensorIndexException(
                    "diagonal: dimensions " + dim1 + " and " + dim2 + " of shape " + x.shape() + " are the same");
        }
        return Dispatch.view(new Op.Diagonal(offset, a, b), x, x.layout().diagonal(offset, a, b));
    }

    static Tensor unfold(Tensor x, int dimension, long size, long step) {
        int at = x.shape().normalise("unfold", dimension);
        long available = x.dim() == 0 ? 1 : x.size(at);
        if (size < 0 || size > available || step <= 0) {
            throw new ShapeException("unfold: windows of size " + size + " every " + step + " do not fit dimension "
                    + at + " of shape " + x.shape());
        }
        return Dispatch.view(new Op.Unfold(at, size, step), x, x.layout().unfold(at, size, step));
    }

    static Tensor asStrided(Tensor x, Shape shape, long[] strides, long offset) {
        Layout layout = Layout.of(shape, strides, offset);
        long elements = x.storage().byteSize() / x.dtype().byteSize();
        boolean negative = Arrays.stream(strides).anyMatch(stride -> stride < 0);
        if (negative || !layout.fitsInto(elements)) {
            throw new ShapeException("asStrided: " + layout + " reaches outside a storage of " + elements
                    + " elements, or has a negative stride");
        }
        List<Long> list = Arrays.stream(strides).boxed().toList();
        return Dispatch.view(new Op.AsStrided(shape, list, offset), x, layout);
    }

    static Tensor flip(Tensor x, int... dims) {
        Axes axes = Axes.of(dims).normalise("flip", x.shape());
        if (x.dim() == 0) {
            return x.clone();
        }
        return Dispatch.run(
                new Op.Copy(), Dispatch.view(new Op.Flip(axes), x, x.layout().flip(axes)));
    }

    static Tensor roll(Tensor x, long shift, int dim) {
        int at = requireDim("roll", x, dim);
        long size = x.size(at);
        long by = size == 0 ? 0 : Math.floorMod(shift, size);
        if (by == 0) {
            return x.clone();
        }
        return cat(List.of(narrow(x, at, size - by, by), narrow(x, at, 0, size - by)), at);
    }

    static Tensor repeat(String operator, Tensor x, long... times) {
        int added = times.length - x.dim();
        if (added < 0) {
            throw new ShapeException(operator + ": " + Arrays.toString(times) + " names fewer dimensions than shape "
                    + x.shape() + " has");
        }
        long[] split = new long[2 * times.length];
        long[] spread = new long[2 * times.length];
        long[] result = new long[times.length];
        for (int i = 0; i < times.length; i++) {
            long size = i < added ? 1 : x.size(i - added);
            split[2 * i] = 1;
            split[2 * i + 1] = size;
            spread[2 * i] = times[i];
            spread[2 * i + 1] = size;
            result[i] = times[i] * size;
        }
        Tensor copy = x.reshape(split).expand(spread).reshape(result);
        return copy.storage().equals(x.storage()) ? copy.clone() : copy;
    }

    static Tensor tile(Tensor x, long... times) {
        long[] all = new long[Math.max(times.length, x.dim())];
        Arrays.fill(all, 1);
        System.arraycopy(times, 0, all, all.length - times.length, times.length);
        return repeat("tile", x, all);
    }

    static Tensor repeatInterleave(Tensor x, long repeats, int dim) {
        int at = requireDim("repeatInterleave", x, dim);
        long[] spread = new long[x.dim() + 1];
        Arrays.fill(spread, -1);
        spread[at + 1] = repeats;
        Tensor copy = unsqueeze(x, at + 1).expand(spread).reshape(x.shape().with(at, x.size(at) * repeats));
        return copy.storage().equals(x.storage()) ? copy.clone() : copy;
    }

    static Tensor triangle(Tensor x, long diagonal, boolean lower) {
        String operator = lower ? "tril" : "triu";
        if (x.dim() < 2) {
            throw new ShapeException(operator + ": shape " + x.shape() + " has fewer than two dimensions");
        }
        Tensor rows = Tensor.arange(0, x.size(-2), 1, x.device()).unsqueeze(1);
        Tensor columns = Tensor.arange(0, x.size(-1), 1, x.device());
        Tensor distance = columns.sub(rows);
        Tensor keep = lower ? distance.le(diagonal) : distance.ge(diagonal);
        return Elementwise.where(keep, x, Elementwise.scalar(Scalar.of(0), x.dtype(), x));
    }

    static Tensor pad(Tensor x, long[] before, long[] after, Scalar value) {
        if (before.length != x.dim() || after.length != x.dim()) {
            throw new ShapeException("pad: shape " + x.shape() + " needs " + x.dim() + " numbers on either side, not "
                    + before.length + " and " + after.length);
        }
        List<Long> front = Arrays.stream(before).boxed().toList();
        List<Long> back = Arrays.stream(after).boxed().toList();
        return Dispatch.composite(new Op.Pad(front, back, value), x)[0];
    }

    static Tensor cat(List<Tensor> tensors, int dim) {
        List<Tensor> parts = new ArrayList<>();
        @Nullable DType dtype = null;
        for (Tensor tensor : tensors) {
            dtype = dtype == null ? tensor.dtype() : DType.promote(dtype, tensor.dtype());
            boolean legacyEmpty = tensor.dim() == 1 && tensor.size(0) == 0; // PyTorch skips these whatever the rank
            if (!legacyEmpty) {
                parts.add(tensor);
            }
        }
        if (dtype == null) {
            throw new ShapeException("cat: the list of tensors is empty");
        }
        if (parts.isEmpty()) {
            return tensors.get(0).to(dtype).clone();
        }
        Tensor first = parts.get(0);
        int at = requireDim("cat", first, dim);
        Tensor[] operands = new Tensor[parts.size()];
        for (int i = 0; i < operands.length; i++) {
            operands[i] = parts.get(i).to(dtype);
        }
        return Dispatch.composite(new Op.Concat(at), operands)[0];
    }

    static Tensor stack(List<Tensor> tensors, int dim) {
        List<Tensor> parts = new ArrayList<>();
        for (Tensor tensor : tensors) {
            if (!tensor.shape().equals(tensors.get(0).shape())) {
                throw new ShapeException("stack: shapes " + tensors.get(0).shape() + " and " + tensor.shape()
                        + " differ: all must be the same");
            }
            parts.add(tensor.unsqueeze(dim));
        }
        if (parts.isEmpty()) {
            throw new ShapeException("stack: the list of tensors is empty");
        }
        return cat(parts, dim);
    }
}
