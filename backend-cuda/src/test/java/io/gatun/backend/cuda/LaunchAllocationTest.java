package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.ThreadMXBean;
import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.PoolGeometry;
import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.op.ScatterKind;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.TensorView;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a launch leaves on the Java heap: an operator is executed again and again on the same views, straight on the backend, and
 * the bytes are counted that the calling thread allocates meanwhile. Tensors, layouts and memory for results, which the library
 * makes before it calls a backend, do not count.
 */
class LaunchAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CALLS = 200; // of a round
    private static final int ROUNDS = 15; // at most
    private static final double NOTHING = 0.5; // bytes a call
    private static final double FEW = 200;

    private static Backend backend;
    private static DeviceContext context;

    @BeforeAll
    static void findTheDevice() {
        Device device = Twins.device();
        backend = device.backend();
        context = ((CudaBackend) backend).context(device);
    }

    private static Tensor numbers(DType dtype, long... sizes) {
        Shape shape = Shape.of(sizes);
        return Tensor.arange(0, shape.numel(), 1)
                .remainder(7)
                .add(1)
                .to(dtype)
                .view(sizes)
                .to(Twins.device());
    }

    private static Tensor f32(long... sizes) {
        return numbers(DType.F32, sizes);
    }

    private static Tensor indices(long bound, long... sizes) {
        return numbers(DType.I64, sizes).remainder(bound);
    }

    private static TensorView[] views(TensorView... views) {
        return views;
    }

    private static Arguments of(String name, Op op, TensorView[] in, TensorView... out) {
        return arguments(name, op, in, out);
    }

    static Stream<Arguments> operators() {
        Tensor x = f32(6, 10);
        Tensor out = f32(6, 10);
        Tensor flipped = f32(10, 6).t();
        Tensor sliced = f32(12, 30).slice(1, 0, 30, 3).slice(0, 0, 12, 2);
        Tensor column = f32(6, 1).expand(6, 10);
        Tensor half = numbers(DType.F16, 6, 10);
        Tensor truth = numbers(DType.BOOL, 6, 10);
        Op add = new Op.Binary(BinaryKind.ADD);
        return Stream.of(
                of("add", add, views(x, x), out),
                of("add transposed", add, views(x, flipped), out),
                of("add sliced", add, views(sliced, column), flipped),
                of("pow", new Op.Binary(BinaryKind.POW), views(x, x), out),
                of("exp", new Op.Unary(UnaryKind.EXP), views(x), out),
                of("isnan", new Op.Unary(UnaryKind.ISNAN), views(sliced), truth),
                of("less", new Op.Compare(CompareKind.LT), views(x, flipped), truth),
                of("where", new Op.Where(), views(truth, x, flipped), out),
                of("clamp", new Op.Clamp(), views(x, column, x), out),
                of("cast", new Op.Cast(DType.F16), views(flipped), half),
                of("copy", new Op.Copy(), views(flipped), out),
                of("fill", new Op.Fill(Scalar.of(3.5), Shape.of(6, 10), DType.F32), views(), out),
                of(
                        "fill strided",
                        new Op.Fill(Scalar.of(3.5), Shape.of(6, 10), DType.F16),
                        views(),
                        numbers(DType.F16, 10, 6).t()),
                of("arange", new Op.Arange(Scalar.of(0), Scalar.of(1), 60, DType.F32), views(), f32(60)),
                of("uniform", random(), views(), out));
    }

    private static Op random() {
        return new Op.Random(RandomKind.UNIFORM, Scalar.of(0.0), Scalar.of(1.0), 7, 9, Shape.of(6, 10), DType.F32);
    }

    static Stream<Arguments> alongDimensions() {
        Tensor x = f32(6, 10);
        Tensor out = f32(6, 10);
        Tensor flipped = f32(10, 6).t();
        Tensor row = f32(10);
        Tensor mean = f32(6);
        Tensor number = f32(1).squeeze(0);
        Op softmax = new Op.Softmax(1);
        Op.Normalize normalize = new Op.Normalize(1e-5);
        return Stream.of(
                of("sum of all", new Op.Reduce(ReduceKind.SUM, Axes.of(0, 1), false), views(x), number),
                of("sum in parts", new Op.Reduce(ReduceKind.SUM, Axes.of(0), false), views(f32(70_000)), number),
                of("mean of rows", new Op.Reduce(ReduceKind.MEAN, Axes.of(1), false), views(x), mean),
                of("amax of columns", new Op.Reduce(ReduceKind.AMAX, Axes.of(0), true), views(flipped), f32(1, 10)),
                of("argmax", new Op.ArgReduce(true, 1, false), views(x), numbers(DType.I64, 6)),
                of("cumsum", new Op.Scan(false, 1), views(x), out),
                of("cumsum in parts", new Op.Scan(false, 0), views(f32(40_000)), f32(40_000)),
                of("softmax", softmax, views(x), out),
                of("softmax of columns", new Op.Softmax(0), views(flipped), out),
                of("softmax in parts", new Op.Softmax(1), views(f32(2, 60_000)), f32(2, 60_000)),
                of("softmax gradient", new Op.SoftmaxGradient(1, false), views(x, x), out),
                of("normalise", normalize, views(x, row, row), out, f32(6), f32(6)),
                of("normalise gradient", new Op.NormalizeGradient(1e-5), views(x, x, mean, mean, row), out),
                of("normalise weight", new Op.NormalizeWeight(1e-5), views(x, x, mean, mean), row),
                of("channel scale", new Op.ChannelScale(), views(f32(2, 3, 4), f32(3), f32(3)), f32(2, 3, 4)),
                of("gelu", new Op.Gelu(true), views(x), out),
                of("gelu gradient", new Op.GeluGradient(false), views(x, flipped), out),
                of("cross entropy", new Op.CrossEntropy(-100), views(x, indices(10, 6)), f32(6), f32(6)));
    }

    static Stream<Arguments> productsAndIndices() {
        Tensor a = f32(6, 10);
        Tensor b = f32(10, 4);
        Tensor batch = f32(3, 6, 10);
        return Stream.of(
                of("matmul", new Op.MatMul(), views(a, b), f32(6, 4)),
                of(
                        "matmul of transposes",
                        new Op.MatMul(),
                        views(f32(10, 6).t(), f32(4, 10).t()),
                        f32(6, 4)),
                of("matmul in batches", new Op.MatMul(), views(batch, b.expand(3, 10, 4)), f32(3, 6, 4)),
                of(
                        "matmul of integers",
                        new Op.MatMul(),
                        views(a.to(DType.I32), b.to(DType.I32)),
                        numbers(DType.I32, 6, 4)),
                of("gather", new Op.Gather(1), views(a, indices(10, 6, 3)), f32(6, 3)),
                of("index select", new Op.IndexSelect(0), views(a, indices(6, 5)), f32(5, 10)),
                of("index select in packs", new Op.IndexSelect(0), views(f32(6, 8), indices(6, 5)), f32(5, 8)),
                of("Adam", adam(), parameters(4), parameters(3)),
                of("momentum", new Op.MomentumStep(0.9, 1, 0, 0.1, false), parameters(3), parameters(2)),
                of("gradient step", new Op.GradientStep(0.1, 0.1), parameters(2), parameters(1)),
                of("Adam of strided parameters", adam(), transposed(parameters(4)), transposed(parameters(3))));
    }

    /** Those whose work is many launches, or one with much to tell: they have an object or two of their own. */
    static Stream<Arguments> largerOperators() {
        Tensor x = f32(6, 10);
        Tensor head = f32(2, 5, 4);
        Tensor image = f32(2, 3, 6, 6);
        Tensor filters = f32(8, 3, 3, 3);
        Tensor pooled = f32(2, 3, 3, 3);
        ConvolutionGeometry geometry = new ConvolutionGeometry(List.of(1, 1), List.of(1, 1), List.of(1, 1), 1);
        PoolGeometry windows = new PoolGeometry(List.of(2, 2), List.of(2, 2), List.of(0, 0), List.of(1, 1), false);
        Op add = new Op.Scatter(1, ScatterKind.ADD);
        return Stream.of(
                of("sort", new Op.Sort(1, false, 0, 10), views(x), f32(6, 10), numbers(DType.I64, 6, 10)),
                of("scatter", add, views(x, indices(10, 6, 3), f32(6, 3)), x),
                of("index add", new Op.IndexAdd(0), views(x, indices(6, 4), f32(4, 10)), x),
                of("attention", new Op.Attention(1, true), views(head, head, head), f32(2, 5, 4), f32(2, 5, 1)),
                of("convolution", new Op.Convolution(geometry), views(image, filters), f32(2, 8, 6, 6)),
                of("max pool", new Op.MaxPool(windows), views(image), pooled, numbers(DType.I64, 2, 3, 3, 3)));
    }

    private static Op adam() {
        return new Op.AdamStep(0.9, 0.999, 1e-8, 0, 1, 1e-3, 1);
    }

    /** Of 60 parameters, which take two launches. */
    private static TensorView[] parameters(int each) {
        List<TensorView> all = new ArrayList<>();
        for (int i = 0; i < 60 * each; i++) {
            all.add(f32(5, 3));
        }
        return all.toArray(TensorView[]::new);
    }

    private static TensorView[] transposed(TensorView... views) {
        TensorView[] two = new TensorView[views.length / 30];
        for (int i = 0; i < two.length; i++) {
            Layout layout = views[i].layout().permute(Axes.of(1, 0));
            two[i] = new Twins.View(views[i].storage(), layout, views[i].dtype());
        }
        return two;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"operators", "alongDimensions", "productsAndIndices"})
    void leavesNothingOnTheHeap(String name, Op op, TensorView[] in, TensorView[] out) {
        assertThat(bytesPerCall(NOTHING, op, in, out))
                .as("bytes a call of %s", name)
                .isLessThanOrEqualTo(NOTHING);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("largerOperators")
    void leavesAFewSmallObjects(String name, Op op, TensorView[] in, TensorView[] out) {
        assertThat(bytesPerCall(FEW, op, in, out))
                .as("bytes a call of %s", name)
                .isLessThanOrEqualTo(FEW);
    }

    /**
     * Of the first round that leaves no more than {@code enough}, or if none does of that with the fewest: the first ones load and
     * compile.
     */
    private static double bytesPerCall(double enough, Op op, TensorView[] in, TensorView[] out) {
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > enough; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                execute(op, in, out);
            }
            long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
            context.synchronize();
            least = Math.min(least, (double) bytes / CALLS);
        }
        return least;
    }

    private static void execute(Op op, TensorView[] in, TensorView... out) {
        switch (op) {
            case Op.Kernel kernel -> backend.execute(kernel, in, out);
            case Op.Composite composite -> {
                if (!backend.claims(composite, in)) {
                    throw new AssertionError(op.operatorName() + " is not claimed");
                }
                backend.execute(composite, in, out);
            }
            default -> throw new IllegalArgumentException(op.operatorName());
        }
    }
}
