package io.gatun.backend.tck;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Operators along dimensions: reductions, scans, sorting, softmax. */
final class RowSpecs {
    private RowSpecs() {}

    static void addTo(List<OperatorSpec> specs) {
        for (ReduceKind kind : ReduceKind.values()) {
            specs.add(reduce(kind));
        }
        for (boolean largest : new boolean[] {true, false}) {
            specs.add(new OperatorSpec(largest ? "argmax" : "argmin", OperatorSpecs.NUMBERS, draw -> {
                for (Shape shape : Shapes.ROWS) {
                    for (int dim = 0; dim < Math.max(1, shape.rank()); dim++) {
                        if (shape.rank() == 0 || shape.size(dim) > 0) {
                            draw.add(Trial.of(
                                    new Op.ArgReduce(largest, dim, dim % 2 == 0), draw.operand(Domain.ANY, shape)));
                        }
                    }
                }
                draw.add(Trial.of(new Op.ArgReduce(largest, 1, false), draw.operand(Domain.FINITE, Shapes.LARGE)));
            }));
        }
        for (boolean largest : new boolean[] {false, true}) {
            specs.add(new OperatorSpec(largest ? "cummax" : "cummin", OperatorSpecs.ALL, draw -> {
                for (Shape shape : Shapes.ROWS) {
                    for (int dim = 0; dim < Math.max(1, shape.rank()); dim++) {
                        draw.add(Trial.of(new Op.ArgScan(largest, dim), draw.operand(Domain.ANY, shape)));
                    }
                }
            }));
        }
        for (boolean product : new boolean[] {false, true}) {
            Domain domain = product ? Domain.NEAR_ONE : Domain.FINITE;
            specs.add(new OperatorSpec(product ? "cumprod" : "cumsum", OperatorSpecs.NUMBERS, draw -> {
                for (Shape shape : Shapes.ROWS) {
                    for (int dim = 0; dim < Math.max(1, shape.rank()); dim++) {
                        draw.add(Trial.of(new Op.Scan(product, dim), draw.operand(domain, shape))
                                .over(0));
                    }
                }
            }));
        }
        for (boolean descending : new boolean[] {false, true}) {
            String order = descending ? "descending" : "ascending";
            specs.add(new OperatorSpec("sort " + order, OperatorSpecs.ALL, draw -> {
                for (Shape shape : Shapes.ROWS) {
                    for (int dim = 0; dim < Math.max(1, shape.rank()); dim++) {
                        long n = shape.rank() == 0 ? 1 : shape.size(dim);
                        draw.add(Trial.of(new Op.Sort(dim, descending, 0, n), draw.operand(Domain.ANY, shape)));
                        if (shape.rank() > 0) {
                            long first = n / 2;
                            long few = Math.min(n - first, 3);
                            draw.add(Trial.of(new Op.Sort(dim, descending, 0, few), draw.operand(Domain.ANY, shape)));
                            draw.add(Trial.of(
                                    new Op.Sort(dim, descending, first, few), draw.operand(Domain.ANY, shape)));
                        }
                    }
                }
            }));
        }
        for (boolean log : new boolean[] {false, true}) {
            specs.add(new OperatorSpec(log ? "logSoftmax" : "softmax", OperatorSpecs.FLOATING, draw -> {
                for (Shape shape : Shapes.ROWS) {
                    for (int dim = 0; dim < Math.max(1, shape.rank()); dim++) {
                        Tensor x = draw.operand(Domain.FINITE, shape);
                        draw.add(Trial.of(log ? new Op.LogSoftmax(dim) : new Op.Softmax(dim), x));
                        if (shape.rank() > 0 && shape.size(dim) > 1) { // as an attention mask leaves them
                            Tensor masked = x.clone();
                            masked.select(dim, 0).fill_(Double.NEGATIVE_INFINITY);
                            draw.add(Trial.of(log ? new Op.LogSoftmax(dim) : new Op.Softmax(dim), masked));
                        }
                    }
                }
            }));
            specs.add(softmaxGradient(log));
            specs.add(crossEntropy(log));
        }
        specs.add(layerNorm("layerNorm", new Op.Normalize(1e-5)));
        specs.add(layerNorm("layerNormGradient", new Op.NormalizeGradient(1e-5)));
        specs.add(layerNorm("layerNormWeight", new Op.NormalizeWeight(1e-5)));
        specs.add(batchNorm("batchNorm", new Op.Normalize(1e-5)));
        specs.add(batchNorm("batchNormGradient", new Op.NormalizeGradient(1e-5)));
        specs.add(batchNorm("batchNormWeight", new Op.NormalizeWeight(1e-5)));
        specs.add(batchNorm("channelScale", new Op.ChannelScale()));
    }

