package io.gatun.tensor.op;

import io.gatun.tensor.Axes;
import io.gatun.tensor.BackendException;
import io.gatun.tensor.DType;
import io.gatun.tensor.Eigh;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Svd;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.spi.MatrixDecompositions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * What each composite means: itself in terms of other operators. A backend that claims a composite must give the same
 * result up to rounding. Operands carry no gradient history here; gradient rules are written for the composite as a
 * whole.
 */
public final class Decompositions {
    private static volatile @Nullable MatrixDecompositions onHost; // found when first asked for

    private Decompositions() {}

    /** The results of {@code op}, computed by other operators. */
    public static Tensor[] decompose(Op.Composite op, Tensor... in) {
        return switch (op) {
            case Op.Concat(var dim) -> one(concat(dim, in));
            case Op.Pad(var before, var after, var value) -> one(pad(in[0], before, after, value));
            case Op.Fft fft -> one(Fourier.transform(fft, in[0]));
            case Op.Conj _ -> {
                Tensor result = in[0].clone();
                result.imag().neg_();
                yield one(result);
            }
            case Op.Softmax(var dim) -> {
                Tensor exp = in[0].sub(finiteMax(in[0], dim)).exp();
                yield one(exp.div(exp.sum(dim, true)));
            }
            case Op.LogSoftmax(var dim) -> {
                Tensor shifted = in[0].sub(finiteMax(in[0], dim));
                yield one(shifted.sub(shifted.exp().sum(dim, true).log()));
            }
            case Op.SoftmaxGradient(var dim, var log) -> one(softmaxGradient(dim, log, in[0], in[1]));
            case Op.CrossEntropy(var ignored) -> crossEntropy(ignored, in[0], in[1]);
            case Op.CrossEntropyGradient(var ignored) -> one(crossEntropyGradient(ignored, in[0], in[1], in[2], in[3]));
            case Op.Normalize(var eps) -> {
                Axes axes = normalized(in[0]);
                Tensor mean = in[0].mean(axes, true);
                Tensor centred = in[0].sub(mean);
                Tensor variance = centred.square().mean(axes, true);
                Tensor normal = centred.mul(variance.add(eps).rsqrt());
                Tensor result = normal.mul(beside(in[0], in[1])).add(beside(in[0], in[2]));
                yield new Tensor[] {result, mean.reshape(-1), variance.reshape(-1)};
            }
            case Op.NormalizeGradient(var eps) -> {
                Axes axes = normalized(in[1]);
                Tensor g = in[0].mul(beside(in[1], in[4]));
                Tensor normal = normal(eps, in);
                Tensor along = normal.mul(g.mul(normal).mean(axes, true));
                yield one(g.sub(g.mean(axes, true)).sub(along).mul(scale(eps, in)));
            }
            case Op.NormalizeWeight(var eps) ->
                one(in[0].mul(normal(eps, in)).sum(in[1].dim() == 2 ? Axes.of(0) : Axes.of(0, 2), false));
            case Op.ChannelScale _ -> one(in[0].mul(beside(in[0], in[1])).add(beside(in[0], in[2])));
            case Op.Step step -> steps(step, in);
            case Op.LstmSteps(var reverse) -> Recurrences.lstm(reverse, in);
            case Op.LstmStepsGradient(var reverse) -> Recurrences.lstmGradient(reverse, in);
            case Op.Gelu(var tanh) ->
                one(in[0].mul(0.5)
                        .mul((tanh ? tangent(in[0]) : in[0].mul(Math.sqrt(0.5)).erf()).add(1.0)));
            case Op.Dropout dropout ->
                one(in[0].mul(Operators.create(dropout.mask(in[0].shape(), in[0].dtype()), in[0].device())));
            case Op.GeluGradient(var tanh) -> one(in[0].mul(geluSlope(tanh, in[1])));
            case Op.Attention(var scale, var causal) -> attention(scale, causal, in);
            case Op.AttentionGradient(var scale, var causal) -> Arrays.copyOf(attentionGradient(scale, causal, in), 3);
            case Op.Convolution(var geometry) -> one(convolution(geometry, in[0], in[1]));
            case Op.ConvolutionInput(var geometry, var spatial) ->
                one(convolutionInput(geometry, spatial, in[0], in[1]));
            case Op.ConvolutionWeight(var geometry, var kernel) ->
                one(convolutionWeight(geometry, kernel, in[0], in[1]));
            case Op.MaxPool(var geometry) -> maxPool(geometry, in[0]);
            case Op.MaxPoolGradient(var _, var spatial) -> {
                Shape planes = in[0].shape().slice(0, 2).concat(Shape.of(spatial.numel()));
                Tensor sums = Tensor.zeros(planes, in[0].dtype(), in[0].device());
                sums.scatterAdd_(2, in[1].flatten(2), in[0].flatten(2));
                yield one(sums.reshape(planes.slice(0, 2).concat(spatial).toArray()));
            }
            case Op.AveragePool pool -> one(AveragePools.pool(pool, in[0]));
            case Op.AveragePoolInput gradient -> one(AveragePools.input(gradient, in[0]));
            case Op.LinearAlgebra algebra -> onHost(algebra, in);
            case Op.Pinv pinv -> one(pseudoInverse(pinv, in[0]));
        };
    }

