package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.autograd.Autograd;
import io.gatun.autograd.GradCheck;
import io.gatun.tensor.Backward;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fingerprints of results and gradients are those of PyTorch 1.13; inputs of adaptive ones are rounded, so that windows have equals. */
class PoolingTest {
    private static double fingerprint(Tensor tensor) {
        Tensor index = Tensor.arange(tensor.numel()).toDouble().to(tensor.device());
        return index.mul(0.3).cos().mul(tensor.flatten()).sum().item();
    }

    private static void check(String backend, Module pool, double value, double gradient, long... shape) {
        Waves waves = new Waves(backend);
        Tensor wave = waves.of(0.3, shape);
        Tensor x = (pool.name().startsWith("Adaptive") ? wave.mul(3).round().div(2) : wave).requiresGrad_(true);
        Tensor y = pool.forward(x);
        assertThat(fingerprint(y)).as(pool.toString()).isCloseTo(value, within(1e-6));
        y.mul(waves.of(1.7, y.shape().toArray())).sum().backward();
        assertThat(fingerprint(x.grad())).as("gradient of " + pool).isCloseTo(gradient, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void windowsAreThoseOfPyTorch(String backend) {
        check(backend, new AdaptiveAvgPool1d(4), 0.3752169, -8.7474256, 2, 3, 7);
        check(backend, new AdaptiveAvgPool1d(3), 0.984617, -0.6788852, 3, 6);
        check(backend, new AdaptiveAvgPool2d(3, 2), -0.8559859, -0.7976176, 2, 3, 7, 5);
        check(backend, new AdaptiveAvgPool2d(6, 3), -0.7662158, -1.9904225, 3, 4, 6);
        check(backend, new AdaptiveAvgPool3d(2, 3, 1), -0.1350802, 0.7548012, 1, 2, 5, 4, 3);
        check(backend, new AdaptiveAvgPool3d(3, 2, 2), 0.2719579, 0.8497225, 2, 3, 4, 5);
        check(backend, new AdaptiveMaxPool1d(4), 1.4921048, -9.7719223, 2, 3, 7);
        check(backend, new AdaptiveMaxPool1d(3), 1.924004, -0.7646333, 3, 6);
        check(backend, new AdaptiveMaxPool2d(3, 2), -4.2177985, -1.0759029, 2, 3, 7, 5);
        check(backend, new AdaptiveMaxPool2d(6, 3), -1.0170856, -3.3844569, 3, 4, 6);
        check(backend, new AdaptiveMaxPool3d(2, 3, 1), -0.7734139, -1.1655421, 1, 2, 5, 4, 3);
        check(backend, new AdaptiveMaxPool3d(3, 2, 2), 5.084294, 0.1298697, 2, 3, 4, 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void anOutputSizeOfNullIsTheInputs(String backend) {
        check(backend, new AdaptiveAvgPool2d(null, 3), 1.6330323, -3.4522394, 2, 3, 7, 5);
        check(backend, new AdaptiveAvgPool2d(2, null), -0.9277602, -1.414824, 3, 4, 6);
        check(backend, new AdaptiveMaxPool2d(null, 2), 0.2218761, 1.6555104, 2, 3, 7, 5);
        check(backend, new AdaptiveAvgPool3d(null, 2, null), -0.450226, -7.9830351, 1, 2, 5, 4, 3);
        check(backend, new AdaptiveMaxPool3d(2, null, 2), 1.9409196, 6.0464848, 2, 3, 4, 5);
        check(backend, new AdaptiveMaxPool3d(null, null, null), -0.343341, -1.0237855, 2, 3, 4, 5);
        assertThat(F.adaptiveAvgPool3d(Tensor.zeros(1, 2, 3, 4), 1, null, null).shape())
                .isEqualTo(Shape.of(1, 1, 3, 4));
        assertThat(F.adaptiveMaxPool2d(Tensor.zeros(1, 2, 3), null, 1).shape()).isEqualTo(Shape.of(1, 2, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void windowsMayBeLaidInEveryWay(String backend) {
        PoolingOptions three = PoolingOptions.kernel(3).stride(2).padding(1).ceilMode(true);
        check(backend, new MaxPool1d(three.dilation(2)), 1.7072854, 2.2502121, 2, 3, 10);
        check(backend, new AvgPool1d(three.countIncludePad(false)), 0.0185523, -9.2025596, 2, 3, 10);
        PoolingOptions oblong =
                PoolingOptions.kernel(3, 2).stride(2, 1).padding(1, 0).ceilMode(true);
        check(backend, new MaxPool2d(oblong.dilation(1, 2)), 1.2942735, 6.4732704, 2, 3, 8, 7);
        check(backend, new AvgPool2d(oblong.countIncludePad(false)), 14.8747402, -4.1698481, 2, 3, 8, 7);
        check(
                backend,
                new AvgPool2d(PoolingOptions.kernel(3, 2).padding(1).divisorOverride(5)),
                -0.2145113,
                -0.1061557,
                2,
                3,
                8,
                7);
        check(
                backend,
                new MaxPool3d(PoolingOptions.kernel(2, 1, 2).stride(2, 1, 1)),
                -3.4440353,
                -2.7976667,
                1,
                2,
                5,
                3,
                4);
        check(
                backend,
                new AvgPool3d(PoolingOptions.kernel(2, 3, 1)
                        .stride(2)
                        .padding(1, 1, 0)
                        .ceilMode(true)),
                -0.6817967,
                8.3120853,
                1,
                2,
                5,
                4,
                5);
        check(
                backend,
                new AvgPool3d(PoolingOptions.kernel(2).divisorOverride(3)),
                -0.6889438,
                0.0102133,
                1,
                2,
                5,
                4,
                5);
        assertThat(new MaxPool1d(2)
                        .withIndices(Tensor.of(new float[][] {{1, 5, 4, 3}}))
                        .indices()
                        .toLongArray())
                .containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void gradientsAreTheDifferences(String backend) {
        Tensor x = Tensor.randn(Shape.of(2, 5, 4), DType.F64, new Generator(5))
                .to(Device.of(backend))
                .requiresGrad_(true);
        GradCheck.check(t -> F.adaptiveAvgPool2d(t[0], 3, 2), x);
        GradCheck.check(t -> F.adaptiveMaxPool2d(t[0], 3, 2), x);
    }

    /** Kernel 1 to 4, stride 1 to 3 and padding up to half of the kernel, in one to three dimensions. */
    private static List<PoolingOptions> averages() {
        List<PoolingOptions> all = new ArrayList<>();
        for (int kernel = 1; kernel <= 4; kernel++) {
            for (int stride = 1; stride <= 3; stride++) {
                for (int padding = 0; padding <= kernel / 2; padding += Math.max(1, kernel / 2)) {
                    PoolingOptions plain =
                            PoolingOptions.kernel(kernel).stride(stride).padding(padding);
                    all.add(plain);
                    all.add(plain.countIncludePad(false));
                    all.add(plain.ceilMode(true));
                    all.add(plain.ceilMode(true).countIncludePad(false));
                    all.add(plain.ceilMode(true).divisorOverride(3));
                }
            }
        }
        return all;
    }

    private static Tensor average(int rank, PoolingOptions options, Tensor x) {
        return switch (rank) {
            case 1 -> F.avgPool1d(x, options);
            case 2 -> F.avgPool2d(x, options);
            default -> F.avgPool3d(x, options);
        };
    }

    /** Of a linear function with real factors the gradient along g has the product with x that its value has with g. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void gradientsOfAveragesAreTheirAdjoints(String backend) {
        Generator random = new Generator(6);
        for (DType dtype : List.of(DType.F32, DType.F64, DType.F16, DType.C128)) {
            for (PoolingOptions options : averages()) {
                for (int rank = 1; rank <= 3; rank++) {
                    long[] sizes = Arrays.copyOf(new long[] {2, 3, 5, 6, 4}, 2 + rank);
                    Tensor x = random(dtype, backend, random, sizes);
                    x = (rank == 2 ? x.transpose(0, 1) : x).detach().requiresGrad_(true);
                    Tensor y = average(rank, options, x);
                    Tensor g = random(dtype, backend, random, y.shape().toArray());
                    Tensor gradient = Autograd.grad(List.of(y), List.of(x), List.of(g), Backward.standard())
                            .get(0);
                    double expected = product(y.detach(), g);
                    double bound = dtype == DType.F16 ? 0.05 : dtype == DType.F32 ? 1e-4 : 1e-10;
                    assertThat(product(x.detach(), gradient))
                            .as("%s of %s, %s", options, dtype, x.shape())
                            .isCloseTo(expected, within(bound));
                    assertThat(gradient.isContiguous()).isTrue();
                }
            }
        }
    }

    private static Tensor random(DType dtype, String backend, Generator random, long... sizes) {
        Tensor parts = Tensor.randn(Shape.of(sizes).concat(Shape.of(2)), DType.F64, random);
        return (dtype.isComplex() ? parts.viewAsComplex() : parts.select(-1, 0).to(dtype)).to(Device.of(backend));
    }

    private static double product(Tensor a, Tensor b) {
        return a.isComplex()
                ? a.viewAsReal().mul(b.viewAsReal()).sum().item()
                : a.toDouble().mul(b.toDouble()).sum().item();
    }

    @Test
    void averagesOfIntegersAreFloats() {
        Tensor x = Tensor.of(new long[] {1, 2, 5, 5}).view(1, 1, 4);
        assertThat(F.avgPool1d(x, 2).dtype()).isEqualTo(DType.F32);
        assertThat(F.avgPool1d(x, 2).toFloatArray()).containsExactly(1.5f, 5);
    }

    @Test
    void oneWindowsInfinityStaysInIt() {
        Tensor x = Tensor.of(new float[][] {{1, Float.POSITIVE_INFINITY, 2, 3, 4}});
        assertThat(F.adaptiveAvgPool1d(x, 3).toFloatArray())
                .containsExactly(Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, 3.5f);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        for (Tensor wrong : List.of(Tensor.zeros(4), Tensor.zeros(1, 2, 3, 4), Tensor.zeros(2, 3, 0))) {
            assertThatThrownBy(() -> F.adaptiveMaxPool1d(wrong, 2))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageContaining("adaptiveMaxPool1d: input " + wrong.shape());
        }
        assertThatThrownBy(() -> new AdaptiveAvgPool2d(0).call(Tensor.zeros(1, 2, 2)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("output_size=(0, 0) positive");
        assertThat(F.adaptiveAvgPool2d(Tensor.zeros(0, 2, 4, 4), 2, 3).shape()).isEqualTo(Shape.of(0, 2, 2, 3));
    }

    @Test
    void theyPrintAsPyTorchPrintsThem() {
        assertThat(new AdaptiveAvgPool1d(5)).hasToString("AdaptiveAvgPool1d(output_size=5)");
        assertThat(new MaxPool2d(
                        PoolingOptions.kernel(3, 2).stride(2, 1).padding(1, 0).dilation(1, 2)))
                .hasToString("MaxPool2d(kernel_size=(3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2),"
                        + " ceil_mode=False)");
        assertThat(new AvgPool1d(2)).hasToString("AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))");
        assertThat(new AvgPool3d(2)).hasToString("AvgPool3d(kernel_size=2, stride=2, padding=0)");
        assertThat(new AdaptiveMaxPool3d(1, 2, 3)).hasToString("AdaptiveMaxPool3d(output_size=(1, 2, 3))");
        assertThat(new AdaptiveAvgPool2d(null, 3)).hasToString("AdaptiveAvgPool2d(output_size=(None, 3))");
    }
}
