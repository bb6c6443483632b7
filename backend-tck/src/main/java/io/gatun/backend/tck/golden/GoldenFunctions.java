package io.gatun.backend.tck.golden;

import io.gatun.nn.F;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** {@code torch.nn.functional}: layers, activations, normalisation, padding and resizing. */
final class GoldenFunctions {
    private GoldenFunctions() {}

    static void fill(GoldenOperators table) {
        table.one("linear", call -> F.linear(call.a(), call.b(), call.optional(2)));
        table.one("embedding", call -> F.embedding(call.a(), call.b()));
        table.one("one_hot", call -> F.oneHot(call.a(), call.integer("num_classes", -1)));
        convolutions(table);
        pooling(table);
        activations(table);
        normalisation(table);
        table.one(
                "pad",
                call -> F.pad(
                        call.a(),
                        call.longs("pad"),
                        F.PadMode.valueOf(call.text("mode", "constant").toUpperCase(Locale.ROOT)),
                        call.number("value", 0)));
        table.one("interpolate", GoldenFunctions::interpolate);
        table.one(
                "scaled_dot_product_attention",
                call -> F.scaledDotProductAttention(call.a(), call.b(), call.c(), call.flag("is_causal", false)));
    }

    private static void convolutions(GoldenOperators table) {
        table.one(
                "conv1d",
                call -> F.conv1d(
                        call.a(),
                        call.b(),
                        call.optional(2),
                        ints(call, "stride", 1),
                        ints(call, "padding", 0),
                        ints(call, "dilation", 1),
                        call.integer("groups", 1)));
        table.one(
                "conv2d",
                call -> F.conv2d(
                        call.a(),
                        call.b(),
                        call.optional(2),
                        ints(call, "stride", 1),
                        ints(call, "padding", 0),
                        ints(call, "dilation", 1),
                        call.integer("groups", 1)));
        table.one(
                "conv3d",
                call -> F.conv3d(
                        call.a(),
                        call.b(),
                        call.optional(2),
                        ints(call, "stride", 1),
                        ints(call, "padding", 0),
                        ints(call, "dilation", 1),
                        call.integer("groups", 1)));
        table.one(
                "conv_transpose1d",
                call -> F.convTranspose1d(
                        call.a(),
                        call.b(),
                        call.optional(2),
                        ints(call, "stride", 1),
                        ints(call, "padding", 0),
                        ints(call, "output_padding", 0),
                        call.integer("groups", 1),
                        ints(call, "dilation", 1)));
        table.one(
                "conv_transpose2d",
                call -> F.convTranspose2d(
                        call.a(),
                        call.b(),
                        call.optional(2),
                        ints(call, "stride", 1),
                        ints(call, "padding", 0),
                        ints(call, "output_padding", 0),
                        call.integer("groups", 1),
                        ints(call, "dilation", 1)));
    }

    private static void pooling(GoldenOperators table) {
        table.one(
                "max_pool1d",
                call -> F.maxPool1d(
                        call.a(),
                        call.integer("kernel_size"),
                        call.integer("stride", call.integer("kernel_size")),
                        call.integer("padding", 0)));
        table.one(
                "avg_pool1d",
                call -> F.avgPool1d(
                        call.a(),
                        call.integer("kernel_size"),
                        call.integer("stride", call.integer("kernel_size")),
                        call.integer("padding", 0)));
        table.one(
                "max_pool2d",
                call -> F.maxPool2d(
                        call.a(),
                        call.ints("kernel_size"),
                        call.has("stride") ? call.ints("stride") : new int[0],
                        ints(call, "padding", 0),
                        ints(call, "dilation", 1),
                        call.flag("ceil_mode", false)));
        table.one(
                "avg_pool2d",
                call -> F.avgPool2d(
                        call.a(),
                        call.ints("kernel_size"),
                        call.has("stride") ? call.ints("stride") : new int[0],
                        ints(call, "padding", 0),
                        call.flag("ceil_mode", false),
                        call.flag("count_include_pad", true)));
        table.one("adaptive_avg_pool2d", call -> {
            int[] size = call.perDimension("output_size", 2, 1);
            return F.adaptiveAvgPool2d(call.a(), size[0], size[1]);
        });
    }

    private static void activations(GoldenOperators table) {
        table.one("gelu", call -> F.gelu(call.a(), call.text("approximate", "none")));
        table.one("softplus", call -> F.softplus(call.a(), call.number("beta", 1), call.number("threshold", 20)));
        table.one("elu", call -> F.elu(call.a(), call.number("alpha", 1)));
        table.one("leaky_relu", call -> F.leakyRelu(call.a(), call.number("negative_slope", 0.01)));
        table.one("hardtanh", call -> F.hardtanh(call.a(), call.number("min_val", -1), call.number("max_val", 1)));
        plain(table, "silu", F::silu);
        plain(table, "logsigmoid", F::logsigmoid);
        plain(table, "mish", F::mish);
        plain(table, "selu", F::selu);
        plain(table, "relu6", F::relu6);
        plain(table, "hardswish", F::hardswish);
        plain(table, "softsign", F::softsign);
    }

    private static void normalisation(GoldenOperators table) {
        table.one(
                "batch_norm",
                call -> F.batchNorm(
                        call.tensor("x"),
                        call.tensor("running_mean").detach().clone(),
                        call.tensor("running_var").detach().clone(),
                        call.tensor("weight"),
                        call.tensor("bias"),
                        call.flag("training", false),
                        0.1,
                        call.number("eps", 1e-5)));
        table.one(
                "layer_norm",
                call -> F.layerNorm(
                        call.a(),
                        Shape.of(call.longs("normalized_shape")),
                        call.b(),
                        call.c(),
                        call.number("eps", 1e-5)));
        table.one(
                "group_norm",
                call -> F.groupNorm(
                        call.a(), call.integer("num_groups"), call.b(), call.c(), call.number("eps", 1e-5)));
        table.one(
                "normalize",
                call -> F.normalize(call.a(), call.number("p", 2), call.integer("dim", 1), call.number("eps", 1e-12)));
        table.one(
                "cosine_similarity",
                call -> F.cosineSimilarity(call.a(), call.b(), call.integer("dim", 1), call.number("eps", 1e-8)));
    }

    private static Tensor interpolate(GoldenCall call) {
        F.Interpolation mode =
                F.Interpolation.valueOf(call.text("mode", "nearest").toUpperCase(Locale.ROOT));
        boolean align = call.flag("align_corners", false);
        return call.has("size")
                ? F.interpolate(call.a(), call.longs("size"), mode, align)
                : F.interpolate(call.a(), new double[] {call.number("scale_factor", 1)}, mode, align);
    }

    private static void plain(GoldenOperators table, String op, UnaryOperator<Tensor> function) {
        table.one(op, call -> function.apply(call.a()));
    }

    private static int[] ints(GoldenCall call, String name, int defaultValue) {
        return call.has(name) ? call.ints(name) : new int[] {defaultValue};
    }
}
