package io.gatun.tensor;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * How the elements of one tensor are written, all alike, by PyTorch's rules: whole numbers as {@code 3.}, others with four
 * decimals, in scientific notation where magnitudes span more than three decades, exceed 1e8 or fall below 1e-4.
 */
final class NumberFormat {
    private static final int PRECISION = 4;
    private static final double MOST_DECADES = 1000;
    private static final double LARGEST_PLAIN = 1e8;
    private static final double SMALLEST_PLAIN = 1e-4;

    private final boolean floating;
    private final boolean truth;
    private boolean whole = true;
    private boolean scientific;
    private int width = 1;

    /** Fitted to the elements that will be shown. */
    NumberFormat(DType dtype, Scalar[] shown) {
        floating = dtype.isFloatingPoint();
        truth = dtype == DType.BOOL;
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (Scalar value : shown) {
            double magnitude = Math.abs(value.doubleValue());
            if (floating && magnitude != 0 && Double.isFinite(magnitude)) {
                largest = Math.max(largest, magnitude);
                smallest = Math.min(smallest, magnitude);
                whole &= magnitude == Math.rint(magnitude);
            }
        }
        if (floating && largest > 0) {
            scientific =
                    largest / smallest > MOST_DECADES || largest > LARGEST_PLAIN || !whole && smallest < SMALLEST_PLAIN;
        }
        for (Scalar value : shown) {
            boolean counts = !floating || value.doubleValue() != 0 && Double.isFinite(value.doubleValue());
            width = counts ? Math.max(width, text(value).length()) : width;
        }
    }

    /** The width of a column. */
    int width() {
        return width;
    }

    /** {@code value}, padded on the left to the width. */
    String format(Scalar value) {
        String text = text(value);
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    private String text(Scalar value) {
        if (truth) {
            return value.longValue() != 0 ? "True" : "False";
        }
        double number = value.doubleValue();
        if (!floating) {
            return Long.toString(value.longValue());
        } else if (Double.isNaN(number)) {
            return "nan";
        } else if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        String sign = Double.doubleToRawLongBits(number) < 0 ? "-" : "";
        BigDecimal exact = new BigDecimal(Math.abs(number));
        if (scientific) {
            return sign + scientific(exact);
        } else if (whole) {
            return sign + exact.toPlainString() + ".";
        }
        return sign + exact.setScale(PRECISION, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String scientific(BigDecimal magnitude) {
        if (magnitude.signum() == 0) {
            return "0." + "0".repeat(PRECISION) + "e+00";
        }
        BigDecimal rounded = magnitude.round(new MathContext(PRECISION + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        String mantissa = rounded.movePointLeft(exponent)
                .setScale(PRECISION, RoundingMode.UNNECESSARY)
                .toPlainString();
        String digits = Integer.toString(Math.abs(exponent));
        return mantissa + (exponent < 0 ? "e-" : "e+") + (digits.length() < 2 ? "0" : "") + digits;
    }
}
