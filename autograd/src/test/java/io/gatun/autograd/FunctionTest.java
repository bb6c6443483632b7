package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.Backward;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operators of a user's own. */
class FunctionTest {
    /** exp, saving its result. */
    private static final class Exp extends Function {
        @Override
        protected Tensor[] forward(Context context, Tensor... inputs) {
            Tensor y = inputs[0].exp();
            context.saveForBackward(y);
            return of(y);
        }

        @Override
        protected Tensor[] backward(Context context, Tensor... gradients) {
            return of(gradients[0].mul(context.savedTensors()[0]));
        }
    }

    /** (a·b, a + scale·b). */
    private static final class ProductAndSum extends Function {
        private final double scale;
        private final List<Boolean> needed = new ArrayList<>();

        ProductAndSum(double scale) {
            this.scale = scale;
        }

        @Override
        protected Tensor[] forward(Context context, Tensor... inputs) {
            context.saveForBackward(inputs);
            return of(inputs[0].mul(inputs[1]), inputs[0].add(inputs[1].mul(scale)));
        }

        @Override
        protected Tensor[] backward(Context context, Tensor... gradients) {
            Tensor[] saved = context.savedTensors();
            needed.add(context.needsInputGrad(0));
            needed.add(context.needsInputGrad(1));
            return of(
                    context.needsInputGrad(0) ? gradients[0].mul(saved[1]).add(gradients[1]) : null,
                    context.needsInputGrad(1) ? gradients[0].mul(saved[0]).add(gradients[1].mul(scale)) : null);
        }
    }

    private static Tensor leaf(double... values) {
        return Tensor.of(values).requiresGrad_(true);
    }

    @Test
    void gradientsAreRightToTheSecondOrder() {
        Tensor x = leaf(0.3, -0.7);
        GradCheck.check(in -> new Exp().apply(in[0]), x);
        GradCheck.checkSecondOrder(in -> new Exp().apply(in[0]), x);
        ProductAndSum function = new ProductAndSum(3);
        TensorFunction both = in -> {
            Tensor[] results = function.applyAll(in);
            return results[0].mul(results[1]);
        };
        GradCheck.check(both, x, leaf(1.5, 0.4));
        GradCheck.checkSecondOrder(both, x, leaf(1.5, 0.4));
    }

    @Test
    void resultsThatNoGradientReachesGiveZeros() {
        Tensor a = leaf(2);
        Tensor b = leaf(5);
        ProductAndSum function = new ProductAndSum(3);
        function.applyAll(a, b)[1].sum().backward();
        assertThat(a.grad().item()).isEqualTo(1);
        assertThat(b.grad().item()).isEqualTo(3);
    }

    @Test
    void inputsWithoutAGradientAreKnown() {
        Tensor a = leaf(2);
        ProductAndSum function = new ProductAndSum(3);
        function.applyAll(a, Tensor.of(new double[] {5}))[0].sum().backward();
        assertThat(function.needed).containsExactly(true, false);
        assertThat(a.grad().item()).isEqualTo(5);
    }

    @Test
    void nothingInsideIsRecordedAndTheNodeHasTheFunctionsName() {
        Tensor y = new Exp().apply(leaf(1));
        assertThat(y.gradFn()).isEqualTo("<ExpBackward>");
        try (GradMode _ = Autograd.noGrad()) {
            assertThat(new Exp().apply(leaf(1)).requiresGrad()).isFalse();
        }
    }

