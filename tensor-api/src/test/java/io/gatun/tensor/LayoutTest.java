package io.gatun.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Layout arithmetic, checked against an oracle that lists every element number. */
class LayoutTest {
    private static final int ROUNDS = 3000;

    /** The element numbers in row-major order, by nested counting. */
    private static List<Long> elements(Layout layout) {
        List<Long> result = new ArrayList<>();
        collect(layout, 0, layout.offset(), result);
        return result;
    }

    private static void collect(Layout layout, int dim, long at, List<Long> out) {
        if (dim == layout.rank()) {
            out.add(at);
            return;
        }
        for (long i = 0; i < layout.shape().size(dim); i++) {
            collect(layout, dim + 1, at + i * layout.stride(dim), out);
        }
    }

    private static Layout random(Random random) {
        int rank = random.nextInt(5);
        long[] sizes = new long[rank];
        for (int i = 0; i < rank; i++) {
            sizes[i] = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(4);
        }
        Layout layout = Layout.contiguous(Shape.of(sizes)).shift(random.nextInt(3));
        for (int step = random.nextInt(4); step > 0; step--) {
            layout = mutate(layout, random);
        }
        return layout;
    }

    private static Layout mutate(Layout layout, Random random) {
        int rank = layout.rank();
        if (rank == 0) {
            return layout.unsqueeze(0);
        }
        int dim = random.nextInt(rank);
        long size = layout.shape().size(dim);
        return switch (random.nextInt(6)) {
            case 0 -> layout.permute(shuffled(rank, random));
            case 1 -> layout.slice(dim, size / 3, size, 1 + random.nextInt(2));
            case 2 -> size > 0 ? layout.select(dim, random.nextInt((int) size)) : layout;
            case 3 -> layout.unsqueeze(random.nextInt(rank + 1));
            case 4 -> size == 1 ? layout.expand("test", layout.shape().with(dim, 3)) : layout;
            default -> layout.flip(Axes.of(dim));
        };
    }

