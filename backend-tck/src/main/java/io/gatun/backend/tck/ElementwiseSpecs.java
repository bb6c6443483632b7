package io.gatun.backend.tck;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.UnaryKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Operators whose every element depends on the elements at the same place. */
final class ElementwiseSpecs {
    private static final Domain WIDE = new Domain(-200, 200, true, true);

    private ElementwiseSpecs() {}

    static void addTo(List<OperatorSpec> specs) {
        for (UnaryKind kind : UnaryKind.values()) {
            specs.add(unary(kind));
        }
        for (BinaryKind kind : BinaryKind.values()) {
            specs.add(binary(kind));
        }
        for (boolean tanh : new boolean[] {false, true}) {
            specs.add(new OperatorSpec(tanh ? "geluTanh" : "gelu", OperatorSpecs.FLOATING, draw -> {
                for (Shape shape : Shapes.elementwise(draw.dtype())) {
                    draw.add(Trial.of(new Op.Gelu(tanh), draw.operand(Domain.FINITE, shape)));
                }
            }));
            specs.add(new OperatorSpec(tanh ? "geluTanhGradient" : "geluGradient", OperatorSpecs.FLOATING, draw -> {
                for (Shape shape : Shapes.elementwise(draw.dtype())) {
                    Tensor g = draw.operand(Domain.FINITE, shape);
                    draw.add(Trial.of(new Op.GeluGradient(tanh), g, draw.operand(Domain.FINITE, shape)));
                }
            }));
        }
        specs.add(new OperatorSpec("dropout", OperatorSpecs.FLOATING, draw -> {
            for (Shape shape : Shapes.elementwise(draw.dtype())) {
                long counter = draw.number() >>> 16;
                draw.add(Trial.of(new Op.Dropout(0.3, draw.number(), counter), draw.operand(Domain.ANY, shape)));
            }
            for (double p : new double[] {0, 0.99999, 1}) {
                draw.add(Trial.of(new Op.Dropout(p, draw.number(), 7), draw.operand(Domain.ANY, Shape.of(3, 41))));
            }
        }));
        Domain[] adam = {Domain.FINITE, Domain.FINITE, Domain.FINITE, Domain.NEAR_ONE};
        specs.add(step("adamStep", new Op.AdamStep(0.9, 0.99, 1e-3, 0.1, 0.95, 0.2, 1.5), adam));
        specs.add(new OperatorSpec("countedAdamStep", OperatorSpecs.FLOATING, draw -> {
            Op op = new Op.CountedAdamStep(0.9, 0.99, 1e-3, 0.1, 0.95, 0.02);
            List<Tensor> several = new ArrayList<>();
            for (Shape shape : Shapes.elementwise(draw.dtype())) {
                Tensor[] one = countedStep(draw, shape);
                draw.add(Trial.of(op, one));
                several.addAll(shape.numel() > 0 && shape.numel() < 200 ? List.of(one) : List.of());
            }
            draw.add(Trial.of(op, several.toArray(Tensor[]::new)));
            several.addAll(10, List.of(countedStep(draw, Shape.of(2, 0)))); // of no elements, but counted
            draw.add(Trial.of(op, several.toArray(Tensor[]::new)));
        }));
        Domain[] two = {Domain.FINITE, Domain.FINITE};
        specs.add(step("gradientStep", new Op.GradientStep(0, 0.2), two));
        specs.add(step("gradientStep with decay", new Op.GradientStep(0.1, 0.2), two));
        Domain[] three = {Domain.FINITE, Domain.FINITE, Domain.FINITE};
        for (boolean nesterov : new boolean[] {false, true}) {
            String name = nesterov ? "nesterovStep" : "momentumStep";
            specs.add(step(name, new Op.MomentumStep(0.9, 1, 0, 0.2, nesterov), three));
            specs.add(step(name + " with decay", new Op.MomentumStep(0.9, 0.75, 0.1, 0.2, nesterov), three));
        }
        for (CompareKind kind : CompareKind.values()) {
            Op op = new Op.Compare(kind);
            specs.add(new OperatorSpec(kind.operatorName(), OperatorSpecs.ALL, draw -> {
                for (Shape shape : Shapes.elementwise(draw.dtype())) {
                    Tensor a = draw.operand(Domain.ANY, shape);
                    draw.add(Trial.of(op, a, draw.operand(Domain.ANY, shape)));
                    draw.add(Trial.of(op, a, a.clone()));
                }
            }));
        }
        specs.add(new OperatorSpec("where", OperatorSpecs.ALL, draw -> {
            for (Shape shape : Shapes.elementwise(draw.dtype())) {
                Tensor condition = draw.operand(DType.BOOL, Domain.ANY, shape);
                draw.add(Trial.of(
                                new Op.Where(),
                                condition,
                                draw.operand(Domain.ANY, shape),
                                draw.operand(Domain.ANY, shape))
                        .over(1, 2));
            }
        }));
        specs.add(new OperatorSpec("clamp", OperatorSpecs.NUMBERS, draw -> {
            for (Shape shape : Shapes.elementwise(draw.dtype())) {
                draw.add(Trial.of(
                                new Op.Clamp(),
                                draw.operand(Domain.ANY, shape),
                                draw.operand(Domain.ANY, shape),
                                draw.operand(Domain.ANY, shape))
                        .over(0));
            }
        }));
        specs.add(new OperatorSpec("copy", OperatorSpecs.ALL, draw -> {
            for (Shape shape : Shapes.elementwise(draw.dtype())) {
                draw.add(Trial.of(new Op.Copy(), draw.operand(Domain.ANY, shape)));
            }
        }));
        for (DType target : OperatorSpecs.ALL) {
            specs.add(new OperatorSpec("cast to " + target, OperatorSpecs.ALL, draw -> {
                for (Shape shape : Shapes.elementwise(draw.dtype())) {
                    draw.add(Trial.of(new Op.Cast(target), draw.operand(castable(draw.dtype(), target), shape)));
                }
            }));
        }
    }

