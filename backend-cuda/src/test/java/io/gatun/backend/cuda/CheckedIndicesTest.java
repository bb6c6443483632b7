package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.PoolGeometry;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Indices are checked once, with a wait of the host, until their memory is written to. */
class CheckedIndicesTest {
    private static Device device;

    private final Tensor x = Tensor.arange(0, 12, 1).toFloat().view(4, 3).to(device);
    private final Tensor index = Tensor.arange(0, 4, 1).to(device);

    @BeforeAll
    static void startDevice() {
        device = Twins.device();
        assertThat(device.backend().name()).isEqualTo("cuda");
    }

    @Test
    void aLookUpThatIsRepeatedIsOneLaunch() {
        x.indexSelect(0, index);
        assertThat(EmulatorCounts.launches(device, () -> x.indexSelect(0, index)))
                .isEqualTo(1);
        assertThat(EmulatorCounts.launches(
                        device, () -> x.indexSelect(0, index.view(2, 2).flatten())))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fill", "part", "copy", "host"})
    void indicesThatWereWrittenAreCheckedAgain(String how) {
        x.indexSelect(0, index);
        Consumer<Tensor> writing = switch (how) {
            case "fill" -> changed -> changed.fill_(4);
            case "part" -> changed -> changed.narrow(0, 3, 1).fill_(4);
            case "copy" -> changed -> changed.copy_(Tensor.full(Shape.of(4), Scalar.of(4), DType.I64, device));
            default ->
                changed -> changed.copy_(Tensor.full(Shape.of(4), Scalar.of(4), DType.I64, Device.of("reference")));
        };
        writing.accept(index);
        assertThatThrownBy(() -> x.indexSelect(0, index))
                .isInstanceOf(TensorIndexException.class)
                .hasMessageContaining("index 4");
    }

    @Test
    void aSmallerBoundIsAnotherQuestion() {
        x.indexSelect(0, index);
        assertThatThrownBy(() -> x.narrow(0, 0, 3).indexSelect(0, index)).isInstanceOf(TensorIndexException.class);
    }

    @Test
    void aPartThatWasCheckedSaysNothingOfTheRest() {
        Tensor bad = Tensor.arange(1, 5, 1).to(device);
        x.indexSelect(0, bad.narrow(0, 0, 2));
        assertThatThrownBy(() -> x.indexSelect(0, bad)).isInstanceOf(TensorIndexException.class);
        assertThatThrownBy(() -> x.indexSelect(0, bad.narrow(0, 2, 2))).isInstanceOf(TensorIndexException.class);
    }

    @Test
    void placesThatPoolingGaveAreIndices() {
        PoolGeometry geometry = new PoolGeometry(List.of(2), List.of(2), List.of(0), List.of(1), false);
        Tensor image = x.view(1, 2, 6);
        Tensor[] pooled = Operators.runAll(new Op.MaxPool(geometry), image);
        assertThat(EmulatorCounts.launches(device, () -> image.gather(2, pooled[1])))
                .isEqualTo(1);
        assertThatThrownBy(() -> image.narrow(2, 0, 5).gather(2, pooled[1])).isInstanceOf(TensorIndexException.class);
    }
}
