package io.gatun.benchmarks;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import java.lang.foreign.MemorySegment;
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

/** Square matrix products, ours and OpenBLAS's, on as many threads as {@code gatun.threads} says. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 10, time = 1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up method
public class MatMulBenchmark {
    /** The side of the matrices. */
    @Param({"64", "256", "1024"})
    public int n;

    /** Their dtype; {@code gatun -p dtype=F32,BF16,F16} for the half types, which the peer has not, beside F32. */
    @Param({"F32", "F64"})
    public DType dtype;

    private Tensor a;
    private Tensor b;
    private Tensor c;
    private Cblas blas;

    /** Fills the operands. */
    @Setup
    public void prepare() {
        a = Tensor.randn(n, n).to(dtype);
        b = Tensor.randn(n, n).to(dtype);
        c = Tensor.zeros(Shape.of(n, n), dtype);
        blas = Cblas.openBlas();
        blas.threads(Integer.getInteger("gatun.threads", Runtime.getRuntime().availableProcessors()));
    }

    /** Ours, allocation of the result included. */
    @Benchmark
    public double gatun() {
        try (TensorScope _ = TensorScope.open()) {
            return a.mm(b).stride(0);
        }
    }

    /** The peer, into memory that stays. */
    @Benchmark
    public MemorySegment openblas() {
        MemorySegment result = c.memorySegment();
        if (dtype == DType.F32) {
            blas.multiplyFloats(n, n, n, a.memorySegment(), b.memorySegment(), result);
        } else if (dtype == DType.F64) {
            blas.multiplyDoubles(n, n, n, a.memorySegment(), b.memorySegment(), result);
        } else {
            throw new IllegalStateException("OpenBLAS has no product of " + dtype);
        }
        return result;
    }
}
