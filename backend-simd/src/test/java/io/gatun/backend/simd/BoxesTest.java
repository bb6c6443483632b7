package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether kernels come to compute without an object for each vector after others have run that use vectors of other sizes: in
 * fresh JVMs of little memory, where such objects would be collected all the time.
 */
class BoxesTest {
    static final class AfterOthers {
        private static final long OTHERS = TimeUnit.MILLISECONDS.toNanos(500);
        private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);
        private static final int CALLS = 200; // 250 MB of boxes

        private AfterOthers() {}

        private static void call(Supplier<Tensor> operator) {
            try (TensorScope _ = TensorScope.open()) {
                Tensor _ = operator.get();
            }
        }

        private static void callFor(long time, Supplier<Tensor> operator) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < time) {
                call(operator);
            }
        }

        /** Whether so many calls fill the heap. */
        private static boolean collects(Supplier<Tensor> operator) {
            WeakReference<Object> witness = new WeakReference<>(new Object());
            for (int i = 0; i < CALLS; i++) {
                call(operator);
            }
            return witness.get() == null;
        }

        /** Prints whether calls stopped filling the heap, as soon as they do or when it is too late for that. */
        public static void main(String[] args) {
            Tensor x = Tensor.rand(512, 512);
            Tensor mask = x.gt(0.3);
            Tensor rows = Tensor.randint(512, Shape.of(512));
            callFor(OTHERS, mask::any);
            callFor(OTHERS, mask::sum);
            long start = System.nanoTime();
            boolean quiet = false;
            while (!quiet && System.nanoTime() - start < LIMIT) {
                quiet = !collects(() -> x.indexSelect(0, rows));
            }
            System.out.println("quiet " + quiet);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void rowsArePickedWithoutBoxesAfterSumsOfBools(int run) throws Exception {
        assertThat(FreshJvm.output(AfterOthers.class, "-Xmx64m"))
                .as("what JVM %d said", run)
                .contains("quiet true");
    }
}
