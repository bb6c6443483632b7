package io.gatun.benchmarks;

import io.gatun.nn.F;
import io.gatun.tensor.DType;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.op.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The kernels that {@link ColdStart} starts. Operands are made when a kernel first asks for them, from arrays: to make the
 * operands of one kernel no other has to run, but for casts. One thread uses an instance.
 */
final class ColdKernels {
    private static final int LENGTH = 1 << 16;
    private static final Op.Attention ATTENTION = new Op.Attention(0.2, true);
    private static final Op.AttentionGradient ATTENTION_GRADIENT = new Op.AttentionGradient(0.2, true);
    private static final ConvolutionGeometry PLAIN = geometry(1, 1);
    private static final ConvolutionGeometry EVERY_SECOND = geometry(2, 1);
    private static final ConvolutionGeometry DEPTHWISE = geometry(1, 16);
    private static final Shape THREE = Shape.of(3, 3);
    private static final int[] ONE = {1};
    private static final int[] TWO = {2};

    private final Map<String, Supplier<Tensor>> kernels = new LinkedHashMap<>();
    private final Map<String, Tensor> operands = new HashMap<>();
    private final Random random = new Random(1);
    private @Nullable TensorScope scope; // of the call that runs

    ColdKernels() {
        elementwise();
        halves();
        reductions();
        rows();
        attention();
        lstm();
        layouts();
        products();
        convolutions();
        indices();
        numbers();
        steps();
    }

    private static ConvolutionGeometry geometry(int stride, int groups) {
        return new ConvolutionGeometry(List.of(stride, stride), List.of(1, 1), List.of(1, 1), groups);
    }

    List<String> names() {
        return List.copyOf(kernels.keySet());
    }

    Supplier<Tensor> get(String name) {
        return Objects.requireNonNull(kernels.get(name), name);
    }

    /** All but that named {@code name}. */
    List<Supplier<Tensor>> others(String name) {
        List<Supplier<Tensor>> others = new ArrayList<>();
        kernels.forEach((other, kernel) -> {
            if (!other.equals(name)) {
                others.add(kernel);
            }
        });
        return others;
    }

    /** Runs {@code kernel}, one of these, in a scope; gives the number of its result's elements. */
    long call(Supplier<Tensor> kernel) {
        try (TensorScope open = TensorScope.open()) {
            scope = open;
            return kernel.get().numel();
        }
    }

    // ---- operands

    private Tensor made(String name, Supplier<Tensor> make) {
        Tensor known = operands.get(name);
        if (known == null) {
            known = Objects.requireNonNull(scope, "no call").keep(make.get());
            operands.put(name, known);
        }
        return known;
    }

    /** F32 from {@code least}, and below {@code least} + 1. */
    private Tensor floats(String name, double least, long... sizes) {
        return made(name, () -> {
            Shape shape = Shape.of(sizes);
            float[] values = new float[Math.toIntExact(shape.numel())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (least + random.nextDouble());
            }
            return Tensor.of(values).view(shape);
        });
    }

    private Tensor doubles(String name, double least, long... sizes) {
        return made(name, () -> {
            Shape shape = Shape.of(sizes);
            double[] values = new double[Math.toIntExact(shape.numel())];
            for (int i = 0; i < values.length; i++) {
                values[i] = least + random.nextDouble();
            }
            return Tensor.of(values).view(shape);
        });
    }

