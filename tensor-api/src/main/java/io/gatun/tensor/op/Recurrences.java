package io.gatun.tensor.op;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.List;

/**
 * Recurrent layers, step by step, by other operators. Gates are made contiguous one by one: operators on parts of rows took
 * several times as long.
 */
final class Recurrences {
    private Recurrences() {}

    private static long place(boolean reverse, long step, long steps) {
        return reverse ? steps - 1 - step : step;
    }

    /** {@link Op.LstmSteps}. */
    static Tensor[] lstm(boolean reverse, Tensor... in) {
        Tensor x = in[0].matmul(in[3].t()).add_(in[5]);
        Tensor h = in[1];
        long steps = x.size(0);
        long size = h.size(1);
        Tensor gates = x.newEmpty(x.shape().toArray());
        Tensor hidden = x.newEmpty(steps, h.size(0), size);
        Tensor cells = Tensor.emptyLike(hidden);
        Tensor columns = in[4].t().contiguous();
        for (long i = 0; i < steps; i++) {
            long t = place(reverse, i, steps);
            Tensor before = i == 0 ? h : hidden.select(0, place(reverse, i - 1, steps));
            Tensor cell = i == 0 ? in[2] : cells.select(0, place(reverse, i - 1, steps));
            try (TensorScope _ = TensorScope.open()) {
                Tensor sums = before.matmul(columns).add_(x.select(0, t));
                Tensor four = sums.view(h.size(0), 4, size).transpose(0, 1).contiguous();
                four.narrow(0, 0, 2).sigmoid_();
                List<Tensor> each = four.unbind(0);
                each.get(2).tanh_();
                each.get(3).sigmoid_();
                gates.select(0, t).view(h.size(0), 4, size).copy_(four.transpose(0, 1));
                Tensor next = each.get(1).mul(cell).add_(each.get(0).mul(each.get(2)));
                cells.select(0, t).copy_(next);
                hidden.select(0, t).copy_(next.tanh_().mul_(each.get(3)));
            }
        }
        return new Tensor[] {hidden, cells, gates};
    }

    /** {@link Op.LstmStepsGradient}. */
    static Tensor[] lstmGradient(boolean reverse, Tensor... in) {
        Tensor gates = in[5].contiguous();
        long steps = gates.size(0);
        long batch = gates.size(1);
        long size = in[2].size(1);
        Tensor x = Tensor.emptyLike(gates);
        Tensor c = in[1].clone();
        Tensor h = Tensor.zerosLike(c);
        for (long i = steps - 1; i >= 0; i--) {
            long t = place(reverse, i, steps);
            Tensor before = i == 0 ? in[2] : in[4].select(0, place(reverse, i - 1, steps));
            try (TensorScope _ = TensorScope.open()) {
                List<Tensor> each = gates.select(0, t)
                        .view(batch, 4, size)
                        .transpose(0, 1)
                        .contiguous()
                        .unbind(0);
                h.add_(in[0].select(0, t));
                Tensor output = h.mul(each.get(3));
                Tensor tanh = in[4].select(0, t).tanh();
                c.add_(output);
                output.mul_(tanh);
                c.sub_(output.mul(tanh));
                Tensor input = c.mul(each.get(0));
                Tensor forget = c.mul_(each.get(1)).mul(before);
                Tensor next = input.mul(each.get(2));
                Tensor ofInput = next.sub(next.mul(each.get(0)));
                Tensor ofForget = forget.sub_(forget.mul(each.get(1)));
                Tensor ofNext = input.sub_(next.mul_(each.get(2)));
                Tensor ofOutput = output.sub_(output.mul(each.get(3)));
                x.select(0, t).copy_(Tensor.cat(List.of(ofInput, ofForget, ofNext, ofOutput), 1));
                h.copy_(x.select(0, t).matmul(in[3]));
            }
        }
        return new Tensor[] {x, h, c};
    }
}
