package io.gatun.linalg;

import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.MatrixDecompositions;
import java.util.Arrays;

/**
 * Linear algebra on the host: each matrix of a batch in turn, by ojAlgo ({@link OjAlgo}), in double whatever the dtype, and
 * rounded once.
 */
public final class HostMatrices implements MatrixDecompositions {
    /** The matrices of an operand. */
    private static final class Batch {
        final Tensor tensor;
        final Shape lead;
        final int rows;
        final int columns;
        private final double[] values;

        Batch(Tensor tensor) {
            this.tensor = tensor;
            this.lead = tensor.shape().slice(0, tensor.dim() - 2);
            this.rows = Math.toIntExact(tensor.size(-2));
            this.columns = Math.toIntExact(tensor.size(-1));
            this.values = tensor.toDoubleArray();
        }

        int count() {
            return Math.toIntExact(lead.numel());
        }

        double[] matrix(int i) {
            return Arrays.copyOfRange(values, i * rows * columns, (i + 1) * rows * columns);
        }

        void requireFinite(String operator, int i, double[] matrix) {
            for (double value : matrix) {
                if (!Double.isFinite(value)) {
                    throw new ValueException(operator + ": " + name(i) + " has an element " + value
                            + ": only finite numbers can be decomposed");
                }
            }
        }

        /** Matrix i, for a message. */
        String name(int i) {
            StringBuilder index = new StringBuilder();
            long rest = i;
            for (int d = lead.rank() - 1; d >= 0; d--) {
                index.insert(0, (d == 0 ? "" : ", ") + rest % lead.size(d));
                rest /= lead.size(d);
            }
            return lead.rank() == 0
                    ? "the matrix of shape " + tensor.shape()
                    : "matrix (" + index + ") of the batch of shape " + tensor.shape();
        }
    }

    /** A result that is filled matrix by matrix. */
    private static final class Result {
        private final Shape shape;
        private final double[] values;
        private int filled;

        Result(Shape lead, long... matrix) {
            this.shape = lead.concat(Shape.of(matrix));
            this.values = new double[Math.toIntExact(shape.numel())];
        }

        void add(double... matrix) {
            System.arraycopy(matrix, 0, values, filled, matrix.length);
            filled += matrix.length;
        }

        Tensor like(Tensor operand) {
            return Tensor.of(values, operand.dtype(), operand.device()).reshape(shape);
        }
    }

    /** For the service loader. */
    public HostMatrices() {}

    @Override
    public Tensor[] compute(Op.LinearAlgebra op, Tensor... in) {
        return switch (op) {
            case Op.Cholesky(var upper) -> cholesky(upper, in[0]);
            case Op.SolveTriangular(var upper, var unit) -> solveTriangular(upper, unit, in[0], in[1]);
            case Op.Solve _ -> solve(in[0], in[1]);
            case Op.Inverse _ -> inverse(in[0]);
            case Op.Det _ -> det(in[0]);
            case Op.SlogDet _ -> slogdet(in[0]);
            case Op.Qr(var complete) -> qr(complete, in[0]);
            case Op.Svd(var full) -> svd(full, in[0]);
            case Op.Eigh(var upper) -> eigh(upper, in[0]);
        };
    }

    private static Tensor[] cholesky(boolean upper, Tensor a) {
        Batch in = new Batch(upper ? a.transpose(-1, -2) : a);
        int n = in.rows;
        Result factors = new Result(in.lead, n, n);
        for (int i = 0; i < in.count() && n > 0; i++) {
            double[] factor = new double[n * n];
            int minor = OjAlgo.cholesky(n, in.matrix(i), factor);
            if (minor > 0) {
                throw new ValueException("cholesky: " + in.name(i) + " is not positive definite: its leading minor of"
                        + " order " + minor + " is not");
            }
            factors.add(factor);
        }
        Tensor lower = factors.like(a);
        return new Tensor[] {upper ? lower.transpose(-1, -2).contiguous() : lower};
    }

    private static Lu lu(int n, double[] matrix) {
        double[] factors = new double[n * n];
        int[] rows = new int[n];
        if (n > 0) {
            OjAlgo.lu(n, matrix, factors, rows);
        }
        return new Lu(n, factors, rows);
    }

    private static void requireRegular(String operator, Lu lu, Batch in, int matrix) {
        for (int i = 0; i < in.rows; i++) {
            if (lu.pivot(i) == 0) {
                throw new ValueException(operator + ": " + in.name(matrix) + " is singular, pivot " + i
                        + " is zero: pinv() and lstsq() take such matrices");
            }
        }
    }

    private static Tensor[] solveTriangular(boolean upper, boolean unit, Tensor a, Tensor b) {
        Batch left = new Batch(a);
        Batch right = new Batch(b);
        Result solutions = new Result(left.lead, right.rows, right.columns);
        for (int i = 0; i < left.count(); i++) {
            double[] x = right.matrix(i);
            Lu.substitute(left.rows, left.matrix(i), upper, unit, x, right.columns);
            solutions.add(x);
        }
        return new Tensor[] {solutions.like(b)};
    }

