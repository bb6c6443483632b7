package io.gatun.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every view of a layout, index by index, on layouts with an offset, gaps, negative and zero strides. */
class LayoutViewsTest {
    private static final List<Layout> LAYOUTS = List.of(
            Layout.contiguous(Shape.of(3, 4, 5)),
            Layout.of(Shape.of(3, 4, 5), new long[] {1, 3, 12}, 7),
            Layout.of(Shape.of(3, 4, 5), new long[] {100, -10, 2}, 50),
            Layout.of(Shape.of(3, 4, 5), new long[] {0, 10, 1}, 5),
            Layout.of(Shape.of(1, 4, 1), new long[] {9, 2, 9}, 1));

    /** By the definition of strides. */
    private static long at(Layout layout, long... index) {
        assertThat(index).hasSize(layout.rank());
        long element = layout.offset();
        for (int i = 0; i < index.length; i++) {
            assertThat(index[i]).isBetween(0L, layout.shape().size(i) - 1);
            element += index[i] * layout.strides()[i];
        }
        return element;
    }

    private static List<long[]> indices(Shape shape) {
        List<long[]> all = new ArrayList<>();
        for (long i = 0; i < shape.numel(); i++) {
            long[] index = new long[shape.rank()];
            long rest = i;
            for (int dim = index.length - 1; dim >= 0; dim--) {
                index[dim] = rest % shape.size(dim);
                rest /= shape.size(dim);
            }
            all.add(index);
        }
        return all;
    }

    @Test
    void elementsAreNumberedInRowMajorOrder() {
        for (Layout layout : LAYOUTS) {
            long i = 0;
            for (long[] index : indices(layout.shape())) {
                assertThat(layout.elementAt(i++)).isEqualTo(at(layout, index));
            }
            long[] mine = layout.strides();
            mine[0] = 12345;
            assertThat(layout.stride(0)).isNotEqualTo(12345);
        }
    }

