package io.gatun.backend.cuda.gpu;

import io.gatun.backend.cuda.ReservedMemory;
import io.gatun.nn.F;
import io.gatun.nn.Linear;
import io.gatun.nn.Module;
import io.gatun.nn.ReLU;
import io.gatun.nn.Sequential;
import io.gatun.nn.optim.AdamW;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;

/** Trains a small network for many steps: what the device has given out must stop growing. */
final class MemorySoak {
    private static final int BATCH = 32;
    private static final int INPUTS = 64;
    private static final int CLASSES = 10;
    private static final double WARM_UP = 0.3; // of the steps, after which nothing may grow

    private final AdamW optimizer;
    private final Module model;

    private MemorySoak() {
        Random.manualSeed(1);
        model = new Sequential(new Linear(INPUTS, INPUTS), new ReLU(), new Linear(INPUTS, CLASSES));
        optimizer = new AdamW(model.parameters(), 1e-3);
    }

    public static void main(String... arguments) {
        Settings settings = Settings.here();
        long most = settings.size(100_000, 60);
        long until = System.nanoTime() + settings.size(75, 20) * 1_000_000_000L;
        System.out.println("A network 64-64-10 with a batch of 32, by AdamW, in scopes.\n");
        System.out.println("| steps | reserved, MiB | loss |\n|--:|--:|--:|");
        MemorySoak soak = new MemorySoak();
        long warm = -1;
        long last = 0;
        long step = 0;
        while (step < most && System.nanoTime() < until) {
            step++;
            double loss = soak.step(step % (most / 10) == 0);
            if (step % (most / 10) == 0) {
                last = ReservedMemory.bytes(Device.getDefault());
                warm = warm < 0 && step >= WARM_UP * most ? last : warm;
                System.out.printf("| %,d | %,.1f | %.4f |%n", step, last / 1048576.0, loss);
            }
        }
        System.out.printf("%n%,d steps were done.%n", step);
        System.exit(warm >= 0 && last <= warm ? 0 : JUnitRun.FAILED);
    }

    private double step(boolean read) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.randn(Shape.of(BATCH, INPUTS), DType.F32);
            Tensor classes = x.narrow(1, 0, CLASSES).argmax(1, false);
            Tensor loss = F.crossEntropy(model.call(x), classes);
            optimizer.zeroGrad();
            loss.backward();
            optimizer.step();
            return read ? loss.item() : 0;
        }
    }
}
