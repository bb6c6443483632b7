package io.gatun.tensor;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/**
 * How the elements of one tensor are written, all alike, by PyTorch's rules: whole numbers as {@code 3.}, others with some
 * decimals, in scientific notation where magnitudes span more than three decades, exceed 1e8 or fall below 1e-4. A number
 * of two parts has one of these for each part.
 */
final class NumberFormat {
    private static final double WIDEST_SPAN = 1000;
    private static final double LARGEST_PLAIN = 1e8;
    private static final double SMALLEST_PLAIN = 1e-4;

    private final DType dtype;
    private final int precision;
    private boolean whole = true;
    private boolean scientific;
    private int width = 1;

    /** Fitted to the elements that will be shown. */
    NumberFormat(DType dtype, List<Scalar> shown, PrintOptions options) {
        this.dtype = dtype;
        this.precision = options.precision();
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (Scalar value : shown) {
            if (counts(value)) {
                double magnitude = Math.abs(value.doubleValue());
                largest = Math.max(largest, magnitude);
                smallest = Math.min(smallest, magnitude);
                whole &= magnitude == Math.rint(magnitude);
            }
        }
        boolean anyCounts = largest > 0;
        if (dtype.isFloatingPoint() && anyCounts) {
            scientific =
                    largest / smallest > WIDEST_SPAN || largest > LARGEST_PLAIN || !whole && smallest < SMALLEST_PLAIN;
        }
        for (Scalar value : shown) {
            width = counts(value) ? Math.max(width, text(value).length()) : width;
        }
        if (options.sciMode() != null && anyCounts) { // after the width was found, as PyTorch does
            scientific = options.sciMode();
        }
    }

    /** Whether an element has a say in notation and width: zeros, infinities and NaN have none among other numbers. */
    private boolean counts(Scalar value) {
        double number = value.doubleValue();
        return !dtype.isFloatingPoint() || number != 0 && Double.isFinite(number);
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
        if (dtype == DType.BOOL) {
            return value.longValue() != 0 ? "True" : "False";
        }
        return dtype.isIntegral() ? Long.toString(value.longValue()) : text(value.doubleValue());
    }

    private String text(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        } else if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        String sign = Double.doubleToRawLongBits(number) < 0 ? "-" : "";
        BigDecimal exact = new BigDecimal(Math.abs(number));
        if (scientific) {
            return sign + scientific(exact);
        } else if (whole) {
            return sign + exact.setScale(0, RoundingMode.HALF_EVEN).toPlainString() + ".";
        }
        return sign + exact.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
    }

    private String scientific(BigDecimal magnitude) {
        BigDecimal rounded = magnitude.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        int exponent = magnitude.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        String mantissa = rounded.movePointLeft(exponent)
                .setScale(precision, RoundingMode.UNNECESSARY)
                .toPlainString();
        String digits = Integer.toString(Math.abs(exponent));
        return mantissa + (exponent < 0 ? "e-" : "e+") + (digits.length() < 2 ? "0" : "") + digits;
    }
}
