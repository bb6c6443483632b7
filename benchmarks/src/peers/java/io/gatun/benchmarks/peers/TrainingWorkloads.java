package io.gatun.benchmarks.peers;

import io.gatun.nn.Conv2d;
import io.gatun.nn.F;
import io.gatun.nn.Flatten;
import io.gatun.nn.LSTM;
import io.gatun.nn.Linear;
import io.gatun.nn.MaxPool2d;
import io.gatun.nn.Module;
import io.gatun.nn.ReLU;
import io.gatun.nn.RecurrentOptions;
import io.gatun.nn.Sequential;
import io.gatun.nn.optim.Adam;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LSTMOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.global.torch;

/** Whole steps of training a classifier of ten classes: forward, cross entropy, backward, Adam. */
final class TrainingWorkloads {
    private static final String FAMILY = "training";
    private static final double RATE = 1e-3;

    private TrainingWorkloads() {}

    static List<Workload> all() {
        return List.of(
                Workload.of(FAMILY, "MLP step, 784-512-256-10, batch 128", 1.2, TrainingWorkloads::mlp),
                Workload.of(
                        FAMILY, "CNN step, 32c3-64c3-pool-128-10 of 28 × 28, batch 64", 1.0, TrainingWorkloads::cnn),
                Workload.of(FAMILY, "LSTM step, 28 rows of 28 to width 128, batch 64", 1.5, TrainingWorkloads::lstm));
    }

    private static Contest mlp() {
        Sequential model =
                new Sequential(new Linear(784, 512), new ReLU(), new Linear(512, 256), new ReLU(), new Linear(256, 10));
        LinearImpl first = new LinearImpl(784, 512);
        LinearImpl second = new LinearImpl(512, 256);
        LinearImpl third = new LinearImpl(256, 10);
        UnaryOperator<org.bytedeco.pytorch.Tensor> theirs =
                x -> third.forward(torch.relu(second.forward(torch.relu(first.forward(x)))));
        return classifier(Tensor.rand(128, 784), model, theirs, first, second, third);
    }

    private static Contest cnn() {
        Sequential model = new Sequential(
                new Conv2d(1, 32, 3),
                new ReLU(),
                new Conv2d(32, 64, 3),
                new ReLU(),
                new MaxPool2d(2),
                new Flatten(),
                new Linear(9216, 128),
                new ReLU(),
                new Linear(128, 10));
        Conv2dImpl first = new Conv2dImpl(1, 32, new LongPointer(3, 3));
        Conv2dImpl second = new Conv2dImpl(32, 64, new LongPointer(3, 3));
        LinearImpl third = new LinearImpl(9216, 128);
        LinearImpl fourth = new LinearImpl(128, 10);
        long[] two = {2, 2};
        UnaryOperator<org.bytedeco.pytorch.Tensor> theirs = x -> {
            var maps = torch.max_pool2d(torch.relu(second.forward(torch.relu(first.forward(x)))), two);
            return fourth.forward(torch.relu(third.forward(maps.flatten(1, -1))));
        };
        return classifier(Tensor.rand(64, 1, 28, 28), model, theirs, first, second, third, fourth);
    }

    /** Reads images row by row, and classifies by what it then remembers. */
    private static final class Reader extends Module {
        private final LSTM lstm = registerModule(
                "lstm", new LSTM(28, 128, RecurrentOptions.numLayers(1).batchFirst(true)));
        private final Linear scores = registerModule("scores", new Linear(128, 10));

        @Override
        public Tensor forward(Tensor rows) {
            return scores.call(lstm.call(rows, null).output().select(1, -1));
        }
    }

    private static Contest lstm() {
        LSTMOptions options = new LSTMOptions(28, 128);
        options.batch_first().put(true);
        LSTMImpl lstm = new LSTMImpl(options);
        LinearImpl scores = new LinearImpl(128, 10);
        UnaryOperator<org.bytedeco.pytorch.Tensor> theirs =
                rows -> scores.forward(lstm.forward(rows).get0().select(1, -1));
        return classifier(Tensor.rand(64, 28, 28), new Reader(), theirs, lstm, scores);
    }

    private static Contest classifier(
            Tensor x,
            Module model,
            UnaryOperator<org.bytedeco.pytorch.Tensor> theirModel,
            org.bytedeco.pytorch.Module... theirModules) {
        Tensor classes = Tensor.randint(10, Shape.of(x.size(0)));
        var theirX = Libtorch.copy(x);
        var theirClasses = Libtorch.copy(classes);
        var theirParameters = Libtorch.parameters(model.parameters(), theirModules);
        Adam optimizer = new Adam(model.parameters(), RATE);
        var theirOptimizer = new org.bytedeco.pytorch.Adam(theirParameters, new AdamOptions(RATE));
        return Contest.step(
                () -> {
                    optimizer.zeroGrad();
                    Tensor loss = F.crossEntropy(model.call(x), classes);
                    loss.backward();
                    optimizer.step();
                    return loss;
                },
                () -> {
                    theirOptimizer.zero_grad();
                    var loss = torch.cross_entropy_loss(theirModel.apply(theirX), theirClasses);
                    loss.backward();
                    theirOptimizer.step();
                    return loss;
                });
    }
}
