package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.backend.simd.TestTensor.Pattern;
import io.gatun.tensor.DType;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.spi.Backends;
import io.gatun.tensor.spi.Philox;
import io.gatun.tensor.spi.TensorView;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random fills are the reference's to the last bit, with any number of threads. */
final class RandomThreadsTest {
    private static final Workers[] THREADS = {new Workers(1), new Workers(2), new Workers(5)};

    /** What is left to be drawn one by one: nothing, all, or some of a tensor's. */
    private static final long[] LEFT = {0, Long.MAX_VALUE, 50_000};

    @AfterEach
    void drawByVectors() {
        FirstNumbers.left(0);
    }

    @ParameterizedTest
    @EnumSource(RandomKind.class)
    void theNumberOfThreadsDoesNotShow(RandomKind kind) {
        for (DType dtype : TestTensor.DTYPES) {
            if (!isDefined(kind, dtype)) {
                continue;
            }
            boolean integer = kind == RandomKind.INTEGER;
            Scalar first = integer ? Scalar.of(0) : Scalar.of(0.75);
            Scalar second = integer ? Scalar.of(100) : Scalar.of(1.5);
            Shape shape = Shape.of(3, 13_337);
            Op.Random op = new Op.Random(kind, first, second, -77, 1L << 33, shape, dtype);
            for (Pattern pattern : Pattern.values()) {
                if (!pattern.isWritable()) {
                    continue;
                }
                TestTensor expected = TestTensor.of(dtype, shape, pattern);
                Backends.backend("reference").execute(op, new TensorView[0], new TensorView[] {expected});
                for (Workers workers : THREADS) {
                    for (long left : LEFT) {
                        FirstNumbers.left(left);
                        TestTensor drawn = TestTensor.of(dtype, shape, pattern);
                        Creation.random(workers, drawn, op);
                        assertThat(drawn.bytes())
                                .as("%s of %s by %s threads, %s one by one", kind, dtype, workers.threads(), left)
                                .isEqualTo(expected.bytes());
                    }
                }
            }
        }
    }

    @Test
    void probabilitiesAreRoundedAsTheNumbersAreThatTheyAreComparedTo() {
        double[] number = new double[1];
        Philox.fill(RandomKind.UNIFORM, DType.F32, 0, 1, 77, 9, 0, number);
        Scalar above = Scalar.of(Math.nextUp(number[0])); // in F32 that number, below which it is not
        for (DType dtype : List.of(DType.F16, DType.F32, DType.I32)) {
            Op.Random op = new Op.Random(RandomKind.BERNOULLI, above, Scalar.of(1.0), 77, 9, Shape.of(1), dtype);
            TestTensor expected = TestTensor.of(dtype, Shape.of(1), Pattern.CONTIGUOUS);
            Backends.backend("reference").execute(op, new TensorView[0], new TensorView[] {expected});
            for (long left : LEFT) {
                FirstNumbers.left(left);
                TestTensor drawn = TestTensor.of(dtype, Shape.of(1), Pattern.CONTIGUOUS);
                Creation.random(drawn, op);
                assertThat(drawn.bytes()).containsOnly(0).isEqualTo(expected.bytes());
            }
        }
    }

    private static boolean isDefined(RandomKind kind, DType dtype) {
        return switch (kind) {
            case INTEGER -> dtype != DType.BOOL;
            case BERNOULLI -> true;
            default -> dtype.isFloatingPoint();
        };
    }

    /** Chunks, vectors and blocks that are not full, and counters whose halves carry. */
    @ParameterizedTest
    @EnumSource(RandomKind.class)
    void everySizeIsAsThatOfTheReference(RandomKind kind) {
        for (DType dtype : TestTensor.DTYPES) {
            if (!isDefined(kind, dtype)) {
                continue;
            }
            Scalar first = kind == RandomKind.INTEGER ? Scalar.of(3) : Scalar.of(0.3);
            Scalar second = kind == RandomKind.INTEGER ? Scalar.of(103) : Scalar.of(2.5);
            for (long n : new long[] {1, 2, 3, 5, 31, 33, 2047, 2049, 4097}) {
                for (long counter : new long[] {0, (1L << 32) - 3, -2}) {
                    Op.Random op = new Op.Random(kind, first, second, 77, counter, Shape.of(n), dtype);
                    TestTensor expected = TestTensor.of(dtype, Shape.of(n), Pattern.CONTIGUOUS);
                    Backends.backend("reference").execute(op, new TensorView[0], new TensorView[] {expected});
                    for (long left : LEFT) {
                        FirstNumbers.left(left);
                        TestTensor drawn = TestTensor.of(dtype, Shape.of(n), Pattern.CONTIGUOUS);
                        Creation.random(drawn, op);
                        assertThat(drawn.bytes())
                                .as("%s %s of %s from %s, %s one by one", n, kind, dtype, counter, left)
                                .isEqualTo(expected.bytes());
                    }
                }
            }
        }
    }
}
