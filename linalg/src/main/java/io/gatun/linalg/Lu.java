package io.gatun.linalg;

/** L·U of a square matrix in double with its rows exchanged, and what is computed from it. */
final class Lu {
    private final int n;
    private final double[] factors;
    private final int[] rows;

    /**
     * Takes the arrays.
     *
     * @param factors U with its diagonal, and below it L
     * @param rows which row of the matrix each row of L·U is
     */
    Lu(int n, double[] factors, int[] rows) {
        this.n = n;
        this.factors = factors;
        this.rows = rows;
    }

    /** A diagonal element of U. */
    double pivot(int i) {
        return factors[i * n + i];
    }

    /** 1 for an even permutation of the rows, -1 for an odd one: a cycle of even length turns the sign. */
    int sign() {
        boolean[] seen = new boolean[n];
        int sign = 1;
        for (int i = 0; i < n; i++) {
            int length = 0;
            for (int at = i; !seen[at]; at = rows[at]) {
                seen[at] = true;
                length++;
            }
            sign = length > 0 && length % 2 == 0 ? -sign : sign;
        }
        return sign;
    }

    /** X with A·X = B. */
    double[] solve(double[] right, int columns) {
        double[] x = new double[right.length];
        for (int i = 0; i < n; i++) {
            System.arraycopy(right, rows[i] * columns, x, i * columns, columns);
        }
        substitute(n, factors, false, true, x, columns);
        substitute(n, factors, true, false, x, columns);
        return x;
    }

    /** Turns B into the solution X of T·X = B, T triangular; {@code unit} for a diagonal taken as ones. */
    static void substitute(int n, double[] t, boolean upper, boolean unit, double[] b, int columns) {
        for (int step = 0; step < n; step++) {
            int i = upper ? n - 1 - step : step;
            for (int j = upper ? i + 1 : 0; j < (upper ? n : i); j++) {
                double factor = t[i * n + j];
                for (int c = 0; factor != 0 && c < columns; c++) {
                    b[i * columns + c] -= factor * b[j * columns + c];
                }
            }
            for (int c = 0; !unit && c < columns; c++) {
                b[i * columns + c] /= t[i * n + i];
            }
        }
    }
}
