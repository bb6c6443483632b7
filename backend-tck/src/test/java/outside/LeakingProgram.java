package outside;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A program of a user's that holds on to more than the limit of memory allows. */
public final class LeakingProgram {
    private LeakingProgram() {}

    /** Prints the error. */
    public static void main(String[] arguments) {
        List<Tensor> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            held.add(large());
        }
        for (int i = 0; i < 100; i++) {
            held.add(Tensor.ones(10, 20).add(1).toDouble());
        }
        try {
            while (true) {
                held.add(held.get(0).select(0, 0).mul(2));
            }
        } catch (BackendException e) {
            System.out.println(e.getMessage());
        }
    }

    private static Tensor large() {
        return Tensor.zeros(25, 40_000);
    }
}
