package io.gatun.nn;

import io.gatun.autograd.Autograd;
import io.gatun.autograd.Context;
import io.gatun.autograd.Function;
import io.gatun.nn.RecurrentStep.State;
import io.gatun.tensor.Backward;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All steps of a layer of {@link LSTM} without a projection, with a gradient of its own: x (L, N, input), h and c (N, hidden),
 * the weights of the input and of the state and a bias become h after each step and c after the last.
 *
 * <p>Nothing is recorded between the steps, and the weight's gradient is one product over all of them.
 */
final class LstmSteps extends Function {
    private static final int INPUTS = 6;

    private final boolean reverse;

    LstmSteps(boolean reverse) {
        this.reverse = reverse;
    }

    @Override
    protected Tensor[] forward(Context context, Tensor... in) {
        Tensor[] of = Operators.runAll(new Op.LstmSteps(reverse), in);
        Tensor[] saved = Arrays.copyOf(in, INPUTS + of.length);
        System.arraycopy(of, 0, saved, INPUTS, of.length);
        context.saveForBackward(saved);
        return of(of[0], of[1].select(0, reverse ? 0 : -1).clone());
    }

    @Override
    protected @Nullable Tensor[] backward(Context context, Tensor... g) {
        Tensor[] saved = context.savedTensors();
        if (Autograd.isGradEnabled()) {
            return recorded(context, saved, g);
        }
        Op.Unrecorded op = new Op.LstmStepsGradient(reverse);
        Tensor[] of = Operators.runAll(op, g[0], g[1], saved[2], saved[4], saved[INPUTS + 1], saved[INPUTS + 2]);
        Tensor sums = of[0];
        Tensor ofState = sums.select(0, reverse ? -1 : 0).t().matmul(saved[1]);
        long more = sums.size(0) - 1;
        if (more > 0) {
            Tensor later = sums.narrow(0, reverse ? 0 : 1, more).flatten(0, 1);
            Tensor earlier = saved[INPUTS].narrow(0, reverse ? 1 : 0, more).flatten(0, 1);
            ofState.add_(later.t().matmul(earlier));
        }
        Tensor each = sums.flatten(0, 1);
        return new @Nullable Tensor[] {
            context.needsInputGrad(0) ? sums.matmul(saved[3]) : null,
            of[1],
            of[2],
            context.needsInputGrad(3) ? each.t().matmul(saved[0].flatten(0, 1)) : null,
            ofState,
            context.needsInputGrad(5) ? each.sum(0) : null
        };
    }

    /** By the operators that this consists of, from views of the inputs: what these have in common is not counted twice. */
    private @Nullable Tensor[] recorded(Context context, Tensor[] saved, Tensor... g) {
        Tensor[] in = new Tensor[INPUTS];
        List<Tensor> wanted = new ArrayList<>();
        for (int i = 0; i < INPUTS; i++) {
            in[i] = saved[i].view(saved[i].shape());
            if (context.needsInputGrad(i)) {
                wanted.add(in[i]);
            }
        }
        List<State> last = new ArrayList<>();
        RecurrentWeights weights = new RecurrentWeights(in[3], in[4], in[5], null, null);
        Tensor all = RecurrentStep.LSTM.steps(weights.ofInput(in[0]), new State(in[1], in[2]), weights, reverse, last);
        List<Tensor> results = List.of(all, Objects.requireNonNull(last.get(0).cell()));
        List<Tensor> found = Autograd.grad(results, wanted, Arrays.asList(g), Backward.createGraph());
        @Nullable Tensor[] gradients = new Tensor[INPUTS];
        int next = 0;
        for (int i = 0; i < INPUTS; i++) {
            gradients[i] = context.needsInputGrad(i) ? found.get(next++) : null;
        }
        return gradients;
    }
}