    /** Gradients of results as softmax gives them, along each dimension. */
    private static OperatorSpec softmaxGradient(boolean log) {
        String name = log ? "logSoftmaxGradient" : "softmaxGradient";
        return new OperatorSpec(name, OperatorSpecs.FLOATING, draw -> {
            for (Shape shape : Shapes.ROWS) {
                for (int dim = 0; dim < Math.max(1, shape.rank()); dim++) {
                    Tensor x = draw.operand(Domain.FINITE, shape);
                    Tensor y = log ? x.logSoftmax(dim) : x.softmax(dim);
                    draw.add(Trial.of(new Op.SoftmaxGradient(dim, log), draw.operand(Domain.FINITE, shape), y));
                }
            }
        });
    }

    private static final Shape[] SCORES = {
        Shape.of(0, 3),
        Shape.of(1, 1),
        Shape.of(3, 2),
        Shape.of(7, 10),
        Shape.of(5, 33),
        Shape.of(2, 64),
        Shape.of(3, 300)
    };

    /** Losses, and their gradients from given ones; every third class is ignored. */
    private static OperatorSpec crossEntropy(boolean gradient) {
        String name = gradient ? "crossEntropyGradient" : "crossEntropy";
        return new OperatorSpec(name, OperatorSpecs.FLOATING, draw -> {
            for (Shape shape : SCORES) {
                Tensor scores = draw.operand(Domain.FINITE, shape);
                Shape rows = Shape.of(shape.size(0));
                Tensor classes = draw.indices(shape.size(1), rows);
                classes.slice(0, 0, rows.numel(), 3).fill_(-100);
                draw.add(
                        gradient
                                ? Trial.of(
                                        new Op.CrossEntropyGradient(-100),
                                        draw.operand(Domain.FINITE, rows),
                                        scores,
                                        scores.logsumexp(1),
                                        classes)
                                : Trial.of(new Op.CrossEntropy(-100), scores, classes));
            }
        });
    }

    private static OperatorSpec layerNorm(String name, Op.Composite op) {
        return new OperatorSpec(name, OperatorSpecs.FLOATING, draw -> {
            for (Shape shape : List.of(
                    Shape.of(0, 3),
                    Shape.of(1, 2),
                    Shape.of(3, 5),
                    Shape.of(70, 17),
                    Shape.of(5, 33),
                    Shape.of(2, 300))) {
                Tensor x = draw.operand(Domain.FINITE, shape);
                Tensor columns = draw.operand(Domain.NEAR_ONE, Shape.of(shape.size(1)));
                Tensor g = draw.operand(Domain.NEAR_ONE, shape);
                Tensor[] of = Operators.runAll(new Op.Normalize(1e-5), x, columns, columns);
                draw.add(
                        switch (op) {
                            case Op.NormalizeGradient _ -> Trial.of(op, g, x, of[1], of[2], columns);
                            case Op.NormalizeWeight _ -> Trial.of(op, g, x, of[1], of[2]);
                            default -> Trial.of(op, x, columns, draw.operand(Domain.FINITE, columns.shape()));
                        });
            }
        });
    }

