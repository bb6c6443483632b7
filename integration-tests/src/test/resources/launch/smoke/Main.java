package smoke;

import io.gatun.nn.F;
import io.gatun.nn.Linear;
import io.gatun.nn.ReLU;
import io.gatun.nn.Sequential;
import io.gatun.nn.optim.Adam;
import io.gatun.numpy.Npy;
import io.gatun.tensor.BackendException;
import io.gatun.tensor.Device;
import io.gatun.tensor.Random;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;

/** Prints what the launch tests look for: who served the library, and that a network learns from a mapped file. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        System.out.println("module " + Tensor.class.getModule().getName());
        System.out.println("backend " + Device.getDefault().backendName());
        System.out.println("determinant " + determinant());
        Random.manualSeed(7);
        Npy.save(Path.of("x.npy"), Tensor.linspace(-1, 1, 64).unsqueeze(1));
        Tensor x = Npy.map(Path.of("x.npy"));
        Tensor y = x.square();
        Sequential model = new Sequential(new Linear(1, 16), new ReLU(), new Linear(16, 1));
        Adam optimizer = new Adam(model.parameters(), 0.01);
        double first = 0;
        double last = 0;
        for (int step = 0; step < 300; step++) {
            try (TensorScope scope = TensorScope.open()) {
                Tensor loss = F.mseLoss(model.call(x), y);
                optimizer.zeroGrad();
                loss.backward();
                optimizer.step();
                last = scope.keep(loss).item();
                first = step == 0 ? last : first;
            }
        }
        System.out.println(last < first / 20 ? "learned" : "did not learn: " + first + " to " + last);
    }

    /** Of a matrix, if there is something on the path to decompose it with. */
    private static String determinant() {
        try {
            return String.valueOf(Tensor.of(new double[][] {{1, 2}, {3, 4}}).det().item());
        } catch (BackendException missing) {
            return missing.getMessage();
        }
    }
}
