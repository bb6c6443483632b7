package io.gatun.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gatun.autograd.Autograd;
import io.gatun.autograd.ForwardMode;
import io.gatun.autograd.Functional;
import io.gatun.autograd.GradCheck;
import io.gatun.tensor.Backward;
import io.gatun.tensor.DType;
import io.gatun.tensor.Random;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Attention as one operator, against the operators that it consists of. */
class AttentionTest {
    /** What it means, in F64. */
    private static Tensor composed(Tensor q, Tensor k, Tensor v, @Nullable Tensor mask, boolean causal, double scale) {
        Tensor scores = q.mul(scale).matmul(k.transpose(-2, -1));
        if (causal) {
            mask = Tensor.ones(Shape.of(q.size(-2), k.size(-2)), DType.U8)
                    .tril()
                    .toBool();
        }
        if (mask != null) {
            scores = mask.dtype() == DType.BOOL
                    ? scores.maskedFill(mask.logicalNot(), Double.NEGATIVE_INFINITY)
                    : scores.add(mask);
        }
        return scores.softmax(-1).matmul(v);
    }

    private static Tensor leaf(Tensor values) {
        return values.detach().requiresGrad_(true);
    }

    /** (batch, rows, columns), laid out in one of four ways. */
    private static Tensor matrices(SplittableRandom random, Shape batch, long rows, long columns, DType dtype) {
        Shape shape = batch.concat(Shape.of(rows, columns));
        return switch (random.nextInt(4)) {
            case 0 -> Tensor.randn(shape, dtype);
            case 1 -> Tensor.randn(batch.concat(Shape.of(columns, rows)), dtype).transpose(-2, -1);
            case 2 -> Tensor.randn(shape.with(-1, 2 * columns + 1), dtype).slice(-1, 1, 2 * columns + 1, 2);
            default ->
                batch.rank() == 0
                        ? Tensor.randn(shape.with(-1, 3 * columns), dtype).narrow(-1, columns, columns)
                        : Tensor.randn(Shape.of(rows).concat(batch).concat(Shape.of(columns)), dtype)
                                .movedim(0, -2);
        };
    }

    @Test
    void isWhatItConsistsOfAtAnyShapeAndLayout() {
        SplittableRandom random = new SplittableRandom(5);
        Random.manualSeed(5);
        for (int i = 0; i < 300; i++) {
            DType dtype = random.nextBoolean() ? DType.F32 : DType.F64;
            long queries = random.nextInt(random.nextInt(4) == 0 ? 250 : 20);
            long keys = random.nextInt(random.nextInt(4) == 0 ? 250 : 20);
            long width = random.nextInt(random.nextInt(4) == 0 ? 2 : 40);
            long values = random.nextInt(40);
            Shape one = Shape.of(1);
            Shape two = Shape.of(2);
            Shape batch =
                    List.of(Shape.scalar(), two, Shape.of(3, 2), Shape.of(0, 2)).get(random.nextInt(4));
            Tensor q = leaf(matrices(random, batch, queries, width, dtype));
            Tensor k = leaf(matrices(
                    random, batch.rank() > 0 && random.nextBoolean() ? one : Shape.scalar(), keys, width, dtype));
            Tensor v =
                    leaf(matrices(random, batch.rank() > 1 && random.nextBoolean() ? two : one, keys, values, dtype));
            int kind = random.nextInt(4);
            boolean causal = kind == 0;
            Tensor mask = switch (kind) {
                case 1 -> Tensor.rand(queries, keys).gt(0.3);
                case 2 -> leaf(Tensor.randn(Shape.of(keys), dtype));
                default -> null;
            };
            if (kind == 1 && keys > 0) {
                mask.select(1, 0).fill_(1);
            }
            double scale = random.nextInt(4) == 0 ? -0.3 : 0.4;
            compare(q, k, v, mask, causal, scale);
        }
    }

    private static void compare(Tensor q, Tensor k, Tensor v, @Nullable Tensor mask, boolean causal, double scale) {
        String what = q.dtype() + " " + q.shape() + k.shape() + v.shape() + (causal ? " causal" : "")
                + (mask == null ? "" : " mask " + mask.dtype()) + " scale " + scale;
        Tensor result = F.scaledDotProductAttention(q, k, v, mask, 0, causal, scale);
        Tensor wideMask = mask == null || mask.dtype() == DType.BOOL ? mask : mask.toDouble();
        Tensor expected = composed(q.toDouble(), k.toDouble(), v.toDouble(), wideMask, causal, scale);
        double error = q.dtype() == DType.F32 ? 3e-5 : 1e-13;
        assertNear(what, result, expected, error);
        List<Tensor> leaves = new ArrayList<>(List.of(q, k, v));
        if (mask != null && mask.requiresGrad()) {
            leaves.add(mask);
        }
        Tensor g = Tensor.randn(result.shape(), q.dtype());
        List<Tensor> gradients = Autograd.grad(List.of(result), leaves, List.of(g), Backward.retainGraph(), false);
        List<Tensor> others =
                Autograd.grad(List.of(expected), leaves, List.of(g.toDouble()), Backward.retainGraph(), false);
        for (int i = 0; i < leaves.size(); i++) {
            assertNear(what + ", gradient " + i, gradients.get(i), others.get(i), 4 * error);
        }
    }