    @Test
    void whatAUserStoresInBackwardIsNotTakenAway() {
        List<Tensor> stored = new ArrayList<>();
        Function identity = new Function() {
            @Override
            protected Tensor[] forward(Context context, Tensor... inputs) {
                return inputs;
            }

            @Override
            protected Tensor[] backward(Context context, Tensor... gradients) {
                stored.add(gradients[0]);
                stored.add(gradients[0].mul(2.0));
                return gradients;
            }
        };
        Tensor x = leaf(1, 2);
        Tensor y = identity.apply(x.mul(1.0));
        assertThat(y.gradFn()).isEqualTo("<FunctionBackward>");
        y.mul(3.0).sum().backward();
        assertThat(stored.get(0).toDoubleArray()).containsExactly(3, 3);
        assertThat(stored.get(1).toDoubleArray()).containsExactly(6, 6);
        assertThat(x.grad().toDoubleArray()).containsExactly(3, 3);
    }

    @Test
    void aBackwardPassInsideABackwardPassWorks() {
        Function recomputing = new Function() {
            @Override
            protected Tensor[] forward(Context context, Tensor... inputs) {
                context.saveForBackward(inputs[0]);
                return of(inputs[0].exp().sin());
            }

            @Override
            protected Tensor[] backward(Context context, Tensor... gradients) {
                try (GradMode _ = Autograd.enableGrad()) {
                    Tensor x = context.savedTensors()[0].detach().requiresGrad_(true);
                    x.exp().sin().backward(gradients[0]);
                    return of(x.grad());
                }
            }
        };
        try (TensorScope _ = TensorScope.open()) {
            GradCheck.check(in -> recomputing.apply(in[0].mul(2.0)).square(), leaf(0.3, -0.7));
        }
    }

    @Test
    void aWrongNumberOrShapeOfGradientsIsRefused() {
        Function wrong = new Function() {
            @Override
            protected Tensor[] forward(Context context, Tensor... inputs) {
                return of(inputs[0].clone());
            }

            @Override
            protected Tensor[] backward(Context context, Tensor... gradients) {
                return gradients[0].numel() == 1 ? of() : of(gradients[0].sum());
            }

            @Override
            protected String name() {
                return "Wrong";
            }
        };
        Tensor one = wrong.apply(leaf(1));
        assertThatThrownBy(() -> one.sum().backward())
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("WrongBackward");
        Tensor two = wrong.apply(leaf(1, 2));
        assertThatThrownBy(() -> two.sum().backward())
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("WrongBackward");
    }

    @Test
    void savedTensorsAreCheckedAndFreed() {
        Tensor x = leaf(1);
        Tensor y = new Exp().apply(x);
        Tensor z = y.sum();
        z.backward();
        assertThatThrownBy(z::backward).hasMessageContaining("retainGraph");
        Tensor again = new Exp().apply(x);
        try (GradMode _ = Autograd.noGrad()) {
            again.add_(1);
        }
        Tensor sum = again.sum();
        assertThatThrownBy(() -> sum.backward(Backward.standard()))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("changed in place");
    }

    @Test
    void constantsAmongTheResultsHaveNoHistory() {
        Function withIndex = new Function() {
            @Override
            protected Tensor[] forward(Context context, Tensor... inputs) {
                Tensor rank = inputs[0].argsort(0).toDouble();
                context.markNonDifferentiable(rank);
                return of(inputs[0].mul(2.0), rank);
            }

            @Override
            protected Tensor[] backward(Context context, Tensor... gradients) {
                return of(gradients[0].mul(2.0));
            }
        };
        Tensor[] results = withIndex.applyAll(leaf(3, 1));
        assertThat(results[0].requiresGrad()).isTrue();
        assertThat(results[1].requiresGrad()).isFalse();
    }

    /** 2x, in place. */
    private static final class Doubled extends Function {
        private final boolean givesItBack;

        Doubled(boolean givesItBack) {
            this.givesItBack = givesItBack;
        }

        @Override
        protected Tensor[] forward(Context context, Tensor... inputs) {
            context.markDirty(inputs[0]);
            inputs[0].mul_(2.0);
            context.saveForBackward(inputs[0]);
            return of(givesItBack ? inputs[0] : inputs[0].clone());
        }

