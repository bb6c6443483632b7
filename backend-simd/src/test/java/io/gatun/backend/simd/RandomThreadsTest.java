package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.backend.simd.TestTensor.Pattern;
import io.gatun.tensor.DType;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.spi.Backends;
import io.gatun.tensor.spi.TensorView;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random fills are the reference's to the last bit, with any number of threads. */
final class RandomThreadsTest {
    private static final Workers[] THREADS = {new Workers(1), new Workers(2), new Workers(5)};

    @ParameterizedTest
    @EnumSource(RandomKind.class)
    void theNumberOfThreadsDoesNotShow(RandomKind kind) {
        for (DType dtype : TestTensor.DTYPES) {
            boolean defined = kind == RandomKind.INTEGER ? dtype != DType.BOOL : dtype.isFloatingPoint();
            if (!defined) {
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
                    TestTensor drawn = TestTensor.of(dtype, shape, pattern);
                    Creation.random(workers, drawn, op);
                    assertThat(drawn.bytes())
                            .as("%s of %s by %s threads", kind, dtype, workers.threads())
                            .isEqualTo(expected.bytes());
                }
            }
        }
    }
}
