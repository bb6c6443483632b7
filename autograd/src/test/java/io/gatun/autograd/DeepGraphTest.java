package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.spi.Storage;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Graphs as deep as computations are long, and what they keep alive. */
class DeepGraphTest {
    @Test
    void aMillionOperatorsGoForwardAndBackward() {
        Tensor x = Tensor.of(1.0).requiresGrad_(true);
        Tensor y = x;
        for (int i = 0; i < 1_000_000; i++) {
            y = y.neg();
        }
        y.backward();
        assertThat(x.grad().item()).isEqualTo(1);
    }

    @Test
    void aDeepGraphOfDiamondsIsLinear() {
        Tensor x = Tensor.of(1.0).requiresGrad_(true);
        Tensor y = x;
        for (int i = 0; i < 60; i++) {
            y = y.add(y).mul(0.5); // 2^60 paths
        }
        y.backward();
        assertThat(x.grad().item()).isEqualTo(1);
    }

    @Test
    void anUnreachableGraphIsCollected() throws InterruptedException {
        Tensor x = Tensor.of(1.0).requiresGrad_(true);
        WeakReference<Storage> middle = new WeakReference<>(chain(x).storage());
        assertCollected(List.of(middle));
    }

    private static Tensor chain(Tensor x) {
        return x.exp().sin();
    }

    @Test
    void savedValuesAreLetGoAsThePassGoesThroughThem() throws InterruptedException {
        Tensor x = Tensor.ones(64).requiresGrad_(true);
        List<WeakReference<Storage>> saved = new ArrayList<>();
        Tensor loss = lossSaving(x, saved);
        loss.backward();
        assertCollected(saved);
        assertThat(loss.requiresGrad()).isTrue();
    }

    private static Tensor lossSaving(Tensor x, List<WeakReference<Storage>> saved) {
        Tensor y = x;
        for (int i = 0; i < 5; i++) {
            y = y.tanh();
            saved.add(new WeakReference<>(y.storage()));
        }
        return y.sum();
    }

    private static void assertCollected(List<WeakReference<Storage>> references) throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            System.gc();
            if (references.stream().allMatch(reference -> reference.get() == null)) {
                return;
            }
            Thread.sleep(20);
        }
        assertThat(references).allMatch(reference -> reference.get() == null);
    }
}
