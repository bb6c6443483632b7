package io.gatun.backend.tck.golden;

import io.gatun.nn.F;
import io.gatun.nn.Reduction;
import java.util.Locale;

/** The losses of {@code torch.nn.functional}. */
final class GoldenLosses {
    private GoldenLosses() {}

    static void fill(GoldenOperators table) {
        table.one("mse_loss", call -> F.mseLoss(call.a(), call.b(), reduction(call)));
        table.one("l1_loss", call -> F.l1Loss(call.a(), call.b(), reduction(call)));
        table.one(
                "smooth_l1_loss", call -> F.smoothL1Loss(call.a(), call.b(), reduction(call), call.number("beta", 1)));
        table.one("huber_loss", call -> F.huberLoss(call.a(), call.b(), reduction(call), call.number("delta", 1)));
        table.one("binary_cross_entropy", call -> F.binaryCrossEntropy(call.a(), call.b(), null, reduction(call)));
        table.one(
                "binary_cross_entropy_with_logits",
                call -> F.binaryCrossEntropyWithLogits(call.a(), call.b(), null, reduction(call), null));
        table.one(
                "cross_entropy",
                call -> F.crossEntropy(
                        call.a(),
                        call.b(),
                        null,
                        call.integer("ignore_index", -100),
                        reduction(call),
                        call.number("label_smoothing", 0)));
        table.one(
                "nll_loss",
                call -> F.nllLoss(call.a(), call.b(), null, call.integer("ignore_index", -100), reduction(call)));
        table.one("kl_div", call -> F.klDiv(call.a(), call.b(), reduction(call), call.flag("log_target", false)));
    }

    private static Reduction reduction(GoldenCall call) {
        return Reduction.valueOf(call.text("reduction", "mean").toUpperCase(Locale.ROOT));
    }
}
