package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.Backward;
import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.spi.GradHook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a backward pass does, apart from the formulas. */
class BackwardTest {
    private static Tensor leaf(double... values) {
        return Tensor.of(values).requiresGrad_(true);
    }

    @Test
    void gradientsAccumulateOverPasses() {
        Tensor x = leaf(1, 2);
        x.mul(3.0).sum().backward();
        Tensor grad = x.grad();
        x.square().sum().backward();
        assertThat(x.grad()).isSameAs(grad);
        assertThat(grad.toDoubleArray()).containsExactly(5, 7);
        x.grad().zero_();
        x.sum().backward();
        assertThat(x.grad().toDoubleArray()).containsExactly(1, 1);
        x.clearGrad();
        assertThat(x.grad()).isNull();
    }

    @Test
    void usesAreSummed() {
        Tensor x = leaf(3);
        Tensor y = x.mul(x).add(x).add(x.mul(x.exp().mul(0.0))); // x² + x
        y.sum().backward();
        assertThat(x.grad().item()).isEqualTo(7);
    }

    @Test
    void aDiamondIsPassedOnce() {
        Tensor x = leaf(2);
        List<Double> seen = new ArrayList<>();
        Tensor middle = x.square();
        middle.registerHook(g -> {
            seen.add(g.item());
            return null;
        });
        middle.mul(3.0).add(middle.mul(4.0)).mul(middle).sum().backward();
        assertThat(seen).containsExactly(56.0);
        assertThat(x.grad().item()).isEqualTo(4 * 56);
    }

    @Test
    void theGradientOfALeafIsNobodyElses() {
        Tensor x = leaf(1, 2);
        Tensor y = leaf(3, 4);
        Tensor flow = Tensor.of(new double[] {1, 1});
        x.add(y).backward(flow);
        x.grad().fill_(9);
        assertThat(y.grad().toDoubleArray()).containsExactly(1, 1);
        assertThat(flow.toDoubleArray()).containsExactly(1, 1);
        y.grad().fill_(8);
        assertThat(x.grad().toDoubleArray()).containsExactly(9, 9);
        Tensor z = leaf(5, 6);
        z.view(2).backward(flow);
        z.grad().zero_();
        assertThat(flow.toDoubleArray()).containsExactly(1, 1);
    }

    @Test
    void theGradientOfALeafIsContiguousWhateverFlowedIntoIt() {
        Tensor x = leaf(1, 2, 3);
        x.sum().backward();
        assertThat(x.grad().strides()).containsExactly(1);
        Tensor weight = Tensor.ones(3, 2).requiresGrad_(true);
        Tensor.ones(4, 2).matmul(weight.t()).sum().backward();
        assertThat(weight.grad().isContiguous()).isTrue();
    }

    @Test
    void gradientsOfPartsMeetInOneTensorWhateverElseUsesTheWhole() {
        Tensor x = Tensor.arange(24).toDouble().reshape(4, 6).requiresGrad_(true);
        Tensor y = x.mul(1);
        Tensor loss = y.select(0, 1).mul(2).sum();
        loss = loss.add(y.square().sum());
        loss = loss.add(y.slice(1, 1, 6, 2).mul(3).sum());
        loss = loss.add(y.select(0, 1).mul(y.select(0, 2)).sum());
        loss = loss.add(y.diagonal(1, 0, 1).mul(5).sum());
        loss.backward(Backward.retainGraph());
        Tensor expected = x.detach().mul(2);
        expected.select(0, 1).add_(2);
        expected.slice(1, 1, 6, 2).add_(3);
        expected.select(0, 1).add_(x.detach().select(0, 2));
        expected.select(0, 2).add_(x.detach().select(0, 1));
        expected.diagonal(1, 0, 1).add_(5);
        assertThat(java.util.Objects.requireNonNull(x.grad()).equal(expected)).isTrue();
        List<Tensor> recorded = Autograd.grad(List.of(loss), List.of(x), Backward.createGraph());
        assertThat(recorded.get(0).equal(expected)).isTrue();
    }

