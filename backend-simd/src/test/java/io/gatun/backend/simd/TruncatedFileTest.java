package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.backend.simd.TestTensor.Pattern;
import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.TensorView;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An operand mapped from a file that somebody cuts short: compiled kernels end in an error, and the process goes on. (Where
 * they do not, it is the process of the tests that ends.)
 */
final class TruncatedFileTest {
    private static final SimdBackend BACKEND = new SimdBackend();
    private static final int SIDE = 128;
    private static final int CALLS = 60; // enough to be compiled

    @TempDir
    private static Path directory;

    static Stream<Op.Kernel> operators() {
        return Stream.of(
                new Op.Unary(UnaryKind.EXP),
                new Op.Unary(UnaryKind.NEG),
                new Op.Unary(UnaryKind.SIN),
                new Op.Unary(UnaryKind.ISNAN),
                new Op.Unary(UnaryKind.ERF),
                new Op.Binary(BinaryKind.ADD),
                new Op.Binary(BinaryKind.FMOD),
                new Op.Binary(BinaryKind.POW),
                new Op.Compare(CompareKind.LT),
                new Op.Clamp(),
                new Op.Copy(),
                new Op.Cast(DType.F64),
                new Op.Cast(DType.F16),
                new Op.Cast(DType.I64),
                new Op.Reduce(ReduceKind.SUM, Axes.of(1), false),
                new Op.Reduce(ReduceKind.SUM, Axes.of(0), false),
                new Op.Reduce(ReduceKind.AMAX, Axes.of(1), false),
                new Op.ArgReduce(true, 1, false),
                new Op.ArgReduce(true, 0, false),
                new Op.Scan(false, 1),
                new Op.Scan(false, 0),
                new Op.MatMul());
    }

    private static int operands(Op op) {
        return switch (op) {
            case Op.Binary _, Op.Compare _, Op.MatMul _ -> 2;
            case Op.Clamp _ -> 3;
            default -> 1;
        };
    }

    @ParameterizedTest
    @MethodSource("operators")
    void anErrorAndNotTheEnd(Op.Kernel op) throws IOException {
        Path file = directory.resolve("data");
        long bytes = (long) SIDE * SIDE * Float.BYTES;
        TestTensor other = TestTensor.random(DType.F32, Shape.of(SIDE, SIDE), Pattern.CONTIGUOUS, new Random(1));
        try (FileChannel channel = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                Arena arena = Arena.ofShared()) {
            MemorySegment segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
            TestTensor mapped = TestTensor.over(segment, DType.F32, Shape.of(SIDE, SIDE));
            TensorView[] in = Stream.<TensorView>of(mapped, other, other)
                    .limit(operands(op))
                    .toArray(TensorView[]::new);
            TensorView[] out = Arrays.stream(OpRules.outputs(op, in))
                    .map(spec -> TestTensor.of(spec.dtype(), spec.shape(), Pattern.CONTIGUOUS))
                    .toArray(TensorView[]::new);
            for (int i = 0; i < CALLS; i++) {
                BACKEND.execute(op, in, out);
            }
            channel.truncate(0);
            assertThatThrownBy(() -> BACKEND.execute(op, in, out))
                    .isInstanceOf(InternalError.class)
                    .hasMessageContaining("fault");
        }
    }
}