    private static Tensor[] steps(Op.Step op, Tensor... in) {
        List<Tensor> results = new ArrayList<>();
        for (int first = 0; first < in.length; first += op.operands()) {
            Tensor[] of = Arrays.copyOfRange(in, first, first + op.operands());
            results.addAll(
                    switch (op) {
                        case Op.AdamStep step ->
                            adam(step, number(step.rate(), of[0]), number(step.scale(), of[0]), of);
                        case Op.CountedAdamStep step -> countedAdam(step, of);
                        case Op.GradientStep step ->
                            List.of(of[0].sub(decayed(step.decay(), of[0], of[1]), step.rate()));
                        case Op.MomentumStep step -> momentum(step, of);
                    });
        }
        return results.toArray(Tensor[]::new);
    }

    /** The step of a number that only the device knows. */
    private static List<Tensor> countedAdam(Op.CountedAdamStep step, Tensor... in) {
        DType dtype = in[0].dtype();
        Tensor number = in[4].add(1.0);
        Tensor rate = number(step.lr(), in[4]).div(rest(step.beta1(), number));
        Tensor scale = rest(step.beta2(), number).sqrt().reciprocal();
        List<Tensor> results = new ArrayList<>(adam(step.at(1), rate.to(dtype), scale.to(dtype), in));
        results.add(number);
        return results;
    }

    /** {@code 1 - beta} to the power of a step's number. */
    private static Tensor rest(double beta, Tensor number) {
        return number(beta, number).pow(number).rsub(1.0);
    }

    /** A number beside {@code x}. */
    private static Tensor number(double value, Tensor x) {
        return Tensor.full(Shape.scalar(), Scalar.of(value), x.dtype(), x.device());
    }

    /** With rate and scale as tensors of shape (), in place of the step's own. */
    private static List<Tensor> adam(Op.AdamStep step, Tensor rate, Tensor scale, Tensor... in) {
        Tensor down = in[1].add(in[0], step.decay());
        Tensor mean = in[2].lerp(down, 1 - step.beta1());
        Tensor square = in[3].mul(step.beta2()).addcmul(down, down, 1 - step.beta2());
        Tensor divisor = square.sqrt().mul(scale).add(step.eps());
        Tensor change = mean.div(divisor).mul(rate);
        return List.of(in[0].mul(step.shrink()).sub(change), mean, square);
    }

    private static List<Tensor> momentum(Op.MomentumStep step, Tensor... in) {
        Tensor down = decayed(step.decay(), in[0], in[1]);
        Tensor buffer = in[2].mul(step.momentum()).add(down, step.share());
        Tensor direction = step.nesterov() ? down.add(buffer, step.momentum()) : buffer;
        return List.of(in[0].sub(direction, step.rate()), buffer);
    }

    private static Tensor decayed(double decay, Tensor parameter, Tensor gradient) {
        return decay == 0 ? gradient : gradient.add(parameter, decay);
    }

    private static Tensor[] onHost(Op.LinearAlgebra op, Tensor... in) {
        MatrixDecompositions library = onHost;
        if (library == null) {
            library = ServiceLoader.load(MatrixDecompositions.class, Decompositions.class.getClassLoader())
                    .findFirst()
                    .orElseThrow(() -> new BackendException(op.operatorName()
                            + ": no library of matrix decompositions is on the path: add the artifact"
                            + " io.gatun:gatun-linalg"));
            onHost = library;
        }
        return library.compute(op, in);
    }

