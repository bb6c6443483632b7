package io.gatun.autograd;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Fft;
import io.gatun.tensor.Index;
import io.gatun.tensor.Operators;
import io.gatun.tensor.RoundingMode;
import io.gatun.tensor.ScatterReduction;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.PoolGeometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;

/** Every differentiable operator as a function for {@link GradCheck}, with operands away from its kinks. */
final class Differentiables {
    /**
     * An operator under test.
     *
     * @param spreads whether it may be given operands with equal elements (by expansion) without meeting a kink
     * @param operands the values, {@code F64}; each requires a gradient
     */
    record Differentiable(String name, boolean spreads, TensorFunction function, List<Tensor> operands) {}

    private final List<Differentiable> all = new ArrayList<>();
    private int seed;

    private Differentiables() {}

    static List<Differentiable> all() {
        Differentiables list = new Differentiables();
        list.views();
        list.unary();
        list.binary();
        list.reductions();
        list.indexing();
        list.composites();
        return list.all;
    }

    /** Values in [low, high], no two alike: evenly spaced, in random order. */
    static Tensor values(double low, double high, int seed, long... shape) {
        int count = (int) Shape.of(shape).numel();
        double[] values = new double[count];
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < count; i++) {
            values[i] = low + (high - low) * (i + 0.5) / count;
        }
        for (int i = count - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            double moved = values[i];
            values[i] = values[other];
            values[other] = moved;
        }
        return Tensor.of(values).reshape(shape);
    }

    private Tensor x(long... shape) {
        return values(-1.73, 1.94, seed++, shape);
    }

    private Tensor positive(long... shape) {
        return values(0.3, 2.1, seed++, shape);
    }

    private Tensor inside(long... shape) {
        return values(-0.8, 0.85, seed++, shape);
    }

    private void add(String name, TensorFunction function, Tensor... operands) {
        all.add(new Differentiable(name, true, function, List.of(operands)));
    }

    private void addDistinct(String name, TensorFunction function, Tensor... operands) {
        all.add(new Differentiable(name, false, function, List.of(operands)));
    }

    private static Tensor index(long... positions) {
        return Tensor.of(positions);
    }

    // A factor that differs by element, so that a gradient in the wrong place is seen.
    private static Tensor weighted(Tensor y) {
        double[] weights = new double[(int) y.numel()];
        Arrays.setAll(weights, i -> 1 + 0.3 * i);
        return y.mul(Tensor.of(weights).reshape(y.shape()));
    }

    private void views() {
        add("permute", in -> in[0].permute(2, 0, 1).square(), x(2, 3, 2));
        add("transpose", in -> in[0].transpose(0, 1).square(), x(2, 3));
        add("expand", in -> in[0].expand(4, 2, 3).square(), x(2, 1));
        add("expandNumber", in -> in[0].expand(2, 3).square(), x());
        add("expandToNothing", in -> in[0].expand(0, 2).square(), x(1, 2));
        add("view", in -> in[0].reshape(3, 4).square(), x(2, 2, 3));
        add("reshapeCopy", in -> in[0].transpose(0, 1).reshape(-1).square(), x(2, 3));
        add("squeeze", in -> in[0].squeeze(1).unsqueeze(0).square(), x(2, 1, 3));
        add("flip", in -> in[0].flip(0, 2).square(), x(2, 2, 3));
        add("slice", in -> in[0].slice(1, 1, 6, 2).square(), x(2, 6));
        add("narrow", in -> in[0].narrow(0, 1, 2).square(), x(4, 2));
        add("sliceOfNothing", in -> in[0].slice(1, 3, 3, 1).sum().add(in[0].sum()), x(2, 4));
        add("select", in -> in[0].select(1, -2).square(), x(2, 3, 2));
        add("selectOfVector", in -> in[0].select(0, 1).square(), x(3));
        add("diagonal", in -> in[0].diagonal().square(), x(3, 3));
        add("diagonalShifted", in -> in[0].diagonal(1, 2, 0).square(), x(3, 2, 3));
        add("diagonalBelow", in -> in[0].diagonal(-1, 0, 1).square(), x(4, 3));
        add("unfold", in -> in[0].unfold(0, 2, 2).square(), x(5));
        add("unfoldOverlapping", in -> in[0].unfold(1, 3, 2).square(), x(2, 7));
        add("unfoldLargeWindows", in -> in[0].unfold(0, 5, 1).square(), x(6, 2));
        add(
                "asStrided",
                in -> in[0].contiguous()
                        .asStrided(Shape.of(2, 2), new long[] {1, 3}, 1)
                        .square(),
                x(2, 4));
        add(
                "asStridedOverlapping",
                in -> in[0].contiguous()
                        .asStrided(Shape.of(3, 2), new long[] {1, 1}, 0)
                        .square(),
                x(4));
        add(
                "asStridedOfExpanded",
                in -> in[0].contiguous()
                        .expand(3, 2)
                        .asStrided(Shape.of(2, 2), new long[] {0, 1}, 0)
                        .square(),
                x(1, 2));
        add("movedim", in -> in[0].movedim(0, 2).square(), x(2, 3, 2));
        add("roll", in -> in[0].roll(1, 1).square(), x(2, 3));
        add("repeat", in -> in[0].repeat(2, 1, 2).square(), x(2, 2));
        add("repeatInterleave", in -> in[0].repeatInterleave(2, 1).square(), x(2, 3));
        add("tril", in -> in[0].tril().square(), x(3, 3));
        add("triu", in -> in[0].triu(1).square(), x(3, 4));
        add("rot90", in -> in[0].rot90(1).square(), x(2, 3));
        add(
                "repeatInterleaveTensor",
                in -> in[0].repeatInterleave(index(2, 0, 1), 1).square(),
                x(2, 3));
        add("sumToSize", in -> in[0].sumToSize(3, 1).square(), x(2, 3, 2));
        add("tensorSplit", in -> in[0].tensorSplit(2, 1).get(0).square(), x(2, 3));
        add("diagEmbed", in -> in[0].diagEmbed(1, 0, 2).square(), x(2, 3));
        add("diag", in -> in[0].diag(-1).square(), x(3, 3));
        add("diagonalScatter", in -> in[0].diagonalScatter(in[1], 1, 0, 1).square(), x(3, 3), x(2));
        add("vander", in -> in[0].vander(4, false), x(3));
        add("unbind", in -> in[0].unbind(1).get(1).mul(in[0].unbind(1).get(0)), x(2, 2));
        add("chunk", in -> in[0].chunk(2, 0).get(1).square(), x(3, 2));
    }

    private void unary() {
        add("abs", in -> in[0].abs(), x(2, 3));
        add("neg", in -> in[0].neg(), x(2, 3));
        add("square", in -> in[0].square(), x(2, 3));
        add("relu", in -> in[0].relu(), x(2, 3));
        add("sign", in -> in[0].sign(), x(2, 3));
        add("floor", in -> in[0].floor(), x(2, 3));
        add("ceil", in -> in[0].ceil(), x(2, 3));
        add("round", in -> in[0].round(), x(2, 3));
        add("trunc", in -> in[0].trunc(), x(2, 3));
        add("exp", in -> in[0].exp(), x(2, 3));
        add("expm1", in -> in[0].expm1(), x(2, 3));
        add("log", in -> in[0].log(), positive(2, 3));
        add("log1p", in -> in[0].log1p(), positive(2, 3));
        add("log2", in -> in[0].log2(), positive(2, 3));
        add("log10", in -> in[0].log10(), positive(2, 3));
        add("sqrt", in -> in[0].sqrt(), positive(2, 3));
        add("rsqrt", in -> in[0].rsqrt(), positive(2, 3));
        add("reciprocal", in -> in[0].reciprocal(), positive(2, 3));
        add("sin", in -> in[0].sin(), x(2, 3));
        add("cos", in -> in[0].cos(), x(2, 3));
        add("tan", in -> in[0].tan(), inside(2, 3));
        add("asin", in -> in[0].asin(), inside(2, 3));
        add("acos", in -> in[0].acos(), inside(2, 3));
        add("atan", in -> in[0].atan(), x(2, 3));
        add("sinh", in -> in[0].sinh(), x(2, 3));
        add("cosh", in -> in[0].cosh(), x(2, 3));
        add("tanh", in -> in[0].tanh(), x(2, 3));
        add("sigmoid", in -> in[0].sigmoid(), x(2, 3));
        add("erf", in -> in[0].erf(), x(2, 3));
        add("asinh", in -> in[0].asinh(), x(2, 3));
        add("acosh", in -> in[0].add(1).acosh(), positive(2, 3));
        add("atanh", in -> in[0].atanh(), inside(2, 3));
        add("erfc", in -> in[0].erfc(), x(2, 3));
        add("erfinv", in -> in[0].erfinv(), inside(2, 3));
        add("lgamma", in -> in[0].lgamma(), positive(2, 3));
        add("lgammaBelowZero", in -> in[0].sub(2.5).lgamma(), values(-0.3, 0.4, seed++, 2, 3));
        add("digamma", in -> in[0].digamma(), positive(2, 3));
        add("polygamma", in -> in[0].polygamma(3), positive(2, 3));
        add("mvlgamma", in -> in[0].add(1).mvlgamma(3), positive(2, 3));
        add("exp2", in -> in[0].exp2(), x(2, 3));
        add("sinc", in -> in[0].sinc(), x(2, 3));
        add("sincOfZero", in -> in[0].sinc(), Tensor.of(new double[] {0}));
        add("logit", in -> in[0].logit(0.1), values(0.2, 0.8, seed++, 2, 3));
        add("frac", in -> in[0].frac().square(), x(2, 3));
        add("deg2rad", in -> in[0].deg2rad().square(), x(2, 3));
        add("nanToNum", in -> in[0].nanToNum().square(), x(2, 3));
        add("number", in -> in[0].tanh().mul(in[0]), x());
        add("nothing", in -> in[0].exp().sum().add(1), x(0, 3));
        add("clone", in -> in[0].clone().square(), x(2, 3));
    }

    private void binary() {
        add("add", in -> in[0].add(in[1]), x(2, 3), x(2, 3));
        add("addBroadcast", in -> in[0].add(in[1]).square(), x(2, 1), x(3));
        add("addNumber", in -> in[0].add(in[1]).square(), x(2, 3), x());
        add("sub", in -> in[0].sub(in[1]), x(2, 3), x(2, 3));
        add("rsub", in -> in[0].rsub(2.0).square(), x(2, 3));
        add("mul", in -> in[0].mul(in[1]), x(2, 3), x(2, 3));
        add("mulBySelf", in -> in[0].mul(in[0]).mul(in[0]), x(2, 3));
        add("div", in -> in[0].div(in[1]), x(2, 3), positive(2, 3));
        add("divBroadcast", in -> in[0].div(in[1]), x(3), positive(2, 1));
        add("floorDivide", in -> in[0].floorDivide(in[1]), x(2, 3), positive(2, 3));
        add("truncDivide", in -> in[0].div(in[1], RoundingMode.TRUNC), x(2, 3), positive(2, 3));
        add("fmod", in -> in[0].fmod(in[1]), x(2, 3), values(0.31, 0.5, 3, 2, 3));
        add("remainder", in -> in[0].remainder(in[1]), x(2, 3), values(0.31, 0.5, 4, 2, 3));
        add("pow", in -> in[0].pow(in[1]), positive(2, 3), x(2, 3));
        add("powNumber", in -> in[0].pow(3), x(2, 3));
        add("powFraction", in -> in[0].pow(1.7), positive(2, 3));
        add("powZero", in -> in[0].pow(0), x(2, 3));
        add("powNegative", in -> in[0].pow(-2), positive(2, 3));
        add("atan2", in -> in[0].atan2(in[1]), x(2, 3), positive(2, 3));
        add("maximum", in -> in[0].maximum(in[1]), x(2, 3), inside(2, 3));
        add("minimum", in -> in[0].minimum(in[1]), x(2, 3), inside(2, 3));
        add("copysign", in -> in[0].copysign(in[1]).square(), x(2, 3), x(2, 3));
        add("hypot", in -> in[0].hypot(in[1]), x(2, 3), x(2, 3));
        add("zeta", in -> Tensor.full(Shape.of(2, 3), 2.5).to(DType.F64).zeta(in[0]), positive(2, 3));
        add("xlogy", in -> in[0].xlogy(in[1]), x(2, 3), positive(2, 3));
        add("logaddexp", in -> in[0].logaddexp(in[1]), x(2, 3), x(2, 3));
        add("logaddexpOfEquals", in -> in[0].logaddexp(in[1]), Tensor.of(new double[] {1}), Tensor.of(new double[] {1
        }));
        add("logaddexp2", in -> in[0].logaddexp2(in[1]), x(2, 3), x(2, 3));
        add("fmax", in -> in[0].fmax(in[1]).square(), x(2, 3), inside(2, 3));
        add("fmin", in -> in[0].fmin(in[1]).square(), x(2, 3), inside(2, 3));
        add("ldexp", in -> in[0].ldexp(in[1]), x(2, 3), x(2, 3));
        add("rpow", in -> in[0].rpow(2.5), x(2, 3));
        add("lerpByTensor", in -> in[0].lerp(in[1], in[2]), x(2, 3), x(2, 3), x(3));
        add("clampByTensors", in -> in[0].clamp(in[1], in[2]).square(), x(2, 3), inside(2, 3), x(2, 1));
        add(
                "maskedFillByTensor",
                in -> in[0].maskedFill(in[0].detach().gt(0), in[1]).square(),
                x(2, 3),
                x());
        add("clamp", in -> in[0].clamp(-0.5, 0.6).mul(in[0]), x(2, 3));
        add("where", in -> Tensor.where(in[0].detach().gt(0), in[0].square(), in[1].sin()), x(2, 3), x(2, 3));
        add("maskedFill", in -> in[0].maskedFill(in[0].detach().gt(0), 3).square(), x(2, 3));
        add("lerp", in -> in[0].lerp(in[1], 0.3).square(), x(2, 3), x(2, 3));
        add("addcmul", in -> in[0].addcmul(in[1], in[2], 0.5), x(2, 3), x(2, 3), x(2, 3));
        add("addcdiv", in -> in[0].addcdiv(in[1], in[2], 0.5), x(2, 3), x(2, 3), positive(2, 3));
        add(
                "reusedOften",
                in -> in[0].mul(in[0].exp()).add(in[0].sin().mul(in[0])).add(in[0]),
                x(3));
    }

    private void reductions() {
        add("sum", in -> in[0].square().sum(), x(2, 3));
        add("sumDim", in -> in[0].sum(1).square(), x(2, 3));
        add("sumKept", in -> in[0].sum(Axes.of(0, 2), true).square(), x(2, 3, 2));
        add("mean", in -> in[0].mean().square(), x(2, 3));
        add("meanDims", in -> in[0].mean(Axes.of(1, 0), false).square(), x(2, 3, 2));
        add("prod", in -> in[0].prod(), x(2, 3));
        add("prodDim", in -> in[0].prod(1), x(2, 3));
        add("prodKept", in -> in[0].prod(0, true), x(3, 2));
        add("prodOfNumber", in -> in[0].prod(), x());
        addDistinct("amax", in -> in[0].square().amax(1), x(2, 3));
        addDistinct("amin", in -> in[0].exp().amin(Axes.of(0, 2), true), x(2, 3, 2));
        addDistinct("maxAll", in -> in[0].square().max(), x(2, 3));
        addDistinct("maxDim", in -> in[0].exp().max(1).values(), x(2, 3));
        addDistinct("minDimKept", in -> in[0].exp().min(0, true).values(), x(2, 3));
        add("var", in -> in[0].var(), x(2, 3));
        add("varDims", in -> in[0].var(Axes.of(0), 0, true), x(3, 2));
        addDistinct("std", in -> in[0].std(0), x(3, 2));
        add("logsumexp", in -> in[0].logsumexp(1), x(2, 3));
        add("norm", in -> in[0].norm(), x(2, 3));
        add("norm1", in -> in[0].norm(1, Axes.of(1), false), x(2, 3));
        add("norm3", in -> in[0].norm(3, Axes.of(0), true), x(2, 3));
        addDistinct("normInfinite", in -> in[0].norm(Double.POSITIVE_INFINITY), x(2, 3));
        add("nansum", in -> in[0].nansum(1).square(), x(2, 3));
        add("nanmean", in -> in[0].nanmean(Axes.of(0), true).square(), x(2, 3));
        addDistinct("median", in -> in[0].exp().median(), x(2, 3));
        addDistinct("medianDim", in -> in[0].exp().median(1).values(), x(2, 4));
        addDistinct("kthvalue", in -> in[0].exp().kthvalue(2, 0, true).values(), x(3, 2));
        addDistinct("mode", in -> in[0].exp().mode().values(), x(3, 2));
        addDistinct("quantile", in -> in[0].exp().quantile(0.4, 1), x(2, 4));
        add("dist", in -> in[0].dist(in[1], 3), x(2, 3), inside(3));
        add("cdist", in -> in[0].cdist(in[1]), x(2, 3), inside(2, 3));
        add("cdist of many rows", in -> in[0].cdist(in[1]), x(27, 2), inside(2, 2));
        add("renorm", in -> in[0].renorm(2, 0, 0.5).square(), x(2, 3));
        add("diff", in -> in[0].diff(2, 1).square(), x(2, 4));
        add("cov", in -> in[0].cov(), x(2, 4));
        addDistinct("corrcoef", in -> in[0].exp().corrcoef(), x(2, 4));
        addDistinct("cummax", in -> in[0].exp().cummax(1).values(), x(2, 4));
        add("logcumsumexp", in -> in[0].logcumsumexp(1), x(2, 4));
        add("cumsum", in -> in[0].cumsum(1).square(), x(2, 3));
        add("cumprod", in -> in[0].cumprod(0), x(3, 2));
    }

    private void indexing() {
        Tensor columns = Tensor.of(new long[][] {{0, 2, 2}, {1, 0, 1}});
        add("gather", in -> in[0].gather(1, columns).square(), x(2, 3));
        add(
                "gatherSmaller",
                in -> in[0].gather(0, Tensor.of(new long[][] {{1, 0}})).square(),
                x(2, 3));
        add("scatterAdd", in -> in[0].scatterAdd(1, columns, in[1]).square(), x(2, 3), x(2, 3));
        add("scatterAddLargerSource", in -> in[0].scatterAdd(1, columns, in[1]).square(), x(2, 3), x(3, 4));
        add("scatter", in -> in[0].scatter(0, index(2, 0), in[1]).square(), x(3), x(2));
        add("scatterTwiceInOnePlace", in -> in[0].scatter(1, columns, in[1]).square(), x(2, 3), x(2, 4));
        Tensor into = Tensor.of(new long[][] {{0, 2, 2}, {1, 0, 1}});
        for (ScatterReduction reduce : ScatterReduction.values()) {
            for (boolean self : new boolean[] {true, false}) {
                addDistinct(
                        "scatterReduce" + reduce + self,
                        in -> in[0].square().add(0.1).scatterReduce(1, into, in[1].exp(), reduce, self),
                        x(2, 3),
                        x(3, 4));
            }
        }
        addDistinct(
                "indexReduce",
                in -> in[0].indexReduce(0, index(1, 1, 0), in[1].exp(), ScatterReduction.PROD, true),
                x(2, 2),
                x(3, 2));
        add("indexCopy", in -> in[0].indexCopy(1, index(2, 0), in[1]).square(), x(2, 3), x(2, 2));
        add("indexFill", in -> in[0].indexFill(1, index(2, 0), in[1]).square(), x(2, 3), x());
        add(
                "indexPut",
                in -> in[0].indexPut(List.of(index(1, 0, 1)), in[1], true).square(),
                x(2, 3),
                x(3));
        add("take", in -> in[0].take(index(5, -1, 0)).square(), x(2, 3));
        add(
                "maskedScatter",
                in -> in[0].maskedScatter(Tensor.of(new boolean[] {true, false, true}), in[1])
                        .square(),
                x(2, 3),
                x(5));
        add("indexSelect", in -> in[0].indexSelect(1, index(2, 0, 2)).square(), x(2, 3));
        add("indexAdd", in -> in[0].indexAdd(0, index(1, 1, 0), in[1]).square(), x(2, 2), x(3, 2));
        add(
                "takeAlongDim",
                in -> in[0].takeAlongDim(Tensor.of(new long[][] {{1}, {2}}), 1).square(),
                x(2, 3));
        add(
                "indices",
                in -> in[0].get(Index.indices(1, 0, 1), Index.indices(0, 2, 0)).square(),
                x(2, 3));
        add(
                "mask",
                in -> in[0].get(Index.mask(Tensor.of(new boolean[] {true, false, true})))
                        .square(),
                x(3, 2));
        add(
                "maskedSelect",
                in -> in[0].maskedSelect(Tensor.of(new boolean[][] {{true, false}}))
                        .square(),
                x(3, 2));
        addDistinct("sort", in -> weighted(in[0].exp().sort(1, true).values()), x(2, 4));
        addDistinct("topk", in -> weighted(in[0].exp().topk(2, 0, false).values()), x(4, 2));
    }

    private void composites() {
        add("cat", in -> Tensor.cat(List.of(in[0], in[1], in[0]), 1).square(), x(2, 1), x(2, 3));
        add("hstack", in -> Tensor.hstack(List.of(in[0], in[1])).square(), x(3), x(2));
        add("blockDiag", in -> Tensor.blockDiag(List.of(in[0], in[1])).square(), x(2, 1), x(2));
        add("cartesianProd", in -> Tensor.cartesianProd(List.of(in[0], in[1])).prod(1), x(2), x(3));
        add("stack", in -> Tensor.stack(List.of(in[0], in[1]), 1).square(), x(2, 2), x(2, 2));
        add("pad", in -> in[0].pad(new long[] {1, 0}, new long[] {0, 2}, 1.5).square(), x(2, 3));
        add(
                "padNegative",
                in -> in[0].pad(new long[] {-1, 1}, new long[] {1, -2}, 0).square(),
                x(3, 4));
        add("softmax", in -> in[0].softmax(1), x(2, 3));
        add("logSoftmax", in -> in[0].logSoftmax(0), x(3, 2));
        add("layerNorm", in -> Operators.run(new Op.Normalize(1e-3), in), x(3, 4), x(4), x(4));
        add("batchNorm", in -> Operators.run(new Op.Normalize(1e-3), in), x(2, 3, 2), x(3), x(3));
        add("channelScale", in -> Operators.run(new Op.ChannelScale(), in), x(2, 3, 2), x(3), x(3));
        PoolGeometry windows = new PoolGeometry(List.of(3, 2), List.of(2, 1), List.of(1, 0), List.of(1, 1), true);
        Op.AveragePool mean = new Op.AveragePool(windows, false, 0);
        Op.AveragePoolInput spread = new Op.AveragePoolInput(mean, Shape.of(4, 5));
        add("averagePool", in -> Operators.run(mean, in[0]), x(1, 2, 4, 5));
        add("averagePoolInput", in -> Operators.run(spread, in[0]), x(1, 2, 3, 4));
        add("dropout", in -> Operators.run(new Op.Dropout(0.4, 5, 9), in[0]), x(3, 5));
        add("gelu", in -> Operators.run(new Op.Gelu(false), in[0]), x(7));
        add("geluTanh", in -> Operators.run(new Op.Gelu(true), in[0]), x(7));
        Op.Attention attention = new Op.Attention(0.7, false);
        add("attention", in -> Operators.run(attention, in), x(2, 3, 2), x(2, 4, 2), x(2, 4, 3));
        add("attentionCausal", in -> Operators.run(new Op.Attention(0.7, true), in), x(4, 2), x(3, 2), x(3, 2));
        add("attentionMasked", in -> Operators.run(attention, in), x(3, 2), x(4, 2), x(4, 3), x(3, 4));
        Tensor seen = Tensor.of(new long[] {1, 0, 1, 1, 1, 0}).toBool().reshape(2, 3);
        add("attentionHidden", in -> Operators.run(attention, in[0], in[1], in[2], seen), x(2, 2), x(3, 2), x(3, 2));
        Tensor classes = Tensor.of(new long[] {1, -1, 2});
        add("crossEntropy", in -> Operators.run(new Op.CrossEntropy(-1), in[0], classes), x(3, 4));
        add("softmaxOfNumber", in -> in[0].softmax(0).add(in[0].square()), x());
        add("matmul", in -> in[0].matmul(in[1]), x(2, 3), x(3, 4));
        add("matmulBatched", in -> in[0].matmul(in[1]), x(2, 2, 3), x(2, 3, 2));
        add("matmulFolded", in -> in[0].matmul(in[1]), x(2, 2, 3), x(3, 2));
        add("matmulBroadcast", in -> in[0].matmul(in[1]), x(2, 3), x(2, 3, 2));
        add("dot", in -> in[0].dot(in[1]), x(4), x(4));
        add("mv", in -> in[0].mv(in[1]), x(2, 3), x(3));
        add("outer", in -> in[0].outer(in[1]), x(2), x(3));
        add("addmm", in -> in[0].addmm(in[1], in[2], 0.5, 2), x(2, 2), x(2, 3), x(3, 2));

        ConvolutionGeometry plain = convolution(List.of(1, 1), List.of(0, 0), List.of(1, 1), 1);
        ConvolutionGeometry strided = convolution(List.of(2, 1), List.of(1, 0), List.of(1, 2), 2);
        ConvolutionGeometry line = convolution(List.of(2), List.of(1), List.of(1), 1);
        convolutions("conv2d", plain, Shape.of(2, 2, 3, 3), Shape.of(1, 2, 2, 2));
        convolutions("conv2dGrouped", strided, Shape.of(1, 2, 4, 4), Shape.of(2, 1, 2, 2));
        convolutions("conv1d", line, Shape.of(1, 2, 4), Shape.of(2, 2, 3));

        PoolGeometry pool = new PoolGeometry(List.of(2, 2), List.of(1, 2), List.of(0, 1), List.of(1, 1), false);
        addDistinct("maxPool", in -> Operators.run(new Op.MaxPool(pool), in[0].exp()), x(1, 2, 3, 4));
        add("fft", in -> Fft.fft(in[0]), x(2, 3));
        add("cast", in -> in[0].to(DType.C128).mul(in[0].to(DType.C128)).real(), x(2, 3));
    }

    private static ConvolutionGeometry convolution(
            List<Integer> stride, List<Integer> padding, List<Integer> dilation, int groups) {
        return new ConvolutionGeometry(stride, padding, dilation, groups);
    }

    /** A convolution and its two adjoints. */
    private void convolutions(String name, ConvolutionGeometry geometry, Shape x, Shape weight) {
        Op.Convolution forward = new Op.Convolution(geometry);
        Shape spatial = x.slice(2, x.rank());
        Shape kernel = weight.slice(2, weight.rank());
        Shape y = Shape.of(LongStream.concat(
                        LongStream.of(x.size(0), weight.size(0)),
                        LongStream.range(0, spatial.rank())
                                .map(i -> geometry.outputSize((int) i, spatial.size((int) i), kernel.size((int) i))))
                .toArray());
        add(name, in -> Operators.run(forward, in[0], in[1]), x(x.toArray()), x(weight.toArray()));
        add(
                name + "Input",
                in -> Operators.run(new Op.ConvolutionInput(geometry, spatial), in[0], in[1]),
                x(y.toArray()),
                x(weight.toArray()));
        add(
                name + "Weight",
                in -> Operators.run(new Op.ConvolutionWeight(geometry, kernel), in[0], in[1]),
                x(x.toArray()),
                x(y.toArray()));
    }
}