    /** What is outside {@code long}, and NaN, has no value as an integer. */
    private static Domain castable(DType from, DType to) {
        boolean toInteger = from.isFloatingPoint() && to.isIntegral();
        return toInteger
                ? (from == DType.F16 ? Domain.CASTABLE_HALF : Domain.CASTABLE)
                : from.isFloatingPoint() ? WIDE : Domain.ANY;
    }

    private static OperatorSpec step(String name, Op.Step op, Domain... domains) {
        return new OperatorSpec(name, OperatorSpecs.FLOATING, draw -> {
            draw.add(Trial.of(op, severalSteps(draw, domains)));
            for (Shape shape : Shapes.elementwise(draw.dtype())) {
                draw.add(Trial.of(
                        op,
                        Arrays.stream(domains)
                                .map(domain -> draw.operand(domain, shape))
                                .toArray(Tensor[]::new)));
            }
        });
    }

    private static Tensor[] countedStep(OperatorSpec.Draw draw, Shape shape) {
        return new Tensor[] {
            draw.operand(Domain.FINITE, shape),
            draw.operand(Domain.FINITE, shape),
            draw.operand(Domain.FINITE, shape),
            draw.operand(Domain.NEAR_ONE, shape),
            draw.operand(DType.F64, Domain.EXPONENT, Shape.scalar())
        };
    }

    /** The operands of a step for parameters of several shapes. */
    private static Tensor[] severalSteps(OperatorSpec.Draw draw, Domain... domains) {
        List<Tensor> operands = new ArrayList<>();
        for (Shape shape : List.of(Shape.of(5), Shape.scalar(), Shape.of(2, 67))) {
            for (Domain domain : domains) {
                operands.add(draw.operand(domain, shape));
            }
        }
        return operands.toArray(Tensor[]::new);
    }

    private static OperatorSpec unary(UnaryKind kind) {
        List<DType> dtypes = switch (kind) {
            case LOGICAL_NOT -> OperatorSpecs.ALL;
            case BITWISE_NOT -> OperatorSpecs.NOT_FLOATING;
            case ISNAN, ISINF, ISFINITE -> OperatorSpecs.FLOATING;
            case FLOOR, CEIL, ROUND, TRUNC, ABS, NEG, SIGN, SQUARE, RELU -> OperatorSpecs.NUMBERS;
            case EXP,
                    EXPM1,
                    LOG,
                    LOG1P,
                    LOG2,
                    LOG10,
                    SQRT,
                    RSQRT,
                    RECIPROCAL,
                    SIN,
                    COS,
                    TAN,
                    ASIN,
                    ACOS,
                    ATAN,
                    SINH,
                    COSH,
                    TANH,
                    ASINH,
                    ACOSH,
                    ATANH,
                    SIGMOID,
                    ERF,
                    ERFC,
                    ERFINV,
                    LGAMMA,
                    DIGAMMA -> OperatorSpecs.FLOATING;
        };
        Op op = new Op.Unary(kind);
        return new OperatorSpec(kind.operatorName(), dtypes, draw -> {
            for (Shape shape : Shapes.elementwise(draw.dtype())) {
                Trial trial = Trial.of(op, draw.operand(Domain.ANY, shape));
                draw.add(kind.isPredicate() ? trial : trial.over(0));
            }
        });
    }

    private static OperatorSpec binary(BinaryKind kind) {
        List<DType> dtypes = switch (kind) {
            case ADD, MUL, MAXIMUM, MINIMUM -> OperatorSpecs.ALL;
            case SUB, FLOOR_DIVIDE, TRUNC_DIVIDE, FMOD, REMAINDER, POW -> OperatorSpecs.NUMBERS;
            case DIV, ATAN2, COPYSIGN, HYPOT, ZETA -> OperatorSpecs.FLOATING;
            case SHIFT_LEFT, SHIFT_RIGHT, GCD -> OperatorSpecs.INTEGERS;
            case BITWISE_AND, BITWISE_OR, BITWISE_XOR -> OperatorSpecs.NOT_FLOATING;
        };
        Op op = new Op.Binary(kind);
        return new OperatorSpec(kind.operatorName(), dtypes, draw -> {
            for (Shape shape : Shapes.elementwise(draw.dtype())) {
                Tensor a = draw.operand(Domain.ANY, shape);
                draw.add(Trial.of(op, a, draw.operand(right(kind, draw.dtype()), shape))
                        .over(0, 1));
            }
        });
    }

    private static Domain right(BinaryKind kind, DType dtype) {
        return switch (kind) {
            case FLOOR_DIVIDE, TRUNC_DIVIDE, FMOD, REMAINDER -> Domain.DIVISOR;
            case POW -> dtype.isFloatingPoint() ? Domain.ANY : Domain.EXPONENT;
            default -> Domain.ANY;
        };
    }
}
