package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.Fft;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Forward mode against reverse mode, which finite differences confirm. */
class ForwardModeTest {
    private static final Tensor X = Tensor.of(new double[] {0.3, -0.7, 1.1});

    private static void assertClose(Tensor actual, Tensor expected, String what) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        assertThat(actual.dtype()).as(what).isEqualTo(expected.dtype());
        double difference = actual.numel() == 0
                ? 0
                : actual.sub(expected).abs().max().item()
                        / Math.max(1, expected.abs().max().item());
        assertThat(difference).as(what).isLessThan(1e-10);
    }

    private static List<Tensor> directions(List<Tensor> operands) {
        List<Tensor> result = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            Tensor operand = operands.get(i).detach();
            result.add(Differentiables.values(-1, 1.3, 77 + i, operand.shape().toArray())
                    .to(operand.dtype()));
        }
        return result;
    }

    @TestFactory
    Stream<DynamicTest> everyOperatorHasTheTangentThatReverseModeGives() {
        return Differentiables.all().stream()
                .map(operator -> DynamicTest.dynamicTest(operator.name(), () -> {
                    List<Tensor> operands =
                            operator.operands().stream().map(Tensor::detach).toList();
                    List<Tensor> v = directions(operands);
                    var expected = Functional.jvp(operator.function(), operands, v);
                    var actual = ForwardMode.jvp(operator.function(), operands, v);
                    assertClose(actual.output(), expected.output(), "value");
                    assertClose(actual.tangent(), expected.tangent(), "tangent");
                    assertThat(actual.tangent().requiresGrad()).isFalse();
                }));
    }

    private static Tensor longFunction(boolean scopes, Tensor... in) {
        Tensor x = in[0].unsqueeze(0).expand(2, 3).transpose(0, 1);
        for (int i = 0; i < 50; i++) {
            TensorScope scope = scopes ? TensorScope.open() : null; // reverse mode needs what it would give back
            x = x.sin().add(x.select(1, 0).unsqueeze(1)).mul(0.5);
            if (scope != null) {
                scope.keep(x);
                scope.close();
            }
        }
        Tensor y = Autograd.checkpoint(z -> z[0].exp().square(), x);
        return Fft.fft(y.t().contiguous()).abs().sum(0).add(in[1]);
    }

    @Test
    void aLongFunctionOfViewsScopesAndCheckpointsHasTheTangentOfReverseMode() {
        List<Tensor> in = List.of(X, Tensor.of(2.0));
        List<Tensor> v = List.of(Tensor.of(new double[] {1, 2, -1}), Tensor.of(3.0));
        assertClose(
                ForwardMode.jvp(x -> longFunction(true, x), in, v).tangent(),
                Functional.jvp(x -> longFunction(false, x), in, v).tangent(),
                "tangent");
    }

    @Test
    void jacobiansAreThoseOfReverseMode() {
        TensorFunction function = in -> in[0].unsqueeze(1).mul(in[1]).sin().sum(0);
        Tensor y = Tensor.of(new double[] {0.5, 2});
        List<Tensor> forward = ForwardMode.jacobian(function, X, y);
        List<Tensor> reverse = Functional.jacobian(function, X, y);
        for (int i = 0; i < 2; i++) {
            assertClose(forward.get(i), reverse.get(i), "input " + i);
        }
        assertThat(ForwardMode.jacobian(in -> in[0].mul(2), Tensor.zeros(0))
                        .get(0)
                        .shape()
                        .toArray())
                .containsExactly(0, 0);
    }

    @Test
    void whatDoesNotDependOnAnInputHasATangentOfZeros() {
        var constant = ForwardMode.jvp(in -> Tensor.ones(2), List.of(X), List.of(X));
        assertThat(constant.tangent().toFloatArray()).containsExactly(0, 0);
        var detached = ForwardMode.jvp(in -> in[0].detach().mul(2), List.of(X), List.of(X));
        assertThat(detached.tangent().toDoubleArray()).containsExactly(0, 0, 0);
    }

    @Test
    void aParameterIsAConstantAndGetsNoHistory() {
        Tensor w = Tensor.of(new double[] {1, 2, 3}).requiresGrad_(true);
        var result = ForwardMode.jvp(in -> in[0].mul(w).add(w.exp()), List.of(X), List.of(Tensor.onesLike(X)));
        assertThat(result.tangent().toDoubleArray()).containsExactly(1, 2, 3);
        assertThat(result.output().requiresGrad()).isFalse();
        assertThat(w.grad()).isNull();
    }

    private static final class Cube extends Function {
        @Override
        protected Tensor[] forward(Context context, Tensor... inputs) {
            context.saveForBackward(inputs[0]);
            return of(inputs[0].pow(3));
        }

        @Override
        protected @Nullable Tensor[] backward(Context context, Tensor... gradients) {
            return of(gradients[0].mul(context.savedTensors()[0].square().mul(3)));
        }
    }

    @Test
    void functionsOfUsersArePushedThroughToo() {
        var result = ForwardMode.jvp(in -> new Cube().apply(in[0]).mul(2), List.of(X), List.of(Tensor.onesLike(X)));
        assertClose(result.tangent(), X.square().mul(6), "tangent");
    }

    @Test
    void whatNeedsAGraphIsRefusedAndForwardModeEndsWithTheFunction() {
        List<Tensor> x = List.of(X);
        assertThatThrownBy(() -> ForwardMode.jvp(
                        in -> {
                            in[0].sum().backward();
                            return in[0];
                        },
                        x,
                        x))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("forward mode keeps no graph");
        assertThatThrownBy(() ->
                        ForwardMode.jvp(in -> ForwardMode.jvp(z -> z[0], x, x).tangent(), x, x))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("inside of forward mode");
        assertThatThrownBy(() -> ForwardMode.jvp(
                        in -> {
                            try (GradMode _ = Autograd.noGrad()) {
                                return in[0].add_(1);
                            }
                        },
                        x,
                        x))
                .isInstanceOf(TensorStateException.class);
        Tensor y = Tensor.ones(2).requiresGrad_(true);
        y.mul(2).sum().backward();
        assertThat(y.grad()).isNotNull();
        assertThat(X.toDoubleArray()).containsExactly(0.3, -0.7, 1.1);
    }

    @Test
    void changesInPlaceReachTheTangentsOfWhateverSharesTheMemory() {
        TensorFunction function = in -> {
            Tensor x = in[0].mul(2); // the operand itself stays as it is
            Tensor row = x.select(0, 1);
            x.mul_(1.5);
            row.add_(in[0].select(0, 0));
            Tensor buffer = Tensor.zeros(2, 3).toDouble();
            buffer.select(1, 0).copy_(row.narrow(0, 0, 2));
            buffer.narrow(1, 2, 1).fill_(4);
            buffer.t().select(0, 1).add_(in[0].select(1, 2)).sigmoid_();
            Tensor cleared = in[0].mul(3);
            cleared.zero_();
            return Tensor.cat(List.of(x.reshape(-1), buffer.reshape(-1), row, cleared.reshape(-1)), 0);
        };
        Tensor x = Differentiables.values(-1, 1, 5, 3, 2).t();
        List<Tensor> in = List.of(x);
        List<Tensor> v = List.of(Differentiables.values(-1, 1, 6, 2, 3));
        var forward = ForwardMode.jvp(function, in, v);
        var reverse = Functional.jvp(function, in, v);
        assertClose(forward.output(), reverse.output(), "value");
        assertClose(forward.tangent(), reverse.tangent(), "tangent");
        assertThat(x.equal(Differentiables.values(-1, 1, 5, 3, 2).t())).isTrue();
    }

    @Test
    void aResultThatIsItsOperandDoesNotShareItsTangent() {
        Tensor v = Tensor.ones(3).toDouble();
        var result = ForwardMode.jvp(
                in -> {
                    Tensor y = in[0].add(1);
                    y.mul_(2);
                    return in[0].add(y);
                },
                List.of(X),
                List.of(v));
        assertThat(result.tangent().toDoubleArray()).containsExactly(3, 3, 3);
        assertThat(v.toDoubleArray()).containsExactly(1, 1, 1);
    }

    @Test
    void directionsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> ForwardMode.jvp(in -> in[0], List.of(X), List.of(Tensor.ones(2))))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("(2)");
        assertThatThrownBy(() -> ForwardMode.jvp(in -> in[0], List.of(X), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
