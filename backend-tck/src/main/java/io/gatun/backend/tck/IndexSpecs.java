package io.gatun.backend.tck;

import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ScatterKind;
import java.util.List;
import java.util.Locale;

/** Operators that take, put, add or find elements by index. */
final class IndexSpecs {
    private static final List<Shape> SHAPES = List.of(
            Shape.of(1),
            Shape.of(7),
            Shape.of(65),
            Shape.of(4, 5),
            Shape.of(33, 3),
            Shape.of(3, 33),
            Shape.of(2, 3, 4),
            Shape.of(3, 1, 17),
            Shape.of(0),
            Shape.of(3, 0),
            Shape.of(0, 2, 3));

    private IndexSpecs() {}

    static void addTo(List<OperatorSpec> specs) {
        specs.add(new OperatorSpec("gather", OperatorSpecs.ALL, draw -> {
            for (Shape shape : SHAPES) {
                for (int dim = 0; dim < shape.rank(); dim++) {
                    for (Shape index : indexShapes(shape, dim)) {
                        Tensor x = draw.operand(Domain.ANY, shape);
                        draw.add(Trial.of(new Op.Gather(dim), x, draw.indices(shape.size(dim), index)));
                    }
                }
            }
        }));
        for (ScatterKind kind : ScatterKind.values()) {
            String name = "scatter " + kind.name().toLowerCase(Locale.ROOT);
            specs.add(new OperatorSpec(name, OperatorSpecs.ALL, draw -> scatter(draw, kind)));
        }
        specs.add(new OperatorSpec("indexSelect", OperatorSpecs.ALL, draw -> {
            for (Shape shape : SHAPES) {
                for (int dim = 0; dim < shape.rank(); dim++) {
                    for (long count : counts(shape.size(dim))) {
                        Tensor index = draw.indices(shape.size(dim), Shape.of(count));
                        draw.add(Trial.of(new Op.IndexSelect(dim), draw.operand(Domain.ANY, shape), index));
                    }
                }
            }
        }));
        specs.add(new OperatorSpec("indexAdd", OperatorSpecs.ALL, draw -> {
            for (Shape shape : SHAPES) {
                for (int dim = 0; dim < shape.rank(); dim++) {
                    for (long count : counts(shape.size(dim))) {
                        Tensor index = draw.indices(shape.size(dim), Shape.of(count));
                        Tensor x = draw.operand(Domain.FINITE, shape);
                        Tensor source = draw.operand(Domain.FINITE, shape.with(dim, count));
                        draw.add(
                                Trial.of(new Op.IndexAdd(dim), x, index, source).over(0));
                    }
                }
            }
        }));
        specs.add(new OperatorSpec("nonzero", OperatorSpecs.ALL, draw -> {
            for (Shape shape : Shapes.ROWS) {
                Tensor x = draw.operand(Domain.ANY, shape);
                draw.add(Trial.of(new Op.Nonzero(x.countNonzero().itemLong()), x));
            }
        }));
    }

    /** How many indices: from nothing, none can be taken. */
    private static long[] counts(long size) {
        return size == 0 ? new long[] {0} : new long[] {0, 1, 3, 17};
    }

    private static void scatter(OperatorSpec.Draw draw, ScatterKind kind) {
        Domain domain = switch (kind) {
            case ADD -> Domain.FINITE;
            case MULTIPLY -> Domain.NEAR_ONE;
            case PUT, MAXIMUM, MINIMUM -> Domain.ANY;
        };
        for (Shape shape : SHAPES) {
            for (int dim = 0; dim < shape.rank(); dim++) {
                for (Shape index : indexShapes(shape, dim)) {
                    Tensor x = draw.operand(domain, shape);
                    Tensor places = draw.indices(shape.size(dim), index);
                    Tensor source = draw.operand(domain, index.with(0, index.size(0) + 1)); // may be larger
                    draw.add(Trial.of(new Op.Scatter(dim, kind), x, places, source)
                            .over(0));
                }
            }
        }
    }

    /** As x; longer along the dimension; smaller elsewhere; empty. */
    private static List<Shape> indexShapes(Shape shape, int dim) {
        Shape smaller = shape;
        for (int i = 0; i < shape.rank(); i++) {
            smaller = i == dim ? smaller : smaller.with(i, Math.min(shape.size(i), Math.max(1, shape.size(i) - 1)));
        }
        List<Shape> shapes = List.of(shape, shape.with(dim, shape.size(dim) + 18), smaller, shape.with(dim, 0));
        return shape.size(dim) > 0
                ? shapes
                : shapes.stream().filter(Shape::isEmpty).toList();
    }
}
