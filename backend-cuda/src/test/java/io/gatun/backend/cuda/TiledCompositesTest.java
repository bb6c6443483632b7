package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.PoolGeometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Composites that have kernels of their own: that those run, how many they are, and that they give what the reference's
 * decompositions do, of shapes beyond one tile. Convolutions are of small whole numbers, whose sums are exact in any order.
 */
class TiledCompositesTest {
    private static final Device REFERENCE = Device.of("reference");
    private static Device device;

    private final Random random = new Random(3);
    private final Generator generator = new Generator(3);

    @BeforeAll
    static void startDevice() {
        device = Twins.device();
        assertThat(device.backend().name()).isEqualTo("cuda");
    }

    /** The results of {@code op} on the device, by so many launches, as the backend claims it. */
    private static Tensor[] claimed(int expected, Op.Composite op, Tensor... in) {
        Tensor[] there = Arrays.stream(in).map(x -> x.to(device)).toArray(Tensor[]::new);
        return claimedThere(expected, op, there);
    }

    private static Tensor[] claimedThere(int expected, Op.Composite op, Tensor... there) {
        assertThat(device.backend().claims(op, there)).as(op + " is claimed").isTrue();
        Tensor[][] results = new Tensor[1][];
        long count = EmulatorCounts.launches(device, () -> results[0] = Operators.runAll(op, there));
        if (expected > 0) {
            assertThat(count).as("launches of " + op).isEqualTo(expected);
        }
        return results[0];
    }

    private Tensor wholeNumbers(DType dtype, long... sizes) {
        return Tensor.randint(-4, 5, Shape.of(sizes), dtype, REFERENCE, generator);
    }

    private Tensor numbers(DType dtype, long... sizes) {
        return Tensor.randn(Shape.of(sizes), DType.F64, REFERENCE, generator)
                .mul(0.7)
                .to(dtype);
    }

    private int upTo(int most) {
        return 1 + random.nextInt(most);
    }

    private static void same(String what, Tensor expected, Tensor actual) {
        assertThat(actual.cpu().to(DType.F64).flatten().toDoubleArray())
                .as(what)
                .containsExactly(expected.to(DType.F64).flatten().toDoubleArray());
    }

    // ---- convolutions

    private record Case(ConvolutionGeometry geometry, Shape input, long out, Shape kernel) {
        Shape weight() {
            return Shape.of(out, input.size(1) / geometry.groups()).concat(kernel);
        }
    }

    private Case randomCase(int rank) {
        int groups = random.nextInt(3) == 0 ? upTo(3) : 1;
        long channels = (long) groups * upTo(random.nextBoolean() ? 3 : 20);
        long out = (long) groups * upTo(random.nextBoolean() ? 9 : 70);
        List<Integer> stride = new ArrayList<>();
        List<Integer> padding = new ArrayList<>();
        List<Integer> dilation = new ArrayList<>();
        long[] input = new long[rank + 2];
        long[] kernel = new long[rank];
        input[0] = upTo(3);
        input[1] = channels;
        for (int i = 0; i < rank; i++) {
            stride.add(upTo(4));
            padding.add(random.nextInt(3));
            dilation.add(upTo(3));
            kernel[i] = upTo(3);
            input[i + 2] = (kernel[i] - 1) * dilation.get(i) + upTo(rank == 1 ? 90 : 8);
        }
        return new Case(
                new ConvolutionGeometry(stride, padding, dilation, groups), Shape.of(input), out, Shape.of(kernel));
    }

