package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.TensorView;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Errors of work that the device did after the host had gone on. */
class ErrorsTest {
    private static final long FAR = 1L << 31; // elements

    /** Has an operator read where no memory is. */
    private static void fault(Device device) {
        Tensor x = Tensor.zeros(Shape.of(4), DType.F32, device);
        TensorView beside =
                new Twins.View(x.storage(), Layout.contiguous(Shape.of(4)).shift(FAR), DType.F32);
        TensorView out = Tensor.zeros(Shape.of(4), DType.F32, device);
        device.backend().execute(new Op.Unary(UnaryKind.EXP), new TensorView[] {beside}, new TensorView[] {out});
    }

    @Test
    void anErrorThatIsSeenLateComesWithTheOperatorsThatMayHaveCausedIt() {
        Assumptions.assumeTrue(Twins.isEmulated(), "after such an error a GPU does nothing more for this process");
        Device device = Twins.device();
        Tensor x = Tensor.zeros(Shape.of(10), DType.F32, device);
        x.toFloatArray();
        Tensor y = x.neg();
        fault(device);
        Tensor sum = y.sum();

        assertThatThrownBy(sum::item)
                .isInstanceOf(BackendException.class) // as a program catches it
                .hasMessageContaining("reading a value: the CUDA driver answers CUDA_ERROR_ILLEGAL_ADDRESS")
                .hasMessageContaining("it may be of any of the 5 operators queued on this stream of cuda:0")
                .hasMessageContaining(
                        "neg, fill, fill, exp, sum: -Dgatun.cuda.sync=true waits for each and says which");
        assertThat(x.toFloatArray())
                .as("the emulator forgets an error that was seen")
                .containsOnly(0);
    }

    @Test
    void withThePropertyItIsThrownByTheOperatorThatCausedIt() throws IOException, InterruptedException {
        Twins.device();
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dgatun.cuda.sync=true",
                        "-Dgatun.cuda.path=" + System.getProperty(LibraryFinder.PROPERTY, ""),
                        "-Dgatun.cuda.cache=" + System.getProperty("gatun.cuda.cache", "target/cuda-cache"),
                        "-cp",
                        String.join(
                                File.pathSeparator,
                                System.getProperty("java.class.path"),
                                System.getProperty("jdk.module.path", ""),
                                "target/classes",
                                "target/test-classes"),
                        ErrorsTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(program.waitFor()).as(output).isZero();
        assertThat(output).contains("thrown by the second: exp: the CUDA driver answers CUDA_ERROR_ILLEGAL_ADDRESS\n");
    }

    /** What the second test starts. */
    public static void main(String[] arguments) {
        Device device = Device.cuda(0);
        Tensor.zeros(Shape.of(4), DType.F32, device).neg();
        try {
            fault(device);
        } catch (CudaException e) {
            System.out.println("thrown by the second: " + e.getMessage());
        }
    }
}
