package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.backend.tck.InputLayout.Placed;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InputLayoutTest {
    private static final Device REFERENCE = Device.of("reference");

    private static Tensor counting(Shape shape, DType dtype) {
        return Tensor.arange(shape.numel()).to(REFERENCE).to(dtype).reshape(shape);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BROADCAST")
    void everyLayoutHoldsTheSameValues(InputLayout layout) {
        for (Shape shape :
                new Shape[] {Shape.of(2, 3, 4), Shape.of(5), Shape.scalar(), Shape.of(0, 3), Shape.of(1, 1)}) {
            for (DType dtype : OperatorSpecs.ALL) {
                Tensor values = counting(shape, dtype);
                Tensor view = layout.place(values).view();
                assertThat(view.shape()).isEqualTo(shape);
                assertThat(view.dtype()).isEqualTo(dtype);
                assertThat(view.toDoubleArray()).as("%s of %s", dtype, shape).isEqualTo(values.toDoubleArray());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void layoutsDifferInMemory(InputLayout layout) {
        Tensor view = layout.place(counting(Shape.of(2, 3), DType.F32)).view();
        switch (layout) {
            case CONTIGUOUS -> assertThat(view.storageOffset()).isZero();
            case OFFSET -> assertThat(view.storageOffset()).isEqualTo(3);
            case TRANSPOSED -> assertThat(view.strides()).containsExactly(1, 2);
            case SLICED -> assertThat(view.strides()).containsExactly(12, 2);
            case REVERSED -> assertThat(view.strides()).containsExactly(-3, -1);
            case BROADCAST -> assertThat(view.strides()).containsExactly(0, 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theBitsShowAChangeOfTheValuesAndOfTheGaps(InputLayout layout) {
        Placed placed = layout.place(counting(Shape.of(2, 3), DType.F32));
        byte[] before = placed.bits();
        assertThat(placed.bits()).isEqualTo(before);
        placed.base().flatten().select(0, -1).fill_(7);
        assertThat(placed.bits()).isNotEqualTo(before);
    }
}
