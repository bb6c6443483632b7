package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorStateException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** In-place operators: right gradients where they can be had, refusals where they cannot. */
class InPlaceTest {
    private static Tensor leaf(double... values) {
        return Tensor.of(values).requiresGrad_(true);
    }

    @Test
    void aChangeOfWhatAGradientNeedsIsRefusedWithOperatorShapeAndVersions() {
        Tensor x = leaf(1, 2);
        Tensor y = x.mul(2.0);
        Tensor z = y.square().sum();
        y.add_(1);
        assertThatThrownBy(z::backward)
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("square")
                .hasMessageContaining("(2)")
                .hasMessageContaining("version 1")
                .hasMessageContaining("expected 0");
        assertThat(x.grad()).isNull();
    }

    @Test
    void aChangeOfWhatNoGradientNeedsIsAllowed() {
        Tensor x = leaf(1, 2);
        Tensor y = x.mul(2.0);
        Tensor z = y.add(1).sum();
        y.add_(1);
        z.backward();
        assertThat(x.grad().toDoubleArray()).containsExactly(2, 2);
    }

    @Test
    void changesUnderNoGradAndThroughDetachedTensorsCountToo() {
        Tensor x = leaf(1, 2);
        Tensor y = x.exp();
        Tensor z = y.sum();
        try (GradMode _ = Autograd.noGrad()) {
            y.zero_();
        }
        assertThatThrownBy(z::backward).hasMessageContaining("exp");
        Tensor w = x.square().sum();
        x.detach().fill_(3);
        assertThatThrownBy(w::backward).hasMessageContaining("square");
    }

    @Test
    void aLeafThatRequiresAGradientIsRefusedWithTheRemedies() {
        Tensor x = leaf(1, 2);
        assertThatThrownBy(() -> x.add_(1))
                .isInstanceOf(TensorStateException.class)
                .hasMessageContaining("add_")
                .hasMessageContaining("noGrad")
                .hasMessageContaining("detach()");
        assertThatThrownBy(() -> x.zero_()).hasMessageContaining("leaf");
        assertThatThrownBy(() -> x.get(0).mul_(2)).hasMessageContaining("view").hasMessageContaining("leaf");
        assertThat(x.toDoubleArray()).containsExactly(1, 2);
        try (GradMode _ = Autograd.noGrad()) {
            x.add_(1);
            x.get(0).mul_(2);
        }
        assertThat(x.toDoubleArray()).containsExactly(4, 3);
        assertThat(x.requiresGrad()).isTrue();
    }

