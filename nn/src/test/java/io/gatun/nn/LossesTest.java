package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.tensor.DTypeException;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.ValueException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossesTest {
    private static final Tensor SCORES = Tensor.of(new float[][] {{0, 0, 0}, {1, 2, 3}});

    @Test
    void crossEntropyOfEqualScoresIsTheLogarithmOfTheirNumber() {
        Tensor each = F.crossEntropy(SCORES, Tensor.of(new long[] {1, 2}), null, -100, Reduction.NONE, 0);
        double second = Math.log(1 + Math.exp(-1) + Math.exp(-2));
        assertThat(each.toDoubleArray()).containsExactly(new double[] {Math.log(3), second}, within(1e-6));
    }

    @Test
    void aMeanDividesByTheWeightsThatCount() {
        Tensor weight = Tensor.of(new float[] {1, 2, 5});
        Tensor target = Tensor.of(new long[] {1, 2});
        double second = Math.log(1 + Math.exp(-1) + Math.exp(-2));
        double mean = (2 * Math.log(3) + 5 * second) / 7;
        assertThat(F.crossEntropy(SCORES, target, weight, -100, Reduction.MEAN, 0)
                        .item())
                .isCloseTo(mean, within(1e-6));
        Tensor ignoring = F.crossEntropy(SCORES, target, weight, 2, Reduction.MEAN, 0);
        assertThat(ignoring.item()).isCloseTo(Math.log(3), within(1e-6));
    }

    @Test
    void smoothedLabelsAreTheProbabilitiesTheyStandFor() {
        Tensor target = Tensor.of(new long[] {1, 2});
        Tensor weight = Tensor.of(new float[] {1, 2, 5});
        Tensor smooth = Tensor.of(new float[][] {{0.1f, 0.8f, 0.1f}, {0.1f, 0.1f, 0.8f}});
        Tensor expected = F.crossEntropy(SCORES, smooth, weight, -100, Reduction.SUM, 0);
        // a weight multiplies the class it belongs to, so the two agree in the smoothed part and in the true one
        Tensor actual = F.crossEntropy(SCORES, target, weight, -100, Reduction.SUM, 0.3);
        assertThat(actual.item()).isCloseTo(expected.item(), within(1e-5));
    }

    @Test
    void aTargetOutOfRangeIsNamedWithPlaceAndBound() {
        assertThatThrownBy(() -> F.crossEntropy(SCORES, Tensor.of(new long[] {0, 3})))
                .isInstanceOf(TensorIndexException.class)
                .hasMessageContaining(
                        "crossEntropy: the target 3 at position (1) is out of range for 3 classes: expected 0 to 2");
        assertThatThrownBy(() -> F.nllLoss(SCORES, Tensor.of(new long[] {-1, 0})))
                .hasMessageContaining("nllLoss: the target -1 at position (0)");
        assertThatThrownBy(() -> F.crossEntropy(SCORES, Tensor.of(new long[] {0})))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("input has shape (2, 3), so class numbers must have (2), not (1)");
        assertThatThrownBy(() -> F.crossEntropy(SCORES, Tensor.of(new boolean[] {true, false})))
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("the target is BOOL");
    }

    @Test
    void aSingleSampleNeedsNoBatch() {
        Tensor one = F.crossEntropy(SCORES.get(1), Tensor.of(2));
        assertThat(one.item()).isCloseTo(Math.log(1 + Math.exp(-1) + Math.exp(-2)), within(1e-6));
    }

    @Test
    void logitsFarOutCostWhatTheyShould() {
        Tensor x = Parameter.of(Tensor.of(new float[] {-200, 200, 0}));
        Tensor y = Tensor.of(new float[] {1, 0, 1});
        Tensor each = F.binaryCrossEntropyWithLogits(x, y, null, Reduction.NONE, null);
        assertThat(each.detach().toDoubleArray()).containsExactly(new double[] {200, 200, Math.log(2)}, within(1e-5));
        each.sum().backward();
        assertThat(x.grad().toFloatArray()).containsExactly(-1, 1, -0.5f);
        Tensor weighted = F.binaryCrossEntropyWithLogits(x, y, null, Reduction.NONE, Tensor.of(new float[] {3}));
        assertThat(weighted.detach().toDoubleArray())
                .containsExactly(new double[] {600, 200, 3 * Math.log(2)}, within(1e-4));
    }

    /** A sigmoid of 20 is 1 in F32: the slope there is PyTorch's, and not NaN. */
    @Test
    void aCertainPredictionHasAFiniteSlope() {
        Tensor p = Parameter.of(Tensor.of(new float[] {0, 1, 1, 0, 0.5f}));
        Tensor target = Parameter.of(Tensor.of(new float[] {0, 1, 0, 1, 1}));
        Tensor losses = F.binaryCrossEntropy(p, target, null, Reduction.NONE);
        assertThat(losses.detach().toDoubleArray())
                .containsExactly(new double[] {0, 0, 100, 100, Math.log(2)}, within(1e-6));
        losses.sum().backward();
        assertThat(p.grad().toFloatArray()).containsExactly(0, 0, 1e12f, -1e12f, -2);
        assertThat(target.grad().toFloatArray()).containsExactly(100, -100, -100, 100, 0);
    }

    @Test
    void certainAndWrongCostsAHundred() {
        Tensor loss = F.binaryCrossEntropy(Tensor.of(new float[] {0}), Tensor.of(new float[] {1}));
        assertThat(loss.item()).isEqualTo(100);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> F.binaryCrossEntropy(Tensor.of(new float[] {1.5f}), Tensor.of(new float[] {1})))
                .withMessageContaining("outside 0 to 1");
        assertThatThrownBy(() -> F.binaryCrossEntropyWithLogits(Tensor.ones(2), Tensor.ones(2, 1)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("the input has shape (2), the target (2, 1)");
    }

    @Test
    void modulesDoWhatTheFunctionsDo() {
        Tensor x = Tensor.of(new float[] {1, 4});
        Tensor y = Tensor.of(new float[] {0, 2});
        assertThat(new MSELoss().forward(x, y).item()).isEqualTo(2.5);
        assertThat(new MSELoss(Reduction.SUM).forward(x, y).item()).isEqualTo(5);
        assertThat(new L1Loss().forward(x, y).item()).isEqualTo(1.5);
        assertThat(new HuberLoss().forward(x, y).item()).isEqualTo((0.5 + 1.5) / 2);
        assertThat(new SmoothL1Loss(Reduction.NONE).forward(x, y).toFloatArray())
                .containsExactly(0.5f, 1.5f);
        Tensor target = Tensor.of(new long[] {1, 2});
        assertThat(new NLLLoss().forward(SCORES.logSoftmax(1), target).item())
                .isCloseTo(new CrossEntropyLoss().forward(SCORES, target).item(), within(1e-6));
        assertThat(new CrossEntropyLoss(Tensor.ones(3), -100, Reduction.MEAN, 0).stateDict())
                .containsKey("weight");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MSELoss(Reduction.BATCHMEAN).forward(x, y))
                .withMessageContaining("klDiv only");
    }

    @Test
    void crossEntropiesOfTwoClassesTakeWeights() {
        Tensor p = Tensor.of(new double[] {0.2, 0.7, 0.9});
        Tensor y = Tensor.of(new double[] {0, 1, 1});
        Tensor w = Tensor.of(new double[] {1, 2, 3});
        double expected = (-Math.log(0.8) - 2 * Math.log(0.7) - 3 * Math.log(0.9)) / 3;
        BCELoss loss = new BCELoss(w, Reduction.MEAN);
        assertThat(loss.call(p, y).item()).isCloseTo(expected, within(1e-12));
        assertThat(loss.stateDict().keySet()).containsExactly("weight");
        assertThat(new BCEWithLogitsLoss(w, Reduction.MEAN, null)
                        .call(p.div(p.neg().add(1)).log(), y)
                        .item())
                .isCloseTo(expected, within(1e-12));
    }

    @Test
    void normsThatAreNotFiniteMayBeRefused() {
        Tensor x = Tensor.ones(2).requiresGrad_(true);
        x.mul(Double.NaN).sum().backward();
        assertThatThrownBy(() -> GradientClipping.clipGradNorm_(List.of(x), 1, 2, true))
                .isInstanceOf(ValueException.class)
                .hasMessageContaining("the norm of the gradients is NaN");
        assertThat(GradientClipping.clipGradNorm_(List.of(x), 1)).isNaN();
    }
}
