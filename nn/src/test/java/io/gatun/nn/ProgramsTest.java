package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gatun.nn.data.Batch;
import io.gatun.nn.data.DataLoader;
import io.gatun.nn.data.Datasets;
import io.gatun.nn.data.TensorDataset;
import io.gatun.nn.optim.Adam;
import io.gatun.nn.optim.SGD;
import io.gatun.tensor.DType;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Small programs that train to a known end: those of PyTorch's tutorials that need modules. */
class ProgramsTest {
    @BeforeEach
    void seed() {
        Random.manualSeed(1);
    }

    @Test
    void aCubicIsFittedToTheSine() {
        Tensor x = Tensor.linspace(-Math.PI, Math.PI, 2000);
        Tensor y = x.sin();
        Tensor xx = x.unsqueeze(-1).pow(Tensor.of(new float[] {1, 2, 3}));
        Sequential model = new Sequential(new Linear(3, 1), new Flatten(0, 1));
        MSELoss loss = new MSELoss(Reduction.SUM);
        double last = Double.NaN;
        for (int t = 0; t < 2000; t++) {
            try (TensorScope scope = TensorScope.open()) {
                Tensor current = loss.forward(model.forward(xx), y);
                model.zeroGrad();
                current.backward();
                for (Tensor parameter : model.parameters()) {
                    parameter.detach().sub_(parameter.grad().mul(1e-6));
                }
                last = scope.keep(current.detach()).item();
            }
        }
        // the least-squares cubic has 0.8567 x - 0.0933 x³ and a loss of 8.8; 2000 steps come close
        assertThat(last).isLessThan(60);
        Linear linear = model.get(0, Linear.class);
        assertThat(linear.weight().get(0).get(0).item()).isBetween(0.7, 0.95);
    }

    @Test
    void gradientsOfALogitsCrossEntropyAreThoseOfTheFormula() {
        Tensor x = Tensor.ones(5);
        Tensor y = Tensor.zeros(3);
        Tensor w = Parameter.of(Tensor.randn(5, 3));
        Tensor b = Parameter.of(Tensor.randn(3));
        Tensor z = x.matmul(w).add(b);
        F.binaryCrossEntropyWithLogits(z, y).backward();
        float[] expected = z.detach().sigmoid().div(3.0).toFloatArray();
        assertThat(b.grad().toFloatArray()).containsExactly(expected, within(1e-6f));
        assertThat(w.grad().get(4).toFloatArray()).containsExactly(expected, within(1e-6f));
    }

    @Test
    void threeFunctionsAreFittedInDouble() {
        Tensor x = Tensor.linspace(-5, 5, 100, DType.F64);
        Tensor y = x.mul(1.5).add(x.sin().mul(-0.7)).add(x.div(4.0).cos().mul(2.0));
        Tensor theta = Parameter.of(Tensor.zeros(io.gatun.tensor.Shape.of(3), DType.F64));
        SGD optimizer = new SGD(java.util.List.of(theta), 0.05).momentum(0.9);
        for (int epoch = 0; epoch < 300; epoch++) {
            try (TensorScope scope = TensorScope.open()) {
                optimizer.zeroGrad();
                Tensor fit = theta.get(0)
                        .mul(x)
                        .add(theta.get(1).mul(x.sin()))
                        .add(theta.get(2).mul(x.div(4.0).cos()));
                scope.keep(F.mseLoss(fit, y)).backward();
                optimizer.step();
            }
        }
        assertThat(theta.toDoubleArray()).containsExactly(new double[] {1.5, -0.7, 2.0}, within(1e-6));
    }

    @Test
    void aLineIsFittedToMadeUpData() {
        Datasets.Regression data = Datasets.makeRegression(100, 1, 1.0, new Generator(4));
        DataLoader loader = new DataLoader(data.dataset(), 16, new Generator(5));
        Linear model = new Linear(1, 1);
        SGD optimizer = new SGD(model.parameters(), 0.05);
        MSELoss loss = new MSELoss();
        for (int epoch = 0; epoch < 100; epoch++) {
            for (Batch batch : loader) {
                optimizer.zeroGrad();
                loss.forward(model.forward(batch.input()).squeeze(1), batch.target())
                        .backward();
                optimizer.step();
            }
        }
        double slope = model.weight().item();
        assertThat(slope).isCloseTo(data.coefficients().item(), within(0.6));
        assertThat(model.bias().item()).isCloseTo(0, within(0.6));
    }

    @Test
    void fourHoursGiveEightPoints() {
        Tensor w = Parameter.of(Tensor.of(new float[] {1}));
        Tensor hours = Tensor.of(new float[] {1, 2, 3});
        Tensor points = Tensor.of(new float[] {2, 4, 6});
        SGD optimizer = new SGD(java.util.List.of(w), 0.01);
        for (int epoch = 0; epoch < 100; epoch++) {
            for (Batch sample : new DataLoader(new TensorDataset(hours, points), 1)) {
                optimizer.zeroGrad();
                F.mseLoss(sample.input().mul(w), sample.target()).backward();
                optimizer.step();
            }
        }
        assertThat(w.mul(4.0).item()).isCloseTo(8, within(1e-3));
    }

    @Test
    void aSmallConvolutionalNetLearnsToTellBarsApart() {
        Generator generator = new Generator(7);
        Tensor images = Tensor.rand(io.gatun.tensor.Shape.of(64, 1, 8, 8), DType.F32, generator)
                .mul(0.3);
        long[] labels = new long[64];
        for (int i = 0; i < 64; i++) { // horizontal bars are class 0, vertical ones class 1
            labels[i] = i % 2;
            Tensor image = images.get(i).get(0);
            (i % 2 == 0 ? image.get(i % 8) : image.select(1, i % 8)).add_(1.0);
        }
        Sequential model = new Sequential(
                new Conv2d(1, 4, 3, 1, 1), new ReLU(), new MaxPool2d(2), new Flatten(), new Linear(64, 2));
        Adam optimizer = new Adam(model.parameters(), 1e-2);
        CrossEntropyLoss loss = new CrossEntropyLoss();
        DataLoader loader = new DataLoader(new TensorDataset(images, Tensor.of(labels)), 16, generator);
        for (int epoch = 0; epoch < 15; epoch++) {
            for (Batch batch : loader) {
                optimizer.zeroGrad();
                loss.forward(model.forward(batch.input()), batch.target()).backward();
                optimizer.step();
            }
        }
        Tensor right = model.eval().forward(images).argmax(1).eq(Tensor.of(labels));
        assertThat(right.sum().itemLong()).isGreaterThanOrEqualTo(60);
    }
}
