package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elements on their way between tensors and the rest of a Java program. */
class InterchangeTest {
    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    @Test
    void arraysComeBackAsTheyWere() {
        Object[] arrays = {
            new float[][] {{1, 2, 3}, {4, 5, 6}},
            new double[][][] {{{1}, {2}}},
            new long[] {1, -2},
            new int[][] {{1}, {2}},
            new short[][] {{}, {}},
            new byte[] {-1},
            new boolean[][] {{true, false}},
            new float[0][3]
        };
        for (Object array : arrays) {
            assertThat(Tensor.of(array).toArray()).isEqualTo(array).hasSameClassAs(array);
        }
        assertThat(Tensor.of(new float[] {1.5f}, DType.BF16).toArray()).isEqualTo(new float[] {1.5f});
        assertThat(Tensor.of(new int[] {200}, DType.U8).toArray()).isEqualTo(new short[] {200});
        assertThat(Tensor.of(new int[] {200}, DType.U8).toByteArray()).containsExactly(-56);
        assertThat(Tensor.of(new int[] {1 << 16 | 7}).toShortArray()).containsExactly(7);
        assertThat(Tensor.of(2.5).toArray()).isEqualTo(2.5f);
        Tensor turned = Tensor.arange(6).reshape(2, 3).t();
        assertThat(turned.toArray()).isEqualTo(new long[][] {{0, 3}, {1, 4}, {2, 5}});
        assertThat(turned.toList()).isEqualTo(List.of(List.of(0L, 3L), List.of(1L, 4L), List.of(2L, 5L)));
        assertThat(Tensor.of(3).toList()).isEqualTo(3L);
        assertThat(Tensor.of(3.9).itemInt()).isEqualTo(3);
    }

