package io.gatun.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.autograd.Differentiables.Differentiable;
import io.gatun.tensor.Axes;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.op.UnaryKind;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

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

    /** Without a gradient, or with tests of their own: complex numbers, and linear algebra. */
    private static final Set<Class<?>> ELSEWHERE = Set.of(
            Op.Compare.class,
            Op.Fill.class,
            Op.Arange.class,
            Op.Random.class,
            Op.ArgReduce.class,
            Op.ArgScan.class,
            Op.Nonzero.class,
            Op.ViewAsReal.class,
            Op.ViewAsComplex.class,
            Op.Conj.class,
            Op.Pinv.class);

    @Test
    void everyOperatorWithAGradientIsCheckedToBothOrders(TestReporter reporter) {
        Set<String> expected = new TreeSet<>();
        addOperators(Op.class, expected);
        for (UnaryKind kind : UnaryKind.values()) {
            addIfDifferentiable(new Op.Unary(kind), expected);
        }
        for (BinaryKind kind : BinaryKind.values()) {
            addIfDifferentiable(new Op.Binary(kind), expected);
        }
        for (ReduceKind kind : ReduceKind.values()) {
            addIfDifferentiable(new Op.Reduce(kind, Axes.of(), false), expected);
        }
        Set<String> recorded = new TreeSet<>();
        for (Differentiable operator : Differentiables.all()) {
            Tensor[] leaves = leaves(operator, Arrangement.CONTIGUOUS);
            addRecorded(operator.function().apply(leaves), recorded);
        }
        reporter.publishEntry(
                "gradients checked by differences",
                expected.size() + " operators in " + Differentiables.all().size() + " uses, to the orders 1 and 2");
        assertThat(recorded).containsAll(expected);
    }

    private static void addOperators(Class<?> type, Set<String> names) {
        if (Set.of(Op.LinearAlgebra.class, Op.Unrecorded.class).contains(type) || ELSEWHERE.contains(type)) {
            return;
        }
        if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                addOperators(permitted, names);
            }
        } else if (!Set.of(Op.Unary.class, Op.Binary.class, Op.Reduce.class).contains(type)) {
            names.add(type.getSimpleName());
        }
    }

    private static void addIfDifferentiable(Op op, Set<String> names) {
        if (!Rules.of(op).equals(Rule.NONE)) {
            names.add(name(op));
        }
    }

    private static String name(Op op) {
        return switch (op) {
            case Op.Unary(var kind) -> "Unary " + kind;
            case Op.Binary(var kind) -> "Binary " + kind;
            case Op.Reduce reduce -> "Reduce " + reduce.kind();
            default -> op.getClass().getSimpleName();
        };
    }

    private static void addRecorded(Tensor result, Set<String> names) {
        Deque<Node> path = new ArrayDeque<>();
        path.push(Objects.requireNonNull(Variable.of(result)).node);
        while (!path.isEmpty()) {
            Node node = path.pop();
            if (node instanceof OperatorNode operator) {
                names.add(name(operator.op));
            }
            for (Variable input : node.inputs) {
                if (input != null) {
                    path.push(input.node);
                }
            }
        }
    }
}