    /** V·S⁺·Uᵀ, S⁺ the reciprocals of the singular values that count; of a symmetric matrix those are |eigenvalues|. */
    private static Tensor pseudoInverse(Op.Pinv op, Tensor a) {
        if (a.numel() == 0) {
            return Tensor.zeros(OpRules.outputs(op, a)[0].shape(), a.dtype(), a.device());
        }
        if (op.hermitian()) {
            Eigh decomposition = a.eigh();
            Tensor vectors = decomposition.eigenvectors();
            return product(vectors, reciprocals(op, decomposition.eigenvalues()), vectors);
        }
        Svd decomposition = a.svd(false);
        return product(decomposition.vh().transpose(-1, -2), reciprocals(op, decomposition.s()), decomposition.u());
    }

    private static Tensor product(Tensor left, Tensor diagonal, Tensor right) {
        return left.mul(diagonal.unsqueeze(-2)).matmul(right.transpose(-1, -2));
    }

    private static Tensor reciprocals(Op.Pinv op, Tensor values) {
        Tensor sizes = values.abs();
        Tensor threshold = sizes.amax(-1, true).mul(op.rtol()).clampMin(op.atol());
        Tensor small = sizes.le(threshold);
        return values.maskedFill(small, 1).reciprocal().maskedFill(small, 0);
    }

    /** The largest along {@code dim}, which exponentials are taken relative to; 0 if there are none. */
    private static Tensor finiteMax(Tensor x, int dim) {
        boolean none = x.dim() > 0 && x.size(dim) == 0;
        return none ? Tensor.zeros(Shape.scalar(), x.dtype(), x.device()) : x.amax(dim, true);
    }

    private static Tensor softmaxGradient(int dim, boolean log, Tensor g, Tensor y) {
        if (log) {
            return g.sub(y.exp().mul(g.sum(dim, true)));
        }
        Tensor weighted = g.mul(y);
        return weighted.sub(y.mul(weighted.sum(dim, true)));
    }

    private static Tensor[] crossEntropy(long ignored, Tensor scores, Tensor classes) {
        Tensor skipped = classes.eq(ignored);
        Tensor max = finiteMax(scores, 1);
        Tensor shifted = scores.sub(max);
        Tensor log = shifted.exp().sum(1, true).log();
        if (scores.size(1) == 0) {
            return new Tensor[] {log.squeeze(1).neg().maskedFill(skipped, 0), log.squeeze(1)};
        }
        Tensor picked = shifted.gather(1, classes.maskedFill(skipped, 0).unsqueeze(1));
        return new Tensor[] {
            log.sub(picked).squeeze(1).maskedFill(skipped, 0), max.add(log).squeeze(1)
        };
    }

    private static Tensor crossEntropyGradient(long ignored, Tensor g, Tensor scores, Tensor logs, Tensor classes) {
        Tensor skipped = classes.eq(ignored);
        Tensor each = g.maskedFill(skipped, 0).unsqueeze(1);
        Tensor index = classes.maskedFill(skipped, 0).unsqueeze(1);
        return scores.sub(logs.unsqueeze(1)).exp().mul(each).scatterAdd(1, index, each.neg());
    }

    /** What {@link Op.Normalize} normalises together: the columns of a row, or samples and elements of a channel. */
    public static Axes normalized(Tensor x) {
        return x.dim() == 2 ? Axes.of(1) : Axes.of(0, 2);
    }

    /** A number for each column or channel, beside x. */
    private static Tensor beside(Tensor x, Tensor weight) {
        return x.dim() == 2 ? weight : weight.unsqueeze(1);
    }

    /** Of the operands of gradients of {@link Op.Normalize}: what x less its means was multiplied by. */
    private static Tensor scale(double eps, Tensor... in) {
        return in[3].add(eps).rsqrt().unsqueeze(1);
    }

    private static Tensor normal(double eps, Tensor... in) {
        return in[1].sub(in[2].unsqueeze(1)).mul(scale(eps, in));
    }

    /** The hyperbolic tangent in the approximation of the normal distribution (Hendrycks and Gimpel, 2016). */
    private static Tensor tangent(Tensor x) {
        return x.mul(x.square().mul(0.044715).add(1.0))
                .mul(Math.sqrt(2 / Math.PI))
                .tanh();
    }

