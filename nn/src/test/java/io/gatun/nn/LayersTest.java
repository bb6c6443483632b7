package io.gatun.nn;

import static io.gatun.tensor.Index.at;
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
import io.gatun.tensor.TensorIndexException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayersTest {
    @Test
    void defaultsStartWithinPyTorchsBounds() {
        Linear linear = new Linear(100, 50);
        assertThat(linear.weight().shape()).isEqualTo(Shape.of(50, 100));
        assertThat(linear.weight().abs().max().item()).isBetween(0.095, 0.1);
        assertThat(linear.bias().abs().max().item()).isBetween(0.07, 0.1);
        Conv2d conv = new Conv2d(4, 32, 5);
        assertThat(conv.weight().shape()).isEqualTo(Shape.of(32, 4, 5, 5));
        assertThat(conv.weight().abs().max().item()).isBetween(0.098, 0.1); // a fan-in of 4 * 25
        assertThat(new Embedding(1000, 16).weight().std().item()).isCloseTo(1, within(0.05));
    }

    @Test
    void glorotAndHeScaleByFans() {
        Tensor w = Tensor.empty(200, 100);
        assertThat(Init.xavierUniform_(w).abs().max().item()).isBetween(0.14, Math.sqrt(0.02));
        assertThat(Init.xavierNormal_(w).std().item()).isCloseTo(Math.sqrt(2.0 / 300), within(2e-3));
        assertThat(Init.kaimingNormal_(w, 0).std().item()).isCloseTo(Math.sqrt(2.0 / 100), within(3e-3));
        assertThatThrownBy(() -> Init.kaimingUniform_(Tensor.ones(3), 0))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("kaimingUniform_: shape (3) has no fan-in");
    }

    @Test
    void aLinearLayerRefusesOtherWidths() {
        assertThatThrownBy(() -> new Linear(3, 2).forward(Tensor.ones(5, 4)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("linear: input (5, 4) and weight (2, 3) do not fit");
    }

    @Test
    void aSampleWithoutABatchIsTaken() {
        Tensor x = Tensor.randn(3, 9, 8);
        Conv2d conv = new Conv2d(3, 4, 3);
        Tensor batch = conv.forward(x.unsqueeze(0)).squeeze(0);
        assertThat(conv.forward(x).toFloatArray()).containsExactly(batch.toFloatArray());
        assertThat(new MaxPool2d(2).forward(x).shape()).isEqualTo(Shape.of(3, 4, 4));
        assertThat(new AvgPool2d(2).forward(x).shape()).isEqualTo(Shape.of(3, 4, 4));
    }

    @Test
    void averagesAtTheBorderCountWhatTheyAreToldTo() {
        Tensor x = Tensor.ones(1, 1, 3, 3);
        int[] two = {2};
        int[] one = {1};
        float[] withZeros = F.avgPool2d(x, two, two, one, false, true).toFloatArray();
        assertThat(withZeros).containsExactly(0.25f, 0.5f, 0.5f, 1f);
        assertThat(F.avgPool2d(x, two, two, one, false, false).toFloatArray()).containsOnly(1f);
        // with ceil a last window of one element is divided by one: what is past the padding does not count
        assertThat(F.avgPool2d(x, two, two, new int[] {0}, true, true).toFloatArray())
                .containsOnly(1f);
    }

    @Test
    void dropoutKeepsTheMeanAndOnlyWhenTraining() {
        Tensor x = Tensor.ones(10000);
        Dropout dropout = new Dropout(0.2, new Generator(3));
        Tensor y = dropout.forward(x);
        assertThat(y.eq(0).sum().item()).isBetween(1800.0, 2200.0);
        assertThat(y.max().item()).isCloseTo(1.25, within(1e-6));
        dropout.eval();
        assertThat(dropout.forward(x)).isSameAs(x);
        assertThat(F.dropout(x, 1, true).sum().item()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Dropout(1.5))
                .withMessageContaining("the probability is 1.5");
    }

    @Test
    void runningStatisticsFollowTheBatches() {
        BatchNorm1d norm = new BatchNorm1d(1);
        Tensor x = Tensor.of(new float[][] {{1}, {3}});
        float[] y = norm.forward(x).toFloatArray();
        assertThat(y[1]).isCloseTo(1f, within(1e-4f));
        assertThat(norm.runningMean().item()).isCloseTo(0.2, within(1e-6)); // 0.1 * 2
        assertThat(norm.runningVar().item()).isCloseTo(0.9 + 0.1 * 2, within(1e-6)); // the unbiased variance is 2
        norm.eval();
        assertThat(norm.forward(x).get(1).item()).isCloseTo(2.8 / Math.sqrt(1.1 + 1e-5), within(1e-5));
        assertThatThrownBy(() -> norm.train().forward(Tensor.ones(1, 1)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("more to take a variance");
        assertThatThrownBy(() -> norm.forward(Tensor.ones(1, 1, 1, 1)))
                .hasMessageContaining("BatchNorm1d: the input has shape (1, 1, 1, 1); expected (N, C) or (N, C, L)");
    }

    @Test
    void anUnknownWordIsRefusedByPosition() {
        Embedding embedding = new Embedding(4, 2);
        assertThat(embedding.forward(Tensor.of(new long[][] {{0, 3}})).shape()).isEqualTo(Shape.of(1, 2, 2));
        assertThatThrownBy(() -> embedding.forward(Tensor.of(new long[] {1, 9})))
                .isInstanceOf(TensorIndexException.class)
                .hasMessageContaining("9");
    }

    @Test
    void kinksHaveThePyTorchGradient() {
        assertThat(slopeAtZero("softplus")).isEqualTo(0.5f);
        assertThat(slopeAtZero("logsigmoid")).isEqualTo(0.5f);
        assertThat(slopeAtZero("relu6")).isZero();
        assertThat(slopeAtZero("silu")).isEqualTo(0.5f);
    }

    private static float slopeAtZero(String name) {
        Tensor x = Parameter.of(Tensor.zeros(1));
        Tensor y = switch (name) {
            case "softplus" -> F.softplus(x);
            case "logsigmoid" -> F.logsigmoid(x);
            case "relu6" -> F.relu6(x);
            default -> F.silu(x);
        };
        y.sum().backward();
        return x.grad().itemFloat();
    }

    @Test
    void activationsDoNotOverflowFarOut() {
        Tensor x = Parameter.of(Tensor.of(new float[] {-1000, -100, 100, 1000}));
        Tensor y = F.softplus(x)
                .add(F.logsigmoid(x))
                .add(F.elu(x))
                .add(F.selu(x))
                .add(F.mish(x))
                .add(F.gelu(x, "tanh"));
        y.sum().backward();
        assertThat(y.isfinite().all().itemBoolean()).isTrue();
        assertThat(x.grad().isfinite().all().itemBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void infinityIsKeptByWhatIsTheIdentityFarOut(String backend) {
        double[] far = {Double.POSITIVE_INFINITY, 1e30};
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            Tensor x = Tensor.of(far, dtype, Device.of(backend));
            double[] same = x.toDoubleArray();
            assertThat(F.gelu(x).toDoubleArray()).containsExactly(same);
            assertThat(F.gelu(x, "tanh").toDoubleArray()).containsExactly(same);
            assertThat(F.hardswish(x).toDoubleArray()).containsExactly(same);
            assertThat(F.silu(x).toDoubleArray()).containsExactly(same);
        }
    }

    /** The cut is of what was padded, but a circle is closed after it. */
    @Test
    void paddingMayCut() {
        Tensor x = Tensor.arange(1, 5).to(DType.F32).unsqueeze(0);
        assertThat(F.pad(x, new long[] {3, -1}, F.PadMode.REFLECT, 0).toFloatArray())
                .containsExactly(4, 3, 2, 1, 2, 3);
        assertThat(F.pad(x, new long[] {-1, 2}, F.PadMode.REPLICATE, 0).toFloatArray())
                .containsExactly(2, 3, 4, 4, 4);
        assertThat(F.pad(x, new long[] {-1, 2}, F.PadMode.CIRCULAR, 0).toFloatArray())
                .containsExactly(2, 3, 4, 2, 3);
        assertThatThrownBy(() -> F.pad(x, new long[] {-2, -2}, F.PadMode.REPLICATE, 0))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("leaves nothing");
    }

    @Test
    void aSizeThatAFactorKeepsIsNotInterpolated() {
        Tensor x = Tensor.of(new float[][][][] {{{{1, 2, 3}, {4, 8, 16}}}});
        Tensor y = F.interpolate(x, new double[] {1.3, 2}, F.Interpolation.BILINEAR, false);
        assertThat(y.toFloatArray()).containsExactly(1, 1.25f, 1.75f, 2.25f, 2.75f, 3, 4, 5, 7, 10, 14, 16);
    }

    @Test
    void outputPaddingMayReachFurtherThanTheStride() {
        Tensor x = Tensor.of(new float[][][] {{{1, 2, 3}}});
        Tensor weight = Parameter.of(Tensor.of(new float[][][] {{{1, 10, 100}}}));
        Tensor y = F.convTranspose1d(x, weight, null, new int[] {1}, new int[] {1}, new int[] {2}, 1, new int[] {3});
        assertThat(y.detach().toFloatArray()).containsExactly(2, 3, 10, 20, 30, 100, 200, 300, 0);
        y.sum().backward();
        assertThat(weight.grad().toFloatArray()).containsExactly(5, 6, 6);
    }

    @Test
    void theEpsOfRmsNormIsTheDTypesUnlessItIsGiven() {
        RMSNorm norm = new RMSNorm(2);
        assertThat(norm).hasToString("RMSNorm((2,), eps=None, elementwise_affine=True)");
        assertThat(new RMSNorm(Shape.of(2), 1e-5)).hasToString("RMSNorm((2,), eps=1e-05, elementwise_affine=True)");
        Tensor x = Tensor.of(new double[] {1e-4, 1e-4});
        assertThat(norm.call(x.toFloat()).detach().toDoubleArray()[0]).isCloseTo(0.2781, within(1e-3));
        norm.to(DType.F64);
        assertThat(norm.call(x).detach().toDoubleArray()[0]).isCloseTo(1, within(1e-6));
    }

    @Test
    void reflectionNeedsEnoughToReflect() {
        Tensor x = Tensor.arange(4).to(DType.F32).unsqueeze(0);
        assertThat(F.pad(x, new long[] {3, 1}, F.PadMode.REFLECT, 0).toFloatArray())
                .containsExactly(3, 2, 1, 0, 1, 2, 3, 2);
        assertThat(F.pad(x, new long[] {1, 2}, F.PadMode.CIRCULAR, 0).toFloatArray())
                .containsExactly(3, 0, 1, 2, 3, 0, 1);
        assertThat(F.pad(x, new long[] {1, 2}, F.PadMode.REPLICATE, 0).toFloatArray())
                .containsExactly(0, 0, 1, 2, 3, 3, 3);
        assertThatThrownBy(() -> F.pad(x, new long[] {4, 0}, F.PadMode.REFLECT, 0))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("pad: padding (4, 0) of dimension 1 of shape (1, 4) is not from 0 to 3");
    }

    @Test
    void unfoldTimesTheKernelIsTheConvolution() {
        Tensor x = Tensor.randn(2, 3, 6, 5);
        Tensor w = Tensor.randn(4, 3, 3, 2);
        Tensor columns = F.unfold(x, new int[] {3, 2}, new int[] {1}, new int[] {1}, new int[] {2});
        Tensor product = w.reshape(4, -1).matmul(columns);
        Tensor conv = F.conv2d(x, w, null, 2, 1).reshape(2, 4, -1);
        assertThat(product.sub(conv).abs().max().item()).isLessThan(1e-5);
    }

    @Test
    void bilinearIsTheSumOverBothInputs() {
        Tensor a = Tensor.of(new float[][] {{1, 2}});
        Tensor b = Tensor.of(new float[][] {{3, 4, 5}});
        Tensor w = Tensor.ones(2, 2, 3);
        assertThat(F.bilinear(a, b, w, null).toFloatArray()).containsExactly(36, 36);
    }

    @Test
    void attentionMasksWhatIsAhead() {
        Tensor q = Tensor.randn(1, 4, 8);
        Tensor causal = F.scaledDotProductAttention(q, q, q, true);
        assertThat(causal.get(0).get(0).toFloatArray())
                .containsExactly(q.get(0).get(0).toFloatArray(), within(1e-6f));
        Tensor mask = Tensor.ones(Shape.of(4, 4), DType.U8).tril().toBool();
        Tensor masked = F.scaledDotProductAttention(q, q, q, mask, 0, false, 1 / Math.sqrt(8.0));
        assertThat(masked.toFloatArray()).containsExactly(causal.toFloatArray(), within(1e-6f));
    }

    @Test
    void batchNormalisationMayKeepNothingAndLearnNothing() {
        BatchNorm2d plain = new BatchNorm2d(3, 1e-5, 0.1, false, false);
        assertThat(plain.stateDict()).isEmpty();
        assertThat(plain)
                .hasToString("BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False)");
        Tensor x = Tensor.randn(4, 3, 2, 2);
        float[] expected = F.batchNorm(x, null, null, null, null, true, 0, 1e-5).toFloatArray();
        assertThat(plain.call(x).toFloatArray()).containsExactly(expected);
        plain.eval();
        assertThat(plain.call(x).toFloatArray()).as("in evaluation too").containsExactly(expected);

        BatchNorm1d averaging = new BatchNorm1d(2, 1e-5, null, true, true);
        Tensor first = Tensor.of(new float[][] {{1, 10}, {3, 20}});
        averaging.call(first);
        assertThat(averaging.runningMean().toFloatArray()).containsExactly(2, 15);
        averaging.call(first.add(4));
        assertThat(averaging.runningMean().toFloatArray()).containsExactly(4, 17);
        assertThat(averaging.toString()).contains("momentum=None");
        assertThatThrownBy(() -> averaging.call(Tensor.ones(4, 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("expected (N, C) or (N, C, L) with 2 channels");
        assertThat(new GroupNorm(2, 4, 1e-5, false).stateDict()).isEmpty();
        assertThat(new GroupNorm(2, 4, 1e-5, false)).hasToString("GroupNorm(2, 4, eps=1e-05, affine=False)");
    }

    @Test
    void aPaddingNumbersVectorIsZerosAndDoesNotLearn() {
        Embedding embedding = new Embedding(4, 2, -1);
        assertThat(embedding).hasToString("Embedding(4, 2, padding_idx=3)");
        assertThat(embedding.weight().get(at(3)).toFloatArray()).containsExactly(0, 0);
        Tensor indices = Tensor.of(new long[][] {{0, 3}, {3, 0}});
        embedding.call(indices).sum().backward();
        assertThat(embedding.weight().grad().toFloatArray()).containsExactly(2, 2, 0, 0, 0, 0, 0, 0);
        Embedding known = new Embedding(Tensor.ones(3, 2), 0);
        assertThat(known.call(Tensor.of(new long[] {0})).toFloatArray()).containsExactly(1, 1);
        assertThatThrownBy(() -> new Embedding(4, 2, 4))
                .isInstanceOf(TensorIndexException.class)
                .hasMessageContaining("4 is out of range for 4 vectors");
    }

    private static void checkPadding(
            String backend, Module convolution, String text, double sum, double gradients, long... shape) {
        assertThat(convolution).hasToString(text);
        Waves waves = new Waves(backend);
        Tensor y = waves.fill(convolution).call(waves.of(0, shape));
        assertThat(y.sum().item()).as(text).isCloseTo(sum, within(1e-6));
        assertThat(waves.fingerprint(convolution, y)).as(text).isCloseTo(gradients, within(1e-6));
    }

    /** Sums and fingerprints are PyTorch 1.13's. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void convolutionsPadAsPyTorchDoes(String backend) {
        checkPadding(
                backend,
                new Conv1d(2, 3, ConvolutionOptions.kernel(4).paddingSame().dilation(3)),
                "Conv1d(2, 3, kernel_size=(4,), stride=(1,), padding=same, dilation=(3,))",
                30.0734305,
                41.1501346,
                2,
                2,
                11);
        checkPadding(
                backend,
                new Conv2d(
                        2,
                        4,
                        ConvolutionOptions.kernel(3, 2)
                                .stride(2, 1)
                                .padding(1, 2)
                                .paddingMode(F.PadMode.REFLECT)
                                .groups(2)),
                "Conv2d(2, 4, kernel_size=(3, 2), stride=(2, 1), padding=(1, 2), groups=2, padding_mode=reflect)",
                107.4568739,
                125.5373253,
                2,
                2,
                5,
                6);
        checkPadding(
                backend,
                new Conv2d(2, 3, ConvolutionOptions.kernel(2, 3).paddingSame().paddingMode(F.PadMode.CIRCULAR)),
                "Conv2d(2, 3, kernel_size=(2, 3), stride=(1, 1), padding=same, padding_mode=circular)",
                28.1178834,
                61.2304638,
                1,
                2,
                5,
                4);
        checkPadding(
                backend,
                new Conv3d(
                        1,
                        2,
                        ConvolutionOptions.kernel(3)
                                .padding(1)
                                .paddingMode(F.PadMode.REPLICATE)
                                .bias(false)),
                "Conv3d(1, 2, kernel_size=(3, 3, 3), stride=(1, 1, 1), padding=(1, 1, 1), bias=False,"
                        + " padding_mode=replicate)",
                -2.5672379,
                165.2902862,
                1,
                1,
                3,
                4,
                2);
        assertThatThrownBy(() -> new Conv1d(
                        1, 1, ConvolutionOptions.kernel(3).paddingSame().stride(2)))
                .hasMessageContaining("paddingSame needs stride 1, not [2]");
        assertThatThrownBy(() ->
                        new ConvTranspose1d(1, 1, ConvolutionOptions.kernel(3).paddingMode(F.PadMode.REFLECT)))
                .hasMessageContaining("pads with zeros only");
    }
}
