package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.autograd.Autograd;
import io.gatun.nn.F;
import io.gatun.nn.PoolingOptions;
import io.gatun.nn.optim.Adam;
import io.gatun.nn.optim.Optimizer;
import io.gatun.nn.optim.SGD;
import io.gatun.tensor.Backward;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.PoolGeometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Composites that have kernels: that these run, and rows longer than those of the conformance kit, which threads take in several
 * tiles and parts. Expected is what decompositions give in F64.
 */
class FusionsTest {
    private static final double UNITS = 16; // in the last place of the largest number among operands and results
    private static final double EPS = 1e-5;
    private static final long MOST_LAUNCHES = 3; // a check, sums and results; decompositions have more

    private static Device reference;
    private static Device device;
    private Generator random = new Generator(1);

    @BeforeAll
    static void findTheEmulator() {
        device = Twins.device();
        reference = Device.of("reference");
    }

    @BeforeEach
    void startAnew() {
        random = new Generator(1);
    }

    private Tensor numbers(DType dtype, long... sizes) {
        return Tensor.randn(Shape.of(sizes), DType.F64, reference, random).to(dtype);
    }

    /** Likewise, around 1. */
    private Tensor positive(DType dtype, long... sizes) {
        return numbers(DType.F64, sizes).mul(0.2).exp().to(dtype);
    }

    /** The same numbers on the device, with dimensions in another order in memory. */
    private static Tensor turned(Tensor x) {
        return x.dim() == 0
                ? x.to(device)
                : x.transpose(0, -1).contiguous().to(device).transpose(0, -1);
    }

    /** The same numbers on the device, one element into a memory. */
    private static Tensor shifted(Tensor x) {
        Tensor one = Tensor.zeros(Shape.of(1), x.dtype(), reference);
        Tensor all = Tensor.cat(List.of(one, x.reshape(-1)), 0).to(device);
        return all.narrow(0, 1, x.numel()).view(x.shape());
    }

    /** That kernels of their own, on any of these layouts, give what the decomposition does. */
    private static void agree(Op.Composite op, Tensor... in) {
        Tensor[] wide = Arrays.stream(in).map(FusionsTest::widened).toArray(Tensor[]::new);
        Tensor[] expected = Operators.runAll(op, wide);
        Tensor[] there = Arrays.stream(in).map(x -> x.to(device)).toArray(Tensor[]::new);
        assertThat(device.backend().claims(op, there)).as(op + " is claimed").isTrue();
        long launches = EmulatorCounts.launches(device, () -> check(op, expected, Operators.runAll(op, there), in));
        assertThat(launches).as(op + " launches").isBetween(1L, MOST_LAUNCHES);
        check(op, expected, Operators.runAll(op, map(in, FusionsTest::turned)), in);
        check(op, expected, Operators.runAll(op, map(in, FusionsTest::shifted)), in);
    }

    private static Tensor[] map(Tensor[] in, UnaryOperator<Tensor> change) {
        return Arrays.stream(in)
                .map(x -> x.dtype().isFloatingPoint() ? change.apply(x) : x.to(device))
                .toArray(Tensor[]::new);
    }

    private static Tensor widened(Tensor x) {
        return x.dtype().isFloatingPoint() ? x.to(DType.F64) : x;
    }

    private static void check(Op op, Tensor[] expected, Tensor[] found, Tensor... in) {
        double largest = 1;
        for (Tensor x : in) {
            largest = x.dtype().isFloatingPoint() ? Math.max(largest, largest(x)) : largest;
        }
        for (int i = 0; i < expected.length; i++) {
            double[] x = expected[i].toDoubleArray();
            double[] y = found[i].cpu().toDoubleArray();
            double unit = switch (found[i].dtype()) {
                case F16 -> 0x1p-10;
                case BF16 -> 0x1p-7;
                case F32 -> 0x1p-23;
                default -> 0x1p-52;
            };
            double bound = UNITS * unit * Math.max(largest, largest(expected[i]));
            assertThat(found[i].shape()).isEqualTo(expected[i].shape());
            for (int k = 0; k < x.length; k++) {
                if (!(Math.abs(x[k] - y[k]) <= bound)) {
                    throw new AssertionError(op + " of " + found[i].dtype() + " " + shapes(in) + ": result " + i
                            + " is " + y[k] + " at " + k + ", expected " + x[k]);
                }
            }
        }
    }

