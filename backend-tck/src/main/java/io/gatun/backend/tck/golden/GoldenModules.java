package io.gatun.backend.tck.golden;

import io.gatun.nn.GRU;
import io.gatun.nn.LSTM;
import io.gatun.nn.Linear;
import io.gatun.nn.Module;
import io.gatun.nn.MultiheadAttention;
import io.gatun.nn.RNN;
import io.gatun.nn.Recurrent;
import io.gatun.nn.RecurrentOptions;
import io.gatun.nn.TransformerEncoderLayer;
import io.gatun.nn.TransformerOptions;
import io.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Modules: made by a case's arguments, called on {@code x0} with the case's tensors in place of their parameters. */
final class GoldenModules {
    private GoldenModules() {}

    static void fill(GoldenOperators table) {
        module(
                table,
                "Linear",
                call -> new Linear(call.integer("in_features"), call.integer("out_features")),
                (linear, x) -> List.of(linear.forward(x)));
        module(
                table,
                "RNN",
                call -> new RNN(call.integer("input_size"), call.integer("hidden_size"), recurrent(call)),
                (rnn, x) -> results(rnn.forward(x, null)));
        module(
                table,
                "GRU",
                call -> new GRU(call.integer("input_size"), call.integer("hidden_size"), recurrent(call)),
                (gru, x) -> results(gru.forward(x, null)));
        module(
                table,
                "LSTM",
                call -> new LSTM(call.integer("input_size"), call.integer("hidden_size"), recurrent(call)),
                (lstm, x) -> {
                    LSTM.Output result = lstm.forward(x, null);
                    return List.of(result.output(), result.hidden(), result.cell());
                });
        module(
                table,
                "MultiheadAttention",
                call -> new MultiheadAttention(
                        call.integer("embed_dim"),
                        call.integer("num_heads"),
                        MultiheadAttention.Options.defaults().batchFirst(call.flag("batch_first", false))),
                (attention, x) -> {
                    MultiheadAttention.Output result = attention.forward(x, x, x);
                    return List.of(result.output(), Objects.requireNonNull(result.weights()));
                });
        module(
                table,
                "TransformerEncoderLayer",
                call -> new TransformerEncoderLayer(
                        call.integer("d_model"),
                        call.integer("nhead"),
                        TransformerOptions.defaults()
                                .dimFeedforward(call.integer("dim_feedforward", 2048))
                                .dropout(call.number("dropout", 0.1))
                                .batchFirst(call.flag("batch_first", false))),
                (layer, x) -> List.of(layer.forward(x)));
    }

    private static RecurrentOptions recurrent(GoldenCall call) {
        return RecurrentOptions.numLayers(call.integer("num_layers", 1))
                .batchFirst(call.flag("batch_first", false))
                .bidirectional(call.flag("bidirectional", false));
    }

    private static List<Tensor> results(Recurrent result) {
        return List.of(result.output(), result.hidden());
    }

    private static <M extends Module> void module(
            GoldenOperators table,
            String name,
            Function<GoldenCall, M> make,
            BiFunction<M, Tensor, List<Tensor>> compute) {
        table.list("nn." + name, call -> {
            M module = make.apply(call);
            Map<String, Tensor> parameters = new LinkedHashMap<>();
            call.keys().stream().skip(1).forEach(key -> parameters.put(key, call.tensor(key)));
            return module.functionalCall(parameters, () -> compute.apply(module, call.tensor("x0")));
        });
    }
}