    private static Tensor geluSlope(boolean tanh, Tensor x) {
        if (tanh) {
            Tensor tangent = tangent(x);
            Tensor inner = x.square().mul(3 * 0.044715).add(1.0).mul(Math.sqrt(2 / Math.PI));
            return tangent.add(1.0)
                    .add(tangent.square().rsub(1.0).mul(inner).mul(x))
                    .mul(0.5);
        }
        Tensor density = x.square().mul(-0.5).exp().mul(1 / Math.sqrt(2 * Math.PI));
        return x.mul(Math.sqrt(0.5)).erf().add(1.0).mul(0.5).add(x.mul(density));
    }

    private static Tensor[] attention(double scale, boolean causal, Tensor... in) {
        Tensor scores = scores(scale, causal, in[0], in[1], in.length > 3 ? in[3] : null);
        Tensor weights = scores.softmax(-1);
        Tensor max = finiteMax(scores, -1);
        Tensor sum =
                finiteMax(weights, -1).reciprocal(); // the largest weight is one exponential of 1, divided by the sum
        Shape shape = scores.shape().with(-1, 1);
        Tensor[] sums = {max.expand(shape).transpose(-2, -1), sum.expand(shape).transpose(-2, -1)};
        return new Tensor[] {weights.matmul(in[2]), concat(shape.rank() - 2, sums)};
    }

    /** What is taken the softmax of. */
    private static Tensor scores(double scale, boolean causal, Tensor query, Tensor key, @Nullable Tensor mask) {
        Tensor scores = query.mul(scale).matmul(key.transpose(-2, -1));
        if (mask != null) {
            scores = mask.dtype() == DType.BOOL ? hidden(scores, mask) : scores.add(mask);
        }
        if (causal) {
            Shape corner = scores.shape().slice(scores.dim() - 2, scores.dim());
            scores = hidden(
                    scores,
                    Tensor.ones(corner, DType.U8, scores.device()).tril().toBool());
        }
        return scores;
    }

    private static Tensor hidden(Tensor scores, Tensor seen) {
        return scores.maskedFill(seen.logicalNot(), Double.NEGATIVE_INFINITY);
    }

    /** The results of {@link Op.AttentionGradient}, and the gradient of the scores, which is that of a mask added to them. */
    public static Tensor[] attentionGradient(double scale, boolean causal, Tensor... in) {
        Tensor g = in[0];
        Tensor sums = in[4].transpose(-2, -1); // (..., L, 2)
        Tensor weights = scores(scale, causal, in[1], in[2], in.length > 5 ? in[5] : null)
                .sub(sums.narrow(-1, 0, 1))
                .exp()
                .div(sums.narrow(-1, 1, 1));
        Tensor scores = softmaxGradient(-1, false, g.matmul(in[3].transpose(-2, -1)), weights);
        return new Tensor[] {
            scores.matmul(in[2]).mul(scale),
            scores.transpose(-2, -1).matmul(in[1]).mul(scale),
            weights.transpose(-2, -1).matmul(g),
            scores
        };
    }

    private static Tensor concat(int dim, Tensor... in) {
        Shape shape = OpRules.outputs(new Op.Concat(dim), in)[0].shape();
        Tensor result = Tensor.empty(shape, in[0].dtype(), in[0].device());
        long at = 0;
        for (Tensor part : in) {
            result.narrow(dim, at, part.size(dim)).copy_(part);
            at += part.size(dim);
        }
        return result;
    }

    /** Negative paddings crop. */
    private static Tensor pad(Tensor x, List<Long> before, List<Long> after, Scalar value) {
        long[] sizes = x.shape().toArray();
        Tensor source = x;
        for (int i = 0; i < sizes.length; i++) {
            long cropFront = Math.max(0, -before.get(i));
            long cropBack = Math.max(0, -after.get(i));
            source = source.narrow(i, cropFront, x.size(i) - cropFront - cropBack);
            sizes[i] += before.get(i) + after.get(i);
        }
        Tensor result = Tensor.full(Shape.of(sizes), value, x.dtype(), x.device());
        Tensor inside = result;
        for (int i = 0; i < sizes.length; i++) {
            inside = inside.narrow(i, Math.max(0, before.get(i)), source.size(i));
        }
        inside.copy_(source);
        return result;
    }

    private static Tensor padded(Tensor x, List<Integer> padding, Scalar value, long[] extra) {
        boolean none =
                padding.stream().allMatch(p -> p == 0) && Arrays.stream(extra).allMatch(e -> e == 0);
        if (none) {
            return x;
        }
        long[] front = new long[x.dim()];
        long[] back = new long[x.dim()];
        for (int i = 0; i < padding.size(); i++) {
            front[i + 2] = padding.get(i);
            back[i + 2] = padding.get(i) + extra[i];
        }
        return pad(
                x,
                Arrays.stream(front).boxed().toList(),
                Arrays.stream(back).boxed().toList(),
                value);
    }

