package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values are PyTorch 1.13's for {@link Waves}, to seven digits. */
class TransformerTest {
    private static final Offset<Double> DIGITS = within(1e-6);
    private static final boolean[][] PADDING = {{false, false, true}, {false, false, false}};
    private static final boolean[][] BLOCKED = {{false, true, false}, {false, false, false}};

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void keysAndValuesMayHaveWidthsOfTheirOwn(String backend) {
        Waves waves = new Waves(backend);
        MultiheadAttention attention = waves.fill(new MultiheadAttention(
                4, 2, MultiheadAttention.Options.defaults().kdim(3).vdim(2)));
        MultiheadAttention.Output result = attention.forward(
                waves.of(0, 2, 2, 4),
                waves.of(1, 3, 2, 3),
                waves.of(2, 3, 2, 2),
                waves.mask(PADDING),
                true,
                waves.mask(BLOCKED),
                false);
        assertThat(result.output().shape()).isEqualTo(Shape.of(2, 2, 4));
        assertThat(result.output().toDoubleArray())
                .containsExactly(
                        new double[] {
                            -0.9211641,
                            -0.0190523,
                            0.2515767,
                            -0.3703487,
                            -0.8976219,
                            0.0551680,
                            0.2414938,
                            -0.4463975,
                            -0.6579219,
                            -0.2051272,
                            -0.0454089,
                            -0.2381301,
                            -0.6341571,
                            -0.1097435,
                            -0.0518765,
                            -0.3346867
                        },
                        DIGITS);
        assertThat(result.weights().shape()).isEqualTo(Shape.of(2, 2, 2, 3));
        assertThat(result.weights().toDoubleArray())
                .containsExactly(
                        new double[] {
                            1, 0, 0, 0.3522352, 0.6477648, 0, 1, 0, 0, 0.2218742, 0.7781258, 0, 0.6990975, 0, 0.3009025,
                            0.5289609, 0.1537736, 0.3172655, 0.6656880, 0, 0.3343120, 0.3618427, 0.3141796, 0.3239777
                        },
                        DIGITS);
        assertThat(waves.fingerprint(attention, result.output(), result.weights()))
                .isCloseTo(14.8186995, DIGITS);
    }

