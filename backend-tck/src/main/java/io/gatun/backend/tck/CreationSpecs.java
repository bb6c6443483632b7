package io.gatun.backend.tck;

import io.gatun.tensor.DType;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;
import java.util.List;

/** Operators without operands. */
final class CreationSpecs {
    private CreationSpecs() {}

    static void addTo(List<OperatorSpec> specs) {
        specs.add(new OperatorSpec("fill", OperatorSpecs.ALL, draw -> {
            for (Shape shape : Shapes.elementwise(draw.dtype())) {
                for (Scalar value : List.of(Scalar.of(0), Scalar.of(-3), Scalar.of(2.75), Scalar.of(true))) {
                    draw.add(Trial.of(new Op.Fill(value, shape, draw.dtype())));
                }
            }
            if (draw.dtype().isFloatingPoint()) {
                for (double value : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1e-40, 3e38}) {
                    draw.add(Trial.of(new Op.Fill(Scalar.of(value), Shape.of(17), draw.dtype())));
                }
            } else {
                draw.add(Trial.of(new Op.Fill(Scalar.of(Long.MAX_VALUE - 6), Shape.of(17), draw.dtype())));
            }
        }));
        specs.add(new OperatorSpec("arange", OperatorSpecs.NUMBERS, draw -> {
            for (long count : new long[] {0, 1, 2, 15, 16, 17, 65, 300, 40_003}) {
                draw.add(Trial.of(new Op.Arange(Scalar.of(3), Scalar.of(2), count, draw.dtype())));
                draw.add(Trial.of(new Op.Arange(Scalar.of(-5), Scalar.of(-7), count, draw.dtype())));
                if (draw.dtype().isFloatingPoint()) {
                    draw.add(Trial.of(new Op.Arange(Scalar.of(-1.5), Scalar.of(0.1), count, draw.dtype())));
                }
            }
        }));
        specs.add(new OperatorSpec(
                "uniform", OperatorSpecs.FLOATING, draw -> random(draw, RandomKind.UNIFORM, -2.0, 3.0)));
        specs.add(
                new OperatorSpec("normal", OperatorSpecs.FLOATING, draw -> random(draw, RandomKind.NORMAL, 1.0, 0.5)));
        specs.add(new OperatorSpec(
                "logNormal", OperatorSpecs.FLOATING, draw -> random(draw, RandomKind.LOG_NORMAL, 1.0, 0.5)));
        specs.add(new OperatorSpec(
                "exponential", OperatorSpecs.FLOATING, draw -> random(draw, RandomKind.EXPONENTIAL, 1.5, 0)));
        specs.add(
                new OperatorSpec("cauchy", OperatorSpecs.FLOATING, draw -> random(draw, RandomKind.CAUCHY, -1.0, 0.5)));
        specs.add(new OperatorSpec(
                "geometric", OperatorSpecs.FLOATING, draw -> random(draw, RandomKind.GEOMETRIC, 0.3, 0)));
        specs.add(
                new OperatorSpec("bernoulli", OperatorSpecs.ALL, draw -> random(draw, RandomKind.BERNOULLI, 0.3, 3.0)));
        specs.add(new OperatorSpec("integer", OperatorSpecs.NUMBERS, draw -> {
            for (Shape shape : Shapes.ELEMENTWISE) {
                draw.add(random(RandomKind.INTEGER, Scalar.of(0), Scalar.of(100), draw, shape));
            }
            if (draw.dtype() == DType.I64) {
                draw.add(
                        random(RandomKind.INTEGER, Scalar.of(-(1L << 40)), Scalar.of(1L << 50), draw, Shape.of(5, 13)));
            }
        }));
    }

    private static void random(OperatorSpec.Draw draw, RandomKind kind, double first, double second) {
        for (Shape shape : Shapes.elementwise(draw.dtype())) {
            draw.add(random(kind, Scalar.of(first), Scalar.of(second), draw, shape));
        }
    }

    private static Trial random(RandomKind kind, Scalar first, Scalar second, OperatorSpec.Draw draw, Shape shape) {
        long counter = draw.number() >>> 16;
        return Trial.of(new Op.Random(kind, first, second, draw.number(), counter, shape, draw.dtype()));
    }
}
