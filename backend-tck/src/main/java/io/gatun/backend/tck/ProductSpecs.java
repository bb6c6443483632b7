package io.gatun.backend.tck;

import io.gatun.tensor.Operators;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.op.PoolGeometry;
import java.util.List;

/** Matrix products, convolutions and pooling, and the composites that join and surround. */
final class ProductSpecs {
    private static final long[][] SIZES = { // m, k, n
        {1, 1, 1},
        {3, 4, 5},
        {1, 7, 1},
        {1, 64, 33},
        {33, 64, 1},
        {16, 16, 16},
        {17, 31, 33},
        {5, 0, 3},
        {0, 4, 3},
        {33, 65, 9},
        {65, 3, 70}
    };
    private static final List<ConvolutionGeometry> GEOMETRIES = List.of(
            new ConvolutionGeometry(List.of(1, 1), List.of(0, 0), List.of(1, 1), 1),
            new ConvolutionGeometry(List.of(2, 1), List.of(1, 2), List.of(1, 2), 1),
            new ConvolutionGeometry(List.of(1, 2), List.of(0, 1), List.of(2, 1), 2));

    private ProductSpecs() {}

    static void addTo(List<OperatorSpec> specs) {
        specs.add(new OperatorSpec("matmul", OperatorSpecs.NUMBERS, draw -> {
            for (long[] size : SIZES) {
                for (Shape batch : List.of(Shape.scalar(), Shape.of(2), Shape.of(2, 3))) {
                    Tensor a = draw.operand(Domain.FINITE, batch.concat(Shape.of(size[0], size[1])));
                    draw.add(Trial.of(
                            new Op.MatMul(), a, draw.operand(Domain.FINITE, batch.concat(Shape.of(size[1], size[2])))));
                }
            }
            Tensor large = draw.operand(Domain.FINITE, Shape.of(130, 70));
            draw.add(Trial.of(new Op.MatMul(), large, draw.operand(Domain.FINITE, Shape.of(70, 260))));
        }));
        specs.add(new OperatorSpec("cat", OperatorSpecs.ALL, draw -> {
            for (int dim = 0; dim < 3; dim++) {
                Shape shape = Shape.of(2, 3, 17);
                draw.add(Trial.of(
                        new Op.Concat(dim),
                        draw.operand(Domain.ANY, shape),
                        draw.operand(Domain.ANY, shape.with(dim, 0)),
                        draw.operand(Domain.ANY, shape.with(dim, 5))));
            }
            draw.add(Trial.of(new Op.Concat(0), draw.operand(Domain.ANY, Shape.of(4))));
        }));
        specs.add(new OperatorSpec("pad", OperatorSpecs.ALL, draw -> {
            Tensor x = draw.operand(Domain.ANY, Shape.of(3, 17));
            draw.add(Trial.of(new Op.Pad(List.of(0L, 1L), List.of(2L, 3L), Scalar.of(1)), x));
            draw.add(Trial.of(new Op.Pad(List.of(0L, -1L), List.of(-2L, 3L), Scalar.of(0)), x));
            draw.add(Trial.of(new Op.Pad(List.of(0L, 0L), List.of(0L, 0L), Scalar.of(0)), x));
        }));
        specs.add(new OperatorSpec("convolution", OperatorSpecs.NUMBERS, draw -> convolutions(draw, 0)));
        specs.add(new OperatorSpec("convolutionInput", OperatorSpecs.NUMBERS, draw -> convolutions(draw, 1)));
        specs.add(new OperatorSpec("convolutionWeight", OperatorSpecs.NUMBERS, draw -> convolutions(draw, 2)));
        specs.add(new OperatorSpec("averagePool", OperatorSpecs.FLOATING, draw -> averages(draw, false)));
        specs.add(new OperatorSpec("averagePoolInput", OperatorSpecs.FLOATING, draw -> averages(draw, true)));
        specs.add(new OperatorSpec("maxPool", OperatorSpecs.NUMBERS, draw -> {
            Tensor x = draw.operand(Domain.FINITE, Shape.of(2, 3, 8, 9));
            for (boolean ceil : new boolean[] {false, true}) {
                draw.add(Trial.of(new Op.MaxPool(pool(2, 2, 0, 1, ceil)), x));
                draw.add(Trial.of(new Op.MaxPool(pool(3, 2, 1, 1, ceil)), x));
                draw.add(Trial.of(new Op.MaxPool(pool(2, 1, 1, 3, ceil)), x));
            }
        }));
        specs.add(new OperatorSpec("maxPoolGradient", OperatorSpecs.FLOATING, draw -> {
            Tensor x = draw.operand(Domain.FINITE, Shape.of(2, 3, 8, 9));
            for (boolean ceil : new boolean[] {false, true}) {
                draw.add(gradient(draw, pool(2, 2, 0, 1, ceil), x));
                draw.add(gradient(draw, pool(3, 2, 1, 1, ceil), x));
                draw.add(gradient(draw, pool(3, 1, 1, 1, ceil), x));
                draw.add(gradient(draw, pool(2, 1, 0, 3, ceil), x));
            }
        }));
    }

