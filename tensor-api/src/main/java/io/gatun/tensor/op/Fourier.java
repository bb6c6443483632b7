package io.gatun.tensor.op;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.function.LongUnaryOperator;

/**
 * The decomposition of {@link Op.Fft}: transforms along a dimension as products with small matrices of roots of unity.
 *
 * <p>A length n = d·m is taken apart as by J. W. Cooley and J. W. Tukey, "An algorithm for the machine calculation of
 * complex Fourier series", Math. Comp. 19 (1965), with d the largest divisor up to 64: with j = j1·m + j2 and k = k1 +
 * d·k2, transforms of d points over j1, a product with exp(-2πi j2·k1/n), and transforms of m points over j2. So a length
 * of 2^18 takes three matrix products, which every backend is quick at. A length without such a divisor becomes a
 * convolution, of a power of two: L. I. Bluestein, "A linear filtering approach to the computation of discrete Fourier
 * transform", IEEE Trans. Audio Electroacoust. 18 (1970).
 *
 * <p>Worked example of the indices: n = 6 = 3·2. Row j1 of the (3, 2) matrix of x is x(2·j1), x(2·j1 + 1); transforms go
 * down its columns, then along the rows; X(k1 + 3·k2) is at (k1, k2), so that the result is read by columns.
 *
 * <p>All in double, the roots from angles reduced exactly; a result of {@code C64} is rounded once.
 */
final class Fourier {
    private static final long LARGEST_MATRIX = 64;

    private final boolean inverse;
    private final Tensor like;

    private Fourier(boolean inverse, Tensor like) {
        this.inverse = inverse;
        this.like = like;
    }

    static Tensor transform(Op.Fft op, Tensor x) {
        Tensor result = x.to(DType.C128);
        Fourier fourier = new Fourier(op.inverse(), x);
        for (int dim : op.dims().toArray()) {
            result = fourier.along(result.transpose(dim, -1)).transpose(dim, -1);
        }
        Tensor scaled = op.scale() == 1 ? result : result.mul(op.scale());
        return scaled.to(x.dtype()).contiguous();
    }

    /** Along the last dimension. */
    private Tensor along(Tensor x) {
        long n = x.size(-1);
        if (n <= LARGEST_MATRIX) {
            return x.matmul(roots(Shape.of(n, n), n, at -> at / n * (at % n) % n));
        }
        long d = LARGEST_MATRIX;
        while (n % d != 0) {
            d--;
        }
        return d == 1 ? convolved(x, n) : split(x, d, n / d);
    }

    private Tensor split(Tensor x, long d, long m) {
        Tensor columns = x.unflatten(-1, d, m).transpose(-1, -2); // (..., j2, j1)
        Tensor rows = along(columns).mul(roots(Shape.of(m, d), d * m, at -> at / d * (at % d)));
        return along(rows.transpose(-1, -2)).transpose(-1, -2).flatten(-2);
    }

    /** jk = (j² + k² - (k - j)²) / 2: x times a chirp, convolved with the conjugate chirp, times the chirp. */
    private Tensor convolved(Tensor x, long n) {
        long length = Long.highestOneBit(2 * n - 2) * 2;
        Tensor chirp = roots(Shape.of(n), 2 * n, j -> j * j % (2 * n));
        Tensor padded = padded(x.mul(chirp), 0, length - n);
        Tensor turned = chirp.conj();
        Tensor filter = padded(turned, 0, length - n)
                .add(padded(turned.narrow(0, 1, n - 1).flip(0), length - n + 1, 0));
        Fourier forward = new Fourier(false, like);
        Fourier back = new Fourier(true, like);
        Tensor product = forward.along(padded).mul(forward.along(filter));
        return back.along(product).narrow(-1, 0, n).mul(chirp).div((double) length);
    }

    private static Tensor padded(Tensor x, long before, long after) {
        long[] front = new long[x.dim()];
        long[] back = new long[x.dim()];
        front[x.dim() - 1] = before;
        back[x.dim() - 1] = after;
        return x.pad(front, back, 0);
    }

    /** exp(∓2πi r/n), for each element the r of its number. */
    private Tensor roots(Shape shape, long n, LongUnaryOperator r) {
        double[] parts = new double[Math.toIntExact(2 * shape.numel())];
        for (int i = 0; i < parts.length / 2; i++) {
            double angle = 2 * Math.PI * r.applyAsLong(i) / n;
            parts[2 * i] = Math.cos(angle);
            parts[2 * i + 1] = inverse ? Math.sin(angle) : -Math.sin(angle);
        }
        return Tensor.of(parts, DType.F64, like.device())
                .reshape(shape.insert(shape.rank(), 2))
                .viewAsComplex();
    }
}
