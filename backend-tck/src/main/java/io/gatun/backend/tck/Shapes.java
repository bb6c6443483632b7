package io.gatun.backend.tck;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Shapes at which kernels tend to go wrong: no dimension, no element, one element, and lengths around every vector width:
 * 2 to 64 lanes, a multiple of them, one less and one more.
 */
final class Shapes {
    /** For element-wise operators. */
    static final List<Shape> ELEMENTWISE = elementwise();
    /** For operators along a dimension. */
    static final List<Shape> ROWS = rows();
    /** Long enough for blocks and unrolled loops; tried in the simplest layout only. */
    static final Shape LARGE = Shape.of(3, 10_007);
    /** Long enough for several threads; tried in the simplest layout of one dtype, as it takes its time. */
    static final Shape THREADED = Shape.of(2, 70_001);

    private Shapes() {}

    /** {@link #ELEMENTWISE}, and the large ones. */
    static List<Shape> elementwise(DType dtype) {
        List<Shape> shapes = new ArrayList<>(ELEMENTWISE);
        shapes.add(LARGE);
        if (dtype == DType.F32) {
            shapes.add(THREADED);
        }
        return shapes;
    }

    private static List<Shape> elementwise() {
        List<Shape> shapes = new ArrayList<>();
        shapes.add(Shape.scalar());
        for (long n : new long[] {0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 260}) {
            shapes.add(Shape.of(n));
        }
        shapes.addAll(List.of(
                Shape.of(3, 5),
                Shape.of(4, 16),
                Shape.of(2, 67),
                Shape.of(3, 0, 2),
                Shape.of(1, 1),
                Shape.of(2, 3, 4),
                Shape.of(5, 1, 33),
                Shape.of(2, 3, 2, 5)));
        return List.copyOf(shapes);
    }

    private static List<Shape> rows() {
        List<Shape> shapes = new ArrayList<>();
        shapes.add(Shape.scalar());
        for (long n : new long[] {1, 2, 7, 16, 17, 33, 64, 65, 129, 300}) {
            shapes.add(Shape.of(n));
        }
        shapes.addAll(List.of(
                Shape.of(3, 5),
                Shape.of(33, 4),
                Shape.of(2, 67),
                Shape.of(0, 3),
                Shape.of(1, 1),
                Shape.of(2, 3, 4),
                Shape.of(5, 1, 33),
                Shape.of(3, 65, 2),
                Shape.of(2, 3, 2, 5)));
        return List.copyOf(shapes);
    }
}
