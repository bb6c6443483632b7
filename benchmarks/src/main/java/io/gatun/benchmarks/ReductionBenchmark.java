package io.gatun.benchmarks;

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

/** Reductions, softmax and a transposing copy of square f32 matrices. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up method
public class ReductionBenchmark {
    /** The side of the matrix. */
    @Param({"1024", "2048"})
    public int n;

    private Tensor x;

    /** Fills the operand. */
    @Setup
    public void prepare() {
        x = Tensor.randn(n, n);
    }

    /** Over all elements. */
    @Benchmark
    public double sum() {
        try (TensorScope _ = TensorScope.open()) {
            return x.sum().item();
        }
    }

    /** Of each row. */
    @Benchmark
    public long sumOfRows() {
        try (TensorScope _ = TensorScope.open()) {
            return x.sum(1).numel();
        }
    }

    /** Of each column. */
    @Benchmark
    public long sumOfColumns() {
        try (TensorScope _ = TensorScope.open()) {
            return x.sum(0).numel();
        }
    }

    /** The largest of each row. */
    @Benchmark
    public long largestOfRows() {
        try (TensorScope _ = TensorScope.open()) {
            return x.amax(1).numel();
        }
    }

    /** Along rows. */
    @Benchmark
    public long softmax() {
        try (TensorScope _ = TensorScope.open()) {
            return x.softmax(1).numel();
        }
    }

    /** A contiguous copy of the transpose. */
    @Benchmark
    public long transposedCopy() {
        try (TensorScope _ = TensorScope.open()) {
            return x.t().contiguous().numel();
        }
    }
}