    /** (N, C, *out, *kernel): the windows of a padded input, as a view. */
    private static Tensor windows(Tensor x, List<Integer> stride, List<Integer> dilation, long[] kernel, long[] out) {
        Tensor view = x;
        for (int i = 0; i < kernel.length; i++) {
            long reach = dilation.get(i) * (kernel[i] - 1) + 1;
            view = view.unfold(i + 2, reach, stride.get(i));
            view = view.slice(-1, 0, Long.MAX_VALUE, dilation.get(i)).narrow(i + 2, 0, out[i]);
        }
        return view;
    }

    /** (N, G, C/G * K, L): the windows as columns, a copy unless a kernel of 1 makes it a view. */
    private static Tensor columns(ConvolutionGeometry geometry, Tensor x, long[] kernel, long[] out) {
        int rank = geometry.spatialRank();
        Tensor view = windows(
                padded(x, geometry.padding(), Scalar.of(0), new long[rank]),
                geometry.stride(),
                geometry.dilation(),
                kernel,
                out);
        int[] order = new int[2 + 2 * rank];
        order[1] = 1;
        for (int i = 0; i < rank; i++) {
            order[2 + i] = 2 + rank + i;
            order[2 + rank + i] = 2 + i;
        }
        long groups = geometry.groups();
        long rows = x.size(1) / groups * product(kernel);
        return view.permute(order).reshape(x.size(0), groups, rows, product(out));
    }

    private static Tensor convolution(ConvolutionGeometry geometry, Tensor x, Tensor weight) {
        Shape shape = OpRules.outputs(new Op.Convolution(geometry), x, weight)[0].shape();
        long[] kernel = spatial(weight.shape());
        Tensor columns = columns(geometry, x, kernel, spatial(shape));
        long groups = geometry.groups();
        Tensor matrix = weight.reshape(groups, weight.size(0) / groups, weight.size(1) * product(kernel));
        return matrix.matmul(columns).reshape(shape);
    }

    private static Tensor convolutionInput(ConvolutionGeometry geometry, Shape inputSpatial, Tensor g, Tensor weight) {
        Shape shape = OpRules.outputs(new Op.ConvolutionInput(geometry, inputSpatial), g, weight)[0].shape();
        int rank = geometry.spatialRank();
        long groups = geometry.groups();
        long[] kernel = spatial(weight.shape());
        long[] out = spatial(g.shape());
        Tensor matrix = weight.reshape(groups, weight.size(0) / groups, weight.size(1) * product(kernel));
        Tensor rows = g.reshape(g.size(0), groups, g.size(1) / groups, product(out));
        Tensor columns = matrix.transpose(1, 2).matmul(rows); // (N, G, C/G * K, L)
        if (geometry.isPointwise(product(kernel))) {
            return columns.reshape(shape);
        }
        long[] apart = new long[2 + 2 * rank];
        apart[0] = shape.size(0);
        apart[1] = shape.size(1);
        System.arraycopy(kernel, 0, apart, 2, rank);
        System.arraycopy(out, 0, apart, 2 + rank, rank);
        columns = columns.reshape(apart);
        long[] sizes = shape.toArray();
        for (int i = 0; i < rank; i++) {
            sizes[2 + i] += 2L * geometry.padding().get(i);
        }
        Tensor result = Tensor.zeros(Shape.of(sizes), g.dtype(), g.device());
        long[] tap = new long[rank];
        for (long k = 0; k < product(kernel); k++) { // every kernel element adds its plane to a strided view
            long rest = k;
            for (int i = rank - 1; i >= 0; i--) {
                tap[i] = rest % kernel[i];
                rest /= kernel[i];
            }
            Tensor target = result;
            Tensor plane = columns;
            for (int i = 0; i < rank; i++) {
                long start = tap[i] * geometry.dilation().get(i);
                long end = start + (out[i] - 1) * geometry.stride().get(i) + 1;
                target = target.slice(2 + i, start, end, geometry.stride().get(i));
                plane = plane.select(2, tap[i]);
            }
            target.add_(plane);
        }
        for (int i = 0; i < rank; i++) {
            result = result.narrow(2 + i, geometry.padding().get(i), shape.size(2 + i));
        }
        return result.contiguous();
    }

