package io.gatun.tensor.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.tensor.Axes;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Loop nests, checked against an oracle that counts through every index of the shape. */
class LoopNestTest {
    /** The tuples of element numbers that the operands have at each index, in any order. */
    private static List<long[]> expected(Layout... operands) {
        List<long[]> tuples = new ArrayList<>();
        for (long i = 0; i < operands[0].shape().numel(); i++) {
            long[] tuple = new long[operands.length];
            for (int k = 0; k < tuple.length; k++) {
                tuple[k] = operands[k].elementAt(i);
            }
            tuples.add(tuple);
        }
        return sorted(tuples);
    }

    /** The tuples that the nest visits, the outer loops split at {@code cut}. */
    private static List<long[]> visited(LoopNest nest, int operands, long cut) {
        List<long[]> tuples = new ArrayList<>();
        for (long[] range : new long[][] {{0, cut}, {cut, nest.outerCount()}}) {
            LoopNest.Cursor cursor = nest.cursor(range[0]);
            for (long run = range[0]; run < range[1]; run++) {
                for (long i = 0; i < nest.innerSize(); i++) {
                    long[] tuple = new long[operands];
                    for (int k = 0; k < operands; k++) {
                        tuple[k] = cursor.offset(k) + i * nest.innerStride(k);
                    }
                    tuples.add(tuple);
                }
                cursor.next();
            }
        }
        return sorted(tuples);
    }

    private static List<long[]> sorted(List<long[]> tuples) {
        tuples.sort(Comparator.comparing(Arrays::toString));
        return tuples;
    }

    private static Layout random(Shape shape, Random random) {
        int rank = shape.rank();
        Layout layout = switch (random.nextInt(4)) {
            case 0 -> Layout.contiguous(shape);
            case 1 -> {
                int[] order = Axes.all(rank).toArray();
                for (int i = rank - 1; i > 0; i--) {
                    int j = random.nextInt(i + 1);
                    int moved = order[i];
                    order[i] = order[j];
                    order[j] = moved;
                }
                Axes axes = Axes.of(order);
                yield Layout.contiguous(Layout.contiguous(shape).permute(axes).shape())
                        .permute(axes.inverse());
            }
            case 2 -> {
                long[] sizes = shape.toArray();
                for (int i = 0; i < rank; i++) {
                    sizes[i] = random.nextBoolean() ? 1 : sizes[i];
                }
                yield Layout.contiguous(Shape.of(sizes)).expand("test", shape);
            }
            default -> {
                Layout wide = Layout.contiguous(Shape.of(
                        Arrays.stream(shape.toArray()).map(size -> 2 * size + 1).toArray()));
                for (int i = 0; i < rank; i++) {
                    wide = wide.slice(i, 1, 2 * shape.size(i) + 1, 2);
                }
                yield wide;
            }
        };
        return random.nextInt(4) == 0 && rank > 0 ? layout.flip(Axes.of(random.nextInt(rank))) : layout;
    }