    private static Axes shuffled(int rank, Random random) {
        int[] order = Axes.all(rank).toArray();
        for (int i = rank - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        return Axes.of(order);
    }

    @Test
    void elementAtFollowsRowMajorOrder() {
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            Layout layout = random(random);
            List<Long> expected = elements(layout);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(layout.elementAt(i))
                        .as("element %s of %s", i, layout)
                        .isEqualTo(expected.get(i));
            }
        }
    }

    @Test
    void boundsAreTheExtremesOfTheElements() {
        Random random = new Random(2);
        for (int round = 0; round < ROUNDS; round++) {
            Layout layout = random(random);
            if (layout.shape().isEmpty()) {
                continue;
            }
            List<Long> all = elements(layout);
            assertThat(layout.firstElement())
                    .as("%s", layout)
                    .isEqualTo(all.stream().min(Long::compare).orElseThrow());
            assertThat(layout.lastElement())
                    .as("%s", layout)
                    .isEqualTo(all.stream().max(Long::compare).orElseThrow());
        }
    }

    @Test
    void contiguousMeansConsecutiveElements() {
        Random random = new Random(3);
        for (int round = 0; round < ROUNDS; round++) {
            Layout layout = random(random);
            List<Long> all = elements(layout);
            boolean consecutive = true;
            for (int i = 0; i < all.size(); i++) {
                consecutive &= all.get(i) == layout.offset() + i;
            }
            assertThat(layout.isContiguous()).as("%s", layout).isEqualTo(consecutive);
        }
    }

    @Test
    void aLayoutThatOverlapsItselfIsAlwaysFound() {
        Random random = new Random(4);
        for (int round = 0; round < ROUNDS; round++) {
            Layout layout = random(random);
            List<Long> all = elements(layout);
            boolean overlaps = all.stream().distinct().count() < all.size();
            if (overlaps) {
                assertThat(layout.mayOverlapItself()).as("%s", layout).isTrue();
            }
        }
        assertThat(Layout.contiguous(Shape.of(3, 4)).permute(Axes.of(1, 0)).mayOverlapItself())
                .isFalse();
        assertThat(Layout.contiguous(Shape.of(9)).unfold(0, 3, 1).mayOverlapItself())
                .isTrue();
        assertThat(Layout.contiguous(Shape.of(9)).unfold(0, 3, 3).mayOverlapItself())
                .isFalse();
    }

    @Test
    void aViewKeepsOrderAndIsRefusedOnlyWhereStridesCannotExpressIt() {
        Random random = new Random(5);
        Map<Boolean, Integer> seen = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            Layout layout = random(random);
            Shape target = randomFactors(layout.shape().numel(), random);
            Layout view = layout.view(target);
            seen.merge(view != null, 1, Integer::sum);
            if (view != null) {
                assertThat(view.shape()).isEqualTo(target);
                assertThat(elements(view)).as("%s as %s", layout, target).isEqualTo(elements(layout));
            } else {
                assertThat(strided(elements(layout), target))
                        .as("%s as %s has strides after all", layout, target)
                        .isFalse();
            }
        }
        assertThat(seen.get(true)).isGreaterThan(500);
        assertThat(seen.get(false)).isGreaterThan(100);
    }

    /** Whether some strides give these elements in row-major order under {@code shape}. */
    private static boolean strided(List<Long> elements, Shape shape) {
        Layout rowMajor = Layout.contiguous(shape);
        for (int i = 0; i < elements.size(); i++) {
            long expected = elements.get(0);
            long rest = i;
            for (int dim = 0; dim < shape.rank(); dim++) {
                long unit = rowMajor.stride(dim);
                long index = rest / unit;
                rest %= unit;
                long stride = shape.size(dim) > 1 ? elements.get((int) unit) - elements.get(0) : 0;
                expected += index * stride;
            }
            if (expected != elements.get(i)) {
                return false;
            }
        }
        return true;
    }

    private static Shape randomFactors(long numel, Random random) {
        List<Long> sizes = new ArrayList<>();
        long rest = numel;
        while (rest > 1) {
            long factor = 1L + random.nextInt((int) rest);
            if (rest % factor == 0) {
                sizes.add(factor);
                rest /= factor;
            }
        }
        if (numel == 0) {
            sizes.add(0L);
        }
        if (random.nextInt(3) == 0) {
            sizes.add(random.nextInt(sizes.size() + 1), 1L);
        }
        return Shape.of(sizes.stream().mapToLong(size -> size).toArray());
    }

    @Test
    void aPermutedLayoutSplitsButDoesNotMerge() {
        Layout permuted = Layout.contiguous(Shape.of(2, 3, 4)).permute(Axes.of(1, 0, 2));
        assertThat(permuted.view(Shape.of(3, 2, 2, 2))).isNotNull();
        assertThat(permuted.view(Shape.of(6, 4))).isNull();
    }

    @Test
    void diagonalsReachTheCornersOfAMatrix() {
        Layout matrix = Layout.contiguous(Shape.of(3, 4));
        assertThat(elements(matrix.diagonal(0, 0, 1))).containsExactly(0L, 5L, 10L);
        assertThat(elements(matrix.diagonal(1, 0, 1))).containsExactly(1L, 6L, 11L);
        assertThat(elements(matrix.diagonal(-2, 0, 1))).containsExactly(8L);
        assertThat(elements(matrix.diagonal(9, 0, 1))).isEmpty();
    }

    @Test
    void expandingNamesOperatorAndShapes() {
        Layout layout = Layout.contiguous(Shape.of(3, 2));
        assertThatThrownBy(() -> layout.expand("add", Shape.of(3, 4)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("add")
                .hasMessageContaining("(3, 2)")
                .hasMessageContaining("(3, 4)");
    }

    @Test
    void noOverflowPassesForAFit() {
        assertThat(Layout.of(Shape.of(3), new long[] {4}, 1).fitsInto(10)).isTrue();
        assertThat(Layout.of(Shape.of(3), new long[] {4}, 2).fitsInto(10)).isFalse();
        assertThat(Layout.of(Shape.of(3), new long[] {1L << 62}, 0).fitsInto(10))
                .isFalse();
        assertThat(Layout.of(Shape.of(2, 2), new long[] {Long.MAX_VALUE, 1}, 1).fitsInto(10))
                .isFalse();
        assertThat(Layout.contiguous(Shape.of(5)).slice(0, 0, 5, Long.MAX_VALUE).shape())
                .isEqualTo(Shape.of(1));
    }
}