    @Test
    void aGradientHandedToTwoPartsIsNotAddedTo() {
        Tensor x = Tensor.zeros(2, 3).requiresGrad_(true);
        Tensor gradient = Tensor.ones(3);
        Tensor a = x.select(0, 0);
        Tensor b = x.select(0, 1);
        Tensor c = x.select(0, 1);
        a.add(b).add(c).backward(gradient);
        assertThat(gradient.toFloatArray()).containsExactly(1, 1, 1);
        assertThat(java.util.Objects.requireNonNull(x.grad()).toFloatArray()).containsExactly(1, 1, 1, 2, 2, 2);
    }

    @Test
    void onlyASingleNumberHasAnImplicitGradient() {
        Tensor x = leaf(1, 2);
        assertThatThrownBy(() -> x.mul(2.0).backward())
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("(2)")
                .hasMessageContaining("sum()");
        assertThatThrownBy(() -> x.mul(2.0).backward(Tensor.ones(3)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("(3)");
        x.mul(2.0).reshape(2, 1).narrow(0, 0, 1).backward();
        assertThat(x.grad().toDoubleArray()).containsExactly(2, 0);
    }

    @Test
    void aRootThatRequiresNoGradientIsRefused() {
        assertThatThrownBy(() -> Tensor.of(1.0).mul(2).backward())
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("does not require a gradient");
        assertThatThrownBy(() -> Tensor.of(3L).requiresGrad_(true)).isInstanceOf(DTypeException.class);
    }

    @Test
    void aSecondPassThroughAFreedGraphIsRefusedWithTheRemedyAndNothingIsAccumulated() {
        Tensor x = leaf(2);
        Tensor y = x.square();
        Tensor z = y.add(x).sum();
        z.backward();
        double before = x.grad().item();
        assertThatThrownBy(z::backward)
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("SquareBackward")
                .hasMessageContaining("retainGraph");
        assertThat(x.grad().item()).isEqualTo(before);
    }

    @Test
    void aRetainedGraphCanBePassedAgain() {
        Tensor x = leaf(2);
        Tensor y = x.square().sum();
        y.backward(Backward.retainGraph());
        y.backward();
        assertThat(x.grad().item()).isEqualTo(8);
    }

    @Test
    void gradGivesGradientsOfLeavesAndOthersAndTouchesNone() {
        Tensor x = leaf(2);
        Tensor w = leaf(5);
        Tensor y = x.mul(w);
        Tensor z = y.square().sum();
        List<Tensor> gradients = Autograd.grad(z, y, x);
        assertThat(gradients.get(0).item()).isEqualTo(20);
        assertThat(gradients.get(1).item()).isEqualTo(100);
        assertThat(x.grad()).isNull();
        assertThat(w.grad()).isNull();
    }

    @Test
    void anUnusedInputIsRefusedUnlessAllowed() {
        Tensor x = leaf(2);
        Tensor other = leaf(3);
        assertThatThrownBy(() -> Autograd.grad(x.square(), x, other))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("input 1");
        List<Tensor> gradients = Autograd.grad(
                List.of(x.square()), List.of(x, other), Arrays.asList((Tensor) null), Backward.standard(), true);
        assertThat(gradients.get(0).item()).isEqualTo(4);
        assertThat(gradients.get(1)).isNull();
    }

    @Test
    void gradientsOfGradients() {
        Tensor x = leaf(3);
        Tensor y = x.pow(3).sum();
        Tensor first =
                Autograd.grad(List.of(y), List.of(x), Backward.createGraph()).get(0);
        Tensor second = Autograd.grad(List.of(first), List.of(x), Backward.createGraph())
                .get(0);
        Tensor third = Autograd.grad(second, x).get(0);
        assertThat(new double[] {first.item(), second.item(), third.item()}).containsExactly(27, 18, 6);
    }

    @Test
    void backwardWithCreateGraphGivesLeavesGradientsThatHaveAHistory() {
        Tensor x = leaf(3);
        x.pow(3).sum().backward(Backward.createGraph());
        assertThat(x.grad().requiresGrad()).isTrue();
        Tensor penalty = x.grad().square().sum();
        x.clearGrad();
        penalty.backward();
        assertThat(x.grad().item()).isEqualTo(2 * 27 * 18);
    }

    @Test
    void noGradNestsAndRestores() {
        Tensor x = leaf(1);
        assertThat(Autograd.isGradEnabled()).isTrue();
        try (GradMode _ = Autograd.noGrad()) {
            assertThat(x.mul(2).requiresGrad()).isFalse();
            try (GradMode _ = Autograd.enableGrad()) {
                assertThat(x.mul(2).requiresGrad()).isTrue();
            }
            assertThat(Autograd.isGradEnabled()).isFalse();
        }
        assertThat(Autograd.isGradEnabled()).isTrue();
    }

    @Test
    void namesLeavesAndDetaching() {
        Tensor x = leaf(1);
        Tensor y = x.mul(2.0);
        assertThat(y.gradFn()).isEqualTo("<MulBackward>");
        assertThat(x.gradFn()).isNull();
        assertThat(x.isLeaf()).isTrue();
        assertThat(y.isLeaf()).isFalse();
        assertThat(y.detach().requiresGrad()).isFalse();
        assertThat(y.detach().isLeaf()).isTrue();
        assertThatThrownBy(() -> y.requiresGrad_(false)).hasMessageContaining("detach()");
        assertThat(x.logSoftmax(0).gradFn()).isEqualTo("<LogSoftmaxBackward>");
        assertThat(x.requiresGrad_(false).mul(2.0).requiresGrad()).isFalse();
    }

    @Test
    void hooksSeeAndReplaceGradientsOfLeavesAndOthersUntilClosed() throws Exception {
        Tensor x = leaf(1, 2);
        Tensor y = x.mul(3.0);
        List<double[]> seen = new ArrayList<>();
        y.registerHook(g -> g.mul(10.0));
        AutoCloseable hook = x.registerHook(g -> {
            seen.add(g.toDoubleArray());
            return null;
        });
        y.sum().backward(Backward.retainGraph());
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0)).containsExactly(30, 30);
        hook.close();
        y.sum().backward();
        assertThat(seen).hasSize(1);
        assertThat(x.grad().toDoubleArray()).containsExactly(60, 60);
    }