    @Test
    void sliceTakesEveryStepth() {
        for (Layout layout : LAYOUTS) {
            for (int dim = 0; dim < 3; dim++) {
                long size = layout.shape().size(dim);
                for (long start = 0; start <= size; start++) {
                    for (long end = 0; end <= size; end++) {
                        for (long step = 1; step <= 3; step++) {
                            Layout sliced = layout.slice(dim, start, end, step);
                            long expected = 0;
                            for (long i = start; i < end; i += step) {
                                expected++;
                            }
                            assertThat(sliced.shape()).isEqualTo(layout.shape().with(dim, expected));
                            for (long[] index : indices(sliced.shape())) {
                                long[] source = index.clone();
                                source[dim] = start + index[dim] * step;
                                assertThat(at(sliced, index)).isEqualTo(at(layout, source));
                            }
                            if (expected == 0) {
                                assertThat(sliced.offset()).isEqualTo(layout.offset());
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void selectDropsADimension() {
        for (Layout layout : LAYOUTS) {
            for (int dim = 0; dim < 3; dim++) {
                for (long chosen = 0; chosen < layout.shape().size(dim); chosen++) {
                    Layout rest = layout.select(dim, chosen);
                    assertThat(rest.shape()).isEqualTo(layout.shape().without(dim));
                    for (long[] index : indices(layout.shape())) {
                        if (index[dim] == chosen) {
                            assertThat(at(rest, without(index, dim))).isEqualTo(at(layout, index));
                        }
                    }
                }
            }
        }
    }

    private static long[] without(long[] index, int dim) {
        long[] rest = new long[index.length - 1];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = index[i < dim ? i : i + 1];
        }
        return rest;
    }

    @Test
    void permuteAndUnsqueezeMoveDimensions() {
        for (Layout layout : LAYOUTS) {
            Layout turned = layout.permute(Axes.of(2, 0, 1));
            for (long[] index : indices(layout.shape())) {
                assertThat(at(turned, index[2], index[0], index[1])).isEqualTo(at(layout, index));
                assertThat(at(layout.unsqueeze(0), 0, index[0], index[1], index[2]))
                        .isEqualTo(at(layout, index));
                assertThat(at(layout.unsqueeze(2), index[0], index[1], 0, index[2]))
                        .isEqualTo(at(layout, index));
                assertThat(at(layout.unsqueeze(3), index[0], index[1], index[2], 0))
                        .isEqualTo(at(layout, index));
            }
        }
        // PyTorch's strides of a new dimension: torch.zeros(3, 4).unsqueeze(1).stride() is (4, 4, 1).
        Layout matrix = Layout.contiguous(Shape.of(3, 4));
        assertThat(matrix.unsqueeze(1).strides()).containsExactly(4, 4, 1);
        assertThat(matrix.unsqueeze(0).strides()).containsExactly(12, 4, 1);
        assertThat(matrix.unsqueeze(2).strides()).containsExactly(4, 1, 1);
        assertThat(matrix.unsqueeze(1).isContiguous()).isTrue();
        assertThat(Layout.contiguous(Shape.of(0, 4)).unsqueeze(0).strides()).containsExactly(4, 4, 1);
    }

    @Test
    void expandRepeatsByStridesOfZero() {
        Layout layout = Layout.of(Shape.of(4, 1), new long[] {3, 77}, 2);
        Layout expanded = layout.expand("expand", Shape.of(2, 4, 6));
        for (long[] index : indices(Shape.of(2, 4, 6))) {
            assertThat(at(expanded, index)).isEqualTo(at(layout, index[1], 0));
        }
        assertThat(layout.expand("expand", layout.shape())).isSameAs(layout);
        assertThatThrownBy(() -> layout.expand("add", Shape.of(5, 6)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("add: shape (4, 1) cannot be expanded to (5, 6): size 4 at dimension 0 is neither 1 nor 5");
        assertThatThrownBy(() -> layout.expand("add", Shape.of(7, 5, 6)))
                .hasMessageContaining("size 4 at dimension 0 is neither 1 nor 5");
        assertThatThrownBy(() -> layout.expand("add", Shape.of(4)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("add: shape (4, 1) cannot be expanded to (4): it has more dimensions than the target");
    }

    @Test
    void diagonalRunsWhereIndicesDifferByTheShift() {
        for (Layout layout : LAYOUTS) {
            for (int dim1 = 0; dim1 < 3; dim1++) {
                for (int dim2 = 0; dim2 < 3; dim2++) {
                    for (long shift = -6; dim1 != dim2 && shift <= 6; shift++) {
                        checkDiagonal(layout, shift, dim1, dim2);
                    }
                }
            }
        }
    }

    private static void checkDiagonal(Layout layout, long shift, int dim1, int dim2) {
        Layout diagonal = layout.diagonal(shift, dim1, dim2);
        int other = 3 - dim1 - dim2;
        long length = 0;
        for (long[] index : indices(layout.shape())) {
            if (index[dim2] - index[dim1] == shift) {
                long along = Math.min(index[dim1], index[dim2]);
                assertThat(at(diagonal, index[other], along)).isEqualTo(at(layout, index));
                length = Math.max(length, along + 1);
            }
        }
        assertThat(diagonal.shape()).isEqualTo(Shape.of(layout.shape().size(other), length));
        if (length == 0) {
            assertThat(diagonal.offset()).isEqualTo(layout.offset());
        }
    }

    @Test
    void unfoldCutsWindows() {
        for (Layout layout : LAYOUTS) {
            for (int dim = 0; dim < 3; dim++) {
                for (long size = 1; size <= layout.shape().size(dim); size++) {
                    for (long step = 1; step <= 3; step++) {
                        Layout windows = layout.unfold(dim, size, step);
                        long count = (layout.shape().size(dim) - size) / step + 1;
                        assertThat(windows.shape())
                                .isEqualTo(layout.shape().with(dim, count).insert(3, size));
                        for (long[] index : indices(windows.shape())) {
                            long[] source = {index[0], index[1], index[2]};
                            source[dim] = index[dim] * step + index[3];
                            assertThat(at(windows, index)).isEqualTo(at(layout, source));
                        }
                    }
                }
            }
        }
        assertThat(Layout.of(Shape.scalar(), new long[0], 4).unfold(0, 1, 1))
                .isEqualTo(Layout.of(Shape.of(1), new long[] {1}, 4));
    }

    @Test
    void flipWalksBackwards() {
        for (Layout layout : LAYOUTS) {
            Layout flipped = layout.flip(Axes.of(0, 2));
            for (long[] index : indices(layout.shape())) {
                long[] source = {
                    layout.shape().size(0) - 1 - index[0],
                    index[1],
                    layout.shape().size(2) - 1 - index[2]
                };
                assertThat(at(flipped, index)).isEqualTo(at(layout, source));
            }
        }
        assertThat(Layout.contiguous(Shape.of(0, 3)).flip(Axes.of(0)).offset()).isZero();
    }

    @Test
    void shiftMovesAllElements() {
        for (Layout layout : LAYOUTS) {
            Layout moved = layout.shift(11);
            assertThat(moved.shape()).isEqualTo(layout.shape());
            assertThat(moved.strides()).isEqualTo(layout.strides());
            assertThat(moved.offset()).isEqualTo(layout.offset() + 11);
            assertThat(moved.isContiguous()).isEqualTo(layout.isContiguous());
        }
    }

    @Test
    void aViewHasTheSameElementsInTheSameOrderOrThereIsNone() {
        List<Shape> targets = List.of(
                Shape.of(60),
                Shape.of(3, 20),
                Shape.of(12, 5),
                Shape.of(3, 2, 2, 5),
                Shape.of(1, 3, 1, 4, 5, 1),
                Shape.of(5, 12),
                Shape.of(2, 30),
                Shape.of(4),
                Shape.of(2, 1, 2));
        for (Layout layout : LAYOUTS) {
            for (Shape target : targets) {
                if (target.numel() != layout.shape().numel()) {
                    continue;
                }
                Layout view = layout.view(target);
                boolean possible = target.rank() >= 3
                        || layout.isContiguous()
                        || layout.shape().numel() == 4;
                if (view != null) {
                    assertThat(view.shape()).isEqualTo(target);
                    for (long i = 0; i < target.numel(); i++) {
                        assertThat(view.elementAt(i)).isEqualTo(layout.elementAt(i));
                    }
                } else {
                    assertThat(possible).as("%s as %s", layout, target).isFalse();
                }
            }
        }
        // (3, 2, 4) with strides (4, 12, 1): each dimension is a run of its own.
        Layout permuted = Layout.of(Shape.of(3, 2, 4), new long[] {4, 12, 1}, 0);
        assertThat(permuted.view(Shape.of(6, 4))).isNull();
        assertThat(permuted.view(Shape.of(3, 8))).isNull();
        assertThat(permuted.view(Shape.of(3, 2, 2, 2))).isNotNull();
        assertThat(permuted.view(Shape.of(24))).isNull();
        assertThat(permuted.view(permuted.shape())).isSameAs(permuted);
    }

    @Test
    void theEndsOfALayoutAreWhatItReaches() {
        for (Layout layout : LAYOUTS) {
            long first = Long.MAX_VALUE;
            long last = Long.MIN_VALUE;
            for (long[] index : indices(layout.shape())) {
                first = Math.min(first, at(layout, index));
                last = Math.max(last, at(layout, index));
            }
            assertThat(layout.firstElement()).isEqualTo(first);
            assertThat(layout.lastElement()).isEqualTo(last);
            assertThat(layout.fitsInto(last + 1)).isEqualTo(first >= 0);
            assertThat(layout.fitsInto(last)).isFalse();
            assertThat(layout.shift(-first).fitsInto(last - first + 1)).isTrue();
            assertThat(layout.shift(-first - 1).fitsInto(last - first + 1)).isFalse();
        }
        Layout none = Layout.of(Shape.of(2, 0), new long[] {5, 5}, 1000);
        assertThat(none.fitsInto(0)).isTrue();
        assertThat(Layout.of(Shape.of(3), new long[] {Long.MAX_VALUE}, 0).fitsInto(Long.MAX_VALUE))
                .isFalse();
        assertThat(Layout.of(Shape.of(2), new long[] {Long.MAX_VALUE}, 5).fitsInto(Long.MAX_VALUE))
                .isFalse();
    }

    @Test
    void overlapIsSeenWhateverTheOrderOfDimensions() {
        assertThat(Layout.of(Shape.of(4, 3), new long[] {1, 4}, 0).mayOverlapItself())
                .isFalse();
        assertThat(Layout.of(Shape.of(4, 3), new long[] {1, 3}, 0).mayOverlapItself())
                .isTrue();
        assertThat(Layout.of(Shape.of(3, 4), new long[] {4, -1}, 9).mayOverlapItself())
                .isFalse();
        assertThat(Layout.of(Shape.of(3, 4), new long[] {-3, -1}, 9).mayOverlapItself())
                .isTrue();
        assertThat(Layout.of(Shape.of(3, 1), new long[] {2, 0}, 0).mayOverlapItself())
                .isFalse();
        assertThat(Layout.of(Shape.of(3, 2), new long[] {2, 0}, 0).mayOverlapItself())
                .isTrue();
        // Sorted by the size of the strides: 1, 4, 12.
        assertThat(Layout.of(Shape.of(3, 4, 3), new long[] {4, 1, 12}, 0).mayOverlapItself())
                .isFalse();
        assertThat(Layout.of(Shape.of(3, 4, 3), new long[] {4, 1, 11}, 0).mayOverlapItself())
                .isTrue();
    }

    @Test
    void layoutsAreValues() {
        Layout layout = Layout.of(Shape.of(2, 3), new long[] {3, 1}, 4);
        assertThat(layout)
                .isEqualTo(Layout.of(Shape.of(2, 3), new long[] {3, 1}, 4))
                .hasSameHashCodeAs(Layout.of(Shape.of(2, 3), new long[] {3, 1}, 4))
                .isNotEqualTo(Layout.of(Shape.of(2, 3), new long[] {3, 1}, 5))
                .isNotEqualTo(Layout.of(Shape.of(2, 3), new long[] {3, 2}, 4))
                .isNotEqualTo(Layout.of(Shape.of(3, 3), new long[] {3, 1}, 4))
                .isNotEqualTo("layout")
                .hasToString("(2, 3) with strides [3, 1] at 4");
        List<Integer> hashes = new ArrayList<>();
        for (Layout other : LAYOUTS) {
            hashes.add(other.hashCode());
            hashes.add(other.shift(1).hashCode());
        }
        assertThat(hashes).doesNotHaveDuplicates();
    }
}