    private static void checkAdded(
            String backend, MultiheadAttention.Options options, double[] output, double[] weights, double fingerprint) {
        Waves waves = new Waves(backend);
        MultiheadAttention attention = waves.fill(new MultiheadAttention(4, 2, options));
        MultiheadAttention.Output result = attention.forward(
                waves.of(0, 2, 2, 4),
                waves.of(1, 3, 2, options.kdim() > 0 ? options.kdim() : 4),
                waves.of(2, 3, 2, options.vdim() > 0 ? options.vdim() : 4),
                waves.mask(PADDING),
                true,
                waves.mask(BLOCKED),
                true);
        assertThat(result.output().toDoubleArray()).containsExactly(output, DIGITS);
        assertThat(result.weights().shape()).isEqualTo(Shape.of(2, 2, weights.length / 4));
        assertThat(result.weights().toDoubleArray()).containsExactly(weights, DIGITS);
        assertThat(waves.fingerprint(attention, result.output(), result.weights()))
                .isCloseTo(fingerprint, DIGITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void aLearnedKeyAndOneOfZerosMayBeAdded(String backend) {
        MultiheadAttention.Options defaults = MultiheadAttention.Options.defaults();
        checkAdded(
                backend,
                defaults.addBiasKv(true).addZeroAttn(true),
                new double[] {
                    -0.1448965,
                    -0.2685931,
                    -0.5699434,
                    -0.2697851,
                    0.0192873,
                    -0.321088,
                    -0.7436468,
                    -0.24879,
                    0.0785762,
                    -0.1188046,
                    -0.766253,
                    -0.455173,
                    0.1426693,
                    -0.2317285,
                    -0.8508241,
                    -0.3575854
                },
                new double[] {
                    0.2659444, 0, 0, 0.4254458, 0.3086098, 0.1115098, 0.5290619, 0, 0.2078185, 0.1516098, 0.2715271, 0,
                    0.2393408, 0.237818, 0.2513142, 0.1527151, 0.2574849, 0.2095854, 0.1956015, 0.1846131
                },
                8.7180138);
        checkAdded(
                backend,
                defaults.addBiasKv(true).kdim(3).vdim(2),
                new double[] {
                    0.5582492, 0.250147, 0.2321042, 0.6281379, 0.8206548, 0.5141032, 0.0175652, 0.3252764, 0.5165678,
                    0.368879, 0.2953169, 0.520869, 0.5754523, 0.3425921, 0.2316654, 0.5356131
                },
                new double[] {
                    0.4748622, 0, 0, 0.5251378, 0.2115487, 0.5280596, 0, 0.2603917, 0.5633479, 0, 0.2616345, 0.1750176,
                    0.348723, 0.1802564, 0.2495265, 0.221494
                },
                7.6054425);
        checkAdded(
                backend,
                defaults.addZeroAttn(true),
                new double[] {
                    -0.3134714, 0.1281921, 0.146145, -0.5758173, -0.2070937, 0.3177581, 0.0741438, -0.7784402,
                    -0.4717592, 0.2689853, 0.3299647, -0.6832761, -0.3593337, 0.408684, 0.2428726, -0.8387683
                },
                new double[] {
                    0.4552893, 0, 0, 0.5447107, 0.1399497, 0.6694671, 0, 0.1905833, 0.355294, 0, 0.3149562, 0.3297497,
                    0.1903234, 0.3188421, 0.2608392, 0.2299953
                },
                21.1104625);
        Waves waves = new Waves(backend);
        MultiheadAttention attention = waves.fill(new MultiheadAttention(
                4, 2, defaults.addBiasKv(true).addZeroAttn(true).batchFirst(true)));
        assertThat(attention.stateDict().keySet())
                .containsExactly(
                        "in_proj_weight", "in_proj_bias", "bias_k", "bias_v", "out_proj.weight", "out_proj.bias");
        assertThat(attention
                        .forward(waves.of(0, 2, 4), waves.of(1, 3, 4), waves.of(2, 3, 4))
                        .output()
                        .toDoubleArray())
                .containsExactly(
                        new double[] {
                            0.1302279, -0.1698332, -0.8271583, -0.4151892, 0.0705633, -0.2356167, -0.7794232, -0.3407492
                        },
                        DIGITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void aMaskMayBeAddedToEachHeadOfOneSample(String backend) {
        Waves waves = new Waves(backend);
        MultiheadAttention attention = waves.fill(new MultiheadAttention(
                4, 2, MultiheadAttention.Options.defaults().bias(false)));
        MultiheadAttention.Output result = attention.forward(
                waves.of(0, 2, 4), waves.of(1, 3, 4), waves.of(2, 3, 4), null, true, waves.of(3, 2, 2, 3), true);
        assertThat(result.output().toDoubleArray())
                .containsExactly(
                        new double[] {
                            -0.0147806, -0.1651237, -0.0151635, 0.1623739, 0.1150086, -0.0885226, -0.1310616, 0.0647555
                        },
                        DIGITS);
        assertThat(result.weights().shape()).isEqualTo(Shape.of(2, 3));
        assertThat(result.weights().toDoubleArray())
                .containsExactly(
                        new double[] {0.2318047, 0.1889456, 0.5792497, 0.4979503, 0.3983003, 0.1037494}, DIGITS);
        assertThat(waves.fingerprint(attention, result.output(), result.weights()))
                .isCloseTo(0.9924990, DIGITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void anEncoderLayerMayNormaliseFirst(String backend) {
        Waves waves = new Waves(backend);
        TransformerEncoderLayer layer = waves.fill(
                new TransformerEncoderLayer(4, 2, small().activation(F::gelu).normFirst(true)));
        Tensor y = layer.forward(waves.of(0, 3, 2, 4), square(3, waves), waves.mask(PADDING));
        assertThat(y.toDoubleArray())
                .containsExactly(
                        new double[] {
                            0.8220067,
                            1.6375589,
                            1.2042692,
                            -0.5407721,
                            -0.9793154,
                            -0.0499387,
                            0.0573815,
                            -0.8138899,
                            -0.0011379,
                            1.6212070,
                            1.8581341,
                            0.5459341,
                            0.3125718,
                            0.7881431,
                            0.2518387,
                            -1.2930812,
                            -1.1201791,
                            0.3354697,
                            0.8683436,
                            0.2023673,
                            0.7416388,
                            1.8271884,
                            1.5405442,
                            -0.2078721
                        },
                        DIGITS);
        assertThat(waves.fingerprint(layer, y)).isCloseTo(52.3220623, DIGITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void aDecoderLayerLooksAtItsMemory(String backend) {
        Waves waves = new Waves(backend);
        TransformerDecoderLayer layer = waves.fill(new TransformerDecoderLayer(4, 2, small().batchFirst(true)));
        Tensor y = layer.forward(
                waves.of(0, 2, 2, 4),
                waves.of(1, 2, 3, 4),
                square(2, waves),
                waves.mask(BLOCKED),
                null,
                waves.mask(PADDING));
        assertThat(y.toDoubleArray())
                .containsExactly(
                        new double[] {
                            -0.3029391,
                            -0.8140671,
                            -0.8504997,
                            0.0238969,
                            -0.3595742,
                            -0.8289577,
                            -0.8373289,
                            0.2265708,
                            -0.3149149,
                            -0.7162581,
                            -0.9791951,
                            0.0558568,
                            -0.3043124,
                            -0.8739555,
                            -0.7518364,
                            0.0113255
                        },
                        DIGITS);
        assertThat(waves.fingerprint(layer, y)).isCloseTo(5.0286046, DIGITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "simd"})
    void theWholeTransformer(String backend) {
        Waves waves = new Waves(backend);
        Transformer transformer = waves.fill(new Transformer(4, 2, 2, 2, small()));
        Tensor y = transformer.forward(
                waves.of(0, 3, 4), waves.of(1, 2, 4), null, square(2, waves), null, null, null, null);
        assertThat(y.toDoubleArray())
                .containsExactly(
                        new double[] {
                            0.3088080, 0.5175712, 0.3797821, 0.6802669, 0.1734562, 0.5517013, 0.3898476, 0.6811505
                        },
                        DIGITS);
        assertThat(waves.fingerprint(transformer, y)).isCloseTo(7.4963171, DIGITS);
        assertThat(transformer.stateDict().keySet())
                .contains(
                        "encoder.layers.1.self_attn.in_proj_weight",
                        "encoder.norm.weight",
                        "decoder.layers.0.multihead_attn.out_proj.bias",
                        "decoder.layers.1.norm3.bias");
    }

    private static TransformerOptions small() {
        return TransformerOptions.defaults().dimFeedforward(3).dropout(0);
    }

    private static Tensor square(long size, Waves waves) {
        Tensor mask = Transformer.generateSquareSubsequentMask(size);
        return mask.to(DType.F64).to(waves.of(0, 1).device());
    }

    @Test
    void layersAreCopiesThatGoTheirOwnWay() {
        TransformerEncoderLayer layer = new TransformerEncoderLayer(4, 2, small());
        layer.to(DType.F64).eval();
        TransformerEncoder encoder = new TransformerEncoder(layer, 2);
        Map<String, Tensor> state = encoder.stateDict();
        assertThat(state.get("layers.1.linear1.weight").toDoubleArray())
                .containsExactly(layer.stateDict().get("linear1.weight").toDoubleArray());
        state.get("layers.0.linear1.weight").zero_();
        assertThat(state.get("layers.1.linear1.weight").abs().sum().item()).isPositive();
        assertThat(encoder.modules().get(2).isTraining()).isFalse();
    }

    @Test
    void weightsMayBeLeftOutAndDropped() {
        MultiheadAttention attention = new MultiheadAttention(
                4, 2, MultiheadAttention.Options.defaults().dropout(1));
        Tensor x = Tensor.randn(3, 1, 4);
        assertThat(attention.forward(x, x, x, null, false, null, true).weights())
                .isNull();
        assertThat(attention.forward(x, x, x).weights().abs().max().item()).isZero();
        attention.eval();
        assertThat(attention.forward(x, x, x).weights().sum(-1).toFloatArray())
                .containsExactly(new float[] {1, 1, 1}, within(1e-5f));
        assertThat(attention.forward(x.clone(), x, x).output().toFloatArray())
                .containsExactly(attention.forward(x).toFloatArray(), within(1e-6f));
        Tensor v = Tensor.randn(3, 1, 4);
        assertThat(attention.forward(x, x, v).output().toFloatArray())
                .containsExactly(attention.forward(x.clone(), x, v).output().toFloatArray(), within(1e-6f));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        MultiheadAttention attention = new MultiheadAttention(4, 2);
        Tensor x = Tensor.ones(3, 1, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MultiheadAttention(5, 2))
                .withMessageContaining("size 5 cannot be divided among 2 heads");
        assertThatThrownBy(() -> attention.forward(x, Tensor.ones(3, 2, 4), x))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                        "query (3, 1, 4), key (3, 2, 4) and value (3, 1, 4) do not fit: expected (L, N, 4)");
        assertThatThrownBy(() -> attention.forward(x, x, x, null, true, Tensor.ones(2, 3), true))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("attnMask (2, 3) does not fit: expected (3, 3) or (2, 3, 3)");
        assertThatThrownBy(() -> attention.forward(x, x, x, Tensor.ones(3), true, null, true))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("keyPaddingMask (3) does not fit: expected (1, 3)");
        assertThatThrownBy(() ->
                        attention.forward(x, x, x, null, true, Tensor.arange(9).view(3, 3), true))
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("attnMask of I64 must be of bool");
    }
}
