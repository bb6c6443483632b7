package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.Backward;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Saved values that are computed again. */
class CheckpointTest {
    private static Tensor leaf(double... values) {
        return Tensor.of(values).requiresGrad_(true);
    }

    private static Tensor dropout(Tensor x) {
        return x.mul(Tensor.emptyLike(x.detach()).bernoulli_(0.5));
    }

    @Test
    void gradientsAreThoseOfTheFunctionToTheSecondOrder() {
        TensorFunction plain = in -> in[0].exp().mul(in[1]).sin().add(in[0].square());
        TensorFunction checkpointed =
                in -> Autograd.checkpoint(plain, in[0].mul(1.5), in[1]).tanh();
        GradCheck.check(checkpointed, leaf(0.3, -0.7), leaf(0.5, 1.2));
        GradCheck.checkSecondOrder(checkpointed, leaf(0.3, -0.7), leaf(0.5, 1.2));
    }

    @Test
    void nestedCheckpointsHaveTheSameGradients() {
        TensorFunction inner = in -> in[0].sin().mul(in[0]);
        TensorFunction middle = in -> Autograd.checkpoint(inner, in[0].exp()).square();
        TensorFunction outer = in -> Autograd.checkpoint(middle, in[0].tanh()).mul(in[0].cos());
        TensorFunction whole = in -> Autograd.checkpoint(outer, in[0]);
        GradCheck.check(whole, leaf(0.3, -0.7));
        GradCheck.checkSecondOrder(whole, leaf(0.3, -0.7));
    }