    @Test
    void hooksRunInTheOrderOfRegistrationAndEachRegistrationIsRemovedOnce() throws Exception {
        Tensor x = leaf(1);
        GradHook twice = g -> g.mul(2.0);
        AutoCloseable first = x.registerHook(twice);
        x.registerHook(g -> g.add(1));
        x.registerHook(twice);
        x.mul(3.0).backward();
        assertThat(x.grad().item()).isEqualTo((3 * 2 + 1) * 2);
        first.close();
        first.close();
        x.clearGrad();
        x.mul(3.0).backward();
        assertThat(x.grad().item()).isEqualTo((3 + 1) * 2);
    }

    @Test
    void retainGradKeepsWhatHooksMadeOfTheGradientWhenAskedForFirst() {
        Tensor x = leaf(1);
        Tensor y = x.mul(3.0).retainGrad();
        y.registerHook(g -> g.mul(5.0));
        y.mul(2.0).backward();
        assertThat(y.grad().item()).isEqualTo(10);
        assertThat(x.grad().item()).isEqualTo(30);
        assertThat(x.retainGrad().grad().item()).isEqualTo(30);
    }

    @Test
    void aHookMayKeepItsGradient() {
        Tensor x = leaf(1, 2);
        List<Tensor> kept = new ArrayList<>();
        GradHook keep = g -> {
            kept.add(g);
            return null;
        };
        Tensor y = x.exp();
        Tensor z = y.mul(2.0);
        y.registerHook(keep);
        z.registerHook(keep);
        z.mul(z).sum().backward();
        assertThat(kept).hasSize(2);
        assertThat(kept.get(0).toDoubleArray()[0]).isEqualTo(4 * Math.E);
        assertThat(kept.get(1).toDoubleArray()[0]).isEqualTo(8 * Math.E);
    }

    @Test
    void aHookWhoseGradientDoesNotFitIsRefused() {
        Tensor x = leaf(1, 2);
        Tensor y = x.mul(2.0);
        y.registerHook(g -> g.sum());
        Tensor z = y.sum();
        assertThatThrownBy(z::backward).isInstanceOf(ShapeException.class).hasMessageContaining("hook");
    }

    @Test
    void retainGradKeepsTheGradientOfAnIntermediate() {
        Tensor x = leaf(2);
        Tensor y = x.square().retainGrad();
        y.mul(3.0).sum().backward();
        assertThat(y.grad().item()).isEqualTo(3);
        assertThat(x.square().grad()).isNull();
    }

