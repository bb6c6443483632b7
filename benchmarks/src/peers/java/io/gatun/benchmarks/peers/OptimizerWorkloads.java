package io.gatun.benchmarks.peers;

import io.gatun.nn.optim.Adam;
import io.gatun.nn.optim.Optimizer;
import io.gatun.nn.optim.SGD;
import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;

/** Steps of optimisers over ten parameters of a million elements each, whose gradients stay as they are. */
final class OptimizerWorkloads {
    private static final String FAMILY = "optimizer";
    private static final double TARGET = 1.5;
    private static final double RATE = 1e-3;

    private OptimizerWorkloads() {}

    static List<Workload> all() {
        return List.of(
                Workload.of(
                        FAMILY,
                        "Adam, 10 million parameters",
                        TARGET,
                        () -> step(
                                parameters -> new Adam(parameters, RATE),
                                parameters -> new org.bytedeco.pytorch.Adam(parameters, new AdamOptions(RATE)))),
                Workload.of(
                        FAMILY,
                        "SGD with momentum, 10 million parameters",
                        TARGET,
                        () -> step(parameters -> new SGD(parameters, RATE).momentum(0.9), parameters -> {
                            SGDOptions options = new SGDOptions(RATE);
                            options.momentum().put(0.9);
                            return new org.bytedeco.pytorch.SGD(parameters, options);
                        })));
    }

    private static Contest step(
            Function<List<Tensor>, Optimizer> ours, Function<TensorVector, org.bytedeco.pytorch.Optimizer> theirs) {
        List<Tensor> parameters = Stream.generate(() -> Tensor.randn(1000, 1000).requiresGrad_(true))
                .limit(10)
                .toList();
        TensorVector theirParameters = new TensorVector();
        for (Tensor parameter : parameters) {
            Tensor gradient = Tensor.randn(1000, 1000);
            parameter.mul(gradient).sum().backward();
            var theirParameter = Libtorch.leaf(parameter.detach());
            theirParameter.mul(Libtorch.copy(gradient)).sum().backward();
            theirParameters.push_back(theirParameter);
        }
        Optimizer optimizer = ours.apply(parameters);
        org.bytedeco.pytorch.Optimizer theirOptimizer = theirs.apply(theirParameters);
        return Contest.step(
                () -> {
                    optimizer.step();
                    return parameters.getLast();
                },
                () -> {
                    theirOptimizer.step();
                    return theirParameters.back();
                });
    }
}
