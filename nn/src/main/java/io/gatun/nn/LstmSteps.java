package io.gatun.nn;

import io.gatun.autograd.Autograd;
import io.gatun.autograd.Context;
import io.gatun.autograd.Function;
import io.gatun.nn.RecurrentStep.State;
import io.gatun.tensor.Backward;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All steps of a layer of {@link LSTM} without a projection, with a gradient of its own: x (L, N, 4 hidden), as the weights of
 * the input give it, h and c (N, hidden) and the weight of the state become h after each step and c after the last.
 *
 * <p>The gates lie one after another, so that operators on them see no gaps. The weight is transposed once, and its gradient is one product over all steps; and nothing is recorded in between.
 */
final class LstmSteps extends Function {
    private static final int INPUTS = 4;

    private final boolean reverse;

    LstmSteps(boolean reverse) {
        this.reverse = reverse;
    }

    private int place(int step, int steps) {
        return reverse ? steps - 1 - step : step;
    }

    @Override
    protected Tensor[] forward(Context context, Tensor... in) {
        int steps = Math.toIntExact(in[0].size(0));
        long size = in[2].size(1);
        Tensor weight = in[3].t().contiguous();
        Tensor[] saved = Arrays.copyOf(in, INPUTS + 2 * steps + 1);
        Tensor[] hidden = new Tensor[steps];
        Tensor h = in[1];
        Tensor c = in[2];
        for (int i = 0; i < steps; i++) {
            int t = place(i, steps);
            try (TensorScope scope = TensorScope.open()) {
                Tensor sums = h.matmul(weight).add_(in[0].select(0, t));
                Tensor gates = scope.keep(
                        sums.view(sums.size(0), 4, size).transpose(0, 1).contiguous());
                gates.narrow(0, 0, 2).sigmoid_();
                List<Tensor> each = gates.unbind(0);
                each.get(2).tanh_();
                each.get(3).sigmoid_();
                c = scope.keep(each.get(1).mul(c).add_(each.get(0).mul(each.get(2))));
                h = scope.keep(c.tanh().mul_(each.get(3)));
                saved[INPUTS + 2 * t] = gates;
                saved[INPUTS + 2 * t + 1] = c;
                hidden[t] = h;
            }
        }
        Tensor all = Tensor.stack(List.of(hidden), 0);
        saved[saved.length - 1] = all;
        context.saveForBackward(saved);
        return of(all, c);
    }

    @Override
    protected @Nullable Tensor[] backward(Context context, Tensor... g) {
        Tensor[] saved = context.savedTensors();
        if (Autograd.isGradEnabled()) {
            return recorded(context, saved, g);
        }
        int steps = Math.toIntExact(g[0].size(0));
        Tensor x = Tensor.emptyLike(saved[0].contiguous());
        Tensor c = g[1].clone();
        Tensor h = Tensor.zerosLike(saved[1]);
        for (int i = steps - 1; i >= 0; i--) {
            int t = place(i, steps);
            List<Tensor> gates = saved[INPUTS + 2 * t].unbind(0);
            Tensor before = i == 0 ? saved[2] : saved[INPUTS + 2 * place(i - 1, steps) + 1];
            try (TensorScope scope = TensorScope.open()) {
                h.add_(g[0].select(0, t));
                Tensor output = h.mul(gates.get(3));
                Tensor tanh = saved[INPUTS + 2 * t + 1].tanh();
                c.add_(output);
                output.mul_(tanh);
                c.sub_(output.mul(tanh));
                Tensor input = c.mul(gates.get(0));
                Tensor forget = c.mul_(gates.get(1)).mul(before);
                Tensor next = input.mul(gates.get(2));
                Tensor ofInput = next.sub(next.mul(gates.get(0)));
                Tensor ofForget = forget.sub_(forget.mul(gates.get(1)));
                Tensor ofNext = input.sub_(next.mul_(gates.get(2)));
                Tensor ofOutput = output.sub_(output.mul(gates.get(3)));
                x.select(0, t).copy_(Tensor.cat(List.of(ofInput, ofForget, ofNext, ofOutput), 1));
                h = scope.keep(x.select(0, t).matmul(saved[3]));
            }
        }
        Tensor weight = x.select(0, place(0, steps)).t().matmul(saved[1]);
        if (steps > 1) {
            Tensor later = x.narrow(0, reverse ? 0 : 1, steps - 1).flatten(0, 1);
            Tensor earlier = saved[saved.length - 1].narrow(0, reverse ? 1 : 0, steps - 1);
            weight.add_(later.t().matmul(earlier.flatten(0, 1)));
        }
        return of(x, h, c, weight);
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
        RecurrentWeights weights = new RecurrentWeights(in[3], in[3], null, null, null);
        Tensor all = RecurrentStep.LSTM.steps(in[0], new State(in[1], in[2]), weights, reverse, last);
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