    @Test
    void rowsAreViews() {
        Tensor x = Tensor.arange(6).reshape(3, 2);
        for (Tensor row : x.rows()) {
            row.mul_(10);
        }
        assertThat(x.toLongArray()).containsExactly(0, 10, 20, 30, 40, 50);
        assertThat(x.stream().mapToLong(row -> row.sum().itemLong())).containsExactly(10L, 50L, 90L);
        assertThat(x.rows()).hasSize(3);
        assertThat(Tensor.zeros(0, 2).rows()).isEmpty();
        assertThatThrownBy(() -> Tensor.of(1).rows()).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> x.rows().get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void rowsAreJoined() {
        assertThat(Tensor.ofRows(Stream.of(new float[] {1, 2}, new float[] {3, 4}))
                        .toArray())
                .isEqualTo(new float[][] {{1, 2}, {3, 4}});
        assertThat(Tensor.ofRows(Stream.of((Object) new int[][] {{1}, {2}})).shape())
                .isEqualTo(Shape.of(1, 2, 1));
        assertThat(Tensor.ofRows(Tensor.arange(4).reshape(2, 2).stream()).toLongArray())
                .containsExactly(0, 1, 2, 3);
        assertThatThrownBy(() -> Tensor.ofRows(Stream.of(new float[] {1}, new float[] {1, 2})))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("[1]");
        assertThatThrownBy(() -> Tensor.ofRows(Stream.of(new float[] {1}, new double[] {1})))
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("row 1 is a double[]");
        assertThatThrownBy(() -> Tensor.ofRows(Stream.empty())).isInstanceOf(ShapeException.class);
    }

    @Test
    void directBuffersAreSharedBothWays() {
        FloatBuffer buffer = direct(24).asFloatBuffer();
        Tensor x = Tensor.fromBuffer(buffer, Shape.of(2, 3));
        buffer.put(4, 7);
        assertThat(x.toFloatArray()).containsExactly(0, 0, 0, 0, 7, 0);
        x.add_(1);
        assertThat(buffer.get(4)).isEqualTo(8);
        Tensor part = Tensor.fromBuffer(buffer.position(4), Shape.of(2));
        part.fill_(-1);
        assertThat(x.toFloatArray()).containsExactly(1, 1, 1, 1, -1, -1);
        Tensor constant = Tensor.fromBuffer(buffer.asReadOnlyBuffer(), Shape.of(2));
        assertThatThrownBy(() -> constant.add_(1)).isInstanceOf(TensorStateException.class);
        assertThat(constant.memorySegment().isReadOnly()).isTrue();
        assertThat(constant.floatBuffer().isReadOnly()).isTrue();
        Tensor bits = Tensor.fromBuffer(direct(8), Shape.of(4), DType.BF16);
        assertThat(bits.fill_(1).shortBuffer().get(3)).isEqualTo((short) 0x3F80);
    }

    @Test
    void otherBuffersAreCopied() {
        IntBuffer heap = IntBuffer.wrap(new int[] {1, 2, 3});
        Tensor x = Tensor.fromBuffer(heap.position(1), Shape.of(2));
        x.add_(1);
        assertThat(heap.array()).containsExactly(1, 2, 3);
        assertThat(x.toIntArray()).containsExactly(3, 4);
        ByteBuffer other = ByteBuffer.allocateDirect(16).order(ByteOrder.BIG_ENDIAN);
        other.putDouble(0, 2.5).putDouble(8, -1);
        assertThat(Tensor.fromBuffer(other, Shape.of(2), DType.F64).toDoubleArray())
                .containsExactly(2.5, -1);
        assertThat(Tensor.fromBuffer(other.asDoubleBuffer(), Shape.of(2)).toDoubleArray())
                .containsExactly(2.5, -1);
        ByteBuffer odd = direct(13).position(1);
        odd.putInt(5, 77);
        assertThat(Tensor.fromBuffer(odd, Shape.of(3), DType.I32).toIntArray()).containsExactly(0, 77, 0);
        assertThatThrownBy(() -> Tensor.fromBuffer(heap, Shape.of(5)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("8 bytes");
        assertThatThrownBy(() -> Tensor.fromBuffer(heap, Shape.of(1), DType.F64))
                .isInstanceOf(DTypeException.class);
        assertThatThrownBy(() -> Tensor.fromBuffer(CharBuffer.allocate(1), Shape.of(1)))
                .isInstanceOf(DTypeException.class);
    }

    @Test
    void buffersOfTensorsAreSharedWhereMemoryIsNative() {
        Tensor x = Tensor.zeros(Shape.of(2, 3), DType.F64, Device.of("simd"));
        x.doubleBuffer().put(5, 4);
        assertThat(x.sum().item()).isEqualTo(4);
        x.add_(1);
        assertThat(x.get(io.gatun.tensor.Index.at(1)).doubleBuffer().get(2)).isEqualTo(5);
        Tensor there = x.to(Device.of("reference"));
        assertThat(there.doubleBuffer().get(5)).isEqualTo(5);
        assertThatThrownBy(() -> there.doubleBuffer().put(5, 4)).isInstanceOf(ReadOnlyBufferException.class);
        assertThatThrownBy(() -> x.floatBuffer())
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("F64, not F32");
        assertThatThrownBy(() -> x.t().doubleBuffer()).isInstanceOf(TensorStateException.class);
        assertThat(Tensor.arange(3).longBuffer().get(2)).isEqualTo(2);
        assertThat(Tensor.arange(3).toInt().intBuffer().get(2)).isEqualTo(2);
        assertThat(Tensor.arange(3).to(DType.I8).byteBuffer().get(2)).isEqualTo((byte) 2);
        assertThatThrownBy(() -> Tensor.ones(2).requiresGrad_(true).floatBuffer())
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("detach()");
    }

    @ParameterizedTest
    @ValueSource(strings = {"simd", "reference"})
    void segmentsAreSharedBothWays(String backend) {
        Tensor x = Tensor.zeros(Shape.of(4, 3), DType.F32, Device.of(backend));
        Tensor rows = x.narrow(0, 1, 2);
        MemorySegment segment = rows.memorySegment();
        segment.setAtIndex(ValueLayout.JAVA_FLOAT, 2, 9);
        assertThat(x.get(io.gatun.tensor.Index.at(1), io.gatun.tensor.Index.at(2))
                        .item())
                .isEqualTo(9);
        x.add_(1);
        assertThat(segment.getAtIndex(ValueLayout.JAVA_FLOAT, 2)).isEqualTo(10);
        assertThat(x.memorySegment().asSlice(12).address()).isEqualTo(segment.address());
        assertThat(rows.mul(2).sum().item()).isEqualTo(30);
    }

    /** Small tensors are cut from slabs, large ones have regions: both are given to others as soon as they are free. */
    @ParameterizedTest
    @ValueSource(longs = {16, 5_000_000})
    void aSegmentKeepsItsMemory(long size) throws InterruptedException {
        List<MemorySegment> slices = new ArrayList<>();
        WeakReference<Tensor> made = collectable(size, slices);
        try (TensorScope _ = TensorScope.open()) {
            slices.add(filled(size, 1).memorySegment().asSlice(8, 8));
        }
        List<Tensor> others = new ArrayList<>();
        for (int i = 0; i < 50 && (made.get() != null || i < 5); i++) {
            System.gc();
            Thread.sleep(10);
            others.add(filled(size, 2));
        }
        assertThat(made.get()).as("the tensor is collected").isNull();
        for (MemorySegment slice : slices) {
            assertThat(slice.get(ValueLayout.JAVA_DOUBLE, 0)).isEqualTo(1);
            slice.set(ValueLayout.JAVA_DOUBLE, 0, 5);
        }
        assertThat(others).allMatch(other -> other.eq(2).all().itemBoolean());
    }

    private static Tensor filled(long size, double value) {
        return Tensor.full(Shape.of(size), io.gatun.tensor.Scalar.of(value), DType.F64, Device.of("simd"));
    }

    private static WeakReference<Tensor> collectable(long size, List<MemorySegment> slices) {
        Tensor x = filled(size, 1);
        slices.add(x.memorySegment().asSlice(8, 8));
        return new WeakReference<>(x);
    }
}
