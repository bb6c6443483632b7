package io.gatun.backend.tck;

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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Convolutions and their adjoints of some hundreds of random geometries on small whole numbers, whose sums are exact whatever
 * the order, beside the reference's matrix product over unfolded windows.
 */
final class ConvolutionShapesTest {
    private static final Device REFERENCE = Device.of("reference");
    private static final int GEOMETRIES = 200;

    private final Random random = new Random(11);
    private final Generator generator = new Generator(11);

    private int upTo(int most) {
        return 1 + random.nextInt(most);
    }

    private Tensor wholeNumbers(Shape shape, DType dtype) {
        return Tensor.randint(-8, 9, shape, dtype, REFERENCE, generator);
    }

    /** The same numbers on the SIMD backend, at times with channels last. */
    private Tensor there(Tensor x) {
        Tensor moved = x.to(Device.of("simd"));
        return random.nextBoolean()
                ? moved
                : moved.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F32", "F64"})
    void everyGeometryGivesTheReferencesNumbers(String type) {
        for (int i = 0; i < GEOMETRIES; i++) {
            try (TensorScope _ = TensorScope.open()) {
                geometry(DType.valueOf(type), i % 4 == 0);
            }
        }
    }

    private void geometry(DType dtype, boolean infinite) {
        int groups = random.nextInt(3) == 0 ? upTo(4) : 1;
        int in = groups * upTo(random.nextBoolean() ? 4 : 24);
        int out = groups * upTo(random.nextBoolean() ? 4 : 40);
        int kernelHeight = upTo(4);
        int kernelWidth = upTo(4);
        ConvolutionGeometry geometry = new ConvolutionGeometry(
                List.of(upTo(3), upTo(4)),
                List.of(random.nextInt(3), random.nextInt(3)),
                List.of(upTo(2), upTo(3)),
                groups);
        int height = (kernelHeight - 1) * geometry.dilation().get(0) + upTo(14);
        int width = (kernelWidth - 1) * geometry.dilation().get(1) + upTo(20);
        String what = "%s, %d to %d channels, kernel %d x %d, input %d x %d"
                .formatted(geometry, in, out, kernelHeight, kernelWidth, height, width);
        Tensor x = wholeNumbers(Shape.of(upTo(3), in, height, width), dtype);
        Tensor weight = wholeNumbers(Shape.of(out, in / groups, kernelHeight, kernelWidth), dtype);
        Tensor y = Operators.run(new Op.Convolution(geometry), x, weight);
        Tensor g = wholeNumbers(y.shape(), dtype);
        if (infinite) {
            x.select(0, 0)
                    .select(0, 0)
                    .select(0, height - 1)
                    .select(0, width - 1)
                    .fill_(Double.NaN);
            x.select(0, 0).select(0, in - 1).select(0, 0).select(0, 0).fill_(Double.POSITIVE_INFINITY);
            y = Operators.run(new Op.Convolution(geometry), x, weight);
        }
        Tensor thereX = there(x);
        Tensor thereWeight = there(weight);
        Tensor thereG = there(g);
        compare(what, y, Operators.run(new Op.Convolution(geometry), thereX, thereWeight));
        Op.ConvolutionInput input = new Op.ConvolutionInput(geometry, Shape.of(height, width));
        compare("input of " + what, Operators.run(input, g, weight), Operators.run(input, thereG, thereWeight));
        Op.ConvolutionWeight gradient = new Op.ConvolutionWeight(geometry, Shape.of(kernelHeight, kernelWidth));
        compare("weight of " + what, Operators.run(gradient, x, g), Operators.run(gradient, thereX, thereG));
    }

    /** By what an adjoint is, as both backends take the same short way: (conv(x, w), g) = (x, input(g, w)), of whole numbers. */
    @Test
    void theAdjointOfKernelsOfOneElementIsTheirAdjoint() {
        for (ConvolutionGeometry geometry : List.of(
                new ConvolutionGeometry(List.of(1, 1), List.of(0, 0), List.of(2, 1), 1),
                new ConvolutionGeometry(List.of(1, 1), List.of(0, 0), List.of(1, 1), 2),
                new ConvolutionGeometry(List.of(1, 1), List.of(0, 0), List.of(1, 1), 6),
                new ConvolutionGeometry(List.of(1, 2), List.of(0, 0), List.of(1, 1), 1),
                new ConvolutionGeometry(List.of(1, 1), List.of(1, 0), List.of(1, 1), 1))) {
            Tensor weight = wholeNumbers(Shape.of(12, 6 / geometry.groups(), 1, 1), DType.F64);
            for (Tensor x : List.of(
                    wholeNumbers(Shape.of(3, 6, 4, 5), DType.F64),
                    wholeNumbers(Shape.of(3, 4, 5, 6), DType.F64).permute(0, 3, 1, 2),
                    wholeNumbers(Shape.of(0, 6, 4, 5), DType.F64))) {
                Tensor y = Operators.run(new Op.Convolution(geometry), x, weight);
                Tensor g = wholeNumbers(y.shape(), DType.F64);
                Tensor input = Operators.run(new Op.ConvolutionInput(geometry, Shape.of(4, 5)), g, weight);
                assertThat(input.shape()).isEqualTo(x.shape());
                assertThat(input.isContiguous()).isTrue();
                assertThat(input.mul(x).sum().item()).isEqualTo(y.mul(g).sum().item());
            }
        }
    }

    /** Many channels and kernels of 3 by 3, where tiles of results are computed together: one that is not finite stays alone. */
    @Test
    void oneInfinityReachesNineResults() {
        ConvolutionGeometry geometry = new ConvolutionGeometry(List.of(1, 1), List.of(1, 1), List.of(1, 1), 1);
        Tensor weight = wholeNumbers(Shape.of(64, 64, 3, 3), DType.F32).clamp(1, 8);
        for (double bad : new double[] {0, Double.NaN, Double.POSITIVE_INFINITY}) {
            Tensor x = wholeNumbers(Shape.of(2, 64, 20, 30), DType.F32);
            x.select(0, 1).select(0, 5).select(0, 6).select(0, 7).fill_(bad);
            Tensor y = Operators.run(new Op.Convolution(geometry), x, weight);
            assertThat(y.isfinite().logicalNot().sum().itemLong()).isEqualTo(bad == 0 ? 0 : 9 * 64);
            Tensor thereX = x.to(Device.of("simd"));
            Tensor thereWeight = weight.to(Device.of("simd"));
            compare("of " + bad, y, Operators.run(new Op.Convolution(geometry), thereX, thereWeight));
            Op.ConvolutionInput input = new Op.ConvolutionInput(geometry, Shape.of(20, 30));
            compare("input of " + bad, Operators.run(input, x, weight), Operators.run(input, thereX, thereWeight));
        }
    }

    private static void compare(String what, Tensor expected, Tensor actual) {
        assertThat(actual.toDouble().flatten().toDoubleArray())
                .as(what)
                .containsExactly(expected.toDouble().flatten().toDoubleArray());
    }
}