    private static Tensor convolutionWeight(ConvolutionGeometry geometry, Shape kernel, Tensor x, Tensor g) {
        Shape shape = OpRules.outputs(new Op.ConvolutionWeight(geometry, kernel), x, g)[0].shape();
        long groups = geometry.groups();
        long[] out = spatial(g.shape());
        Tensor columns = columns(geometry, x, kernel.toArray(), out);
        Tensor rows = g.reshape(g.size(0), groups, g.size(1) / groups, product(out));
        return rows.matmul(columns.transpose(2, 3)).sum(0).reshape(shape);
    }

    private static Tensor[] maxPool(PoolGeometry geometry, Tensor x) {
        int rank = geometry.spatialRank();
        long[] out = spatial(OpRules.outputs(new Op.MaxPool(geometry), x)[0].shape());
        long[] kernel = geometry.kernel().stream().mapToLong(k -> k).toArray();
        long[] extra = new long[rank];
        for (int i = 0; i < rank; i++) {
            long reach = (out[i] - 1) * geometry.stride().get(i)
                    + (long) geometry.dilation().get(i) * (kernel[i] - 1)
                    + 1;
            extra[i] =
                    Math.max(0, reach - x.size(2 + i) - 2L * geometry.padding().get(i));
        }
        Tensor windows = flatWindows(geometry, x, lowest(x.dtype()), extra, out);
        Tensor plane = Tensor.ones(x.shape().with(0, 1).with(1, 1), DType.U8, x.device());
        Tensor inside = flatWindows(geometry, plane, Scalar.of(0), extra, out);
        Tensor winner = windows.argmax(-1, true);
        Tensor isInside =
                inside.expand(windows.shape()).gather(2 + rank, winner).ne(0);
        winner = Tensor.where(
                isInside, winner, inside.argmax(-1, true)); // padding may equal the largest, and come first
        Tensor values = windows.gather(2 + rank, winner).squeeze(-1);
        return new Tensor[] {values, inputPositions(geometry, x.shape(), winner.squeeze(-1), kernel)};
    }

    /** The windows' elements as a last dimension: (N, C, out, elements). */
    private static Tensor flatWindows(PoolGeometry geometry, Tensor x, Scalar outside, long[] extra, long[] out) {
        int rank = geometry.spatialRank();
        long[] kernel = geometry.kernel().stream().mapToLong(k -> k).toArray();
        Tensor padded = padded(x, geometry.padding(), outside, extra);
        Tensor view = windows(padded, geometry.stride(), geometry.dilation(), kernel, out);
        long[] flat = Arrays.copyOf(view.shape().toArray(), 3 + rank);
        flat[2 + rank] = product(kernel);
        return view.reshape(flat);
    }

    /** From positions inside windows to positions in the flattened spatial dimensions of the input. */
    private static Tensor inputPositions(PoolGeometry geometry, Shape input, Tensor winner, long[] kernel) {
        int rank = geometry.spatialRank();
        Tensor rest = winner;
        Tensor position = Tensor.zeros(Shape.scalar(), DType.I64, winner.device());
        long step = 1;
        for (int i = rank - 1; i >= 0; i--) {
            Tensor tap = rest.remainder(kernel[i]);
            rest = rest.floorDivide(kernel[i]);
            Tensor starts = Tensor.arange(0, winner.size(2 + i))
                    .to(winner.device())
                    .mul((long) geometry.stride().get(i));
            long[] alongDim = new long[rank];
            Arrays.fill(alongDim, 1);
            alongDim[i] = -1;
            Tensor coordinate = tap.mul((long) geometry.dilation().get(i))
                    .add(starts.sub((long) geometry.padding().get(i)).reshape(alongDim));
            position = position.add(coordinate.mul(step));
            step *= input.size(2 + i);
        }
        return position;
    }

    private static Scalar lowest(DType dtype) {
        if (dtype.isFloatingPoint()) {
            return Scalar.of(Double.NEGATIVE_INFINITY);
        }
        return Scalar.of(dtype == DType.U8 ? 0 : -1L << (dtype.byteSize() * 8 - 1));
    }

    private static long[] spatial(Shape shape) {
        return shape.slice(2, shape.rank()).toArray();
    }

    private static long product(long... sizes) {
        return Shape.of(sizes).numel();
    }

    private static Tensor[] one(Tensor result) {
        return new Tensor[] {result};
    }
}
