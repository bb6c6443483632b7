package io.gatun.backend.reference;

import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.TensorView;

/**
 * (..., m, k) times (..., k, n). Row i of a product is the sum of b's rows, weighted by row i of a: the loop in that order
 * runs through memory in order. Floating-point sums are kept in double and rounded once; their order is that of k.
 */
final class MatrixProduct {
    private MatrixProduct() {}

    static void multiply(TensorView a, TensorView b, TensorView out) {
        Shape left = a.layout().shape();
        int m = (int) left.size(-2);
        int k = (int) left.size(-1);
        int n = (int) b.layout().shape().size(-1);
        int length = RowMajor.length(out.layout());
        int batches = length == 0 ? 0 : length / (m * n);
        if (a.dtype().isFloatingPoint()) {
            double[] x = RowMajor.doubles(a);
            double[] y = RowMajor.doubles(b);
            double[] z = new double[length];
            for (int row = 0; row < batches * m; row++) {
                int batch = row / m;
                for (int p = 0; p < k; p++) {
                    double weight = x[row * k + p];
                    for (int j = 0; j < n; j++) {
                        z[row * n + j] += weight * y[(batch * k + p) * n + j];
                    }
                }
            }
            RowMajor.store(out, z);
        } else {
            long[] x = RowMajor.longs(a);
            long[] y = RowMajor.longs(b);
            long[] z = new long[length];
            for (int row = 0; row < batches * m; row++) {
                int batch = row / m;
                for (int p = 0; p < k; p++) {
                    long weight = x[row * k + p];
                    for (int j = 0; j < n; j++) {
                        z[row * n + j] += weight * y[(batch * k + p) * n + j];
                    }
                }
            }
            RowMajor.store(out, z);
        }
    }
}