    private static Trial gradient(OperatorSpec.Draw draw, PoolGeometry geometry, Tensor x) {
        Tensor places = Operators.runAll(new Op.MaxPool(geometry), x)[1];
        Op op = new Op.MaxPoolGradient(geometry, x.shape().slice(2, 4));
        return Trial.of(op, draw.operand(Domain.FINITE, places.shape()), places);
    }

    /** Averages, or their adjoint, of one to three spatial dimensions. */
    private static void averages(OperatorSpec.Draw draw, boolean adjoint) {
        average(draw, adjoint, new Op.AveragePool(pool(2, 2, 0, 1, false), false, 0), Shape.of(0, 3, 8, 9));
        for (boolean counts : new boolean[] {false, true}) {
            for (boolean ceil : new boolean[] {false, true}) {
                average(draw, adjoint, new Op.AveragePool(pool(2, 2, 0, 1, ceil), counts, 0), Shape.of(2, 3, 8, 9));
                average(draw, adjoint, new Op.AveragePool(pool(3, 2, 1, 1, ceil), counts, 0), Shape.of(2, 3, 8, 9));
                average(draw, adjoint, new Op.AveragePool(pool(2, 3, 1, 1, ceil), counts, 5), Shape.of(2, 3, 6, 9));
                PoolGeometry line = new PoolGeometry(List.of(4), List.of(3), List.of(2), List.of(1), ceil);
                average(draw, adjoint, new Op.AveragePool(line, counts, 0), Shape.of(2, 3, 11));
                PoolGeometry block =
                        new PoolGeometry(List.of(2, 3, 1), List.of(1, 2, 2), List.of(1, 0, 0), List.of(1, 1, 1), ceil);
                average(draw, adjoint, new Op.AveragePool(block, counts, 0), Shape.of(1, 2, 3, 6, 4));
            }
        }
    }

    private static void average(OperatorSpec.Draw draw, boolean adjoint, Op.AveragePool pool, Shape shape) {
        if (!adjoint) {
            draw.add(Trial.of(pool, draw.operand(Domain.FINITE, shape)));
            return;
        }
        long[] sizes = shape.toArray();
        for (int i = 2; i < sizes.length; i++) {
            sizes[i] = pool.geometry().outputSize(i - 2, sizes[i]);
        }
        draw.add(Trial.of(
                new Op.AveragePoolInput(pool, shape.slice(2, shape.rank())),
                draw.operand(Domain.FINITE, Shape.of(sizes))));
    }

    private static PoolGeometry pool(int kernel, int stride, int padding, int dilation, boolean ceil) {
        return new PoolGeometry(
                List.of(kernel, kernel),
                List.of(stride, stride),
                List.of(padding, padding),
                List.of(dilation, dilation),
                ceil);
    }

    /** The convolution, or one of its two adjoints, for every geometry. */
    private static void convolutions(OperatorSpec.Draw draw, int adjoint) {
        for (ConvolutionGeometry geometry : GEOMETRIES) {
            convolution(draw, adjoint, geometry, Shape.of(2, 4, 9, 8), 6, 3);
        }
        // Channels by the tens: backends have other kernels there. A kernel smaller than its stride leaves gaps.
        convolution(draw, adjoint, GEOMETRIES.get(1), Shape.of(2, 37, 6, 7), 50, 3);
        convolution(draw, adjoint, GEOMETRIES.get(2), Shape.of(1, 42, 7, 6), 36, 3);
        convolution(draw, adjoint, GEOMETRIES.get(1), Shape.of(1, 19, 4, 5), 33, 1);
    }

    private static void convolution(
            OperatorSpec.Draw draw, int adjoint, ConvolutionGeometry geometry, Shape input, int out, int size) {
        Shape kernel = Shape.of(size, size);
        Tensor x = draw.operand(Domain.FINITE, input);
        Tensor weight = draw.operand(
                Domain.FINITE, Shape.of(out, input.size(1) / geometry.groups()).concat(kernel));
        Op.Convolution forward = new Op.Convolution(geometry);
        Tensor g = draw.operand(Domain.FINITE, OpRules.outputs(forward, x, weight)[0].shape());
        draw.add(
                switch (adjoint) {
                    case 0 -> Trial.of(forward, x, weight);
                    case 1 -> Trial.of(new Op.ConvolutionInput(geometry, input.slice(2, 4)), g, weight);
                    default -> Trial.of(new Op.ConvolutionWeight(geometry, kernel), x, g);
                });
    }
}