    private static OperatorSpec batchNorm(String name, Op.Composite op) {
        return new OperatorSpec(name, OperatorSpecs.FLOATING, draw -> {
            for (Shape shape : List.of(
                    Shape.of(0, 3, 2),
                    Shape.of(2, 0, 3),
                    Shape.of(3, 2, 1),
                    Shape.of(4, 3, 5),
                    Shape.of(2, 3, 33),
                    Shape.of(1, 2, 64),
                    Shape.of(3, 5, 300))) {
                Tensor x = draw.operand(Domain.FINITE, shape);
                Tensor weight = draw.operand(Domain.NEAR_ONE, Shape.of(shape.size(1)));
                Tensor g = draw.operand(Domain.NEAR_ONE, shape);
                Tensor[] of = Operators.runAll(new Op.Normalize(1e-5), x, weight, weight);
                draw.add(
                        switch (op) {
                            case Op.NormalizeGradient _ -> Trial.of(op, g, x, of[1], of[2], weight);
                            case Op.NormalizeWeight _ -> Trial.of(op, g, x, of[1], of[2]);
                            default -> Trial.of(op, x, weight, draw.operand(Domain.FINITE, weight.shape()));
                        });
            }
        });
    }

    private static OperatorSpec reduce(ReduceKind kind) {
        List<DType> dtypes = switch (kind) {
            case SUM, PROD -> OperatorSpecs.NUMBERS;
            case MEAN -> OperatorSpecs.FLOATING;
            case AMAX, AMIN -> OperatorSpecs.ALL;
            case ALL, ANY -> List.of(DType.BOOL);
        };
        Domain domain = switch (kind) {
            case SUM, MEAN -> Domain.FINITE;
            case PROD -> Domain.NEAR_ONE;
            case AMAX, AMIN, ALL, ANY -> Domain.ANY;
        };
        return new OperatorSpec(kind.name().toLowerCase(Locale.ROOT), dtypes, draw -> {
            for (Shape shape : Shapes.ROWS) {
                for (Axes axes : axes(shape)) {
                    if (!shape.isEmpty() || !kind.needsElements()) {
                        Op op = new Op.Reduce(kind, axes, axes.count() % 2 == 0);
                        draw.add(Trial.of(op, draw.operand(domain, shape)));
                    }
                }
            }
            draw.add(Trial.of(new Op.Reduce(kind, Axes.of(1), false), draw.operand(domain, Shape.of(3, 1031))));
            draw.add(Trial.of(new Op.Reduce(kind, Axes.of(0), false), draw.operand(domain, Shape.of(1031, 3))));
            if (kind != ReduceKind.PROD) {
                Shape large = draw.dtype() == DType.F32 ? Shapes.THREADED : Shapes.LARGE;
                draw.add(Trial.of(new Op.Reduce(kind, Axes.of(0, 1), false), draw.operand(domain, large)));
                draw.add(Trial.of(new Op.Reduce(kind, Axes.of(0), false), draw.operand(domain, large)));
            }
            if (draw.dtype().isFloatingPoint()) {
                special(draw, kind, domain);
            }
        });
    }

    /** NaN wins over everything, and two infinities of unlike sign make one in a sum. */
    private static void special(OperatorSpec.Draw draw, ReduceKind kind, Domain domain) {
        double[] specials = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (double first : specials) {
            for (double second : specials) {
                Tensor x = draw.operand(domain, Shape.of(3, 70));
                x.select(1, 5).fill_(first);
                x.select(1, 69).fill_(second);
                draw.add(Trial.of(new Op.Reduce(kind, Axes.of(1), false), x));
                draw.add(Trial.of(new Op.Reduce(kind, Axes.of(0, 1), false), x));
            }
        }
    }

    /** None, each one, each pair of neighbours, first and last, all. */
    private static List<Axes> axes(Shape shape) {
        List<Axes> axes = new ArrayList<>();
        axes.add(Axes.of());
        for (int dim = 0; dim < shape.rank(); dim++) {
            axes.add(Axes.of(dim));
            if (dim > 0) {
                axes.add(Axes.of(dim - 1, dim));
            }
        }
        if (shape.rank() > 2) {
            axes.add(Axes.of(0, shape.rank() - 1));
            axes.add(Axes.all(shape.rank()));
        }
        return axes;
    }
}