    private void convolve(DType dtype, Case of) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = wholeNumbers(dtype, of.input().toArray());
            Tensor weight = wholeNumbers(dtype, of.weight().toArray());
            Op.Convolution op = new Op.Convolution(of.geometry());
            Tensor y = Operators.run(op, x, weight);
            Tensor g = wholeNumbers(dtype, y.shape().toArray());
            exact(dtype + " " + of, op, x, weight);
            Op.ConvolutionInput input = new Op.ConvolutionInput(
                    of.geometry(), of.input().slice(2, of.input().rank()));
            exact("input of " + of, input, g, weight);
            Op.ConvolutionWeight gradient = new Op.ConvolutionWeight(of.geometry(), of.kernel());
            exact("weight of " + of, gradient, x, g);
        }
    }

    /** That the result is the exact one, rounded once. */
    private static void exact(String what, Op.Composite op, Tensor... in) {
        same(what, Operators.run(op, wide(in)).to(in[0].dtype()), claimed(0, op, in)[0]);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64", "F16", "BF16"})
    void convolutionsOfRandomGeometriesAreExact(DType dtype) {
        for (int i = 0; i < 9; i++) {
            convolve(dtype, randomCase(1 + i % 3));
        }
    }

    @Test
    void aConvolutionIsOneLaunchAndOneMoreWhereItsSumsAreCut() {
        ConvolutionGeometry geometry = new ConvolutionGeometry(List.of(2, 1), List.of(1, 1), List.of(1, 1), 1);
        Tensor x = wholeNumbers(DType.F32, 2, 16, 9, 7);
        Tensor weight = wholeNumbers(DType.F32, 10, 16, 3, 3);
        Tensor g = wholeNumbers(DType.F32, 2, 10, 5, 7);
        claimed(1, new Op.Convolution(geometry), x, weight);
        claimed(1, new Op.ConvolutionInput(geometry, Shape.of(9, 7)), g, weight);
        claimed(1, new Op.ConvolutionWeight(geometry, Shape.of(3, 3)), x, g);
        claimed(2, new Op.Convolution(geometry), x.repeat(1, 4, 1, 1), weight.repeat(1, 4, 1, 1));
        claimed(2, new Op.ConvolutionWeight(geometry, Shape.of(3, 3)), x.repeat(8, 1, 1, 1), g.repeat(8, 1, 1, 1));
    }

    @Test
    void sumsThatAreCutAreExactAndRepeat() {
        ConvolutionGeometry plain = new ConvolutionGeometry(List.of(1, 2), List.of(1, 0), List.of(1, 1), 1);
        convolve(DType.F32, new Case(plain, Shape.of(2, 90, 5, 6), 9, Shape.of(3, 2)));
        convolve(DType.BF16, new Case(plain, Shape.of(9, 70, 9, 9), 12, Shape.of(3, 3)));
        Tensor x = numbers(DType.F32, 17, 8, 9, 9);
        Tensor g = numbers(DType.F32, 17, 9, 9, 4);
        Op.ConvolutionWeight op = new Op.ConvolutionWeight(plain, Shape.of(3, 3));
        Tensor first = claimed(2, op, x, g)[0];
        same("again", first.cpu().to(REFERENCE), claimed(2, op, x, g)[0]);
    }

    @Test
    void depthwiseConvolutionsAreSummedElementByElement() {
        ConvolutionGeometry each = new ConvolutionGeometry(List.of(2, 3), List.of(1, 2), List.of(1, 2), 12);
        for (DType dtype : List.of(DType.F32, DType.F16)) {
            convolve(dtype, new Case(each, Shape.of(3, 12, 9, 14), 24, Shape.of(3, 3)));
        }
    }

    @Test
    void integersAndWhatIsEmptyAreDecomposed() {
        ConvolutionGeometry geometry = new ConvolutionGeometry(List.of(1), List.of(0), List.of(1), 1);
        Op.Convolution op = new Op.Convolution(geometry);
        Tensor x = Tensor.ones(Shape.of(1, 1, 3), DType.I32, device);
        Tensor none = Tensor.ones(Shape.of(0, 1, 3), DType.F32, device);
        assertThat(device.backend().claims(op, new Tensor[] {x, x})).isFalse();
        assertThat(device.backend().claims(op, new Tensor[] {none, none})).isFalse();
    }

    // ---- pooling

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "I8", "U8"})
    void poolsWindowsOfRandomGeometries(DType dtype) {
        for (int i = 0; i < 15; i++) {
            int rank = 1 + i % 3;
            int kernel = upTo(4);
            PoolGeometry geometry = new PoolGeometry(
                    Collections.nCopies(rank, kernel),
                    Collections.nCopies(rank, upTo(3)),
                    Collections.nCopies(rank, random.nextInt(kernel / 2 + 1)),
                    Collections.nCopies(rank, upTo(3)),
                    random.nextBoolean());
            long[] sizes = new long[rank + 2];
            Arrays.fill(sizes, (kernel - 1) * geometry.dilation().get(0) + upTo(6));
            sizes[0] = 2;
            sizes[1] = 3;
            Tensor x = Tensor.randint(0, 6, Shape.of(sizes), dtype, REFERENCE, generator);
            if (dtype.isFloatingPoint()) {
                x.flatten().narrow(0, 2, 2).fill_(Double.NaN);
                x.flatten().narrow(0, 5, 3).fill_(Double.NEGATIVE_INFINITY);
            }
            Tensor[] expected = Operators.runAll(new Op.MaxPool(geometry), x);
            Tensor[] pooled = claimed(1, new Op.MaxPool(geometry), x);
            same(geometry + " of " + x.shape(), expected[0], pooled[0]);
            same("places of " + geometry + " of " + x.shape(), expected[1], pooled[1]);
        }
    }

    @Test
    void aWindowMayHaveNothingOfTheInput() {
        PoolGeometry geometry = new PoolGeometry(List.of(2), List.of(1), List.of(1), List.of(3), false);
        for (DType dtype : List.of(DType.F32, DType.I8, DType.U8)) {
            Tensor x = Tensor.ones(Shape.of(1, 1, 2), dtype, REFERENCE);
            Tensor[] expected = Operators.runAll(new Op.MaxPool(geometry), x);
            Tensor[] pooled = claimed(1, new Op.MaxPool(geometry), x);
            same("value of " + dtype, expected[0], pooled[0]);
            same("place of " + dtype, expected[1], pooled[1]);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16", "F64"})
    void gradientsOfPoolingAreOneLaunchThatAddsAsTheReferenceDoes(DType dtype) {
        for (int i = 0; i < 24; i++) {
            int rank = 1 + i % 3;
            List<Integer> kernel = new ArrayList<>();
            List<Integer> stride = new ArrayList<>();
            List<Integer> padding = new ArrayList<>();
            long[] sizes = new long[rank + 2];
            sizes[0] = 2;
            sizes[1] = 3;
            for (int d = 0; d < rank; d++) {
                kernel.add(upTo(5));
                stride.add(upTo(4));
                padding.add(random.nextInt(kernel.get(d) / 2 + 1));
                sizes[d + 2] = (long) kernel.get(d) + random.nextInt(7);
            }
            PoolGeometry geometry =
                    new PoolGeometry(kernel, stride, padding, Collections.nCopies(rank, 1), random.nextBoolean());
            Shape input = Shape.of(sizes);
            Tensor x = Tensor.randint(0, 4, input, dtype, REFERENCE, generator); // largest ones meet
            Tensor places = Operators.runAll(new Op.MaxPool(geometry), x)[1];
            Tensor g = numbers(dtype, places.shape().toArray());
            Op.MaxPoolGradient op = new Op.MaxPoolGradient(geometry, input.slice(2, rank + 2));
            Tensor expected = Operators.run(op, g, places);
            same(geometry + " of " + input, expected, claimed(1, op, g, places)[0]);
            Tensor turned = g.transpose(0, -1).contiguous().to(device).transpose(0, -1);
            Tensor turnedPlaces =
                    places.transpose(1, -1).contiguous().to(device).transpose(1, -1);
            same("turned, " + geometry + " of " + input, expected, claimedThere(1, op, turned, turnedPlaces)[0]);
        }
    }

    @Test
    void gradientsOfDilatedPoolingAreScattered() {
        PoolGeometry geometry = new PoolGeometry(List.of(2), List.of(1), List.of(0), List.of(3), false);
        Tensor x = numbers(DType.F32, 2, 3, 9);
        Tensor places = Operators.runAll(new Op.MaxPool(geometry), x)[1];
        Op.MaxPoolGradient op = new Op.MaxPoolGradient(geometry, Shape.of(9));
        Tensor g = numbers(DType.F32, 2, 3, 6);
        Tensor[] there = {g.to(device), places.to(device)};
        assertThat(device.backend().claims(op, there)).isFalse();
        same("decomposed", Operators.run(op, g, places), Operators.run(op, there));
    }

    // ---- attention

    /** The largest difference to results of the reference in {@code F64} of the same operands. */
    private static double error(Tensor expected, Tensor actual) {
        Tensor difference =
                actual.cpu().to(REFERENCE).to(DType.F64).sub(expected).abs();
        return difference.amax().item();
    }

    private static Tensor[] wide(Tensor... in) {
        return Arrays.stream(in)
                .map(x -> x.dtype() == DType.BOOL ? x : x.to(DType.F64))
                .toArray(Tensor[]::new);
    }

    private void attend(DType dtype, boolean causal, Shape sizes, double tolerance, Tensor... mask) {
        long queries = sizes.size(0);
        long keys = sizes.size(1);
        Tensor query = numbers(dtype, 2, queries, 2, sizes.size(2)).transpose(1, 2); // heads of one matrix
        Tensor key = numbers(dtype, 2, keys, 2, sizes.size(2)).transpose(1, 2);
        Tensor value = numbers(dtype, 2, 2, keys, sizes.size(3));
        Tensor g = numbers(dtype, 2, 2, queries, sizes.size(3));
        Op.Attention op = new Op.Attention(1 / Math.sqrt((double) sizes.size(2)), causal);
        Tensor[] in = concat(new Tensor[] {query, key, value}, mask);
        String what = dtype + " " + sizes + (causal ? " causal" : "");
        Tensor[] expected = Operators.runAll(op, wide(in));
        Tensor[] results = claimed(1, op, in);
        assertThat(error(expected[0], results[0])).as(what).isLessThan(tolerance);
        assertThat(error(expected[1].select(-2, 0), results[1].select(-2, 0)))
                .as("largest " + what)
                .isLessThan(4 * tolerance);
        Op.AttentionGradient gradient = new Op.AttentionGradient(op.scale(), causal);
        Tensor sums = results[1].cpu().to(REFERENCE);
        Tensor[] gradients = claimed(4, gradient, concat(new Tensor[] {g, query, key, value, sums}, mask));
        Tensor[] exact =
                Operators.runAll(gradient, wide(concat(new Tensor[] {g, query, key, value, expected[1]}, mask)));
        for (int i = 0; i < 3; i++) {
            double scale = Math.max(1, exact[i].abs().amax().item());
            assertThat(error(exact[i], gradients[i]) / scale)
                    .as("gradient " + i + " of " + what)
                    .isLessThan(4 * tolerance);
        }
    }

    private static Tensor[] concat(Tensor[] first, Tensor... second) {
        Tensor[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64", "F16", "BF16"})
    void attendsOverMoreThanATile(DType dtype) {
        double tolerance = switch (dtype) {
            case F64 -> 1e-13;
            case F32 -> 4e-6;
            case F16 -> 2e-3;
            default -> 1.6e-2;
        };
        attend(dtype, false, Shape.of(70, 131, 24, 16), tolerance);
        attend(dtype, true, Shape.of(70, 70, 40, 8), tolerance);
        attend(dtype, true, Shape.of(9, 70, 8, 72), tolerance);
        Tensor added = numbers(dtype, 70, 80).expand(2, 2, 70, 80);
        attend(dtype, false, Shape.of(70, 80, 8, 8), tolerance, added);
    }

    /** The sum is relative to the largest score as it is stored, so that the gradient's weights still add up to one. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void largeScoresAreRoundedTogetherWithTheirSum(DType dtype) {
        Tensor x = numbers(dtype, 1, 70, 8);
        Tensor g = Tensor.ones(Shape.of(1, 70, 8), dtype, REFERENCE);
        double scale = dtype == DType.BF16 ? 3.3 : 33;
        Tensor[] results = claimed(1, new Op.Attention(scale, false), x, x, x);
        Tensor sums = results[1].cpu().to(REFERENCE);
        Tensor[] gradients = claimed(4, new Op.AttentionGradient(scale, false), g, x, x, x, sums);
        double total = gradients[2].cpu().to(DType.F64).sum().item();
        assertThat(total / (70 * 8)).isBetween(0.998, 1.002); // each query's weights, once for each column
    }

    @Test
    void headsMayBeWiderThanATile() {
        attend(DType.F32, false, Shape.of(5, 7, 150, 140), 4e-6);
        attend(DType.BF16, false, Shape.of(5, 7, 140, 129), 1.6e-2);
    }

    @Test
    void aQueryThatSeesNothingIsNotANumberAndAllOthersAre() {
        Tensor seen = Tensor.ones(Shape.of(1, 70, 70), DType.BOOL, REFERENCE);
        seen.select(1, 3).fill_(0);
        seen.select(1, 5).narrow(-1, 0, 64).fill_(0); // nothing of the first tile
        Tensor x = numbers(DType.F32, 1, 70, 8);
        Tensor[] results = claimed(1, new Op.Attention(1, false), x, x, x, seen);
        Tensor nan = results[0].cpu().isnan().any(-1);
        assertThat(nan.sum().itemLong()).isEqualTo(1);
        assertThat(nan.select(-1, 3).item()).isEqualTo(1);
        assertThat(results[1].cpu().select(-1, 3).toDoubleArray())
                .containsExactly(Double.NEGATIVE_INFINITY, Double.NaN);
    }
}
