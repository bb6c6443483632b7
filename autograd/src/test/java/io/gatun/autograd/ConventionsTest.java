package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** PyTorch's choices where a derivative does not exist, or a naive formula would give NaN. */
class ConventionsTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    private static double[] gradient(UnaryOperator<Tensor> function, double... at) {
        Tensor x = Tensor.of(at).requiresGrad_(true);
        function.apply(x).sum().backward();
        return x.grad().toDoubleArray();
    }

    @Test
    void kinksAtZeroHaveSlopeZero() {
        assertThat(gradient(Tensor::relu, -1, 0, 2)).containsExactly(0, 0, 1);
        assertThat(gradient(Tensor::abs, -1, 0, 2)).containsExactly(-1, 0, 1);
    }

    @Test
    void roundingHasSlopeZeroEverywhere() {
        assertThat(gradient(Tensor::floor, -1, 0.5)).containsExactly(0, 0);
        assertThat(gradient(Tensor::round, 0.5, 7)).containsExactly(0, 0);
        assertThat(gradient(Tensor::sign, 0, 7)).containsExactly(0, 0);
    }

    @Test
    void equalsShareTheGradientOfMaximumAndMinimum() {
        Tensor a = Tensor.of(new double[] {1, 2, 3}).requiresGrad_(true);
        Tensor b = Tensor.of(new double[] {2, 2, 2}).requiresGrad_(true);
        a.maximum(b).sum().backward();
        assertThat(a.grad().toDoubleArray()).containsExactly(0, 0.5, 1);
        assertThat(b.grad().toDoubleArray()).containsExactly(1, 0.5, 0);
        a.clearGrad();
        a.minimum(b).sum().backward();
        assertThat(a.grad().toDoubleArray()).containsExactly(1, 0.5, 0);
    }

    @Test
    void theLargestSharesItsGradientEvenlyAmongEqualsUnlessItIsPickedByIndex() {
        assertThat(gradient(x -> x.amax(0), 3, 1, 3)).containsExactly(0.5, 0, 0.5);
        assertThat(gradient(Tensor::max, 3, 3, 3, 0)).containsExactly(1 / 3.0, 1 / 3.0, 1 / 3.0, 0);
        assertThat(gradient(x -> x.max(0).values(), 3, 1, 3)).containsExactly(1, 0, 0);
    }

    @Test
    void distancesOfManyRowsHaveSlopeZeroWhereTheyAreZero() {
        Tensor rows = Tensor.arange(60).toDouble().reshape(30, 2).requiresGrad_(true); // a diagonal
        Tensor distances = rows.cdist(rows.detach().narrow(0, 3, 2));
        double step = Math.sqrt(8);
        for (int i = 0; i < 30; i++) {
            assertThat(distances.select(0, i).select(0, 0).item()).isCloseTo(Math.abs(i - 3) * step, within(1e-9));
            assertThat(distances.select(0, i).select(0, 1).item()).isCloseTo(Math.abs(i - 4) * step, within(1e-9));
        }
        distances.sum().backward();
        double one = Math.sqrt(0.5); // from each of the two rows, away from it
        assertThat(rows.grad().select(0, 2).select(0, 0).item()).isCloseTo(-2 * one, within(1e-9));
        assertThat(rows.grad().select(0, 3).select(0, 0).item()).isCloseTo(-one, within(1e-9));
        assertThat(rows.grad().select(0, 4).select(0, 1).item()).isCloseTo(one, within(1e-9));
        assertThat(rows.grad().select(0, 29).select(0, 1).item()).isCloseTo(2 * one, within(1e-9));
    }

    @Test
    void clampPassesTheGradientBetweenTheBoundsTheyIncluded() {
        assertThat(gradient(x -> x.clamp(-1.0, 1.0), -2, -1, 0, 1, 2)).containsExactly(0, 1, 1, 1, 0);
        assertThat(gradient(x -> x.clampMin(0), -2, 0, 2)).containsExactly(0, 1, 1);
    }

    @Test
    void productsWithZerosHaveTheGradientsOfProducts() {
        assertThat(gradient(Tensor::prod, 2, 0, 3)).containsExactly(0, 6, 0);
        assertThat(gradient(Tensor::prod, 0, 5, 0)).containsExactly(0, 0, 0);
        assertThat(gradient(x -> x.cumprod(0), 2, 0, 3, 4)).containsExactly(1, 2 + 6 + 24, 0, 0);
        assertThat(gradient(x -> x.cumprod(0), 0, 3, 0, 2)).containsExactly(1 + 3, 0, 0, 0);
    }

    @Test
    void productsWithZerosHaveSecondDerivatives() {
        for (double[] values : new double[][] {{2, 0, 3}, {0, 5, 0}, {0, 0, 0}, {1, 2, 3}}) {
            Tensor x = Tensor.of(values).requiresGrad_(true);
            GradCheck.check(in -> in[0].prod(), x);
            GradCheck.checkSecondOrder(in -> in[0].prod(), x);
            GradCheck.check(in -> in[0].cumprod(0), x);
            GradCheck.checkSecondOrder(in -> in[0].cumprod(0), x);
        }
        Tensor matrix = Tensor.of(new double[][] {{2, 0, 3}, {0, 4, 5}}).requiresGrad_(true);
        GradCheck.check(in -> in[0].prod(1), matrix);
        GradCheck.checkSecondOrder(in -> in[0].cumprod(1), matrix);
    }

    @Test
    void powersOfZeroAndToZeroAreDefined() {
        Tensor base = Tensor.of(new double[] {0, 0, 2, 0, Double.NaN}).requiresGrad_(true);
        Tensor exponent = Tensor.of(new double[] {0, 2, 0, 1, 0}).requiresGrad_(true);
        base.pow(exponent).sum().backward();
        assertThat(base.grad().toDoubleArray()).containsExactly(0, 0, 0, 1, 0);
        assertThat(exponent.grad().toDoubleArray()).containsExactly(0, 0, Math.log(2), 0, Double.NaN);
    }

    @Test
    void aPowerOfZeroToANegativeExponentIsMinusInfinityByTheExponent() {
        Tensor exponent = Tensor.of(-1.0).requiresGrad_(true);
        Tensor.of(0.0).pow(exponent).backward();
        assertThat(exponent.grad().item()).isEqualTo(-INFINITY);
    }

    @Test
    void theNormOfZerosHasGradientZero() {
        assertThat(gradient(Tensor::norm, 0, 0)).containsExactly(0, 0);
        assertThat(gradient(x -> x.norm(3), 0, 0)).containsExactly(0, 0);
    }

    @Test
    void rootsAndLogarithmsAtZeroAreInfinitelySteep() {
        assertThat(gradient(Tensor::sqrt, 0)).containsExactly(INFINITY);
        assertThat(gradient(Tensor::log, 0)).containsExactly(INFINITY);
    }

    @Test
    void logsumexpOfInfinitiesFollowsTheSoftmax() {
        assertThat(gradient(x -> x.logsumexp(0), -INFINITY, 0)).containsExactly(0, 1);
    }

    @Test
    void whereAndMaskedFillGiveNoGradientToWhatWasNotChosen() {
        Tensor mask = Tensor.of(new boolean[] {true, false});
        assertThat(gradient(x -> Tensor.where(mask, x.log(), x), 2, 3)).containsExactly(0.5, 1.0);
        assertThat(gradient(x -> x.maskedFill(mask, 7), 2, 0)).containsExactly(0, 1);
    }

    @Test
    void aCastGivesTheGradientInTheDtypeOfItsOperand() {
        Tensor x = Tensor.of(new float[] {1, 2}).requiresGrad_(true);
        x.toDouble().mul(3.0).sum().backward();
        assertThat(x.grad().dtype()).isEqualTo(DType.F32);
        assertThat(x.grad().toFloatArray()).containsExactly(3, 3);
        Tensor half = Tensor.of(new float[] {1, 2}).toHalf().detach().requiresGrad_(true);
        half.toFloat().square().sum().backward();
        assertThat(half.grad().dtype()).isEqualTo(DType.F16);
        assertThat(half.grad().toFloatArray()).containsExactly(2, 4);
    }

    @Test
    void resultsThatAreNotFloatingPointHaveNoHistory() {
        Tensor x = Tensor.of(new double[] {1, 2}).requiresGrad_(true);
        assertThat(x.gt(1).requiresGrad()).isFalse();
        assertThat(x.argmax(0).requiresGrad()).isFalse();
        assertThat(x.nonzero().requiresGrad()).isFalse();
        assertThat(x.toLong().requiresGrad()).isFalse();
        assertThat(x.sort().indices().requiresGrad()).isFalse();
        assertThat(x.sort().values().requiresGrad()).isTrue();
        assertThat(x.isnan().requiresGrad()).isFalse();
        assertThat(x.var(Axes.of(0), 1, false).requiresGrad()).isTrue();
    }
}
