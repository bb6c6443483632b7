package io.gatun.backend.reference;

import static io.gatun.tensor.Index.all;
import static io.gatun.tensor.Index.at;
import static io.gatun.tensor.Index.ellipsis;
import static io.gatun.tensor.Index.from;
import static io.gatun.tensor.Index.indices;
import static io.gatun.tensor.Index.mask;
import static io.gatun.tensor.Index.newAxis;
import static io.gatun.tensor.Index.step;
import static io.gatun.tensor.Index.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.TensorScope;
import io.gatun.tensor.TensorStateException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The behaviour of {@link Tensor} that no single operator has: views, refusals, scopes, indexing. */
@SuppressWarnings("BadImport") // "from" is how an indexing expression is meant to read
class TensorTest {
    private static final Tensor X = Tensor.arange(24).reshape(4, 6);

    private static void assertElements(Tensor actual, Shape shape, long... expected) {
        assertThat(actual.shape()).isEqualTo(shape);
        assertThat(actual.toLongArray()).containsExactly(expected);
    }

    @Test
    void writingThroughAViewIsSeenInItsBase() {
        Tensor base = Tensor.zeros(3, 4);
        base.select(0, 1).fill_(5);
        base.t().narrow(0, 2, 1).add_(1);
        assertThat(base.toFloatArray()).containsExactly(0, 0, 1, 0, 5, 5, 6, 5, 0, 0, 1, 0);
        assertThat(base.t().isView()).isTrue();
        assertThat(base.clone().isView()).isFalse();
    }

    @Test
    void transposedViewsAreCopiedOnReshapeAndRefusedByView() {
        Tensor transposed = Tensor.arange(6).reshape(2, 3).t();
        assertElements(transposed.reshape(6), Shape.of(6), 0, 3, 1, 4, 2, 5);
        assertThatThrownBy(() -> transposed.view(6))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("view: shape (3, 2)")
                .hasMessageContaining("reshape");
    }

    @Test
    void rangesAreViewsAndPicksAreCopies() {
        assertElements(X.get(all(), at(0)), Shape.of(4), 0, 6, 12, 18);
        assertElements(X.get(to(3), to(2)), Shape.of(3, 2), 0, 1, 6, 7, 12, 13);
        assertElements(X.get(from(2), step(2)), Shape.of(2, 3), 12, 14, 16, 18, 20, 22);
        assertThat(X.get(ellipsis(), newAxis()).shape()).isEqualTo(Shape.of(4, 6, 1));
        assertElements(X.get(indices(0, 1), indices(1, 2)), Shape.of(2), 1, 8);
        Tensor rows = Tensor.of(new long[][] {{0}, {1}});
        assertElements(X.get(indices(rows), indices(1, -4)), Shape.of(2, 2), 1, 2, 7, 8);
        assertElements(X.get(mask(X.gt(20))), Shape.of(3), 21, 22, 23);
        assertElements(X.get(all(), mask(X.get(1).gt(9))), Shape.of(4, 2), 4, 5, 10, 11, 16, 17, 22, 23);
    }

    @Test
    void pickedDimensionsStandWhereTheyStoodIfAdjacentElseInFront() {
        Tensor t = Tensor.arange(120).reshape(2, 3, 4, 5);
        assertThat(t.get(all(), indices(0, 1), indices(2, 3)).shape()).isEqualTo(Shape.of(2, 2, 5));
        assertThat(t.get(indices(0, 1), all(), indices(2, 3)).shape()).isEqualTo(Shape.of(2, 3, 5));
        assertElements(t.get(all(), indices(0, 1), indices(2, 3), at(0)), Shape.of(2, 2), 10, 35, 70, 95);
    }

    @Test
    void everyKindOfIndexIsATargetToo() {
        Tensor t = X.clone();
        t.put(-1, all(), at(1));
        t.put(Tensor.of(new long[] {100, 200}), indices(0, 1), indices(2, 3));
        assertElements(t.get(to(2)), Shape.of(2, 6), 0, -1, 100, 3, 4, 5, 6, -1, 8, 200, 10, 11);
        t.put(0, mask(t.gt(50)));
        assertThat(t.max().itemLong()).isEqualTo(23);
        Tensor wide = Tensor.zeros(Shape.of(1), DType.I64).put((1L << 53) + 1, at(0));
        assertThat(wide.itemLong()).isEqualTo((1L << 53) + 1);
        Tensor counts = Tensor.zeros(Shape.of(3), DType.I64);
        counts.accumulate(Tensor.of(1), indices(0, 2, 2, 2));
        assertElements(counts, Shape.of(3), 1, 0, 3);
        Tensor transposed = Tensor.zeros(2, 3);
        transposed.t().put(7, indices(0, 2));
        assertThat(transposed.toFloatArray()).containsExactly(7, 0, 7, 7, 0, 7);
    }

