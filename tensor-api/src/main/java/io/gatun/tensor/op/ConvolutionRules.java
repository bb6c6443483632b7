package io.gatun.tensor.op;

import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;

/** Shapes of convolutions, of their two adjoints, and of pooling: inputs (N, C, ...), weights (O, C / groups, ...). */
final class ConvolutionRules {
    private ConvolutionRules() {}

    static Shape output(ConvolutionGeometry geometry, Shape x, Shape weight) {
        String operator = "conv" + geometry.spatialRank() + "d";
        int rank = geometry.spatialRank() + 2;
        if (x.rank() != rank || weight.rank() != rank) {
            throw new ShapeException(operator + ": input " + x + " and weight " + weight + " must have " + rank
                    + " dimensions: (N, C, ...) and (O, C / groups, ...)");
        }
        long groups = geometry.groups();
        if (x.size(1) != weight.size(1) * groups || weight.size(0) % groups != 0) {
            throw new ShapeException(
                    operator + ": input " + x + " has " + x.size(1) + " channels, weight " + weight + " with " + groups
                            + " group(s) takes " + weight.size(1) * groups + " and gives " + weight.size(0));
        }
        long[] sizes = new long[rank];
        sizes[0] = x.size(0);
        sizes[1] = weight.size(0);
        for (int i = 0; i < geometry.spatialRank(); i++) {
            sizes[i + 2] = geometry.outputSize(i, x.size(i + 2), weight.size(i + 2));
            if (sizes[i + 2] < 1) {
                throw new ShapeException(operator + ": the kernel of weight " + weight + " with dilation "
                        + geometry.dilation() + " is larger than input " + x + " with padding " + geometry.padding());
            }
        }
        return Shape.of(sizes);
    }

    static Shape input(ConvolutionGeometry geometry, Shape spatial, Shape g, Shape weight) {
        Shape x = Shape.of(g.size(0), weight.size(1) * geometry.groups()).concat(spatial);
        expect("convTranspose", output(geometry, x, weight), g);
        return x;
    }

    static Shape weight(ConvolutionGeometry geometry, Shape kernel, Shape x, Shape g) {
        Shape weight = Shape.of(g.size(1), x.size(1) / geometry.groups()).concat(kernel);
        expect("convWeight", output(geometry, x, weight), g);
        return weight;
    }

    private static void expect(String operator, Shape expected, Shape actual) {
        if (!expected.equals(actual)) {
            throw new ShapeException(operator + ": shape " + actual + " does not fit: expected " + expected);
        }
    }

    static Shape pooled(String name, PoolGeometry geometry, Shape x) {
        String operator = name + geometry.spatialRank() + "d";
        int rank = geometry.spatialRank() + 2;
        if (x.rank() != rank) {
            throw new ShapeException(operator + ": input " + x + " must have " + rank + " dimensions: (N, C, ...)");
        }
        long[] sizes = x.toArray();
        for (int i = 0; i < geometry.spatialRank(); i++) {
            if (geometry.padding().get(i) * 2 > geometry.kernel().get(i)) {
                throw new ShapeException(operator + ": padding " + geometry.padding()
                        + " is more than half of the kernel " + geometry.kernel());
            }
            sizes[i + 2] = geometry.outputSize(i, x.size(i + 2));
            if (sizes[i + 2] < 1) {
                throw new ShapeException(operator + ": the kernel " + geometry.kernel() + " with dilation "
                        + geometry.dilation() + " is larger than input " + x + " with padding " + geometry.padding());
            }
        }
        return Shape.of(sizes);
    }

    /** The shape of what was pooled to {@code g}, whose spatial dimensions were these. */
    static Shape unpooled(PoolGeometry geometry, Shape spatial, Shape g) {
        boolean fits = g.rank() == geometry.spatialRank() + 2 && spatial.rank() == geometry.spatialRank();
        Shape x = fits ? g.slice(0, 2).concat(spatial) : g;
        if (!fits || !pooled("avgPool", geometry, x).equals(g)) {
            throw new ShapeException("averagePoolInput: windows " + geometry.kernel() + " over " + spatial
                    + " do not give a gradient of shape " + g);
        }
        return x;
    }
}
