package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.autograd.Autograd;
import io.gatun.autograd.TensorFunction;
import io.gatun.cuda.Cuda;
import io.gatun.cuda.CudaEvent;
import io.gatun.cuda.CudaGraph;
import io.gatun.cuda.CudaStream;
import io.gatun.nn.F;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.DeviceException;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Random;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.ValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Work captured and replayed. The emulator does nothing before somebody waits, and graphs in any order that they allow. */
class CudaGraphTest {

    private static Device device;

    @BeforeAll
    static void findTheEmulator() {
        device = Twins.device();
    }

    private static Tensor random(long seed, long... shape) {
        return Tensor.randn(Shape.of(shape), DType.F32, device, new Generator(seed));
    }

    @Test
    void nobodyElseGetsTheMemoryOfAGraph() {
        Tensor x = random(1, 64, 64);
        Tensor y = Tensor.zeros(Shape.of(64, 64), DType.F32, device);
        float[] expected = x.mul(2).add(1).toFloatArray();
        try (CudaGraph graph = CudaGraph.capture(device, () -> {
            try (TensorScope _ = TensorScope.open()) {
                y.copy_(x.mul(2).add(1));
            }
        })) {
            List<Tensor> others = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                others.add(Tensor.full(Shape.of(64, 64), Scalar.of(i), DType.F32, device));
            }
            graph.replay();
            for (int i = 0; i < 8; i++) {
                assertThat(others.get(i).toFloatArray()).containsOnly(i);
            }
            assertThat(y.toFloatArray()).isEqualTo(expected);
        }
    }

    @Test
    void whatAGraphReadsIsHeldForIt() {
        Tensor y = Tensor.zeros(Shape.of(256), DType.F32, device);
        CudaGraph graph;
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.full(Shape.of(256), Scalar.of(3), DType.F32, device);
            graph = CudaGraph.capture(device, () -> y.add_(x));
        }
        Tensor.full(Shape.of(256), Scalar.of(5), DType.F32, device); // would have had x's memory
        graph.replay();
        graph.replay();
        assertThat(y.toFloatArray()).containsOnly(6);
        graph.close();
    }

    @Test
    @SuppressWarnings("try") // a scope need not be named in its body
    void whatReplaysAreToldIsNotInMemoryThatTheGraphUses() {
        Generator generator = new Generator(5);
        Tensor table = random(6, 10, 4);
        Tensor index = Tensor.of(new long[] {3, 9}, DType.I64, device);
        Tensor drawn = Tensor.zeros(Shape.of(8), DType.F32, device);
        Tensor picked = Tensor.zeros(Shape.of(2, 4), DType.F32, device);
        Runnable step = () -> {
            try (TensorScope _ = TensorScope.open()) {
                for (int i = 0; i < 20; i++) {
                    table.add(i); // whose memory is free again for what follows
                }
            }
            drawn.copy_(Tensor.rand(Shape.of(8), DType.F32, device, generator));
            picked.copy_(table.indexSelect(0, index));
        };
        List<float[]> plain = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            step.run();
            plain.add(drawn.toFloatArray());
        }
        float[] expected = picked.toFloatArray();
        generator.manualSeed(5);
        try (CudaGraph graph = CudaGraph.capture(device, step)) {
            for (int i = 0; i < 3; i++) {
                graph.replay();
                assertThat(drawn.toFloatArray()).isEqualTo(plain.get(i));
                assertThat(picked.toFloatArray()).isEqualTo(expected);
            }
        }
    }

    @Test
    @SuppressWarnings("try") // a scope need not be named in its body
    void gradientsInAReplayDropWhatItsForwardPassDropped() {
        Generator generator = new Generator(5);
        Generator other = new Generator(6);
        Tensor x = Tensor.ones(Shape.of(4, 64), DType.F32, device);
        List<Tensor> kept = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            kept.add(Tensor.zeros(Shape.of(4, 64), DType.F32, device));
        }
        Runnable step = () -> {
            try (TensorScope _ = TensorScope.open()) {
                Tensor first = x.detach().requiresGrad_(true);
                Tensor second = x.detach().requiresGrad_(true);
                Tensor y = F.dropout(first, 0.5, true, generator);
                Tensor z = F.dropout(second, 0.5, true, other);
                F.dropout(x, 0.5, true, generator); // so that no gradient belongs to what was drawn last
                y.sum().add(z.sum()).backward();
                kept.get(0).copy_(y.detach());
                kept.get(1).copy_(first.grad());
                kept.get(2).copy_(z.detach());
                kept.get(3).copy_(second.grad());
            }
        };
        List<float[]> plain = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            step.run();
            kept.forEach(tensor -> plain.add(tensor.toFloatArray()));
        }
        generator.manualSeed(5);
        other.manualSeed(6);
        try (CudaGraph graph = CudaGraph.capture(device, step)) {
            for (int i = 0; i < 3; i++) {
                graph.replay();
                for (int k = 0; k < 4; k++) {
                    assertThat(kept.get(k).toFloatArray()).isEqualTo(plain.get(4 * i + k));
                }
                assertThat(plain.get(4 * i)).isEqualTo(plain.get(4 * i + 1));
                assertThat(plain.get(4 * i)).isNotEqualTo(plain.get(4 * i + 2));
            }
        }
        assertThat(plain.get(0)).isNotEqualTo(plain.get(4));
    }

    @Test
    @SuppressWarnings("try") // a scope need not be named in its body
    void aBlockThatIsComputedAgainInAReplayDropsWhatItDroppedBefore() {
        Tensor x = random(21, 4, 64);
        List<Tensor> kept = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            kept.add(Tensor.zeros(Shape.of(4, 64), DType.F32, device));
        }
        TensorFunction block =
                in -> F.dropout(in[0].mul(0.7), 0.5, true).tanh().mul(in[0]); // the tangent is kept, or computed again
        Function<TensorFunction, Runnable> step = inner -> () -> {
            try (TensorScope _ = TensorScope.open()) {
                Tensor leaf = x.detach().requiresGrad_(true);
                Tensor y = inner.apply(F.dropout(leaf, 0.3, true));
                Tensor z = F.dropout(y, 0.2, true); // draws after the block and before it is computed again
                z.sum().backward();
                kept.get(0).copy_(z.detach());
                kept.get(1).copy_(leaf.grad());
            }
        };
        List<float[]> plain = new ArrayList<>();
        Random.manualSeed(8);
        for (int i = 0; i < 4; i++) {
            step.apply(block).run();
            kept.forEach(tensor -> plain.add(tensor.toFloatArray()));
        }
        assertThat(plain.get(0)).isNotEqualTo(plain.get(2));

        Random.manualSeed(8);
        Runnable again = step.apply(in -> Autograd.checkpoint(block, in));
        again.run();
        assertThat(kept.get(1).toFloatArray()).as("run plainly").isEqualTo(plain.get(1));
        try (CudaGraph graph = CudaGraph.capture(device, again)) {
            for (int i = 1; i < 4; i++) {
                graph.replay();
                for (int k = 0; k < 2; k++) {
                    assertThat(kept.get(k).toFloatArray()).as("replay " + i).isEqualTo(plain.get(2 * i + k));
                }
            }
        }
    }

    @Test
    void generatorsThatAreAlikeAreRefusedWhereItMatters() {
        Generator one = new Generator(5);
        Generator two = new Generator(5);
        Tensor x = Tensor.ones(Shape.of(64), DType.F32, device).requiresGrad_(true);
        assertThatThrownBy(() -> CudaGraph.capture(device, () -> {
                    Tensor y = F.dropout(x, 0.5, true, one);
                    F.dropout(x, 0.5, true, two);
                    F.dropout(x, 0.5, true, two);
                    y.sum().backward();
                }))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("two generators");
        assertThat(one.getState().toLongArray()).containsExactly(5, 0);
    }

    @Test
    void replaysOnDifferentStreamsFollowEachOther() {
        Tensor x = Tensor.zeros(Shape.of(1000), DType.F32, device);
        try (CudaGraph graph = CudaGraph.capture(device, () -> x.mul_(2).add_(1))) {
            CudaStream one = new CudaStream(device);
            CudaStream two = new CudaStream(device);
            for (int i = 0; i < 10; i++) {
                try (var _ = Cuda.stream(i % 2 == 0 ? one : two)) {
                    graph.replay();
                }
            }
            assertThat(x.toFloatArray()).as("read on the default stream").containsOnly(1023);
        }
    }

    @Test
    void aCaptureMayUseOtherStreams() {
        Tensor x = random(4, 50, 50);
        Tensor y = Tensor.zeros(Shape.of(50, 50), DType.F32, device);
        Tensor expected = x.mm(x).add(x.mul(3));
        CudaStream side = new CudaStream(device);
        try (CudaGraph graph = CudaGraph.capture(device, () -> {
            CudaStream first = Cuda.currentStream(device);
            side.waitFor(first);
            Tensor product;
            try (var _ = Cuda.stream(side)) {
                product = x.mm(x);
            }
            Tensor scaled = x.mul(3);
            first.waitFor(side);
            y.copy_(product.add(scaled));
        })) {
            for (int i = 0; i < 5; i++) {
                y.zero_();
                graph.replay();
                assertThat(y.toFloatArray()).isEqualTo(expected.toFloatArray());
            }
        }
        assertThatThrownBy(() -> CudaGraph.capture(device, () -> {
                    side.waitFor(Cuda.currentStream(device));
                    try (var _ = Cuda.stream(side)) {
                        x.mul_(1);
                    }
                }))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("call waitFor(stream) last");
        assertThat(x.add(0).toFloatArray()).isEqualTo(x.toFloatArray());
    }

    @Test
    void anIndexOutOfRangeIsThrownByWhoWaits() {
        Tensor table = random(5, 10, 3);
        Tensor index = Tensor.of(new long[] {1, 2}, DType.I64, device);
        Tensor y = Tensor.zeros(Shape.of(2, 3), DType.F32, device);
        try (CudaGraph graph = CudaGraph.capture(device, () -> y.copy_(table.indexSelect(0, index)))) {
            graph.replay();
            assertThat(y.toFloatArray()).isEqualTo(table.indexSelect(0, index).toFloatArray());

            index.copy_(Tensor.of(new long[] {9, 10}, DType.I64, device));
            graph.replay();
            assertThatThrownBy(() -> y.toFloatArray())
                    .isInstanceOf(TensorIndexException.class)
                    .hasMessageContaining("indexSelect: index of a replayed CudaGraph at position (1)")
                    .hasMessageContaining("out of range for dimension 0 of size 10");
            assertThat(y.toFloatArray()).as("said once").hasSize(6);

            graph.replay();
            assertThatThrownBy(() -> Cuda.synchronize(device)).isInstanceOf(TensorIndexException.class);
            index.copy_(Tensor.of(new long[] {0, 9}, DType.I64, device));
            graph.replay();
            assertThat(y.toFloatArray()).isEqualTo(table.indexSelect(0, index).toFloatArray());
        }
        assertThatThrownBy(() -> CudaGraph.capture(
                        device,
                        () -> Tensor.zeros(Shape.of(0, 3), DType.F32, device).indexSelect(0, index)))
                .isInstanceOf(TensorStateException.class);
    }

    @Test
    void anIntegerDivisionByZeroIsThrownByWhoWaits() {
        Tensor x = Tensor.of(new long[] {17, -9, 4}, DType.I64, device);
        Tensor divisor = Tensor.of(new long[] {5, 2, -3}, DType.I64, device);
        Tensor y = Tensor.zeros(Shape.of(3), DType.I64, device);
        try (CudaGraph graph = CudaGraph.capture(device, () -> y.copy_(x.remainder(divisor)))) {
            graph.replay();
            assertThat(y.toLongArray()).isEqualTo(x.remainder(divisor).toLongArray());
            divisor.copy_(Tensor.of(new long[] {5, 0, -3}, DType.I64, device));
            graph.replay();
            assertThatThrownBy(() -> y.toLongArray())
                    .isInstanceOf(ValueException.class)
                    .hasMessageContaining(
                            "remainder: integer division by zero in a replay of a CudaGraph: the divisor is 0 at (1)");
        }
    }

    @Test
    void whatCannotBeCapturedIsRefusedAndLeavesNothingBehind() {
        Device other = Twins.second();
        Generator generator = new Generator(1);
        Tensor x = random(6, 7);
        float[] before = x.toFloatArray();
        refused(() -> x.mul_(2).sum().item(), "sum: reads a value of cuda:0: a CudaGraph is being captured");
        refused(() -> x.gt(0).nonzero(), "a CudaGraph is being captured");
        refused(() -> Tensor.of(new float[] {1}, DType.F32, device), "copy to cuda:0: a CudaGraph is being captured");
        refused(() -> x.cpu(), "after replay()");
        refused(() -> x.to(other), "copy from cuda:0 to cuda:1");
        refused(() -> Cuda.synchronize(device), "synchronize: ");
        refused(() -> Cuda.currentStream(device).synchronize(), "CudaStream.synchronize: ");
        refused(() -> Cuda.currentStream(device).query(), "CudaStream.query: ");
        refused(() -> CudaGraph.capture(device, () -> x.mul_(2)), "CudaGraph.capture: ");
        refused(
                () -> Tensor.rand(Shape.of(3), DType.F32, device, generator)
                        .sum()
                        .item(),
                "reads a value");
        assertThatThrownBy(() -> CudaGraph.capture(
                        device, () -> Tensor.ones(Shape.of(2), DType.F32, other).add(1)))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("on cuda:1, and the CudaGraph that is being captured is of cuda:0");
        assertThatThrownBy(() -> CudaGraph.capture(device, () -> {
                    throw new UnsupportedOperationException("as it likes");
                }))
                .isInstanceOf(UnsupportedOperationException.class);

        assertThat(x.toFloatArray()).isEqualTo(before);
        assertThat(Tensor.rand(Shape.of(3), DType.F32, device, generator).toFloatArray())
                .as("the generator went back")
                .isEqualTo(Tensor.rand(Shape.of(3), DType.F32, device, new Generator(1))
                        .toFloatArray());
        try (CudaGraph graph = CudaGraph.capture(device, () -> x.mul_(2))) {
            graph.replay();
            assertThat(x.toFloatArray()[3]).isEqualTo(2 * before[3]);
        }
    }

    private static void refused(Runnable step, String message) {
        assertThatThrownBy(() -> CudaGraph.capture(device, step))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining(message);
    }

    @Test
    void eventsOfACaptureOrderItsStreamsOnly() {
        Tensor x = Tensor.zeros(Shape.of(100), DType.F32, device);
        CudaStream side = new CudaStream(device);
        CudaEvent event = new CudaEvent();
        try (CudaGraph graph = CudaGraph.capture(device, () -> {
            x.add_(1);
            event.record(Cuda.currentStream(device));
            side.waitFor(event);
            try (var _ = Cuda.stream(side)) {
                x.mul_(3);
            }
            Cuda.currentStream(device).waitFor(side.record());
        })) {
            graph.replay();
            graph.replay();
            assertThat(x.toFloatArray()).containsOnly(12);
            for (Executable use : List.<Executable>of(event::query, event::synchronize, () -> side.waitFor(event))) {
                assertThatThrownBy(use::execute)
                        .isInstanceOf(TensorStateException.class)
                        .hasMessageContaining("marks a place in that graph alone: record it again");
            }
        }
        event.record(side);
        event.synchronize();
        assertThat(event.query()).isTrue();
    }

    @Test
    void otherThreadsGoOnDuringACapture() throws InterruptedException {
        Tensor x = random(9, 100);
        Tensor y = Tensor.zeros(Shape.of(100), DType.F32, device);
        List<Object> outcome = new ArrayList<>();
        try (CudaGraph graph = CudaGraph.capture(device, () -> {
            Thread other = new Thread(() -> {
                try {
                    outcome.add(Tensor.full(Shape.of(1 << 20), Scalar.of(2), DType.F32, device)
                            .sum()
                            .item());
                } catch (RuntimeException e) {
                    outcome.add(e);
                }
            });
            other.start();
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            y.copy_(x);
        })) {
            assertThat(outcome).isEqualTo(List.of((double) (2 << 20)));
            graph.replay();
            assertThat(y.toFloatArray()).isEqualTo(x.toFloatArray());
        }
    }
}