        @Override
        protected Tensor[] backward(Context context, Tensor... gradients) {
            return of(gradients[0].mul(2.0).add(context.savedTensors()[0].mul(0.0)));
        }
    }

    @Test
    void anInputChangedInPlaceGetsTheFunctionsHistory() {
        Tensor x = leaf(1, 2);
        Tensor y = x.mul(3.0);
        Tensor z = new Doubled(true).apply(y);
        assertThat(z).isSameAs(y);
        assertThat(y.gradFn()).isEqualTo("<DoubledBackward>");
        z.square().sum().backward();
        assertThat(x.grad().toDoubleArray()).containsExactly(72, 144);
        Tensor whole = x.mul(1.0);
        new Doubled(true).apply(whole.narrow(0, 1, 1));
        x.clearGrad();
        whole.sum().backward();
        assertThat(x.grad().toDoubleArray()).containsExactly(1, 2);
        TensorFunction function = in -> {
            Tensor v = in[0].sin();
            new Doubled(true).apply(v.select(0, 0));
            return v.square();
        };
        GradCheck.check(function, leaf(0.3, -0.7));
        GradCheck.checkSecondOrder(function, leaf(0.3, -0.7));
    }

    @Test
    void whatCannotBeChangedInPlaceIsRefused() {
        Tensor x = leaf(1, 2);
        assertThatThrownBy(() -> new Doubled(true).apply(x))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("Doubled")
                .hasMessageContaining("leaf");
        assertThat(x.toDoubleArray()).containsExactly(1, 2);
        assertThatThrownBy(() -> new Doubled(false).apply(x.mul(1.0)))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("must be an input and a result");
        Tensor constant = Tensor.of(new double[] {1});
        assertThat(new Doubled(true).apply(constant).requiresGrad()).isFalse();
        assertThat(constant.item()).isEqualTo(2);
        Tensor y = x.exp();
        Tensor sum = y.sum();
        new Doubled(true).apply(y);
        assertThatThrownBy(sum::backward).hasMessageContaining("exp").hasMessageContaining("changed in place");
    }

    @Test
    void aFunctionMarkedAsDifferentiableOnceIsRefusedTheSecondTime() {
        Function once = new Function() {
            @Override
            protected Tensor[] forward(Context context, Tensor... inputs) {
                context.markOnceDifferentiable();
                context.saveForBackward(inputs);
                return of(inputs[0].square());
            }

            @Override
            protected Tensor[] backward(Context context, Tensor... gradients) {
                assertThat(Autograd.isGradEnabled()).isFalse();
                return of(gradients[0].mul(context.savedTensors()[0]).mul(2.0));
            }

            @Override
            protected String name() {
                return "Square";
            }
        };
        GradCheck.check(in -> once.apply(in[0]), leaf(1, 2));
        Tensor x = leaf(3);
        Tensor first = Autograd.grad(List.of(once.apply(x)), List.of(x), Backward.createGraph())
                .get(0);
        assertThat(first.item()).isEqualTo(6);
        assertThatThrownBy(() -> first.sum().backward())
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("Square")
                .hasMessageContaining("once only")
                .hasMessageContaining("markOnceDifferentiable");
    }

    @Test
    void gradientsThatDidNotArriveAreNullIfAsked() {
        List<Boolean> arrived = new ArrayList<>();
        Function function = new Function() {
            @Override
            protected Tensor[] forward(Context context, Tensor... inputs) {
                context.setMaterializeGrads(false);
                return of(inputs[0].mul(2.0), inputs[0].mul(3.0));
            }

            @Override
            protected Tensor[] backward(Context context, Tensor... gradients) {
                arrived.add(gradients[0] != null);
                arrived.add(gradients[1] != null);
                return of(gradients[1].mul(3.0));
            }
        };
        Tensor x = leaf(1);
        function.applyAll(x)[1].sum().backward();
        assertThat(arrived).containsExactly(false, true);
        assertThat(x.grad().item()).isEqualTo(3);
    }
}
