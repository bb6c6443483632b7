package io.gatun.benchmarks;

import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.op.OutputSpec;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.Storage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What it costs to call an operator: a sum of two small f32 vectors as a user calls it, and the parts of that alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up method
public class DispatchBenchmark {
    private static final int CALLS = 64; // in a scope

    /** The length of the vectors. */
    @Param({"10", "2000"})
    public int n;

    private final Op.Kernel op = new Op.Binary(BinaryKind.ADD);
    private Shape shape;
    private Tensor x;
    private Tensor y;
    private Tensor[] operands;
    private Tensor[] results;
    private Device device;
    private Backend backend;

    /** Makes the operands. */
    @Setup
    public void prepare() {
        shape = Shape.of(n);
        x = Tensor.rand(n);
        y = Tensor.rand(n);
        operands = new Tensor[] {x, y};
        results = new Tensor[] {Tensor.empty(n)};
        device = x.device();
        backend = device.backend();
    }

    /** The call as in a training step, which gives its memory back at its end. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void inAScope(Blackhole hole) {
        try (TensorScope _ = TensorScope.open()) {
            for (int i = 0; i < CALLS; i++) {
                hole.consume(x.add(y));
            }
        }
    }

    /** The call whose result is left to collection. */
    @Benchmark
    public Tensor withoutScope() {
        return x.add(y);
    }

    /** The result's memory and objects alone: a tensor of any content, in a scope. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void emptyInAScope(Blackhole hole) {
        try (TensorScope _ = TensorScope.open()) {
            for (int i = 0; i < CALLS; i++) {
                hole.consume(Tensor.empty(shape, x.dtype()));
            }
        }
    }

    /** The memory alone, and giving it back. */
    @Benchmark
    public Storage storage() {
        Storage storage = backend.allocate(device, (long) n * Float.BYTES);
        storage.close("the benchmark");
        return storage;
    }

    /** Shape and dtype of the result alone. */
    @Benchmark
    public OutputSpec[] rules() {
        return OpRules.outputs(op, x, y);
    }

    /** The backend's work alone: loops chosen, kernel found and called. */
    @Benchmark
    public Tensor execute() {
        backend.execute(op, operands, results);
        return results[0];
    }
}