    @Test
    void segmentsOfASequenceGiveTheSameGradientsAndRunAgainButForTheLast() {
        int[] runs = new int[7];
        List<UnaryOperator<Tensor>> functions = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            int number = i;
            functions.add(x -> {
                runs[number]++;
                return x.sin().mul(1 + number);
            });
        }
        Tensor x = leaf(0.3, -0.7);
        Autograd.checkpointSequential(functions, 1, x).sum().backward();
        double[] expected = x.grad().toDoubleArray();
        assertThat(runs).containsOnly(1);
        for (int segments = 2; segments <= 7; segments++) {
            Arrays.fill(runs, 0);
            x.clearGrad();
            Autograd.checkpointSequential(functions, segments, x).sum().backward();
            assertThat(x.grad().toDoubleArray()).isEqualTo(expected);
            for (int i = 0; i < 7; i++) {
                assertThat(runs[i]).as("%s of %s", i, segments).isEqualTo(i < 7 / segments * (segments - 1) ? 2 : 1);
            }
        }
        assertThatThrownBy(() -> Autograd.checkpointSequential(functions, 8, x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("7 functions");
    }

    @Test
    void itRunsOnceMoreAndOnlyWhenAGradientIsNeeded() {
        AtomicInteger runs = new AtomicInteger();
        TensorFunction function = in -> {
            runs.incrementAndGet();
            return in[0].exp().sin();
        };
        Tensor x = leaf(1);
        Tensor y = Autograd.checkpoint(function, x).sum();
        assertThat(runs).hasValue(1);
        y.backward(Backward.retainGraph());
        assertThat(runs).hasValue(2);
        y.backward();
        assertThat(runs).hasValue(2);
        assertThat(x.grad().item()).isEqualTo(2 * Math.cos(Math.E) * Math.E);
        assertThatThrownBy(y::backward).hasMessageContaining("retainGraph");
        try (GradMode _ = Autograd.noGrad()) {
            assertThat(Autograd.checkpoint(function, x).requiresGrad()).isFalse();
        }
        assertThat(runs).hasValue(3);
    }

    @Test
    void parametersThatTheFunctionRefersToGetTheirGradients() {
        Tensor w = leaf(2);
        Tensor x = Tensor.of(new double[] {3});
        Tensor y = Autograd.checkpoint(in -> in[0].mul(w).exp(), x).sum();
        y.backward();
        assertThat(w.grad().item()).isEqualTo(3 * Math.exp(6));
        Tensor z = Autograd.checkpoint(in -> in[0].mul(w).exp(), x).sum();
        assertThat(Autograd.grad(z, w).get(0).item()).isEqualTo(3 * Math.exp(6));
    }

    @Test
    void theSameRandomNumbersAreDrawnAndTheStateGoesOn() {
        Random.manualSeed(7);
        Tensor x = Tensor.ones(100).requiresGrad_(true);
        Tensor y = Autograd.checkpoint(in -> dropout(in[0].exp()).square(), x);
        double[] next = Tensor.rand(3).toDoubleArray();
        Tensor after = Random.getState();
        y.sum().backward();
        assertThat(Random.getState().toLongArray()).isEqualTo(after.toLongArray());
        for (int i = 0; i < 100; i++) {
            assertThat(x.grad().get(i).item() != 0).isEqualTo(y.get(i).item() != 0);
        }
        Random.manualSeed(7);
        dropout(Tensor.ones(100));
        assertThat(Tensor.rand(3).toDoubleArray()).isEqualTo(next);
    }

    @Test
    void savedValuesAreGivenBackAtOnceAlsoInsideAScope() {
        Tensor[] inside = new Tensor[2];
        Tensor x = leaf(1, 2);
        try (TensorScope _ = TensorScope.open()) {
            Tensor y = Autograd.checkpoint(
                    in -> {
                        inside[0] = in[0].exp();
                        inside[1] = inside[0].sin();
                        return inside[1].square();
                    },
                    x);
            assertThatThrownBy(() -> inside[0].toDoubleArray())
                    .hasMessageContaining("exp")
                    .hasMessageContaining("keep");
            assertThat(y.toDoubleArray()).hasSize(2);
            y.sum().backward();
        }
        double e = Math.E;
        assertThat(x.grad().get(0).item()).isEqualTo(2 * Math.sin(e) * Math.cos(e) * e);
    }

    @Test
    void severalResultsAndResultsThatAreInputs() {
        Tensor x = leaf(2);
        Tensor w = leaf(5);
        Tensor[] results =
                Autograd.checkpointAll(true, in -> new Tensor[] {in[0].mul(in[1]), in[0], in[1].square()}, x.mul(1), w);
        results[0].add(results[1].mul(results[2])).sum().backward();
        assertThat(x.grad().item()).isEqualTo(5 + 25);
        assertThat(w.grad().item()).isEqualTo(2 + 2 * 2 * 5);
    }

    @Test
    void functionsOfAUsersOwnAndChangesInPlaceInsideAreComputedAgain() {
        Function square = new Function() {
            @Override
            protected Tensor[] forward(Context context, Tensor... inputs) {
                context.saveForBackward(inputs);
                return of(inputs[0].square());
            }

            @Override
            protected Tensor[] backward(Context context, Tensor... gradients) {
                return of(gradients[0].mul(context.savedTensors()[0]).mul(2.0));
            }
        };
        TensorFunction function = in -> {
            Tensor y = square.apply(in[0].exp());
            y.select(0, 0).mul_(3.0);
            return y.sin().add_(in[0]).relu_();
        };
        GradCheck.check(in -> Autograd.checkpoint(function, in[0].mul(1.0)), leaf(0.3, -0.7));
        GradCheck.checkSecondOrder(in -> Autograd.checkpoint(function, in[0].mul(1.0)), leaf(0.3, -0.7));
    }

    @Test
    void anInputChangedMeanwhileIsRefusedBeforeAnythingIsAccumulated() {
        Tensor w = leaf(1);
        Tensor x = w.mul(2.0);
        Tensor y = Autograd.checkpoint(in -> in[0].exp().sin(), x).sum();
        x.add_(1);
        assertThatThrownBy(y::backward)
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("checkpoint")
                .hasMessageContaining("changed in place");
        assertThat(w.grad()).isNull();
    }

    @Test
    void aFunctionThatDoesSomethingElseTheSecondTimeIsRefused() {
        AtomicInteger runs = new AtomicInteger();
        Tensor more = Autograd.checkpoint(
                in -> runs.getAndIncrement() == 0 ? in[0].exp() : in[0].exp().sin(), leaf(1));
        assertThatThrownBy(() -> more.sum().backward())
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("saved 1 tensors")
                .hasMessageContaining("2 when computed again");
        runs.set(0);
        Tensor other = Autograd.checkpoint(
                in -> (runs.getAndIncrement() == 0 ? in[0] : in[0].narrow(0, 0, 1))
                        .exp()
                        .sum(),
                leaf(1, 2));
        assertThatThrownBy(other::backward).hasMessageContaining("shape (2)").hasMessageContaining("shape (1)");
    }

    @Test
    void whatTheFunctionThrowsLeavesNothingOpen() {
        Tensor x = leaf(1);
        assertThatThrownBy(() -> Autograd.checkpoint(
                        in -> {
                            throw new IllegalArgumentException("no");
                        },
                        x))
                .isInstanceOf(IllegalArgumentException.class);
        Tensor y = x.exp();
        y.sum().backward();
        assertThat(List.of(x.grad().item(), y.item())).containsExactly(Math.E, Math.E);
    }
}