    @Test
    void indicesOutOfRangeNamePositionAndBound() {
        assertThatThrownBy(() -> X.get(indices(1, 9)))
                .isInstanceOf(TensorIndexException.class)
                .hasMessageContaining("index 9 at position 1")
                .hasMessageContaining("-4 to 3");
        assertThatThrownBy(() -> X.get(4))
                .isInstanceOf(TensorIndexException.class)
                .hasMessageContaining("-4 to 3");
        assertThatThrownBy(() -> X.get(at(0), at(0), at(0))).isInstanceOf(TensorIndexException.class);
    }

    @Test
    void aRefusedInPlaceCallLeavesItsTargetAsItWas() {
        Tensor integers = Tensor.of(new int[] {7, 8, 9});
        assertThatThrownBy(() -> integers.add_(1.5))
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("add_");
        assertThatThrownBy(() -> integers.floorDivide_(Tensor.of(new int[] {1, 0, 1})))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> integers.add_(Tensor.ones(Shape.of(2, 3), DType.I32)))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> integers.scatterAdd_(0, Tensor.of(new long[] {0, 5}), Tensor.of(new int[] {1, 1})))
                .isInstanceOf(TensorIndexException.class);
        assertElements(integers, Shape.of(3), 7, 8, 9);
    }

    @Test
    void writingWhereIndicesMeetInOneElementIsRefused() {
        assertThatThrownBy(() -> Tensor.ones(1).expand(3).add_(1))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("clone()");
        assertThatThrownBy(() -> Tensor.ones(9).unfold(0, 3, 1).fill_(0)).isInstanceOf(TensorStateException.class);
    }

    @Test
    void inPlaceOperandsMayOverlapTheTarget() {
        Tensor t = Tensor.arange(6).reshape(2, 3);
        t.get(at(0)).add_(t.get(at(1)));
        assertElements(t, Shape.of(2, 3), 3, 5, 7, 3, 4, 5);
        Tensor line = Tensor.arange(5);
        line.narrow(0, 1, 4).copy_(line.narrow(0, 0, 4));
        assertElements(line, Shape.of(5), 0, 0, 1, 2, 3);
        Tensor square = Tensor.arange(4).reshape(2, 2);
        square.add_(square.t());
        assertElements(square, Shape.of(2, 2), 0, 3, 3, 6);
    }

    @Test
    void aScopeClosesWhatNobodyKept() {
        Tensor kept;
        Tensor lost;
        Tensor view;
        try (TensorScope scope = TensorScope.open()) {
            lost = Tensor.ones(2).mul(3);
            view = lost.narrow(0, 0, 1);
            kept = scope.keep(lost.add(1));
        }
        assertThat(kept.toFloatArray()).containsExactly(4, 4);
        assertThatThrownBy(() -> lost.add(1))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("result of mul")
                .hasMessageContaining("scope.keep");
        assertThatThrownBy(view::item).isInstanceOf(TensorStateException.class);
    }

    @Test
    void keepingMovesToTheEnclosingScope() {
        Tensor inner;
        try (TensorScope outer = TensorScope.open()) {
            try (TensorScope scope = TensorScope.open()) {
                inner = scope.keep(Tensor.ones(2));
            }
            assertThat(inner.sum().item()).isEqualTo(2);
            assertThat(outer).isNotNull();
        }
        assertThatThrownBy(inner::sum).isInstanceOf(TensorStateException.class);
    }

    @Test
    void anOuterScopeClosesInnerOnesLeftOpen() {
        Tensor inner;
        try (TensorScope _ = TensorScope.open()) {
            TensorScope.open(); // left open, as by an exception on the way
            inner = Tensor.ones(1);
        }
        assertThatThrownBy(inner::item).isInstanceOf(TensorStateException.class);
        assertThat(Tensor.ones(1).add(1).item()).isEqualTo(2);
    }

    @Test
    void javaArraysGoInAndOut() {
        Tensor t = Tensor.of(new int[][][] {{{1, 2}, {3, 4}, {5, 6}}});
        assertThat(t.dtype()).isEqualTo(DType.I32);
        assertThat(t.shape()).isEqualTo(Shape.of(1, 3, 2));
        assertThat(t.transpose(1, 2).toIntArray()).containsExactly(1, 3, 5, 2, 4, 6);
        assertThat(Tensor.of(new boolean[] {true, false}).toBooleanArray()).containsExactly(true, false);
        assertThat(Tensor.of(new double[0][3]).shape()).isEqualTo(Shape.of(0, 0));
        assertThat(Tensor.of(new short[] {-1}, DType.F64).item()).isEqualTo(-1);
        assertThatThrownBy(() -> Tensor.of(new int[][] {{1, 2}, {3}}))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("[1] has 1");
        assertThatThrownBy(() -> Tensor.of("text")).isInstanceOf(DTypeException.class);
    }

    @Test
    void memoryIsSharedWithSegmentsBothWays() {
        float[] array = {1, 2, 3, 4};
        Tensor t = Tensor.fromSegment(MemorySegment.ofArray(array), Shape.of(2, 2), DType.F32);
        t.mul_(10);
        assertThat(array).containsExactly(10, 20, 30, 40);
        t.get(1).memorySegment().setAtIndex(ValueLayout.JAVA_FLOAT, 0, -1);
        assertThat(t.toFloatArray()).containsExactly(10, 20, -1, 40);
        assertThatThrownBy(() -> t.t().memorySegment())
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("contiguous()");
        MemorySegment readOnly = MemorySegment.ofArray(array).asReadOnly();
        Tensor constant = Tensor.fromSegment(readOnly, Shape.of(4), DType.F32);
        assertThatThrownBy(() -> constant.add_(1)).isInstanceOf(TensorStateException.class);
        assertThat(constant.add(1).get(0).item()).isEqualTo(11);
    }

    @Test
    void seedsRepeatAndLaterDrawsDiffer() {
        Random.manualSeed(100);
        float[] first = Tensor.randn(5, 7).toFloatArray();
        float[] second = Tensor.randn(5, 7).toFloatArray();
        Random.manualSeed(100);
        assertThat(Tensor.randn(5, 7).toFloatArray()).isEqualTo(first).isNotEqualTo(second);
        assertThat(Random.initialSeed()).isEqualTo(100);
        long[] order = Tensor.randperm(100).toLongArray();
        assertThat(order).isNotEqualTo(Tensor.arange(100).toLongArray());
        assertThat(Tensor.of(order).sort().values().toLongArray())
                .isEqualTo(Tensor.arange(100).toLongArray());
    }

    @Test
    void numbersKeepTheKindTheyWereWrittenAs() {
        Tensor integers = Tensor.of(new int[] {5});
        assertThat(integers.add(2).dtype()).isEqualTo(DType.I32);
        assertThat(integers.add(2.0).dtype()).isEqualTo(DType.F32);
        assertThat(integers.div(2).item()).isEqualTo(2.5);
        assertThat(Tensor.ones(2).toHalf().mul(2.0).dtype()).isEqualTo(DType.F16);
        Tensor number = Tensor.of(new double[] {1}).reshape(Shape.scalar());
        assertThat(Tensor.ones(2).add(number).dtype()).isEqualTo(DType.F32);
        assertThat(Tensor.of(new byte[] {100}).add(100).itemLong()).isEqualTo(-56);
    }

    @Test
    void einsumCoversProductsDiagonalsAndEllipses() {
        Tensor a = Tensor.arange(6).toFloat().reshape(2, 3);
        Tensor b = Tensor.arange(12).toFloat().reshape(3, 4);
        assertThat(Tensor.einsum("ij,jk->ik", a, b).toFloatArray())
                .isEqualTo(a.mm(b).toFloatArray());
        assertThat(Tensor.einsum("ij,jk", a, b).toFloatArray())
                .isEqualTo(a.mm(b).toFloatArray());
        assertThat(Tensor.einsum("ij->ji", a).toFloatArray()).isEqualTo(a.t().toFloatArray());
        assertThat(Tensor.einsum("ii", Tensor.eye(4)).item()).isEqualTo(4);
        assertThat(Tensor.einsum("...ij->...", a.expand(5, 2, 3)).toFloatArray())
                .containsOnly(15);
        assertThat(Tensor.einsum("ij,kj,kl->il", a, a, Tensor.ones(2, 2)).shape())
                .isEqualTo(Shape.of(2, 2));
        assertThatThrownBy(() -> Tensor.einsum("ij,jk->ik", a, a)).isInstanceOf(ShapeException.class);
    }

    @Test
    void reductionsOfNothingAreTheirNeutralElements() {
        Tensor none = Tensor.zeros(2, 0);
        assertThat(none.sum(1).toFloatArray()).containsExactly(0, 0);
        assertThat(none.prod(1).toFloatArray()).containsExactly(1, 1);
        assertThat(none.mean(1).toFloatArray()).containsExactly(Float.NaN, Float.NaN);
        assertThat(none.logsumexp(1).toFloatArray()).containsExactly(Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY);
        assertThatThrownBy(() -> none.amax(1)).isInstanceOf(ShapeException.class);
    }

    @Test
    void joiningKeepsOrderAndPromotes() {
        Tensor joined = Tensor.cat(List.of(Tensor.of(new int[] {1}), Tensor.of(new double[] {2.5})), 0);
        assertThat(joined.dtype()).isEqualTo(DType.F64);
        assertThat(joined.toDoubleArray()).containsExactly(1, 2.5);
        assertThat(Tensor.stack(List.of(X, X), -1).shape()).isEqualTo(Shape.of(4, 6, 2));
        assertThatThrownBy(() -> Tensor.cat(List.of(), 0)).isInstanceOf(ShapeException.class);
    }
}
