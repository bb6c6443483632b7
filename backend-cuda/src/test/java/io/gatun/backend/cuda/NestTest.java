package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.LoopNest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The loops that kernels are told of are those of {@link LoopNest}. */
class NestTest {
    private static CudaStorage storage;

    @BeforeAll
    static void findTheDevice() {
        Device device = Twins.device();
        storage = (CudaStorage) device.backend().allocate(device, 64);
    }

    private static Twins.View view(Layout layout) {
        return new Twins.View(storage, layout, DType.F32);
    }

    private static Layout random(Random random, Shape shape) {
        Layout layout = Layout.contiguous(shape);
        long[] strides = layout.strides();
        for (int i = 0; i < strides.length; i++) {
            switch (random.nextInt(4)) {
                case 0 -> strides[i] = 0;
                case 1 -> strides[i] *= 2;
                default -> {
                    int other = random.nextInt(strides.length);
                    long stride = strides[i];
                    strides[i] = random.nextBoolean() ? strides[other] : stride;
                    strides[other] = random.nextBoolean() ? stride : strides[other];
                }
            }
        }
        return random.nextInt(3) == 0 ? layout : Layout.of(shape, strides, random.nextInt(5));
    }

    private static Shape shape(Random random, int rank) {
        long[] sizes = random.longs(rank, 1, 4).toArray();
        if (rank > 0 && random.nextInt(8) == 0) {
            sizes[random.nextInt(rank)] = 0;
        }
        return Shape.of(sizes);
    }

    /** What a walk of the loops of {@code nest} comes to: the element numbers of operands at each place. */
    private static List<List<Long>> places(LoopNest nest, int operands) {
        List<List<Long>> places = new ArrayList<>();
        LoopNest.Cursor cursor = nest.cursor(0);
        for (long run = 0; run < nest.outerCount(); run++) {
            for (long i = 0; i < nest.innerSize(); i++) {
                List<Long> place = new ArrayList<>();
                for (int k = 0; k < operands; k++) {
                    place.add(cursor.offset(k) + i * nest.innerStride(k));
                }
                places.add(place);
            }
            cursor.next();
        }
        return places;
    }

    /** The same for all parts of {@code nest}, as a kernel does it. */
    private static List<List<Long>> places(Nest nest, int operands) {
        List<List<Long>> places = new ArrayList<>();
        while (nest.next()) {
            for (long index = 0; index < nest.count(); index++) {
                Long[] place = new Long[operands];
                for (int k = 0; k < operands; k++) {
                    long rest = index;
                    place[k] = nest.offset(k);
                    for (int loop = 0; loop < nest.walked(); loop++) {
                        place[k] += rest % nest.size(loop) * nest.stride(k, loop);
                        rest /= nest.size(loop);
                    }
                    assertThat(nest.address(k)).isEqualTo(storage.address() + nest.offset(k) * Float.BYTES);
                }
                places.add(List.of(place));
            }
        }
        return places;
    }

    @Test
    void areThoseOfALoopNest() {
        Random random = new Random(3);
        for (int run = 0; run < 3000; run++) {
            Shape shape = shape(random, random.nextInt(6));
            int operands = random.nextInt(1, 4);
            Layout[] layouts = new Layout[operands];
            Arrays.setAll(layouts, k -> random(random, shape));
            LoopNest expected = LoopNest.of(layouts);
            try (Nest nest = Nest.open()) {
                for (Layout layout : layouts) {
                    nest.add(view(layout));
                }
                nest.coalesce();
                assertThat(nest.loops()).as("%s", expected).isEqualTo(expected.loops());
                for (int loop = 0; loop < nest.loops(); loop++) {
                    int outside = nest.loops() - 1 - loop;
                    assertThat(nest.size(loop)).as("%s", expected).isEqualTo(expected.size(outside));
                    for (int k = 0; k < operands; k++) {
                        assertThat(nest.stride(k, loop)).as("%s", expected).isEqualTo(expected.stride(k, outside));
                    }
                }
                assertThat(places(nest, operands)).isEqualTo(places(expected, operands));
            }
        }
    }

    @Test
    void moreLoopsThanAKernelHasAreParts() {
        Shape shape = Shape.of(2, 3, 2, 1, 2, 3, 2, 2, 2, 2, 2);
        long[] strides = Layout.contiguous(shape).strides();
        for (int i = 0; i < strides.length; i++) {
            strides[i] *= i + 1L; // none goes on from another
        }
        Layout loose = Layout.of(shape, strides, 7);
        Layout dense = Layout.contiguous(shape);
        try (Nest nest = Nest.open().add(view(dense)).add(view(loose))) {
            assertThat(nest.coalesce().loops()).isEqualTo(10);
            assertThat(places(nest, 2))
                    .hasSize(Math.toIntExact(shape.numel()))
                    .containsExactlyInAnyOrderElementsOf(places(LoopNest.of(dense, loose), 2));
        }
    }

    @Test
    void rowsAreTheirDimensionsAndWhereTheyBegin() {
        Layout layout = Layout.of(Shape.of(2, 3, 4), new long[] {12, 4, 1}, 5);
        try (Nest within = Nest.open().addWithin(view(layout), Axes.of(1)).coalesce();
                Nest starts = Nest.open().addStarts(view(layout), Axes.of(1)).coalesce()) {
            assertThat(places(within, 1)).containsExactly(List.of(5L), List.of(9L), List.of(13L));
            assertThat(places(starts, 1))
                    .containsExactly(
                            List.of(5L),
                            List.of(6L),
                            List.of(7L),
                            List.of(8L),
                            List.of(17L),
                            List.of(18L),
                            List.of(19L),
                            List.of(20L));
        }
    }

    @Test
    void oneInUseIsNotHandedOut() {
        Layout layout = Layout.contiguous(Shape.of(3));
        try (Nest outer = Nest.open().add(view(layout)).coalesce()) {
            try (Nest inner =
                    Nest.open().add(view(Layout.contiguous(Shape.of(5)))).coalesce()) {
                assertThat(inner.count()).isEqualTo(5);
            }
            assertThat(outer.count()).isEqualTo(3);
        }
    }
}