    private static List<Shape> shapes(Tensor... in) {
        return Arrays.stream(in).map(Tensor::shape).toList();
    }

    private static double largest(Tensor x) {
        return x.numel() == 0 ? 0 : x.to(DType.F64).abs().amax().item();
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "F32", "F64"}) // F16 goes as BF16 does
    void softmaxOfRowsOfAnyLength(DType dtype) {
        for (boolean log : new boolean[] {false, true}) {
            softmax(dtype, log, 1, 5, 1024);
            softmax(dtype, log, 1, 300, 515); // of a few units for each thread
            softmax(dtype, log, 1, 2, 9000); // of a few tiles
            softmax(dtype, log, 1, 1, 70_001); // cut into parts
            softmax(dtype, log, 1, 1, 70_016);
            softmax(dtype, log, 0, 300, 70); // side by side
            softmax(dtype, log, 0, 9000, 3);
        }
    }

    private void softmax(DType dtype, boolean log, int dim, long... sizes) {
        Tensor x = numbers(dtype, sizes);
        Op.Composite op = log ? new Op.LogSoftmax(dim) : new Op.Softmax(dim);
        agree(op, x);
        Tensor y = Operators.run(op, x);
        agree(new Op.SoftmaxGradient(dim, log), numbers(dtype, sizes), y);
    }

    @Test
    void rowsMayLieAlongMoreDimensionsThanAKernelHasLoops() {
        Tensor x = numbers(DType.F64, 2, 2, 2, 2, 2, 2, 2, 3, 2, 2, 2);
        int[] backwards = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
        Tensor[] expected = Operators.runAll(new Op.Softmax(3), x.permute(backwards));
        Tensor[] found = Operators.runAll(new Op.Softmax(3), x.to(device).permute(backwards));
        check(new Op.Softmax(3), expected, found, x);
    }

    @Test
    void whatIsNotANumberSpreadsOverItsRowAndNoFurther() {
        double inf = Double.POSITIVE_INFINITY;
        double[][] rows = {{1, -inf, 2}, {-inf, -inf, -inf}, {inf, 1, 2}, {Double.NaN, 1, 2}, {3, 4, 5}};
        Tensor x = Tensor.of(rows, DType.F64, reference);
        for (Op.Composite op : List.of(new Op.Softmax(1), new Op.LogSoftmax(1))) {
            double[] expected = Operators.run(op, x).toDoubleArray();
            double[] found = Operators.run(op, x.to(device)).cpu().toDoubleArray();
            for (int i = 0; i < expected.length; i++) {
                assertThat(found[i]).as(op + " at " + i).isCloseTo(expected[i], within(expected[i]));
            }
        }
        Tensor classes = Tensor.zeros(Shape.of(5), DType.I64, reference);
        Tensor[] expected = Operators.runAll(new Op.CrossEntropy(-1), x, classes);
        Tensor[] found = Operators.runAll(new Op.CrossEntropy(-1), x.to(device), classes.to(device));
        for (int k = 0; k < 2; k++) {
            double[] a = expected[k].toDoubleArray();
            double[] b = found[k].cpu().toDoubleArray();
            for (int i = 0; i < a.length; i++) {
                assertThat(b[i]).as("loss " + k + " of row " + i).isCloseTo(a[i], within(a[i]));
            }
        }
    }

    private static Offset<Double> within(double expected) {
        return Offset.offset(Double.isFinite(expected) ? 1e-12 : 0.0);
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "F32", "F64"}) // F16 goes as BF16 does
    void crossEntropyOfManyClasses(DType dtype) {
        for (long[] sizes : new long[][] {{40, 10}, {3, 5000}, {1, 70_016}, {2, 9001}}) {
            Tensor x = numbers(dtype, sizes);
            Tensor classes = Tensor.randint(0, sizes[1], Shape.of(sizes[0]), DType.I64, random)
                    .to(reference);
            agree(new Op.CrossEntropy(-1), x, classes);
            Tensor logs = x.logsumexp(1);
            agree(new Op.CrossEntropyGradient(-1), numbers(dtype, sizes[0]), x, logs, classes);
        }
    }

    @Test
    void classesOutOfRangeAreRefusedBeforeAnythingIsWritten() {
        Tensor x = numbers(DType.F32, 4, 5).to(device);
        Tensor classes = Tensor.of(new long[] {1, -100, 5, 7}).to(device);
        String problem = "the target 5 at position 2 is out of range for 5 classes: expected 0 to 4";
        assertThatThrownBy(() -> Operators.run(new Op.CrossEntropy(-100), x, classes))
                .isInstanceOf(TensorIndexException.class)
                .hasMessage("crossEntropy: " + problem);
        Tensor each = numbers(DType.F32, 4).to(device);
        assertThatThrownBy(() -> Operators.run(new Op.CrossEntropyGradient(-100), each, x, each, classes))
                .isInstanceOf(TensorIndexException.class)
                .hasMessage("crossEntropyGradient: " + problem);
    }

    @Test
    void classesFoundInRangeAreLookedAtAgainOnlyWhenTheyHaveChanged() {
        Tensor x = numbers(DType.F32, 4, 5).to(device);
        Tensor each = numbers(DType.F32, 4).to(device);
        Tensor classes = Tensor.of(new long[] {1, 2, 3, 4}).to(device);
        Op.Composite gradient = new Op.CrossEntropyGradient(-100);
        Operators.run(new Op.CrossEntropy(-100), x, classes);
        long launches = EmulatorCounts.launches(device, () -> Operators.run(gradient, each, x, each, classes));
        assertThat(launches).isEqualTo(1);
        classes.add_(1);
        assertThatThrownBy(() -> Operators.run(gradient, each, x, each, classes))
                .isInstanceOf(TensorIndexException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "F32", "F64"}) // F16 goes as BF16 does
    void normalisesRows(DType dtype) {
        for (long[] sizes : new long[][] {{5, 768}, {300, 515}, {1, 70_016}}) {
            normalise(dtype, sizes);
        }
        normalise(dtype, 5000, 6);
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "F32", "F64"}) // F16 goes as BF16 does
    void normalisesChannels(DType dtype) {
        normalise(dtype, 4, 3, 16);
        normalise(dtype, 6, 5, 49);
        normalise(dtype, 4, 3, 9008);
        normalise(dtype, 4, 3, 9001);
        normalise(dtype, 5000, 3, 1); // side by side
        agree(new Op.ChannelScale(), numbers(dtype, 4, 3, 16), numbers(dtype, 3), numbers(dtype, 3));
        agree(new Op.ChannelScale(), numbers(dtype, 4, 3, 9001), numbers(dtype, 3), numbers(dtype, 3));
    }

    private void normalise(DType dtype, long... sizes) {
        Tensor x = numbers(dtype, sizes);
        Tensor weight = positive(dtype, sizes[1]);
        agree(new Op.Normalize(EPS), x, weight, numbers(dtype, sizes[1]));
        Tensor[] of = Operators.runAll(new Op.Normalize(EPS), x, weight, weight);
        Tensor g = numbers(dtype, sizes);
        agree(new Op.NormalizeGradient(EPS), g, x, of[1], of[2], weight);
        agree(new Op.NormalizeWeight(EPS), g, x, of[1], of[2]);
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "F32", "F64"}) // F16 goes as BF16 does
    void elementsByOneKernel(DType dtype) {
        for (boolean tanh : new boolean[] {false, true}) {
            agree(new Op.Gelu(tanh), numbers(dtype, 30, 70));
            agree(new Op.GeluGradient(tanh), numbers(dtype, 30, 70), numbers(dtype, 30, 70));
        }
        Tensor[] four = {numbers(dtype, 90, 70), numbers(dtype, 90, 70), numbers(dtype, 90, 70), positive(dtype, 90, 70)
        };
        agree(new Op.AdamStep(0.9, 0.99, 1e-3, 0.1, 0.95, 0.2, 1.5), four);
        Tensor taken = count(41);
        agree(new Op.CountedAdamStep(0.9, 0.99, 1e-3, 0.1, 0.95, 0.02), four[0], four[1], four[2], four[3], taken);
        for (double decay : new double[] {0, 0.1}) {
            agree(new Op.GradientStep(decay, 0.2), four[0], four[1]);
            agree(new Op.MomentumStep(0.9, 0.75, decay, 0.2, false), four[0], four[1], four[2]);
            agree(new Op.MomentumStep(0.9, 0.75, decay, 0.2, true), four[0], four[1], four[2]);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "F32", "F64"})
    void aKernelForEachStepOfAnLstm(DType dtype) {
        for (boolean reverse : new boolean[] {false, true}) {
            Tensor[] in = {
                numbers(dtype, 3, 4, 5),
                numbers(dtype, 4, 6),
                numbers(dtype, 4, 6),
                numbers(dtype, 24, 5),
                numbers(dtype, 24, 6),
                numbers(dtype, 24)
            };
            agree(new Op.LstmSteps(reverse), in);
            Tensor[] of = Operators.runAll(new Op.LstmSteps(reverse), in);
            Tensor g = numbers(dtype, 3, 4, 6);
            agree(new Op.LstmStepsGradient(reverse), g, numbers(dtype, 4, 6), in[2], in[4], of[1], of[2]);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "F32", "F64"})
    void averagesOfWindowsAndTheirGradient(DType dtype) {
        for (boolean counts : new boolean[] {false, true}) {
            for (boolean ceil : new boolean[] {false, true}) {
                average(dtype, counts, 0, window(List.of(2, 2), List.of(2, 2), List.of(0, 0), ceil), 2, 3, 70, 65);
                average(dtype, counts, 0, window(List.of(3, 2), List.of(2, 1), List.of(1, 1), ceil), 2, 3, 8, 9);
                average(dtype, counts, 7, window(List.of(3, 2), List.of(2, 4), List.of(1, 0), ceil), 2, 3, 8, 9);
                average(dtype, counts, 0, window(List.of(5), List.of(3), List.of(2), ceil), 2, 3, 31);
                average(
                        dtype,
                        counts,
                        0,
                        window(List.of(2, 3, 1), List.of(1, 2, 2), List.of(1, 0, 0), ceil),
                        2,
                        1,
                        4,
                        5,
                        6);
            }
        }
    }

    private static PoolGeometry window(
            List<Integer> kernel, List<Integer> stride, List<Integer> padding, boolean ceil) {
        return new PoolGeometry(kernel, stride, padding, Collections.nCopies(kernel.size(), 1), ceil);
    }

    private void average(DType dtype, boolean counts, int divisor, PoolGeometry geometry, long... sizes) {
        Op.AveragePool pool = new Op.AveragePool(geometry, counts, divisor);
        Shape shape = Shape.of(sizes);
        agree(pool, numbers(dtype, sizes));
        long[] windows = sizes.clone();
        for (int i = 2; i < sizes.length; i++) {
            windows[i] = geometry.outputSize(i - 2, sizes[i]);
        }
        agree(new Op.AveragePoolInput(pool, shape.slice(2, shape.rank())), numbers(dtype, windows));
    }

    @Test
    void averagePoolingIsALaunchEachWay() {
        Tensor x = numbers(DType.F32, 2, 3, 9, 8).to(device).requiresGrad_(true);
        Tensor[] y = new Tensor[1];
        for (boolean counts : new boolean[] {false, true}) {
            PoolingOptions options =
                    PoolingOptions.kernel(3).stride(2).padding(1).countIncludePad(counts);
            assertThat(EmulatorCounts.launches(device, () -> y[0] = F.avgPool2d(x, options)))
                    .isEqualTo(1);
            Tensor g = Tensor.onesLike(y[0]);
            assertThat(EmulatorCounts.launches(
                            device, () -> Autograd.grad(List.of(y[0]), List.of(x), List.of(g), Backward.standard())))
                    .isEqualTo(1);
        }
    }

    @Test
    void anEmbeddingIsAHandfulOfLaunchesEachWay() {
        Tensor weight = numbers(DType.F32, 50, 8).to(device).requiresGrad_(true);
        Tensor indices = Tensor.of(new long[][] {{3, 1, 4}, {1, 5, 9}}).to(device);
        Tensor[] y = new Tensor[1];
        long forward = EmulatorCounts.launches(device, () -> y[0] = F.embedding(indices, weight));
        Tensor g = Tensor.onesLike(y[0]);
        long backward = EmulatorCounts.launches(
                device, () -> Autograd.grad(List.of(y[0]), List.of(weight), List.of(g), Backward.standard()));
        long padded = EmulatorCounts.launches(device, () -> y[0] = F.embedding(indices, weight, 1));
        long paddedBack = EmulatorCounts.launches(
                device, () -> Autograd.grad(List.of(y[0]), List.of(weight), List.of(g), Backward.standard()));
        assertThat(List.of(forward, backward, padded, paddedBack)).isEqualTo(List.of(2L, 2L, 4L, 4L));
    }

    @Test
    void stepsChangeParametersInPlace() {
        Tensor[] four = {
            numbers(DType.F32, 5000), numbers(DType.F32, 5000), numbers(DType.F32, 5000), positive(DType.F32, 5000)
        };
        Op.AdamStep step = new Op.AdamStep(0.9, 0.99, 1e-3, 0.1, 0.95, 0.2, 1.5);
        Tensor[] expected = Operators.runAll(step, map(four, FusionsTest::widened));
        Tensor[] there = Arrays.stream(four).map(x -> x.to(device)).toArray(Tensor[]::new);
        List<Tensor> targets = List.of(there[0], there[2], there[3]);
        long launches = EmulatorCounts.launches(device, () -> Operators.update(step, targets, there));
        assertThat(launches).isEqualTo(1);
        check(step, expected, new Tensor[] {there[0], there[2], there[3]}, four);
    }

    @Test
    void oneLaunchStepsManyParameters() {
        long[][] shapes = {{7}, {3, 4100}, {0, 2}, {}, {64, 64}};
        Tensor[] in = new Tensor[4 * shapes.length];
        Tensor[] there = new Tensor[in.length];
        List<Tensor> targets = new ArrayList<>();
        for (int i = 0; i < in.length; i++) {
            in[i] = i % 4 == 3 ? positive(DType.F32, shapes[i / 4]) : numbers(DType.F32, shapes[i / 4]);
            there[i] = in[i].to(device);
            if (i % 4 != 1) {
                targets.add(there[i]);
            }
        }
        Op.AdamStep step = new Op.AdamStep(0.9, 0.99, 1e-3, 0.1, 0.95, 0.2, 1.5);
        long launches = EmulatorCounts.launches(device, () -> Operators.update(step, targets, there));
        assertThat(launches).isEqualTo(1);
        check(step, Operators.runAll(step, map(in, FusionsTest::widened)), targets.toArray(Tensor[]::new), in);
    }

    private static Tensor count(long steps) {
        return Tensor.full(Shape.scalar(), Scalar.of((double) steps), DType.F64, reference);
    }

    /** Of a parameter that took this many steps. */
    private Tensor[] counted(long steps, long... sizes) {
        DType dtype = DType.F32;
        return new Tensor[] {
            numbers(dtype, sizes), numbers(dtype, sizes), numbers(dtype, sizes), positive(dtype, sizes), count(steps)
        };
    }

    @Test
    void stepsOfManyParametersAreCountedByLaunchesOfTheirOwn() {
        Op.CountedAdamStep step = new Op.CountedAdamStep(0.9, 0.99, 1e-3, 0.1, 0.95, 0.02);
        List<Tensor> in = new ArrayList<>();
        for (long i = 0; i < 243; i++) {
            in.addAll(List.of(counted(i, i == 7 ? new long[] {} : new long[] {i == 5 ? 0 : 1 + i % 3})));
        }
        Tensor[] host = in.toArray(Tensor[]::new);
        Tensor[] there = map(host, x -> x.to(device));
        Tensor[] expected = Operators.runAll(step, map(host, FusionsTest::widened));
        List<Tensor> targets = new ArrayList<>(List.of(there));
        for (int i = there.length - 4; i > 0; i -= 5) {
            targets.remove(i); // gradients
        }
        long launches = EmulatorCounts.launches(device, () -> Operators.update(step, targets, there));
        assertThat(launches).as("two that count, and five").isEqualTo(7);
        check(step, expected, targets.toArray(Tensor[]::new), host);
    }

    @Test
    void eachParameterIsCorrectedByItsOwnCount() {
        Op.CountedAdamStep step = new Op.CountedAdamStep(0.9, 0.99, 1e-3, 0.1, 0.95, 0.02);
        List<Tensor> in = new ArrayList<>();
        List<Tensor> there = new ArrayList<>();
        for (long steps : new long[] {3, 0, 90, 1, 17}) {
            Tensor[] one = counted(steps, steps == 0 ? 0 : 4, 5);
            in.addAll(List.of(one));
            for (Tensor x : one) {
                there.add(steps == 90 || steps == 17 ? turned(x) : shifted(x));
            }
        }
        Tensor[] host = in.toArray(Tensor[]::new);
        Tensor[] expected = Operators.runAll(step, map(host, FusionsTest::widened));
        check(step, expected, Operators.runAll(step, there.toArray(Tensor[]::new)), host);
    }

    @Test
    void moreParametersThanAnArgumentHasRoomForTakeTwoLaunches() {
        Tensor[] in = new Tensor[3 * 55];
        Arrays.setAll(in, i -> numbers(DType.F64, 1 + i / 3));
        Tensor[] there = map(in, x -> x.to(device));
        Op.MomentumStep step = new Op.MomentumStep(0.9, 0.75, 0.1, 0.2, false);
        Tensor[] expected = Operators.runAll(step, in);
        long launches = EmulatorCounts.launches(device, () -> check(step, expected, Operators.runAll(step, there), in));
        assertThat(launches).isEqualTo(2);
    }

    @Test
    void parametersThatShareMemoryTakeTheirStepsOneAfterTheOther() {
        Tensor all = numbers(DType.F64, 10);
        Tensor g = numbers(DType.F64, 10);
        Tensor buffer = numbers(DType.F64, 10);
        Op.MomentumStep step = new Op.MomentumStep(0.9, 0.75, 0.1, 0.2, false);
        Tensor[] once = Operators.runAll(step, all, g, buffer);
        Tensor[] expected = Operators.runAll(step, once[0], g, once[1]);
        Tensor parameter = all.to(device);
        Tensor remembered = buffer.to(device);
        Tensor gradient = g.to(device);
        List<Tensor> targets = List.of(parameter, remembered, parameter.detach(), remembered);
        Operators.update(step, targets, parameter, gradient, remembered, parameter.detach(), gradient, remembered);
        check(step, expected, new Tensor[] {parameter, remembered}, all);
    }

    @Test
    void optimisersTakeTheStepsOfAllParametersTogether() {
        List<Tensor> together = parameters();
        List<Tensor> alone = parameters();
        Adam adam = new Adam(together, 0.1);
        List<Adam> each = alone.stream().map(p -> new Adam(List.of(p), 0.1)).toList();
        adam.step(); // makes what it remembers
        long launches = EmulatorCounts.launches(device, adam::step);
        assertThat(launches).as("one of F32 and one of F64").isEqualTo(2);
        for (Adam one : each) {
            one.step();
            one.step();
        }
        for (int i = 0; i < alone.size(); i++) {
            double[] expected = alone.get(i).detach().cpu().toDoubleArray();
            assertThat(together.get(i).detach().cpu().toDoubleArray()).containsExactly(expected);
        }
    }

    @Test
    void gradientDescentIsOneLaunchForAllParametersOfADtype() {
        List<Function<List<Tensor>, Optimizer>> kinds = List.of(
                p -> new SGD(p, 0.1),
                p -> new SGD(p, 0.1).weightDecay(0.1),
                p -> new SGD(p, 0.1).momentum(0.9).dampening(0.5),
                p -> new SGD(p, 0.1).momentum(0.9).nesterov(true).weightDecay(0.1));
        for (Function<List<Tensor>, Optimizer> kind : kinds) {
            List<Tensor> parameters = parameters();
            Optimizer sgd = kind.apply(parameters);
            boolean remembers = sgd.parameterGroups().get(0).get("momentum") != 0;
            long first = EmulatorCounts.launches(device, sgd::step);
            assertThat(first).as("with zeros for each parameter").isEqualTo(remembers ? 2 + parameters.size() : 2);
            assertThat(EmulatorCounts.launches(device, sgd::step)).isEqualTo(2);
            List<Tensor> expected = parameters().stream()
                    .map(p -> {
                        Tensor on = p.detach().to(reference).requiresGrad_(true);
                        on.square().sum().backward();
                        return on;
                    })
                    .toList();
            Optimizer same = kind.apply(expected);
            same.step();
            same.step();
            for (int i = 0; i < expected.size(); i++) {
                assertThat(parameters.get(i).detach().cpu().toDoubleArray())
                        .containsExactly(expected.get(i).toDoubleArray(), Offset.offset(1e-6));
            }
        }
    }

    /** With gradients. */
    private static List<Tensor> parameters() {
        Generator same = new Generator(4);
        List<Tensor> parameters = new ArrayList<>();
        for (DType dtype : List.of(DType.F32, DType.F64, DType.F32, DType.F32)) {
            Tensor parameter = Tensor.randn(Shape.of(3, 4 + parameters.size()), dtype, device, same);
            parameter.requiresGrad_(true).square().sum().backward();
            parameters.add(parameter);
        }
        return parameters;
    }
}
