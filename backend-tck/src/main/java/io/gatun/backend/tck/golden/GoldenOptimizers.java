package io.gatun.backend.tck.golden;

import io.gatun.nn.Parameter;
import io.gatun.nn.optim.Adadelta;
import io.gatun.nn.optim.Adagrad;
import io.gatun.nn.optim.Adam;
import io.gatun.nn.optim.AdamW;
import io.gatun.nn.optim.Adamax;
import io.gatun.nn.optim.CosineAnnealingLR;
import io.gatun.nn.optim.ExponentialLR;
import io.gatun.nn.optim.LRScheduler;
import io.gatun.nn.optim.LinearLR;
import io.gatun.nn.optim.MultiStepLR;
import io.gatun.nn.optim.NAdam;
import io.gatun.nn.optim.OneCycleLR;
import io.gatun.nn.optim.Optimizer;
import io.gatun.nn.optim.RAdam;
import io.gatun.nn.optim.RMSprop;
import io.gatun.nn.optim.SGD;
import io.gatun.nn.optim.StepLR;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

/** Optimisers, by the parameter after each step on given gradients; schedules, by twelve learning rates. */
final class GoldenOptimizers {
    private static final int SCHEDULED_STEPS = 12;

    private GoldenOptimizers() {}

    static void fill(GoldenOperators table) {
        optimizer(
                table,
                "SGD",
                (p, call) -> new SGD(p, call.number("lr", 1e-3))
                        .momentum(call.number("momentum", 0))
                        .dampening(call.number("dampening", 0))
                        .nesterov(call.flag("nesterov", false))
                        .weightDecay(call.number("weight_decay", 0)));
        optimizer(
                table,
                "Adam",
                (p, call) -> new Adam(p, call.number("lr", 1e-3))
                        .weightDecay(call.number("weight_decay", 0))
                        .amsgrad(call.flag("amsgrad", false)));
        optimizer(
                table,
                "AdamW",
                (p, call) -> new AdamW(p, call.number("lr", 1e-3)).weightDecay(call.number("weight_decay", 0.01)));
        optimizer(
                table,
                "RMSprop",
                (p, call) -> new RMSprop(p, call.number("lr", 1e-2))
                        .momentum(call.number("momentum", 0))
                        .centered(call.flag("centered", false)));
        optimizer(table, "Adagrad", (p, call) -> new Adagrad(p, call.number("lr", 1e-2)));
        optimizer(table, "Adadelta", (p, call) -> new Adadelta(p, call.number("lr", 1)));
        optimizer(table, "NAdam", (p, call) -> new NAdam(p, call.number("lr", 2e-3)));
        optimizer(table, "RAdam", (p, call) -> new RAdam(p, call.number("lr", 1e-3)));
        optimizer(table, "Adamax", (p, call) -> new Adamax(p, call.number("lr", 2e-3)));
        scheduler(table, "StepLR", (o, call) -> new StepLR(o, call.integer("step_size"), call.number("gamma", 0.1)));
        scheduler(
                table,
                "MultiStepLR",
                (o, call) -> new MultiStepLR(o, call.longs("milestones"), call.number("gamma", 0.1)));
        scheduler(table, "ExponentialLR", (o, call) -> new ExponentialLR(o, call.number("gamma", 0.1)));
        scheduler(
                table,
                "CosineAnnealingLR",
                (o, call) -> new CosineAnnealingLR(o, call.integer("T_max"), call.number("eta_min", 0)));
        scheduler(
                table,
                "LinearLR",
                (o, call) -> new LinearLR(
                        o,
                        call.number("start_factor", 1.0 / 3),
                        call.number("end_factor", 1),
                        call.integer("total_iters", 5)));
        scheduler(
                table,
                "OneCycleLR",
                (o, call) -> new OneCycleLR(o, call.number("max_lr", 0), call.integer("total_steps")));
    }

    private static void optimizer(
            GoldenOperators table, String name, BiFunction<List<Tensor>, GoldenCall, Optimizer> make) {
        table.one("optim." + name, call -> {
            Tensor parameter = Parameter.of(call.tensor("w").detach().clone());
            Optimizer optimizer = make.apply(List.of(parameter), call);
            List<Tensor> after = new ArrayList<>();
            for (Tensor gradient : call.tensors().subList(1, call.tensors().size())) {
                Objects.requireNonNull(parameter.gradSlot()).setGrad(gradient);
                optimizer.step();
                after.add(parameter.detach().clone());
            }
            return Tensor.stack(after, 0);
        });
    }

    private static void scheduler(
            GoldenOperators table, String name, BiFunction<Optimizer, GoldenCall, LRScheduler> make) {
        table.one("lr_scheduler." + name, call -> {
            Tensor parameter = Parameter.of(call.tensor("w").detach().clone());
            Optimizer optimizer = new SGD(List.of(parameter), 0.1);
            LRScheduler scheduler = make.apply(optimizer, call);
            double[] rates = new double[SCHEDULED_STEPS];
            for (int i = 0; i < SCHEDULED_STEPS; i++) {
                rates[i] = optimizer.lr();
                optimizer.step();
                scheduler.step();
            }
            return Tensor.of(rates);
        });
    }
}
