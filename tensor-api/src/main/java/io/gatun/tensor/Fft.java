package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Discrete Fourier transforms: PyTorch's {@code torch.fft}. Of x(0) to x(n - 1) the transform is X(k) = sum of x(j)
 * exp(-2πi jk/n), the inverse the same with a positive sign, divided as {@link FftNorm} says.
 *
 * <pre>{@code
 * Tensor spectrum = Fft.rfft(signal);                       // (..., n) real to (..., n / 2 + 1) complex
 * Tensor smooth = Fft.irfft(spectrum.mul(filter), n, -1, FftNorm.BACKWARD);
 * }</pre>
 *
 * <p>Results are complex: {@code C128} of {@code F64} and {@code C128}, else {@code C64}; those of {@code irfft} and {@code
 * hfft} are real. All sizes are supported, in n log n steps, and all computed in double. A length {@code n} other than
 * that of the operand cuts it off at the end or fills it with zeros; {@link #WHOLE} stands for its own. Every transform is
 * differentiable, to any order.
 *
 * <p>A {@link ShapeException} where a length is 0 or negative or a dimension is named twice, a {@link DTypeException}
 * where a real operand is wanted and a complex one given.
 */
public final class Fft {
    /** For a length: that of the operand. */
    public static final long WHOLE = -1;

    private Fft() {}

    // ---- one dimension

    /** The transform along the last dimension. */
    public static Tensor fft(Tensor x) {
        return fft(x, WHOLE, -1, FftNorm.BACKWARD);
    }

    /** The transform of {@code n} points along {@code dim}. */
    public static Tensor fft(Tensor x, long n, int dim, FftNorm norm) {
        return transform("fft", x, new long[] {n}, new int[] {dim}, false, norm);
    }

    /** The inverse transform along the last dimension. */
    public static Tensor ifft(Tensor x) {
        return ifft(x, WHOLE, -1, FftNorm.BACKWARD);
    }

    /** The inverse transform of {@code n} points along {@code dim}. */
    public static Tensor ifft(Tensor x, long n, int dim, FftNorm norm) {
        return transform("ifft", x, new long[] {n}, new int[] {dim}, true, norm);
    }

    /** Of real numbers: the first n / 2 + 1 of the transform along the last dimension, whose conjugates the others are. */
    public static Tensor rfft(Tensor x) {
        return rfft(x, WHOLE, -1, FftNorm.BACKWARD);
    }

    /** Of real numbers: the first n / 2 + 1 of the transform of {@code n} points along {@code dim}. */
    public static Tensor rfft(Tensor x, long n, int dim, FftNorm norm) {
        return oneSided("rfft", x, new long[] {n}, new int[] {dim}, norm);
    }

    /** The inverse of {@link #rfft(Tensor)}, real; of m numbers 2 (m - 1) points. */
    public static Tensor irfft(Tensor x) {
        return irfft(x, WHOLE, -1, FftNorm.BACKWARD);
    }

    /**
     * The inverse of {@link #rfft(Tensor, long, int, FftNorm)}, real: {@code n} points of the first n / 2 + 1 numbers along
     * {@code dim}. An odd {@code n} has to be said. Imaginary parts that a real signal would not have are ignored.
     */
    public static Tensor irfft(Tensor x, long n, int dim, FftNorm norm) {
        return realInverse("irfft", x, new long[] {n}, new int[] {dim}, norm);
    }

    /** The real transform of a signal given by its first half, whose other half is conjugated. */
    public static Tensor hfft(Tensor x) {
        return hfft(x, WHOLE, -1, FftNorm.BACKWARD);
    }

    /** The real transform, of {@code n} points, of a signal given by its first n / 2 + 1 numbers along {@code dim}. */
    public static Tensor hfft(Tensor x, long n, int dim, FftNorm norm) {
        return realInverse("hfft", x.conj(), new long[] {n}, new int[] {dim}, norm.opposite());
    }

    /** The inverse of {@link #hfft(Tensor)}: of n real numbers n / 2 + 1 complex ones. */
    public static Tensor ihfft(Tensor x) {
        return ihfft(x, WHOLE, -1, FftNorm.BACKWARD);
    }

    /** The inverse of {@link #hfft(Tensor, long, int, FftNorm)}. */
    public static Tensor ihfft(Tensor x, long n, int dim, FftNorm norm) {
        return oneSided("ihfft", x, new long[] {n}, new int[] {dim}, norm.opposite())
                .conj();
    }

    // ---- two dimensions, and more

    /** The transform along the last two dimensions. */
    public static Tensor fft2(Tensor x) {
        return fft2(x, null, new int[] {-2, -1}, FftNorm.BACKWARD);
    }

    /** The transform along {@code dims}; see {@link #fftn(Tensor, long[], int[], FftNorm)}. */
    public static Tensor fft2(Tensor x, long @Nullable [] s, int[] dims, FftNorm norm) {
        return transform("fft2", x, s, dims, false, norm);
    }

    /** The inverse transform along the last two dimensions. */
    public static Tensor ifft2(Tensor x) {
        return ifft2(x, null, new int[] {-2, -1}, FftNorm.BACKWARD);
    }

    /** The inverse transform along {@code dims}; see {@link #fftn(Tensor, long[], int[], FftNorm)}. */
    public static Tensor ifft2(Tensor x, long @Nullable [] s, int[] dims, FftNorm norm) {
        return transform("ifft2", x, s, dims, true, norm);
    }

    /** Of real numbers: the transform along the last two dimensions, of the last the first n / 2 + 1. */
    public static Tensor rfft2(Tensor x) {
        return rfft2(x, null, new int[] {-2, -1}, FftNorm.BACKWARD);
    }

    /** Of real numbers: the transform along {@code dims}, of the last of them the first n / 2 + 1. */
    public static Tensor rfft2(Tensor x, long @Nullable [] s, int[] dims, FftNorm norm) {
        return oneSided("rfft2", x, s, dims, norm);
    }

    /** The inverse of {@link #rfft2(Tensor)}, real, with an even number of columns. */
    public static Tensor irfft2(Tensor x) {
        return irfft2(x, null, new int[] {-2, -1}, FftNorm.BACKWARD);
    }

    /** The inverse of {@link #rfft2(Tensor, long[], int[], FftNorm)}, real; {@code s} are the sizes of the result. */
    public static Tensor irfft2(Tensor x, long @Nullable [] s, int[] dims, FftNorm norm) {
        return realInverse("irfft2", x, s, dims, norm);
    }

    /** The transform along all dimensions. */
    public static Tensor fftn(Tensor x) {
        return fftn(x, null, null, FftNorm.BACKWARD);
    }

    /**
     * The transform along several dimensions.
     *
     * @param s the lengths along them, or null for those of the operand
     * @param dims the dimensions, or null for the last ones, as many as lengths, or all
     */
    public static Tensor fftn(Tensor x, long @Nullable [] s, int @Nullable [] dims, FftNorm norm) {
        return transform("fftn", x, s, dims, false, norm);
    }

    /** The inverse transform along all dimensions. */
    public static Tensor ifftn(Tensor x) {
        return ifftn(x, null, null, FftNorm.BACKWARD);
    }

    /** The inverse transform along several dimensions; see {@link #fftn(Tensor, long[], int[], FftNorm)}. */
    public static Tensor ifftn(Tensor x, long @Nullable [] s, int @Nullable [] dims, FftNorm norm) {
        return transform("ifftn", x, s, dims, true, norm);
    }

    /** Of real numbers: the transform along all dimensions, of the last the first n / 2 + 1. */
    public static Tensor rfftn(Tensor x) {
        return rfftn(x, null, null, FftNorm.BACKWARD);
    }

    /** Of real numbers: the transform along several dimensions, of the last of them the first n / 2 + 1. */
    public static Tensor rfftn(Tensor x, long @Nullable [] s, int @Nullable [] dims, FftNorm norm) {
        return oneSided("rfftn", x, s, dims, norm);
    }

    /** The inverse of {@link #rfftn(Tensor)}, real, with an even last size. */
    public static Tensor irfftn(Tensor x) {
        return irfftn(x, null, null, FftNorm.BACKWARD);
    }

    /** The inverse of {@link #rfftn(Tensor, long[], int[], FftNorm)}, real; {@code s} are the sizes of the result. */
    public static Tensor irfftn(Tensor x, long @Nullable [] s, int @Nullable [] dims, FftNorm norm) {
        return realInverse("irfftn", x, s, dims, norm);
    }

    // ---- frequencies and their order

    /** The frequencies of the {@code n} numbers of a transform, in cycles a sample, {@code F32}. */
    public static Tensor fftfreq(long n) {
        return fftfreq(n, 1);
    }

    /** The frequencies of a transform of {@code n} samples {@code d} apart: 0, 1, ..., -2, -1 over n·d; {@code F32}. */
    public static Tensor fftfreq(long n, double d) {
        Tensor numbers = Tensor.arange(0, (double) n, 1);
        long negative = n / 2;
        return Tensor.where(numbers.ge(n - negative), numbers.sub((double) n), numbers)
                .mul(1 / ((double) n * d));
    }

    /** The frequencies of the n / 2 + 1 numbers of {@link #rfft(Tensor)}, in cycles a sample, {@code F32}. */
    public static Tensor rfftfreq(long n) {
        return rfftfreq(n, 1);
    }

    /** The frequencies of the n / 2 + 1 numbers of {@link #rfft(Tensor)} of samples {@code d} apart, {@code F32}. */
    public static Tensor rfftfreq(long n, double d) {
        return Tensor.arange(0, (double) (n / 2 + 1), 1).mul(1 / ((double) n * d));
    }

    /** A copy with frequency 0 moved to the middle of {@code dims}, all if none are named. */
    public static Tensor fftshift(Tensor x, int... dims) {
        Tensor result = x;
        for (int dim : dims.length == 0 ? Axes.all(x.dim()).toArray() : dims) {
            result = result.roll(x.size(dim) / 2, dim);
        }
        return result;
    }

    /** The inverse of {@link #fftshift}. */
    public static Tensor ifftshift(Tensor x, int... dims) {
        Tensor result = x;
        for (int dim : dims.length == 0 ? Axes.all(x.dim()).toArray() : dims) {
            result = result.roll((x.size(dim) + 1) / 2, dim);
        }
        return result;
    }

    // ---- what they are made of

    /** Dimensions, counted from the front, and how many points there are along each. */
    private record Points(Axes dims, Shape sizes) {
        int last() {
            return dims.get(dims.count() - 1);
        }

        double scale(FftNorm norm, boolean inverse) {
            return norm.scale(inverse, (double) sizes.numel());
        }
    }

    /** {@code halved}: whether the operand has only the first half along the last of the dimensions. */
    private static Points points(
            String operator, Tensor x, long @Nullable [] s, int @Nullable [] given, boolean halved) {
        int count = given != null ? given.length : s != null ? s.length : x.dim();
        if (count == 0 || count > x.dim() || s != null && s.length != count) {
            throw new ShapeException(operator + ": shape " + x.shape() + " has " + x.dim() + " dimensions, " + count
                    + " are transformed, and " + (s == null ? count : s.length)
                    + " lengths are given: at least one dimension, and a length for each");
        }
        int[] dims = new int[count];
        long[] sizes = new long[count];
        for (int i = 0; i < count; i++) {
            dims[i] = given != null ? x.shape().normalise(operator, given[i]) : x.dim() - count + i;
            long own = x.size(dims[i]);
            sizes[i] = s != null && s[i] != WHOLE ? s[i] : halved && i == count - 1 ? 2 * (own - 1) : own;
            if (sizes[i] < 1) {
                throw new ShapeException(operator + ": " + sizes[i] + " points along dimension " + dims[i]
                        + " of shape " + x.shape() + ": at least one is needed");
            }
        }
        if (Arrays.stream(dims).distinct().count() < count) {
            throw new ShapeException(
                    operator + ": dimensions " + Arrays.toString(given) + " of shape " + x.shape() + " name one twice");
        }
        return new Points(Axes.of(dims), Shape.of(sizes));
    }

    private static Tensor complex(Tensor x) {
        return x.isComplex() ? x : x.to(Promotion.floating(x.dtype()).toComplex());
    }

    /** The first {@code size} numbers along {@code dim}, zeros where there are not so many. */
    private static Tensor sized(Tensor x, int dim, long size) {
        long own = x.size(dim);
        if (own >= size) {
            return own == size ? x : x.narrow(dim, 0, size);
        }
        long[] after = new long[x.dim()];
        after[dim] = size - own;
        return x.pad(new long[x.dim()], after, 0);
    }

    private static Tensor sized(Tensor x, Points points) {
        Tensor result = x;
        for (int i = 0; i < points.dims.count(); i++) {
            result = sized(result, points.dims.get(i), points.sizes.size(i));
        }
        return result;
    }

    private static Tensor transform(
            String operator, Tensor x, long @Nullable [] s, int @Nullable [] dims, boolean inverse, FftNorm norm) {
        Points points = points(operator, x, s, dims, false);
        return run(sized(complex(x), points), points.dims, inverse, points.scale(norm, inverse));
    }

    private static Tensor run(Tensor x, Axes dims, boolean inverse, double scale) {
        return Dispatch.composite(new Op.Fft(dims, inverse, scale), x)[0];
    }

    private static Tensor oneSided(
            String operator, Tensor x, long @Nullable [] s, int @Nullable [] dims, FftNorm norm) {
        if (x.isComplex()) {
            throw new DTypeException(operator + ": wants real numbers, not " + x.dtype() + ": use fft");
        }
        Points points = points(operator, x, s, dims, false);
        Tensor all = run(complex(sized(x, points)), points.dims, false, points.scale(norm, false));
        return all.narrow(points.last(), 0, points.sizes.size(-1) / 2 + 1).contiguous();
    }

    /** Other dimensions first; along the last the second half is made of the first, as a real result has it. */
    private static Tensor realInverse(
            String operator, Tensor x, long @Nullable [] s, int @Nullable [] given, FftNorm norm) {
        Points points = points(operator, x, s, given, true);
        int last = points.last();
        long n = points.sizes.size(-1);
        long half = n / 2 + 1;
        Tensor spectrum = complex(x);
        int others = points.dims.count() - 1;
        for (int i = 0; i < others; i++) {
            spectrum = sized(spectrum, points.dims.get(i), points.sizes.size(i));
        }
        spectrum = sized(spectrum, last, half);
        if (others > 0) {
            spectrum = run(spectrum, Axes.of(Arrays.copyOf(points.dims.toArray(), others)), true, 1);
        }
        if (n > half) {
            Tensor mirrored = spectrum.narrow(last, 1, n - half).flip(last).conj();
            spectrum = Tensor.cat(List.of(spectrum, mirrored), last);
        }
        return run(spectrum, Axes.of(last), true, points.scale(norm, true))
                .real()
                .contiguous();
    }
}