    /** I64 below {@code end}. */
    private Tensor below(String name, int end, long... sizes) {
        return made(name, () -> {
            Shape shape = Shape.of(sizes);
            long[] values = new long[Math.toIntExact(shape.numel())];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextInt(end);
            }
            return Tensor.of(values).view(shape);
        });
    }

    private Tensor x() {
        return floats("x", 0.5, LENGTH);
    }

    private Tensor y() {
        return floats("y", 0.5, LENGTH);
    }

    private Tensor wide() {
        return doubles("wide", 0.5, LENGTH);
    }

    /** Between -0.5 and 0.5. */
    private Tensor wideAroundZero() {
        return doubles("wideAroundZero", -0.5, LENGTH);
    }

    private Tensor matrix() {
        return floats("matrix", 0, 512, 512);
    }

    private Tensor wideMatrix() {
        return doubles("wideMatrix", 0, 384, 384);
    }

    private Tensor images() {
        return floats("images", 0, 8, 16, 28, 28);
    }

    private Tensor weights() {
        return floats("weights", 0, 32, 16, 3, 3);
    }

    // ---- kernels

    private void elementwise() {
        kernels.put("add", () -> x().add(y()));
        kernels.put("addNumber", () -> x().add(2.0));
        kernels.put("divF64", () -> wide().div(wide()));
        kernels.put("addI32", () -> integers().add(integers()));
        kernels.put("exp", () -> x().exp());
        kernels.put("tanh", () -> x().tanh());
        kernels.put("sigmoid", () -> x().sigmoid());
        kernels.put("erf", () -> x().erf());
        kernels.put("erfF64", () -> wide().erf());
        kernels.put("logF64", () -> wide().log());
        kernels.put("pow", () -> x().pow(y()));
        kernels.put("powF64", () -> wide().pow(wide()));
        kernels.put("sin", () -> x().sin());
        kernels.put("sinF64", () -> wide().sin());
        kernels.put("tanF64", () -> wide().tan());
        kernels.put("asinF64", () -> wideAroundZero().asin());
        kernels.put("atan2F64", () -> wide().atan2(wide()));
        kernels.put("log1pF64", () -> wide().log1p());
        kernels.put("sinhF64", () -> wide().sinh());
        kernels.put("acosh", () -> x().acosh());
        kernels.put("erfc", () -> x().erfc());
        kernels.put("asinh", () -> x().asinh());
        kernels.put("lgamma", () -> x().lgamma());
        kernels.put("digammaF64", () -> wide().digamma());
        kernels.put("erfinv", () -> floats("aroundZero", -0.5, LENGTH).erfinv());
        kernels.put("compare", () -> x().lt(y()));
        kernels.put("clamp", () -> x().clamp(0.6, 1.2));
        kernels.put("remainder", () -> x().remainder(y()));
        kernels.put("gelu", () -> F.gelu(x()));
        kernels.put("geluGradient", () -> Operators.run(new Op.GeluGradient(false), x(), y()));
        kernels.put("castToF64", () -> x().toDouble());
        kernels.put("castToI64", () -> x().toLong());
    }

    private Tensor integers() {
        return made(
                "integers", () -> Tensor.of(new Random(2).ints(LENGTH, 0, 100).toArray()));
    }

    private void halves() {
        kernels.put("addF16", () -> half(DType.F16).add(half(DType.F16)));
        kernels.put("addBF16", () -> half(DType.BF16).add(half(DType.BF16)));
        kernels.put("halves", () -> x().toHalf().mul(2.0));
        kernels.put("matmulThinF16", () -> halfMatrix().mm(halfMatrix().narrow(1, 0, 1)));
    }

    private Tensor half(DType dtype) {
        return made(dtype.name(), () -> x().to(dtype));
    }

    private Tensor halfMatrix() {
        return made("halfMatrix", () -> matrix().toHalf());
    }

    private void reductions() {
        kernels.put("sum", () -> x().sum());
        kernels.put("sumRows", () -> matrix().sum(1));
        kernels.put("sumColumns", () -> matrix().sum(0));
        kernels.put("sumRowsF64", () -> wideMatrix().sum(1));
        kernels.put("amax", () -> matrix().amax(1));
        kernels.put("argmax", () -> matrix().argmax(1));
        kernels.put("cumsum", () -> matrix().cumsum(1));
        kernels.put("cumprod", () -> matrix().cumprod(1));
    }

    private void rows() {
        kernels.put("softmax", () -> matrix().softmax(1));
        kernels.put("softmaxF64", () -> wideMatrix().softmax(1));
        kernels.put("logSoftmax", () -> matrix().logSoftmax(1));
        kernels.put("crossEntropy", () -> F.crossEntropy(matrix(), below("classes", 512, 512)));
        kernels.put("softmaxGradient", () -> Operators.run(new Op.SoftmaxGradient(1, false), matrix(), matrix()));
        kernels.put("layerNorm", () -> F.layerNorm(matrix(), Shape.of(512), matrix().get(0), matrix().get(1), 1e-5));
        kernels.put("batchNorm", () -> F.batchNorm(images(), null, null, null, null, true, 0, 1e-5));
        kernels.put("sort", () -> matrix().sort(1, false).values());
        kernels.put("topk", () -> matrix().topk(10, 1).values());
        kernels.put("median", () -> matrix().median(1).values());
    }

    private void attention() {
        kernels.put("attention", () -> Operators.run(ATTENTION, query(), heads(), heads()));
        kernels.put(
                "attentionGradient",
                () -> Operators.run(
                        ATTENTION_GRADIENT, heads(), query(), heads(), heads(), floats("sums", 5, 4, 2, 256)));
        kernels.put("attentionF64", () -> Operators.run(ATTENTION, wideHeads(), wideHeads(), wideHeads()));
    }

    private Tensor query() {
        return floats("query", 0, 4, 256, 32);
    }

    private Tensor heads() {
        return floats("heads", 0, 4, 256, 32);
    }

    private Tensor wideHeads() {
        return doubles("wideHeads", 0, 4, 256, 32);
    }

    private void lstm() {
        kernels.put("lstm", () -> Operators.run(new Op.LstmSteps(false), ofLstm(DType.F32)));
        kernels.put("lstmF64", () -> Operators.run(new Op.LstmSteps(false), ofLstm(DType.F64)));
        kernels.put("lstmGradient", () -> {
            Tensor state = floats("state", 0, 32, 64);
            Tensor steps = floats("steps", 0, 4, 32, 64);
            Tensor weight = floats("stateWeight", 0, 256, 64);
            Tensor gates = floats("gates", 0, 4, 32, 256);
            return Operators.run(new Op.LstmStepsGradient(false), steps, state, state, weight, steps, gates);
        });
    }

    private Tensor[] ofLstm(DType dtype) {
        Tensor[] tensors = {
            floats("sequence", 0, 4, 32, 24),
            floats("hidden", 0, 32, 64),
            floats("cell", 0, 32, 64),
            floats("inputWeight", 0, 256, 24),
            floats("hiddenWeight", 0, 256, 64),
            floats("bias", 0, 256)
        };
        for (int i = 0; i < tensors.length; i++) {
            Tensor f32 = tensors[i];
            tensors[i] = made(dtype + " of LSTM " + i, () -> f32.to(dtype));
        }
        return tensors;
    }

    private void layouts() {
        kernels.put("transpose", () -> matrix().t().contiguous());
        kernels.put("everySecond", () -> matrix().slice(1, 0, 512, 2).contiguous());
        kernels.put("flip", () -> matrix().flip(1));
        kernels.put("interleave", () -> matrix().repeatInterleave(2, 1));
        kernels.put("strided", () -> matrix().t().add(matrix()));
        kernels.put("unfold", () -> images().unfold(2, 3, 1).unfold(3, 3, 1).contiguous());
    }

    private void products() {
        kernels.put("matmul", () -> matrix().mm(matrix()));
        kernels.put("matmulTransposed", () -> matrix().t().mm(matrix().t()));
        kernels.put("matmulF64", () -> wideMatrix().mm(wideMatrix()));
        kernels.put("matmulSmall", () -> small().mm(small()));
        kernels.put("matmulBatched", () -> batch().matmul(batch()));
        kernels.put("cdist", () -> matrix().cdist(matrix()));
        kernels.put("matmulThin", () -> matrix().narrow(0, 0, 1).mm(matrix()));
    }

    private Tensor small() {
        return floats("small", 0, 48, 48);
    }

    private Tensor batch() {
        return floats("batch", 0, 16, 64, 64);
    }

    private void convolutions() {
        kernels.put("convolution", () -> F.conv2d(images(), weights(), null, ONE, ONE, ONE, 1));
        kernels.put(
                "convolutionTransformed",
                () -> F.conv2d(
                        floats("many", 0, 2, 64, 28, 28),
                        floats("manyWeights", 0, 64, 64, 3, 3),
                        null,
                        ONE,
                        ONE,
                        ONE,
                        1));
        kernels.put(
                "convolutionWeight",
                () -> Operators.run(new Op.ConvolutionWeight(PLAIN, THREE), images(), convolved()));
        kernels.put(
                "convolutionInput",
                () -> Operators.run(new Op.ConvolutionInput(PLAIN, Shape.of(28, 28)), convolved(), weights()));
        kernels.put("convolutionStrided", () -> F.conv2d(images(), weights(), null, TWO, ONE, ONE, 1));
        kernels.put(
                "convolutionStridedInput",
                () -> Operators.run(new Op.ConvolutionInput(EVERY_SECOND, Shape.of(28, 28)), strided(), weights()));
        kernels.put(
                "convolutionStridedWeight",
                () -> Operators.run(new Op.ConvolutionWeight(EVERY_SECOND, THREE), images(), strided()));
        kernels.put(
                "convolutionDepthwise",
                () -> F.conv2d(images(), floats("depthwise", 0, 16, 1, 3, 3), null, ONE, ONE, ONE, 16));
        kernels.put(
                "convolutionDepthwiseWeight",
                () -> Operators.run(new Op.ConvolutionWeight(DEPTHWISE, THREE), images(), images()));
        kernels.put(
                "convolutionOfOne",
                () -> F.conv2d(images(), weights().narrow(2, 1, 1).narrow(3, 1, 1), null));
        kernels.put("averagePool", () -> F.avgPool2d(images(), 2));
        kernels.put("maxPool", () -> F.maxPool2d(images(), 2));
    }

    private Tensor convolved() {
        return floats("convolved", 0, 8, 32, 28, 28);
    }

    private Tensor strided() {
        return floats("strided", 0, 8, 32, 14, 14);
    }

    private void indices() {
        kernels.put("gather", () -> matrix().gather(1, positions()));
        kernels.put("scatterAdd", () -> matrix().scatterAdd(1, positions(), matrix()));
        kernels.put("indexSelect", () -> matrix().indexSelect(0, below("classes", 512, 512)));
        kernels.put("maskedSelect", () -> x().maskedSelect(made("mask", () -> x().lt(1.0))));
    }

    private Tensor positions() {
        return below("positions", 512, 512, 512);
    }

    private void numbers() {
        kernels.put("uniform", () -> Tensor.rand(LENGTH));
        kernels.put("normal", () -> Tensor.randn(LENGTH));
        kernels.put("dropout", () -> F.dropout(x(), 0.5, true));
    }

    private void steps() {
        kernels.put("adam", () -> {
            Tensor parameter = floats("parameter", 0, LENGTH);
            Tensor mean = floats("mean", 0, LENGTH);
            Tensor square = floats("square", 0, LENGTH);
            Op.AdamStep step = new Op.AdamStep(0.9, 0.999, 1e-8, 0, 1, 1e-9, 1);
            Operators.update(step, List.of(parameter, mean, square), parameter, x(), mean, square);
            return parameter;
        });
        kernels.put("momentum", () -> {
            Tensor parameter = floats("parameter", 0, LENGTH);
            Tensor buffer = floats("buffer", 0, LENGTH);
            Op.MomentumStep step = new Op.MomentumStep(0.9, 1, 0, 1e-9, false);
            Operators.update(step, List.of(parameter, buffer), parameter, x(), buffer);
            return parameter;
        });
    }
}
