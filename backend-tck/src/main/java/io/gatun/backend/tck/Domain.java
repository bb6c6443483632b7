package io.gatun.backend.tck;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Where an operand's elements are drawn from: an interval, every fourth element instead a special value where those make
 * sense (both zeros, infinities, NaN, subnormal numbers, the ends of an integer type).
 *
 * @param low the smallest
 * @param high the largest
 * @param specials whether special values are mixed in
 * @param zero whether an integer may be zero
 */
public record Domain(double low, double high, boolean specials, boolean zero) {
    /** Any sign, special values mixed in. */
    public static final Domain ANY = new Domain(-6, 6, true, true);
    /** Any sign, no special values. */
    public static final Domain FINITE = new Domain(-6, 6, false, true);
    /** A divisor: as {@link #ANY} for floating-point dtypes, but no integer zero, which is refused. */
    public static final Domain DIVISOR = new Domain(-6, 6, true, false);
    /** Around 1, so that long products neither vanish nor overflow. */
    public static final Domain NEAR_ONE = new Domain(0.75, 1.25, false, true);
    /** Small non-negative exponents. */
    public static final Domain EXPONENT = new Domain(0, 5, false, true);
    /** What has a value as an integer of any width: within {@code long}, as anything else is unspecified. */
    public static final Domain CASTABLE = new Domain(-1e9, 1e9, false, true);
    /** The same of {@code F16}. */
    public static final Domain CASTABLE_HALF = new Domain(-6e4, 6e4, false, true);

    private static final double[] FLOATING = {
        0.0,
        -0.0,
        1,
        -1,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN,
        0.5,
        -0.5,
        1.5,
        2.5,
        1e-40,
        -1e-38,
        3e38,
        88.5,
        -104,
        1e-7,
        16_777_217.0,
        65_504
    };

    /** A tensor on {@code device}: the same for the same random state. */
    public Tensor draw(DType dtype, Shape shape, Device device, SplittableRandom random) {
        if (dtype.isComplex()) {
            Tensor parts = draw(dtype.toReal(), shape.insert(shape.rank(), 2), device, random);
            return parts.viewAsComplex().detach();
        }
        int n = Math.toIntExact(shape.numel());
        if (dtype.isFloatingPoint()) {
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                boolean special = specials && random.nextInt(4) == 0;
                values[i] =
                        special ? FLOATING[random.nextInt(FLOATING.length)] : low + random.nextDouble() * (high - low);
            }
            return Tensor.of(values, dtype, device).reshape(shape);
        }
        long[] values = new long[n];
        for (int i = 0; i < n; i++) {
            values[i] = specials && random.nextInt(4) == 0 ? end(dtype, random) : whole(dtype, random);
            if (!zero && values[i] == 0) {
                values[i] = 3;
            }
        }
        return Tensor.of(values, dtype, device).reshape(shape);
    }

    private long whole(DType dtype, SplittableRandom random) {
        if (dtype == DType.BOOL) {
            return random.nextInt(2);
        }
        long from = dtype == DType.U8 ? Math.max(0, (long) low) : (long) low;
        long to = Math.max(from, (long) high);
        return random.nextLong(from, to + 1);
    }

    /** The smallest, the largest, or a number next to zero. */
    private static long end(DType dtype, SplittableRandom random) {
        if (dtype == DType.BOOL) {
            return random.nextInt(2);
        }
        int bits = dtype.byteSize() * 8;
        long largest = dtype == DType.U8 ? 255 : -1L >>> 65 - bits;
        long smallest = dtype == DType.U8 ? 0 : -largest - 1;
        return switch (random.nextInt(5)) {
            case 0 -> largest;
            case 1 -> smallest;
            case 2 -> largest - 1;
            case 3 -> dtype == DType.U8 ? 1 : -1;
            default -> 0;
        };
    }
}
