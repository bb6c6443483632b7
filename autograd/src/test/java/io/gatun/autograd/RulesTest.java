package io.gatun.autograd;

import io.gatun.autograd.Differentiables.Differentiable;
import io.gatun.tensor.Axes;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every rule against central differences: operator × layout of the operands × order. */
class RulesTest {
    /** How the operands lie in memory. What {@code unpack} does to a leaf is itself differentiated. */
    private enum Arrangement {
        CONTIGUOUS {
            @Override
            Tensor pack(Tensor values) {
                return values.clone();
            }
        },
        TRANSPOSED {
            @Override
            Tensor pack(Tensor values) {
                int[] reversed = reversed(values.dim());
                return values.permute(reversed).clone().permute(reversed).detach();
            }
        },
        /** Every other element of something larger. */
        SLICED {
            @Override
            Tensor pack(Tensor values) {
                if (values.dim() == 0) {
                    return values.expand(3).clone();
                }
                return values.repeatInterleave(2, -1).clone();
            }

            @Override
            Tensor unpack(Tensor leaf, Shape shape) {
                if (shape.rank() == 0) {
                    return leaf.select(0, 1);
                }
                return leaf.slice(-1, 1, Long.MAX_VALUE, 2);
            }
        },
        /** The first row, repeated. */
        EXPANDED {
            @Override
            Tensor pack(Tensor values) {
                return values.dim() == 0 || values.size(0) == 0
                        ? values.clone()
                        : values.narrow(0, 0, 1).clone();
            }

            @Override
            Tensor unpack(Tensor leaf, Shape shape) {
                return leaf.expand(shape);
            }
        };

        abstract Tensor pack(Tensor values);

        Tensor unpack(Tensor leaf, Shape shape) {
            return leaf;
        }

        private static int[] reversed(int rank) {
            int[] order = Axes.all(rank).toArray();
            for (int i = 0; i < rank; i++) {
                order[i] = rank - 1 - i;
            }
            return order;
        }
    }

    private static Tensor[] leaves(Differentiable operator, Arrangement arrangement) {
        return operator.operands().stream()
                .map(values -> arrangement.pack(values).requiresGrad_(true))
                .toArray(Tensor[]::new);
    }

    private static TensorFunction arranged(Differentiable operator, Arrangement arrangement) {
        return in -> {
            Tensor[] unpacked = new Tensor[in.length];
            Arrays.setAll(
                    unpacked,
                    i -> arrangement.unpack(in[i], operator.operands().get(i).shape()));
            return operator.function().apply(unpacked);
        };
    }

    private static Stream<DynamicTest> each(GradCheckOrder order) {
        return Differentiables.all().stream()
                .flatMap(operator -> Stream.of(Arrangement.values())
                        .filter(arrangement -> operator.spreads() || arrangement != Arrangement.EXPANDED)
                        .map(arrangement -> DynamicTest.dynamicTest(
                                operator.name() + " " + arrangement,
                                () -> order.check(arranged(operator, arrangement), leaves(operator, arrangement)))));
    }

    private interface GradCheckOrder {
        void check(TensorFunction function, Tensor... inputs);
    }

    @TestFactory
    Stream<DynamicTest> gradientsAreThoseOfDifferences() {
        return each(GradCheck::check);
    }

    @TestFactory
    Stream<DynamicTest> gradientsOfGradientsAreThoseOfDifferences() {
        return each(GradCheck::checkSecondOrder);
    }
}
