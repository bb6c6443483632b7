package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.spi.Storage;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
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
    void theSavedValuesOfAMillionOperatorsAreLetGoAsThePassGoesThroughThem() {
        int count = 1_000_000;
        Tensor x = Tensor.of(1.0).requiresGrad_(true);
        List<WeakReference<Storage>> early = new ArrayList<>();
        List<WeakReference<Storage>> late = new ArrayList<>();
        List<Boolean> held = new ArrayList<>();
        Tensor y = x;
        for (int i = 0; i < count; i++) {
            y = y.sin(); // saves its operand
            if (i % 10_000 == 5_000) {
                (i < count / 2 ? early : late).add(new WeakReference<>(y.storage()));
            }
            if (i == count / 2) {
                y.registerHook(g -> {
                    assertCollected(late);
                    early.forEach(reference -> held.add(reference.get() != null));
                    return null;
                });
            }
        }
        y.backward();
        assertThat(held).hasSize(50).containsOnly(true);
        assertThat(x.grad().item()).isBetween(0.0, 1e-6); // the product of a million cosines
        assertCollected(early);
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
    void anUnreachableGraphIsCollected() {
        Tensor x = Tensor.of(1.0).requiresGrad_(true);
        WeakReference<Storage> middle = new WeakReference<>(chain(x).storage());
        assertCollected(List.of(middle));
    }

    private static Tensor chain(Tensor x) {
        return x.exp().sin();
    }

    @Test
    void savedValuesAreLetGoAsThePassGoesThroughThem() {
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

    private static void assertCollected(List<WeakReference<Storage>> references) {
        for (int i = 0; i < 50; i++) {
            System.gc();
            if (references.stream().allMatch(reference -> reference.get() == null)) {
                return;
            }
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(references).allMatch(reference -> reference.get() == null);
    }
}
