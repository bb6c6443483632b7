package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels that may not have been compiled never see a mapped file, and what they write arrives there. */
class FileOperandsTest {
    private static final Device DEVICE = Device.of("cpu", 0, "simd");
    private static final int ELEMENTS = 24;
    private static final Op ADD = new Op.Binary(BinaryKind.ADD);

    @TempDir
    Path directory;

    /** A view of a file whose elements are their own numbers. */
    private record OfFile(Storage storage, Layout layout, DType dtype) implements TensorView {}

    private static final class Mapped extends Storage {
        private final MemorySegment segment;

        Mapped(MemorySegment segment) {
            super(DEVICE, segment.byteSize());
            this.segment = segment;
        }

        @Override
        public MemorySegment segment() {
            return segment;
        }
    }

    private OfFile file(Layout layout) throws IOException {
        try (FileChannel channel = FileChannel.open(
                directory.resolve("x" + layout.hashCode()),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            MemorySegment segment = channel.map(MapMode.READ_WRITE, 0, ELEMENTS * 4, Arena.ofAuto());
            for (int i = 0; i < ELEMENTS; i++) {
                segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
            }
            return new OfFile(new Mapped(segment), layout, DType.F32);
        }
    }

    private static float[] elements(TensorView view) {
        float[] elements = new float[(int) view.layout().shape().numel()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = view.storage()
                    .segment()
                    .getAtIndex(ValueLayout.JAVA_FLOAT, view.layout().elementAt(i));
        }
        return elements;
    }

    @Test
    void operatorsSeeCopiesAndOnlyTheirElementsAreWrittenBack() throws IOException {
        HostPool pool = new HostPool(DEVICE, 1 << 20);
        Layout[] layouts = {
            Layout.contiguous(Shape.of(2, 3, 4)),
            Layout.contiguous(Shape.of(2, 3)).shift(5),
            Layout.of(Shape.of(3, 2), new long[] {1, 4}, 2),
            Layout.of(Shape.of(2, 3), new long[] {12, 4}, 0),
            Layout.of(Shape.of(2, 3), new long[] {8, -2}, 7),
            Layout.of(Shape.of(2, 1, 3), new long[] {5, 99, 1}, 1),
            Layout.of(Shape.of(), new long[0], 6),
        };
        for (Layout layout : layouts) {
            OfFile x = file(layout);
            float[] values = elements(x);
            float[] all = x.storage().segment().toArray(ValueLayout.JAVA_FLOAT);
            new FileOperands(pool).run(ADD, new TensorView[] {x}, new TensorView[] {x}, (in, out) -> {
                for (TensorView view : new TensorView[] {in[0], out[0]}) {
                    assertThat(view.storage().segment().isMapped()).isFalse();
                    assertThat(view.layout().shape()).isEqualTo(layout.shape());
                    assertThat(view.layout().strides()).isEqualTo(layout.strides());
                }
                assertThat(elements(in[0])).isEqualTo(values);
                out[0].storage().segment().fill((byte) 0);
                for (int i = 0; i < values.length; i++) {
                    out[0].storage()
                            .segment()
                            .setAtIndex(ValueLayout.JAVA_FLOAT, out[0].layout().elementAt(i), -i);
                }
            });
            for (int i = 0; i < values.length; i++) {
                all[(int) layout.elementAt(i)] = -i;
            }
            assertThat(x.storage().segment().toArray(ValueLayout.JAVA_FLOAT))
                    .as(Arrays.toString(all))
                    .isEqualTo(all);
        }
    }

    @Test
    void withoutRoomTheyWorkOnTheFile() throws IOException {
        OfFile x = file(Layout.contiguous(Shape.of(ELEMENTS)));
        HostPool small = new HostPool(DEVICE, ELEMENTS);
        new FileOperands(small)
                .run(
                        ADD,
                        new TensorView[] {x},
                        new TensorView[0],
                        (in, _) -> assertThat(in[0]).isSameAs(x));
    }
}
