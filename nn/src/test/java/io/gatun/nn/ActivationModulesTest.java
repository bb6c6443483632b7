package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and gradients, at the kinks too, are PyTorch 1.13's. */
class ActivationModulesTest {
    private static void check(String backend, Module module, double[] values, double[] gradients) {
        double[] points = {-4, -3, -1, -0.5, 0, 0.5, 1, 3, 4};
        Tensor x = Tensor.of(points, DType.F64, Device.of(backend)).requiresGrad_(true);
        Tensor y = module.forward(x);
        assertThat(y.toDoubleArray()).as(module.toString()).containsExactly(values, within(1e-6));
        y.sum().backward();
        assertThat(x.grad().toDoubleArray()).as(module + "'s gradient").containsExactly(gradients, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void eachIsWhatPyTorchComputes(String backend) {
        double sixth = 1.0 / 6;
        check(
                backend,
                new Hardsigmoid(),
                new double[] {0, 0, 1.0 / 3, 2.5 / 6, 0.5, 3.5 / 6, 2.0 / 3, 1, 1},
                new double[] {0, 0, sixth, sixth, sixth, sixth, sixth, 0, 0});
        check(
                backend,
                new CELU(2),
                new double[] {-1.7293294, -1.5537397, -0.7869387, -0.4423984, 0, 0.5, 1, 3, 4},
                new double[] {0.1353353, 0.2231302, 0.6065307, 0.7788008, 1, 1, 1, 1, 1});
        check(backend, new Hardshrink(), new double[] {-4, -3, -1, 0, 0, 0, 1, 3, 4}, new double[] {
            1, 1, 1, 0, 0, 0, 1, 1, 1
        });
        check(backend, new Softshrink(), new double[] {-3.5, -2.5, -0.5, 0, 0, 0, 0.5, 2.5, 3.5}, new double[] {
            1, 1, 1, 0, 0, 0, 1, 1, 1
        });
        check(
                backend,
                new Tanhshrink(),
                new double[] {
                    -3.0006707, -2.0049452, -0.2384058, -0.0378828, 0, 0.0378828, 0.2384058, 2.0049452, 3.0006707
                },
                new double[] {0.998659, 0.990134, 0.5800257, 0.2135523, 0, 0.2135523, 0.5800257, 0.990134, 0.998659});
        check(backend, new Threshold(0.5, 7), new double[] {7, 7, 7, 7, 7, 7, 1, 3, 4}, new double[] {
            0, 0, 0, 0, 0, 0, 1, 1, 1
        });
        check(
                backend,
                new Softmin(0),
                new double[] {
                    0.6732765, 0.2476846, 0.0335205, 0.0203312, 0.0123315, 0.0074794, 0.0045365, 0.0006139, 0.0002259
                },
                new double[9]);
    }

    @Test
    void aHalfGatesTheOther() {
        Tensor x = Tensor.of(new double[] {-4, -3, -1, -0.5, 0, 0.5, 1, 3}).requiresGrad_(true);
        Tensor y = new GLU().forward(x);
        assertThat(y.toDoubleArray())
                .containsExactly(new double[] {-2, -1.8673780, -0.7310586, -0.4762871}, within(1e-6));
        y.sum().backward();
        assertThat(x.grad().toDoubleArray())
                .containsExactly(
                        new double[] {0.5, 0.6224593, 0.7310586, 0.9525741, -1, -0.7050111, -0.1966119, -0.0225883},
                        within(1e-6));
        assertThatThrownBy(() -> new GLU().forward(Tensor.ones(2, 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("glu: dimension -1 of input (2, 3) cannot be halved");
    }

    @Test
    void slopesAreLearnedOneAChannel() {
        PReLU prelu = new PReLU(2, 0);
        prelu.loadStateDict(java.util.Map.of("weight", Tensor.of(new float[] {0.25f, -2})));
        Tensor x = Tensor.of(new float[][] {{-1, -1}, {0, 3}, {2, -3}}).requiresGrad_(true);
        Tensor y = prelu.forward(x);
        assertThat(y.toFloatArray()).containsExactly(-0.25f, 2, 0, 3, 2, 6);
        y.sum().backward();
        assertThat(x.grad().toFloatArray()).containsExactly(0.25f, -2, 0.25f, 1, 1, -2);
        assertThat(prelu.weight().grad().toFloatArray()).containsExactly(-1, -4);
        assertThat(new PReLU().forward(Tensor.of(-2f)).itemFloat()).isEqualTo(-0.5f);
        assertThat(new PReLU()).hasToString("PReLU(num_parameters=1)");
        assertThatThrownBy(() -> prelu.forward(Tensor.ones(2, 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("prelu: weight (2) does not fit input (2, 3)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> F.celu(Tensor.ones(1), 0))
                .withMessageContaining("alpha is 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void poolsOfOneAndThreeDimensions(String backend) {
        Waves waves = new Waves(backend);
        Tensor line = waves.of(0, 1, 1, 6);
        Tensor block = waves.of(0, 1, 1, 2, 2, 3);
        assertThat(new MaxPool1d(2).forward(line).toDoubleArray())
                .containsExactly(new double[] {1, 0.3436457, -0.7638152}, within(1e-6));
        assertThat(new AvgPool1d(3, 2, 1).forward(line).toDoubleArray())
                .containsExactly(new double[] {0.6065493, 0.3023276, -0.6719781}, within(1e-6));
        Tensor most = new MaxPool3d(2, 1, 1).forward(block);
        assertThat(most.shape()).isEqualTo(Shape.of(1, 1, 3, 3, 4));
        assertThat(most.flatten().narrow(0, 0, 12).toDoubleArray())
                .containsExactly(
                        new double[] {
                            1,
                            1,
                            0.819648,
                            0.3436457,
                            1,
                            1,
                            0.819648,
                            0.3436457,
                            -0.2563109,
                            -0.2563109,
                            -0.7638152,
                            -0.9958083
                        },
                        within(1e-6));
        assertThat(new AvgPool3d(2).forward(block).item()).isCloseTo(0.1484575, within(1e-6));
        assertThat(new AvgPool1d(3, 2, 1)).hasToString("AvgPool1d(kernel_size=(3,), stride=(2,), padding=(1,))");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void transposedConvolutionsAndProductsOfTwoInputs(String backend) {
        Waves waves = new Waves(backend);
        ConvTranspose1d one = waves.fill(new ConvTranspose1d(
                2, 4, ConvolutionOptions.kernel(3).stride(2).padding(1).groups(2), 1));
        Tensor y = one.forward(waves.of(0, 1, 2, 2));
        assertThat(y.shape()).isEqualTo(Shape.of(1, 4, 4));
        assertThat(y.toDoubleArray())
                .containsExactly(
                        new double[] {
                            0.6015432, 0.7578794, 0.5689342, 0.6970749, 0.9878945, 1.3376705, 0.8980899, 0.8839077,
                            0.5829024, 0.4218059, 0.4257004, 0.4697152, 0.3380209, 0.3154889, 0.4969603, 0.5316687
                        },
                        within(1e-6));
        assertThat(waves.fingerprint(one, y)).isCloseTo(12.3613686, within(1e-6));
        assertThat(one)
                .hasToString("ConvTranspose1d(2, 4, kernel_size=(3,), stride=(2,), padding=(1,), output_padding=(1,),"
                        + " groups=2)");

        ConvTranspose2d two = waves.fill(
                new ConvTranspose2d(2, 1, ConvolutionOptions.kernel(2).bias(false)));
        y = two.forward(waves.of(0, 2, 2, 2));
        assertThat(y.shape()).isEqualTo(Shape.of(1, 3, 3));
        assertThat(y.toDoubleArray())
                .containsExactly(
                        new double[] {
                            -0.3803345,
                            -0.6821638,
                            -0.3304242,
                            -0.3995862,
                            -0.4410818,
                            -0.1459488,
                            -0.2300941,
                            -0.3306118,
                            -0.2269603
                        },
                        within(1e-6));
        assertThat(waves.fingerprint(two, y)).isCloseTo(-6.0733270, within(1e-6));

        Bilinear bilinear = waves.fill(new Bilinear(2, 3, 2));
        y = bilinear.forward(waves.of(0, 2, 2), waves.of(1, 2, 3));
        assertThat(y.toDoubleArray())
                .containsExactly(new double[] {0.1539995, 0.8056988, 0.5971068, 0.1036764}, within(1e-6));
        assertThat(waves.fingerprint(bilinear, y)).isCloseTo(1.3973409, within(1e-6));
        assertThat(bilinear).hasToString("Bilinear(in1_features=2, in2_features=3, out_features=2, bias=True)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void randomSlopesAreDrawnInTrainingAndTheirMeanIsTakenAfter(String backend) {
        check(
                backend,
                new RReLU().eval(),
                new double[] {-0.9166667, -0.6875, -0.2291667, -0.1145833, 0, 0.5, 1, 3, 4},
                new double[] {0.2291667, 0.2291667, 0.2291667, 0.2291667, 0.2291667, 1, 1, 1, 1});
        Tensor x =
                Tensor.arange(-1000, 1000, 1).toDouble().to(Device.of(backend)).requiresGrad_(true);
        Tensor y = new RReLU(0.25, 0.75, new Generator(3)).call(x);
        y.sum().backward();
        double[] slopes = x.grad().toDoubleArray();
        double mean = 0;
        for (int i = 0; i < 2000; i++) {
            assertThat(y.get(i).item()).isCloseTo((i - 1000) * slopes[i], within(1e-9));
            assertThat(slopes[i]).isBetween(i <= 1000 ? 0.25 : 1, i <= 1000 ? 0.75 : 1);
            mean += i < 1000 ? slopes[i] / 1000 : 0;
        }
        assertThat(mean).isCloseTo(0.5, within(0.03));
        assertThat(new RReLU()).hasToString("RReLU(lower=0.125, upper=0.3333333333333333)");
    }

    @Test
    void softmaxOfChannelsIsOfEachPlace() {
        Tensor x = Tensor.randn(2, 3, 4, 5);
        assertThat(new Softmax2d().call(x).toFloatArray())
                .containsExactly(x.softmax(1).toFloatArray());
        assertThatThrownBy(() -> new Softmax2d().call(Tensor.ones(2, 2))).isInstanceOf(ShapeException.class);
    }
}