    @Test
    void everyIndexIsVisitedOnceWhateverTheLayouts() {
        Random random = new Random(7);
        for (int round = 0; round < 3000; round++) {
            long[] sizes = new long[random.nextInt(5)];
            Arrays.setAll(sizes, i -> random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(4));
            Shape shape = Shape.of(sizes);
            Layout[] operands = new Layout[1 + random.nextInt(3)];
            Arrays.setAll(operands, i -> random(shape, random));
            LoopNest nest = LoopNest.of(operands);
            long cut = nest.outerCount() == 0 ? 0 : random.nextInt((int) nest.outerCount() + 1);
            List<long[]> expected = expected(operands);
            List<long[]> actual = visited(nest, operands.length, cut);
            assertThat(actual.size()).as("visits of %s", nest).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i))
                        .as("%s over %s", nest, Arrays.toString(operands))
                        .isEqualTo(expected.get(i));
            }
        }
    }

    @Test
    void contiguousOperandsBecomeOneLoop() {
        Layout a = Layout.contiguous(Shape.of(2, 3, 4));
        LoopNest nest = LoopNest.of(a, a);
        assertThat(nest.loops()).isEqualTo(1);
        assertThat(nest.innerSize()).isEqualTo(24);
        assertThat(nest.access(1)).isEqualTo(LoopNest.Access.CONTIGUOUS);
    }

    @Test
    void transposedOperandsOfOneOrderBecomeOneLoopToo() {
        Layout a = Layout.contiguous(Shape.of(3, 4)).permute(Axes.of(1, 0));
        assertThat(LoopNest.of(a, a).loops()).isEqualTo(1);
        assertThat(LoopNest.of(Layout.contiguous(Shape.of(4, 3)), a).loops()).isEqualTo(2);
    }

    @Test
    void theWorkedExampleHoldsTrue() {
        Layout a = Layout.contiguous(Shape.of(2, 3, 4));
        Layout b = Layout.contiguous(Shape.of(3, 2, 4)).permute(Axes.of(1, 0, 2));
        Layout c = Layout.contiguous(Shape.scalar()).expand("test", a.shape());
        LoopNest nest = LoopNest.of(a, b, c);
        assertThat(nest.loops()).isEqualTo(3);
        assertThat(nest.innerSize()).isEqualTo(4);
        assertThat(nest.access(0)).isEqualTo(LoopNest.Access.CONTIGUOUS);
        assertThat(nest.access(1)).isEqualTo(LoopNest.Access.CONTIGUOUS);
        assertThat(nest.access(2)).isEqualTo(LoopNest.Access.BROADCAST);
        assertThat(LoopNest.of(a, a, c).loops()).isEqualTo(1);
    }

    @Test
    void aReductionSeesItsReducedDimensionAsStrideZero() {
        Layout in = Layout.contiguous(Shape.of(5, 7));
        Layout rows = Layout.contiguous(Shape.of(5, 1)).expand("test", in.shape());
        LoopNest nest = LoopNest.of(rows, in);
        assertThat(nest.loops()).isEqualTo(2);
        assertThat(nest.stride(0, 0)).isEqualTo(1);
        assertThat(nest.stride(0, 1)).isZero();
    }

    @Test
    void aNestSaysWhatItIs() {
        Layout x = Layout.of(Shape.of(2, 3, 4), new long[] {100, 10, 1}, 7);
        Layout y = Layout.of(Shape.of(2, 3, 4), new long[] {0, 1, 3}, 0);
        LoopNest nest = LoopNest.of(x, y);
        assertThat(nest.isEmpty()).isFalse();
        assertThat(nest.loops()).isEqualTo(3);
        assertThat(List.of(nest.size(0), nest.size(1), nest.size(2))).containsExactly(2L, 3L, 4L);
        assertThat(nest.base(0)).isEqualTo(7);
        assertThat(nest.base(1)).isZero();
        assertThat(nest.stride(1, 1)).isEqualTo(1);
        assertThat(nest.access(0)).isEqualTo(LoopNest.Access.CONTIGUOUS);
        assertThat(nest.access(1)).isEqualTo(LoopNest.Access.STRIDED);
        assertThat(LoopNest.of(y.permute(Axes.of(1, 2, 0))).access(0)).isEqualTo(LoopNest.Access.BROADCAST);
        assertThat(nest).hasToString("[2, 3, 4] strides [[100, 10, 1], [0, 1, 3]] from [7, 0]");
        LoopNest none = LoopNest.of(Layout.contiguous(Shape.of(2, 0)));
        assertThat(none.isEmpty()).isTrue();
        assertThat(none.outerCount()).isZero();
        LoopNest scalar = LoopNest.of(Layout.of(Shape.scalar(), new long[0], 5));
        assertThat(scalar.loops()).isEqualTo(1);
        assertThat(scalar.innerSize()).isEqualTo(1);
        assertThat(scalar.base(0)).isEqualTo(5);
    }

    @Test
    void equalStridesKeepTheOrderOfDimensions() {
        Layout x = Layout.of(Shape.of(2, 3), new long[] {1, 1}, 0);
        LoopNest nest = LoopNest.of(x);
        assertThat(nest.size(0)).isEqualTo(2);
        assertThat(nest.size(1)).isEqualTo(3);
    }
}