    @Test
    void whatIsOutsideTheGraphCostsNothing() {
        Tensor x = Tensor.of(1.0);
        assertThat(x.mul(2).add(3).gradSlot()).isNull();
    }

    @Test
    void insideAScopeLeavesKeepTheirGradientsAndNothingElseStays() {
        Tensor x = leaf(1, 2, 3);
        Tensor inner;
        try (TensorScope scope = TensorScope.open()) {
            Tensor y = x.square().mul(2.0);
            y.sum().backward();
            inner = y;
            Tensor result = Autograd.grad(x.exp().sum(), x).get(0);
            scope.keep(result);
            assertThat(result.toDoubleArray()[0]).isEqualTo(Math.E);
        }
        assertThat(x.grad().toDoubleArray()).containsExactly(4, 8, 12);
        assertThatThrownBy(inner::item).isInstanceOf(RuntimeException.class);
        try (TensorScope _ = TensorScope.open()) {
            x.sum().backward();
        }
        assertThat(x.grad().toDoubleArray()).containsExactly(5, 9, 13);
    }

    @Test
    void aGraphMadeInAScopeThatClosedIsRefusedByName() {
        Tensor x = leaf(1, 2);
        Tensor z;
        try (TensorScope scope = TensorScope.open()) {
            z = scope.keep(x.exp().square().sum());
        }
        assertThatThrownBy(z::backward)
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("exp")
                .hasMessageContaining("keep");
    }

    @Test
    void gradientsThatShareMemoryAreNotGivenBackTooEarly() {
        Tensor x = leaf(1, 2, 3, 4);
        Tensor y = x.mul(1.0);
        // Every gradient of y is a view of one, and they arrive at different times.
        Tensor z =
                y.view(2, 2).add(y.view(2, 2)).add(y.view(2, 2).exp().mul(0.0)).add(y.reshape(2, 2));
        z.mul(2.0).sum().backward();
        assertThat(x.grad().toDoubleArray()).containsExactly(6, 6, 6, 6);
    }

    @Test
    void aLeafUsedAsARootIsItsOwnGradient() {
        Tensor x = leaf(5);
        x.backward(Tensor.of(new double[] {3}));
        assertThat(x.grad().item()).isEqualTo(3);
    }

    @Test
    void theGradientGivenIsConverted() {
        Tensor x = leaf(5);
        x.mul(2.0).backward(Tensor.ones(1));
        assertThat(x.grad().dtype()).isEqualTo(DType.F64);
    }

    @Test
    void threadsMayTrainOnOneParameter() throws InterruptedException {
        Tensor x = leaf(1);
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofPlatform().start(() -> {
                for (int step = 0; step < 200; step++) {
                    x.mul(2.0).sum().backward();
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(x.grad().item()).isEqualTo(2.0 * 4 * 200);
    }

    @Test
    void aDeviationOfNoneHasTheGradientZero() {
        Tensor x = leaf(3, 3, 3);
        x.std().backward();
        assertThat(x.grad().toDoubleArray()).containsExactly(0, 0, 0);
    }

    @Test
    void aScopeKeepsWhatAScopeInsideItMade() {
        Tensor kept;
        try (TensorScope outer = TensorScope.open()) {
            try (TensorScope _ = TensorScope.open()) {
                kept = outer.keep(Tensor.ones(2));
            }
        }
        assertThat(kept.toDoubleArray()).containsExactly(1, 1);
    }

    @Test
    void dataLivesAsLongAsTheTensorThatHoldsIt() {
        Tensor x = leaf(1, 2);
        Tensor y;
        try (TensorScope _ = TensorScope.open()) {
            y = leaf(1, 2);
            try (TensorScope _ = TensorScope.open()) {
                x.setData(x.detach().mul(2.0));
                y.setData(y.detach().mul(3.0));
            }
            assertThat(y.toDoubleArray()).containsExactly(3, 6);
        }
        assertThat(x.toDoubleArray()).containsExactly(2, 4);
        assertThatThrownBy(y::toDoubleArray).isInstanceOf(TensorStateException.class);
    }
}
