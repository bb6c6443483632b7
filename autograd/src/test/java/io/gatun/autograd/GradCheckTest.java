package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DTypeException;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import org.junit.jupiter.api.Test;

/** The check itself: it must see what is wrong, and say where. */
class GradCheckTest {
    /** x² with a gradient that is wrong at one element only. */
    private static final class WrongAtOne extends Function {
        @Override
        protected Tensor[] forward(Context context, Tensor... inputs) {
            context.saveForBackward(inputs[0]);
            return of(inputs[0].square());
        }

        @Override
        protected Tensor[] backward(Context context, Tensor... gradients) {
            Tensor slope = context.savedTensors()[0].mul(2.0);
            slope.get(1).narrow(0, 2, 1).mul_(1.001);
            return of(gradients[0].mul(slope));
        }
    }

    private static Tensor leaf() {
        return Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}}).requiresGrad_(true);
    }

    @Test
    void theWorstElementIsNamed() {
        assertThatThrownBy(() -> GradCheck.check(in -> new WrongAtOne().apply(in[0]), leaf()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("WrongAtOneBackward")
                .hasMessageContaining("input 0 of shape (2, 3)")
                .hasMessageContaining("at [1, 2] by [1, 2]")
                .hasMessageContaining("12.01")
                .hasMessageContaining("differences give 12.0");
    }

    @Test
    void gradientsThatAreNotANumberAreWrong() {
        assertThatThrownBy(() -> GradCheck.check(
                        in -> Tensor.where(
                                in[0].detach().gt(0),
                                in[0],
                                in[0].sub(in[0]).div(in[0].sub(1).relu())),
                        Tensor.of(new double[] {0.5}).requiresGrad_(true)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("NaN");
    }

    @Test
    void aWrongSecondDerivativeIsSeenThoughTheFirstIsRight() {
        Function cutsTheGraph = new Function() {
            @Override
            protected Tensor[] forward(Context context, Tensor... inputs) {
                context.saveForBackward(inputs[0]);
                return of(inputs[0].square());
            }

            @Override
            protected Tensor[] backward(Context context, Tensor... gradients) {
                return of(gradients[0].mul(context.savedTensors()[0].detach().mul(2.0)));
            }
        };
        GradCheck.check(in -> cutsTheGraph.apply(in[0]), leaf());
        assertThatThrownBy(() -> GradCheck.checkSecondOrder(in -> cutsTheGraph.apply(in[0]), leaf()))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void whatCannotBeCheckedIsRefused() {
        assertThatThrownBy(() -> GradCheck.check(in -> in[0].exp(), Tensor.ones(2)))
                .isInstanceOf(TensorStateException.class);
        assertThatThrownBy(
                        () -> GradCheck.check(in -> in[0].exp(), Tensor.ones(2).requiresGrad_(true)))
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("F64");
        Tensor expanded = Tensor.of(new double[] {1}).expand(3).detach().requiresGrad_(true);
        assertThatThrownBy(() -> GradCheck.check(in -> in[0].exp(), expanded)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> GradCheck.check(in -> in[0].detach(), leaf()))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("cuts the graph off");
    }

    @Test
    void inputsAreLeftAsTheyWere() {
        Tensor x = leaf();
        GradCheck.check(in -> in[0].exp(), x);
        assertThat(x.toDoubleArray()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(x.grad()).isNull();
    }
}
