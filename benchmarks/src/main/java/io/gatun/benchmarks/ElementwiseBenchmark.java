package io.gatun.benchmarks;

import io.gatun.tensor.DType;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Element-wise operators on contiguous elements, from ten elements (the cost of a call) to more than a cache holds. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up method
public class ElementwiseBenchmark {
    /** The number of elements. */
    @Param({"10", "16384", "1048576", "16777216"})
    public int n;

    /** Their dtype; {@code -p dtype=F32,BF16,F16} for the half types beside F32. */
    @Param({"F32"})
    public DType dtype;

    private Tensor a;
    private Tensor b;

    /** Fills the operands. */
    @Setup
    public void prepare() {
        a = Tensor.randn(n).to(dtype);
        b = Tensor.randn(n).to(dtype);
    }

    /** a + b. */
    @Benchmark
    public long add() {
        try (TensorScope _ = TensorScope.open()) {
            return a.add(b).numel();
        }
    }

    /** a + b, the result left to collection. */
    @Benchmark
    public Tensor addWithoutScope() {
        return a.add(b);
    }

    /** a + 2. */
    @Benchmark
    public long addNumber() {
        try (TensorScope _ = TensorScope.open()) {
            return a.add(2.0).numel();
        }
    }

    /** e^a. */
    @Benchmark
    public long exp() {
        try (TensorScope _ = TensorScope.open()) {
            return a.exp().numel();
        }
    }

    /** tanh(a). */
    @Benchmark
    public long tanh() {
        try (TensorScope _ = TensorScope.open()) {
            return a.tanh().numel();
        }
    }

    /** The logistic function. */
    @Benchmark
    public long sigmoid() {
        try (TensorScope _ = TensorScope.open()) {
            return a.sigmoid().numel();
        }
    }
}
