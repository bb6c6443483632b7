package io.gatun.backend.tck;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import java.util.List;

/** Solving and decomposing matrices: no elements, one, and more, in no batch, an empty one, and others. */
final class MatrixSpecs {
    private static final List<DType> DTYPES = List.of(DType.F32, DType.F64);
    private static final List<Shape> BATCHES = List.of(Shape.scalar(), Shape.of(0), Shape.of(3), Shape.of(2, 2));
    private static final int[] ORDERS = {0, 1, 2, 3, 7, 17};
    private static final int[][] SIZES = {{0, 2}, {2, 0}, {1, 1}, {3, 3}, {5, 3}, {3, 5}, {17, 9}, {9, 17}};

    private MatrixSpecs() {}

    /** Makes a trial of one operand, or none. */
    private interface Maker {
        void add(OperatorSpec.Draw draw, Tensor operand);
    }

    static void addTo(List<OperatorSpec> specs) {
        for (boolean upper : new boolean[] {false, true}) {
            String which = upper ? " upper" : "";
            specs.add(square("cholesky" + which, (draw, x) -> {
                Tensor definite = x.matmul(x.transpose(-1, -2)).add(diagonal(x, 36));
                draw.add(Trial.of(new Op.Cholesky(upper), definite));
            }));
            for (boolean unit : new boolean[] {false, true}) {
                specs.add(square("solveTriangular" + which + (unit ? " unit" : ""), (draw, x) -> {
                    Tensor small = unit ? x.div(6.0 * Math.max(1, x.size(-1))) : regular(x);
                    draw.add(Trial.of(new Op.SolveTriangular(upper, unit), small, right(draw, x)));
                }));
            }
            specs.add(square("eigh" + which, (draw, x) -> draw.add(Trial.of(new Op.Eigh(upper), x))));
        }
        specs.add(square("solve", (draw, x) -> draw.add(Trial.of(new Op.Solve(), regular(x), right(draw, x)))));
        specs.add(square("inverse", (draw, x) -> draw.add(Trial.of(new Op.Inverse(), regular(x)))));
        specs.add(square("det", (draw, x) -> draw.add(Trial.of(new Op.Det(), regular(x.div(6.0))))));
        specs.add(square("slogdet", (draw, x) -> draw.add(Trial.of(new Op.SlogDet(), regular(x)))));
        for (boolean whole : new boolean[] {false, true}) {
            specs.add(any("qr" + (whole ? " complete" : ""), (draw, x) -> draw.add(Trial.of(new Op.Qr(whole), x))));
            specs.add(any("svd" + (whole ? " full" : ""), (draw, x) -> draw.add(Trial.of(new Op.Svd(whole), x))));
        }
        specs.add(any("pinv", (draw, x) -> draw.add(Trial.of(new Op.Pinv(0, 1e-3, false), x))));
        specs.add(square("pinv hermitian", (draw, x) -> {
            Tensor definite = x.matmul(x.transpose(-1, -2)).add(diagonal(x, 36));
            draw.add(Trial.of(new Op.Pinv(1e-3, 0, true), definite));
        }));
    }

    private static OperatorSpec square(String name, Maker maker) {
        return new OperatorSpec(name, DTYPES, draw -> {
            for (Shape batch : BATCHES) {
                for (int n : ORDERS) {
                    maker.add(draw, draw.operand(Domain.FINITE, batch.concat(Shape.of(n, n))));
                }
            }
        });
    }

    private static OperatorSpec any(String name, Maker maker) {
        return new OperatorSpec(name, DTYPES, draw -> {
            for (Shape batch : BATCHES) {
                for (int[] size : SIZES) {
                    maker.add(draw, draw.operand(Domain.FINITE, batch.concat(Shape.of(size[0], size[1]))));
                }
            }
        });
    }

    private static Tensor right(OperatorSpec.Draw draw, Tensor x) {
        return draw.operand(Domain.FINITE, x.shape().with(-1, 4));
    }

    /** As much on the diagonal as makes it outweigh its row, so that every solution is well conditioned. */
    private static Tensor regular(Tensor x) {
        return x.add(diagonal(x, 12));
    }

    private static Tensor diagonal(Tensor x, double factor) {
        long n = x.size(-1);
        return Tensor.eye(n, n, x.dtype(), x.device()).mul(factor * n);
    }
}
