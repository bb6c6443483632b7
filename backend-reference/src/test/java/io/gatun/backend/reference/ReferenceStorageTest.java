package io.gatun.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.spi.Backends;
import io.gatun.tensor.spi.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class ReferenceStorageTest {
    private static Storage over(MemorySegment segment) {
        return new Storage(On.REFERENCE, segment.byteSize()) {
            @Override
            public MemorySegment segment() {
                return segment;
            }
        };
    }

    @Test
    void isFoundAsAService() {
        assertThat(Backends.usable()).contains("reference");
        assertThat(On.REFERENCE.backend()).isInstanceOf(ReferenceBackend.class);
    }

    @Test
    void allocatesWhateverNumberOfBytesIsAskedFor() {
        for (long bytes : new long[] {0, 1, 7, 8, 9, 1000}) {
            assertThat(On.REFERENCE
                            .backend()
                            .allocate(On.REFERENCE, bytes)
                            .segment()
                            .byteSize())
                    .isEqualTo(bytes);
        }
    }

    @Test
    void computesOnNativeMemoryAtAnyByte() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment file = arena.allocate(100).asSlice(3, 24); // a header of an odd length before it
            for (int i = 0; i < 6; i++) {
                file.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, i);
            }
            Tensor x = Tensor.over(over(file), Layout.contiguous(Shape.of(2, 3)), DType.F32);
            assertThat(x.t().add(x.t()).toDoubleArray()).containsExactly(0, 6, 2, 8, 4, 10);
            assertThat(x.sum(0).toDoubleArray()).containsExactly(3, 5, 7);
        }
    }

    @Test
    void readsNegativeStrides() {
        assertThat(Tensor.arange(6).to(On.REFERENCE).reshape(2, 3).flip(0, 1).toLongArray())
                .containsExactly(5, 4, 3, 2, 1, 0);
    }
}