    /** As in PyTorch: the operator itself may write over what its gradient needs, and keeps a copy. */
    @TestFactory
    Stream<DynamicTest> theOldValueOfTheTargetIsKeptWhereTheGradientNeedsIt() {
        Map<String, BiFunction<Tensor, Tensor, Tensor>> operators = new LinkedHashMap<>();
        operators.put("sin", (x, _) -> x.sin_());
        operators.put("log", (x, _) -> x.log_());
        operators.put("square", (x, _) -> x.square_());
        operators.put("pow by a number", (x, _) -> x.pow_(3));
        operators.put("pow by a fraction", (x, _) -> x.pow_(2.5));
        operators.put("pow", Tensor::pow_);
        operators.put("mul", Tensor::mul_);
        operators.put("mul by itself", (x, _) -> x.mul_(x));
        operators.put("div by itself and more", (x, y) -> x.div_(x).add_(y));
        operators.put("clamp", (x, _) -> x.clamp_(0.3, 0.6));
        operators.put("clamp by tensors", (x, y) -> x.clamp_(y.mul(0.5), y));
        operators.put("atan2", Tensor::atan2_);
        operators.put("hypot", Tensor::hypot_);
        operators.put("xlogy", (x, y) -> x.xlogy_(y));
        operators.put("cumprod", (x, _) -> x.cumprod_(0));
        operators.put("exp2", (x, _) -> x.exp2_());
        operators.put("logit", (x, _) -> x.logit_());
        operators.put("floatPower", (x, y) -> x.floatPower_(y));
        operators.put("a part", (x, y) -> {
            x.get(Index.to(1)).mul_(y.get(Index.from(1)));
            return x;
        });
        return operators.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(
                        each.getKey(),
                        () -> GradCheck.check(
                                in -> each.getValue().apply(in[0].clone(), in[1]), leaf(0.25, 0.75), leaf(0.3, 0.7))));
    }

    @Test
    void aSecondChangeOfWhatWasKeptDoesNotMatter() {
        Tensor x = leaf(1, 2);
        Tensor scale = leaf(3, 4);
        Tensor y = x.add(1);
        y.mul_(scale).add_(5);
        y.sum().backward();
        assertThat(x.grad().toDoubleArray()).containsExactly(3, 4);
        assertThat(scale.grad().toDoubleArray()).containsExactly(2, 3);
        Tensor z = x.mul(scale);
        Tensor other = scale.mul(1.0);
        z.mul_(other);
        other.add_(1);
        Tensor sum = z.sum();
        assertThatThrownBy(sum::backward).hasMessageContaining("mul").hasMessageContaining("changed in place");
    }

    @Test
    void writingAConstantCutsTheHistory() {
        Tensor x = leaf(1, 2);
        Tensor y = x.exp();
        y.fill_(3);
        assertThat(y.requiresGrad()).isFalse();
        Tensor z = x.exp();
        Tensor w = leaf(5, 6);
        z.copy_(w);
        z.sum().backward();
        assertThat(x.grad()).isNull();
        assertThat(w.grad().toDoubleArray()).containsExactly(1, 1);
    }

    @Test
    void copyingIntoABufferOfAnotherDtypeIsDifferentiated() {
        Tensor x = leaf(1, 2);
        Tensor buffer = Tensor.zeros(2, 2);
        buffer.copy_(x);
        buffer.mul(3).sum().backward();
        assertThat(x.grad().toDoubleArray()).containsExactly(6, 6);
    }

    @Test
    void rowsWrittenOneByOneHaveTheirGradients() {
        Tensor a = leaf(1, 2);
        Tensor b = leaf(3, 4);
        Tensor buffer = Tensor.zeros(3, 2);
        Tensor first = buffer.get(0);
        first.copy_(a);
        buffer.get(2).copy_(b);
        assertThat(buffer.requiresGrad()).isTrue();
        buffer.mul(Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}})).sum().backward();
        assertThat(a.grad().toDoubleArray()).containsExactly(1, 2);
        assertThat(b.grad().toDoubleArray()).containsExactly(5, 6);
    }

    @Test
    void viewsTakenBeforeTheirBaseHadAHistoryHaveThatOfWhatTheyShow() {
        Tensor w = leaf(1, 2);
        Tensor buffer = Tensor.zeros(2, 2);
        Tensor row = buffer.get(1);
        Tensor corner = row.narrow(0, 1, 1);
        Tensor other = buffer.get(0);
        Tensor constant = buffer.detach();
        buffer.add_(w.mul(3.0));
        buffer.get(0).mul_(2);
        assertThat(row.requiresGrad()).isTrue();
        assertThat(row.isLeaf()).isFalse();
        assertThat(row.gradFn()).isEqualTo("<AsStridedBackward>");
        assertThat(constant.requiresGrad()).isFalse();
        corner.sum().add(other.mul(10.0).sum()).add(constant.sum()).backward();
        assertThat(w.grad().toDoubleArray()).containsExactly(60, 63);
    }

    @Test
    void viewsTakenBeforeTheirBaseHadAHistoryMayBeRootsOfAPassAndTargets() {
        Tensor w = leaf(1, 2);
        Tensor buffer = Tensor.zeros(2, 2);
        Tensor row = buffer.get(1);
        buffer.add_(w);
        row.mul_(4);
        row.backward(Tensor.of(new double[] {1, 10}));
        assertThat(w.grad().toDoubleArray()).containsExactly(4, 40);
        assertThat(buffer.requiresGrad()).isTrue();
    }

    @Test
    void partsOfComplexNumbersTakenBeforeTheirBaseHadAHistoryHaveIt() {
        Tensor w = leaf(1, 2, 3, 4);
        Tensor numbers = Tensor.zeros(Shape.of(2), DType.C128);
        Tensor parts = numbers.viewAsReal();
        numbers.add_(w.view(2, 2).viewAsComplex());
        parts.get(1).mul(5.0).sum().backward();
        assertThat(w.grad().toDoubleArray()).containsExactly(0, 0, 5, 5);

        Tensor reals = Tensor.zeros(Shape.of(2, 2), DType.F64);
        Tensor number = reals.viewAsComplex().get(0);
        reals.add_(w.view(2, 2));
        w.clearGrad();
        number.viewAsReal().mul(7.0).sum().backward();
        assertThat(w.grad().toDoubleArray()).containsExactly(7, 7, 0, 0);
    }

    @Test
    void whatWasCutOffStaysConstantUntilItsMemoryChangesAgain() {
        Tensor w = leaf(1, 2);
        Tensor buffer = Tensor.zeros(2, 2);
        Tensor row = buffer.get(0);
        buffer.add_(w);
        row.detach_();
        assertThat(row.requiresGrad()).isFalse();
        Tensor unrecorded;
        try (GradMode _ = Autograd.noGrad()) {
            unrecorded = buffer.get(0);
        }
        assertThat(unrecorded.mul(2.0).requiresGrad()).isFalse();
        Tensor leaf = Tensor.of(new double[] {1, 2});
        Tensor before = leaf.narrow(0, 0, 1);
        leaf.requiresGrad_(true);
        assertThat(before.mul(2.0).requiresGrad()).isFalse();
    }

    @Test
    void viewsTakenBeforeTheirBaseHadATangentHaveThatOfWhatTheyShow() {
        TensorFunction function = xs -> {
            Tensor buffer = Tensor.zeros(Shape.of(2, 2), DType.F64);
            Tensor row = buffer.get(1);
            Tensor parts = buffer.viewAsComplex().viewAsReal().get(0);
            buffer.add_(xs[0]);
            return row.square().sum().add(parts.mul(10.0).sum());
        };
        Tensor x = Tensor.of(new double[] {3, 4});
        Functional.Pushforward forward =
                ForwardMode.jvp(function, List.of(x), List.of(Tensor.of(new double[] {1, 0.5})));
        assertThat(forward.output().item()).isEqualTo(25 + 70);
        assertThat(forward.tangent().item()).isEqualTo(6 + 4 + 15);
    }

    @Test
    void aViewOfAConstantPartOfATrackedTensorHasNoGradientToGive() {
        Tensor x = leaf(1, 2);
        Tensor y = x.mul(2.0);
        y.get(0).zero_();
        y.sum().backward();
        assertThat(x.grad().toDoubleArray()).containsExactly(0, 2);
    }

    @Test
    void retainGradFollowsAnInPlaceChange() {
        Tensor x = leaf(1, 2);
        Tensor y = x.mul(2.0).retainGrad();
        y.mul_(3.0);
        y.sum().backward();
        assertThat(y.grad().toDoubleArray()).containsExactly(1, 1);
        assertThat(x.grad().toDoubleArray()).containsExactly(6, 6);
    }

    @TestFactory
    Stream<DynamicTest> gradientsThroughInPlaceChangesAreThoseOfDifferences() {
        Map<String, TensorFunction> functions = new LinkedHashMap<>();
        functions.put("whole", in -> in[0].mul(2.0).add_(in[1]).mul_(3.0).neg_().exp_());
        functions.put(
                "resultsOnly",
                in -> in[0].clone().add_(in[1]).mul_(0.5).sigmoid_().add(in[1]));
        functions.put("quotient", in -> in[0].clone().div_(in[1]));
        functions.put("addsItself", in -> {
            Tensor y = in[0].square();
            return y.add_(y).mul(in[1]);
        });
        functions.put("row", in -> {
            Tensor y = in[0].mul(2.0);
            y.get(0).mul_(3.0);
            return y.square();
        });
        functions.put("columnByTensor", in -> {
            Tensor y = in[0].mul(2.0);
            y.select(1, 1).copy_(in[1].get(0).narrow(0, 0, 2).exp());
            return y.square();
        });
        functions.put("otherViewsFollow", in -> {
            Tensor y = in[0].mul(2.0);
            Tensor v = y.get(0);
            Tensor w = y.transpose(0, 1);
            v.mul_(3.0);
            v.add_(in[1].get(1));
            return w.square().add(v.sum());
        });
        functions.put("baseChangesUnderAView", in -> {
            Tensor y = in[0].mul(2.0);
            Tensor v = y.get(0);
            y.mul_(3.0);
            return v.square();
        });
        functions.put("baseCutUnderAView", in -> {
            Tensor y = in[0].mul(2.0);
            Tensor v = y.get(0);
            y.zero_();
            return v.add(in[1]);
        });
        functions.put("viewOfAView", in -> {
            Tensor y = in[0].mul(2.0);
            y.transpose(0, 1).slice(0, 0, 3, 2).get(1).exp_();
            return y.square();
        });
        functions.put("wholeThroughAView", in -> {
            Tensor y = in[0].mul(2.0);
            y.view(6).tanh_();
            return y.square();
        });
        functions.put(
                "put", in -> in[0].mul(2.0).put(in[1].get(0), Index.indices(1)).square());
        functions.put(
                "putMask",
                in -> in[0].clone()
                        .put(in[1].sum(), Index.mask(Tensor.of(new boolean[][] {
                            {true, false, true}, {false, true, false}
                        })))
                        .square());
        functions.put(
                "accumulate",
                in -> in[0].mul(1.0).accumulate(in[1], Index.indices(0, 0)).square());
        functions.put(
                "batchedLinearThenRelu",
                in -> in[0].reshape(1, 2, 3).matmul(in[1].reshape(3, 2)).relu_());
        return functions.entrySet().stream()
                .flatMap(entry -> Stream.of(1, 2)
                        .map(order -> DynamicTest.dynamicTest(entry.getKey() + " order " + order, () -> {
                            Tensor a = Differentiables.values(0.3, 1.6, 1, 2, 3)
                                    .detach()
                                    .requiresGrad_(true);
                            Tensor b = Differentiables.values(0.4, 1.9, 2, 2, 3)
                                    .detach()
                                    .requiresGrad_(true);
                            if (order == 1) {
                                GradCheck.check(entry.getValue(), a, b);
                            } else {
                                GradCheck.checkSecondOrder(entry.getValue(), a, b);
                            }
                        })));
    }
}