    private static void assertNear(String what, Tensor actual, Tensor expected, double error) {
        assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
        if (actual.numel() > 0) {
            Tensor bound = expected.toDouble().abs().add(1.0);
            double off = actual.toDouble()
                    .sub(expected.toDouble())
                    .abs()
                    .div(bound)
                    .max()
                    .item();
            assertThat(off).as(what).isLessThan(error);
        }
    }

    @Test
    void whatIsNotFiniteStaysSo() {
        double inf = Double.POSITIVE_INFINITY;
        for (long queries : new long[] {3, 20}) {
            for (double odd : new double[] {Double.NaN, inf, -inf}) {
                for (int place = 0; place < 4; place++) {
                    Tensor q = Tensor.randn(queries, 4).abs();
                    Tensor k = Tensor.randn(80, 4).abs();
                    Tensor v = Tensor.randn(80, 5);
                    Tensor mask = Tensor.zeros(Shape.of(queries, 80), DType.F32);
                    List.of(q, k, v, mask).get(place).select(0, 1).select(0, 2).fill_(odd);
                    Tensor result = F.scaledDotProductAttention(q, k, v, mask, 0, false, 0.5);
                    assertThat(classes(result))
                            .as("%s in operand %s", odd, place)
                            .containsExactly(classes(composed(q, k, v, mask, false, 0.5)));
                }
            }
        }
    }

    /** 0 for what is finite, 1 and -1 for infinities, 2 for what is not a number. */
    private static double[] classes(Tensor x) {
        double[] values = x.toDoubleArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.isNaN(values[i]) ? 2 : Double.isInfinite(values[i]) ? Math.signum(values[i]) : 0;
        }
        return values;
    }

    @Test
    void lookingNowhereGivesNaNInThatRowAlone() {
        Tensor q = Tensor.randn(20, 4);
        Tensor seen = Tensor.ones(Shape.of(20, 20), DType.U8).toBool();
        seen.select(0, 3).fill_(0);
        double[] rows =
                F.scaledDotProductAttention(q, q, q, seen, 0, false, 0.5).sum(1).toDoubleArray();
        for (int i = 0; i < rows.length; i++) {
            assertThat(Double.isNaN(rows[i])).as("row %d", i).isEqualTo(i == 3);
        }
    }

    @Test
    void weightsThatAreAskedForChangeNothing() {
        MultiheadAttention attention = new MultiheadAttention(32, 4);
        Tensor x = Tensor.randn(7, 2, 32);
        Tensor mask = Tensor.ones(Shape.of(7, 7), DType.U8).triu(1).toBool();
        Tensor with = attention.call(x, x, x, null, true, mask, true).output();
        Tensor without = attention.call(x, x, x, null, false, mask, true).output();
        assertThat(without.toFloatArray()).containsExactly(with.toFloatArray(), within(1e-5f));
    }

    @Test
    void gradientsThroughManyBlocksAreThoseOfDifferences() {
        Tensor q = leaf(Tensor.randn(Shape.of(110, 2), DType.F64).mul(0.5));
        Tensor k = leaf(Tensor.randn(Shape.of(70, 2), DType.F64).mul(0.5));
        Tensor v = leaf(Tensor.randn(Shape.of(70, 1), DType.F64));
        GradCheck.check(
                in -> F.scaledDotProductAttention(in[0], in[1], in[2], true).mean(), q, k, v);
    }

    @Test
    void derivativesInADirectionAreThoseOfItsParts() {
        List<Tensor> point = List.of(
                Tensor.randn(Shape.of(2, 5, 3), DType.F64),
                Tensor.randn(Shape.of(2, 6, 3), DType.F64),
                Tensor.randn(Shape.of(2, 6, 4), DType.F64));
        List<Tensor> direction =
                point.stream().map(x -> Tensor.randn(x.shape(), DType.F64)).toList();
        Functional.Pushforward one = ForwardMode.jvp(
                in -> F.scaledDotProductAttention(in[0], in[1], in[2], null, 0, false, 0.6), point, direction);
        Functional.Pushforward parts =
                ForwardMode.jvp(in -> composed(in[0], in[1], in[2], null, false, 0.6), point, direction);
        assertNear("tangent", one.tangent(), parts.tangent(), 1e-12);
    }

    @Test
    void aMaskOfAnotherShapeIsRefused() {
        for (long queries : new long[] {2, 20}) { // of few the weights are kept
            Tensor q = Tensor.randn(2, queries, 4);
            Tensor k = Tensor.randn(2, 1, 4);
            assertThatThrownBy(() -> F.scaledDotProductAttention(q, k, k, Tensor.zeros(queries, 3), 0, false, 1))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageContaining("expected (..., L, S), here (..., " + queries + ", 1)");
        }
    }
}