    private static Tensor[] solve(Tensor a, Tensor b) {
        Batch left = new Batch(a);
        Batch right = new Batch(b);
        Result solutions = new Result(left.lead, right.rows, right.columns);
        for (int i = 0; i < left.count(); i++) {
            Lu lu = lu(left.rows, left.matrix(i));
            requireRegular("solve", lu, left, i);
            solutions.add(lu.solve(right.matrix(i), right.columns));
        }
        return new Tensor[] {solutions.like(b)};
    }

    private static Tensor[] inverse(Tensor a) {
        Batch in = new Batch(a);
        int n = in.rows;
        double[] identity = identity(n);
        Result inverses = new Result(in.lead, n, n);
        for (int i = 0; i < in.count(); i++) {
            Lu lu = lu(n, in.matrix(i));
            requireRegular("inverse", lu, in, i);
            inverses.add(lu.solve(identity, n));
        }
        return new Tensor[] {inverses.like(a)};
    }

    private static Tensor[] det(Tensor a) {
        Batch in = new Batch(a);
        Result determinants = new Result(in.lead);
        for (int i = 0; i < in.count(); i++) {
            Lu lu = lu(in.rows, in.matrix(i));
            double product = lu.sign();
            for (int k = 0; k < in.rows; k++) {
                product *= lu.pivot(k);
            }
            determinants.add(product);
        }
        return new Tensor[] {determinants.like(a)};
    }

    private static Tensor[] slogdet(Tensor a) {
        Batch in = new Batch(a);
        Result signs = new Result(in.lead);
        Result logarithms = new Result(in.lead);
        for (int i = 0; i < in.count(); i++) {
            Lu lu = lu(in.rows, in.matrix(i));
            double sign = lu.sign();
            double logarithm = 0;
            for (int k = 0; k < in.rows; k++) {
                sign *= Math.signum(lu.pivot(k));
                logarithm += Math.log(Math.abs(lu.pivot(k)));
            }
            signs.add(sign);
            logarithms.add(logarithm);
        }
        return new Tensor[] {signs.like(a), logarithms.like(a)};
    }

    private static Tensor[] qr(boolean complete, Tensor a) {
        Batch in = new Batch(a);
        int m = in.rows;
        int n = in.columns;
        int k = complete ? m : Math.min(m, n);
        Result orthogonal = new Result(in.lead, m, k);
        Result triangular = new Result(in.lead, k, n);
        for (int i = 0; i < in.count(); i++) {
            double[] q = identity(k);
            double[] r = new double[k * n];
            if (m > 0 && n > 0) {
                q = new double[m * k];
                OjAlgo.qr(m, n, in.matrix(i), complete, q, r);
            }
            orthogonal.add(q);
            triangular.add(r);
        }
        return new Tensor[] {orthogonal.like(a), triangular.like(a)};
    }

    private static Tensor[] svd(boolean full, Tensor a) {
        Batch in = new Batch(a);
        int m = in.rows;
        int n = in.columns;
        int k = Math.min(m, n);
        int left = full ? m : k;
        int right = full ? n : k;
        Result u = new Result(in.lead, m, left);
        Result s = new Result(in.lead, k);
        Result vt = new Result(in.lead, right, n);
        for (int i = 0; i < in.count(); i++) {
            double[] ui = identity(left);
            double[] si = new double[k];
            double[] vi = identity(right);
            if (k > 0) {
                ui = new double[m * left];
                vi = new double[right * n];
                double[] matrix = in.matrix(i);
                in.requireFinite("svd", i, matrix);
                if (!OjAlgo.svd(m, n, matrix, full, ui, si, vi)) {
                    throw notConverged("svd", in, i);
                }
            }
            u.add(ui);
            s.add(si);
            vt.add(vi);
        }
        return new Tensor[] {u.like(a), s.like(a), vt.like(a)};
    }

    private static Tensor[] eigh(boolean upper, Tensor a) {
        Batch in = new Batch(upper ? a.transpose(-1, -2) : a);
        int n = in.rows;
        Result values = new Result(in.lead, n);
        Result vectors = new Result(in.lead, n, n);
        for (int i = 0; i < in.count() && n > 0; i++) {
            double[] matrix = symmetric(n, in.matrix(i));
            in.requireFinite("eigh", i, matrix);
            double[] w = new double[n];
            double[] v = new double[n * n];
            if (!OjAlgo.eigh(n, matrix, w, v)) {
                throw notConverged("eigh", in, i);
            }
            values.add(w);
            vectors.add(v);
        }
        return new Tensor[] {values.like(a), vectors.like(a)};
    }

    private static double[] identity(int n) {
        double[] identity = new double[n * n];
        for (int i = 0; i < n; i++) {
            identity[i * n + i] = 1;
        }
        return identity;
    }

    /** The lower triangle, and its mirror image above. */
    private static double[] symmetric(int n, double[] matrix) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                matrix[j * n + i] = matrix[i * n + j];
            }
        }
        return matrix;
    }

    private static ValueException notConverged(String operator, Batch in, int i) {
        return new ValueException(operator + ": the iteration does not converge for " + in.name(i));
    }
}
