package io.gatun.tensor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How tensors are printed: PyTorch's {@code torch.set_printoptions}. Start from one of the three profiles and change what
 * you like:
 *
 * <pre>{@code
 * PrintOptions.setDefault(PrintOptions.standard().precision(2).lineWidth(120));
 * System.out.println(t.toString(PrintOptions.full()));
 * }</pre>
 *
 * @param precision decimals of floating-point numbers
 * @param threshold the number of elements above which only the edges are shown
 * @param edgeItems how many first and last items of a dimension are then shown, at least one
 * @param lineWidth the columns after which rows are wrapped
 * @param sciMode whether floating-point numbers are in scientific notation; null to decide it for each tensor
 */
public record PrintOptions(
        int precision,
        long threshold,
        int edgeItems,
        int lineWidth,
        @Nullable Boolean sciMode) {
    private static final PrintOptions STANDARD = new PrintOptions(4, 1000, 3, 80, null);
    private static volatile PrintOptions current = STANDARD;

    /** Refuses negative numbers, and no edge items at all. */
    public PrintOptions {
        if (precision < 0 || threshold < 0 || edgeItems < 1 || lineWidth < 0) {
            throw new IllegalArgumentException("PrintOptions: precision " + precision + ", threshold " + threshold
                    + ", edgeItems " + edgeItems + ", lineWidth " + lineWidth
                    + ": none may be negative, nor edgeItems 0");
        }
    }

    /** Profile {@code default}: 4 decimals, summarised above 1000 elements to 3 edge items, 80 columns. */
    public static PrintOptions standard() {
        return STANDARD;
    }

    /** Profile {@code short}: 2 decimals and 2 edge items. */
    public static PrintOptions shortened() {
        return STANDARD.precision(2).edgeItems(2);
    }

    /** Profile {@code full}: never summarised. */
    public static PrintOptions full() {
        return STANDARD.threshold(Long.MAX_VALUE);
    }

    /** What {@link Tensor#toString()} uses; {@link #standard} unless set. */
    public static PrintOptions getDefault() {
        return current;
    }

    /** Sets what {@link Tensor#toString()} uses, everywhere in this program. */
    public static void setDefault(PrintOptions options) {
        current = Objects.requireNonNull(options);
    }

    /** These with another precision. */
    public PrintOptions precision(int decimals) {
        return new PrintOptions(decimals, threshold, edgeItems, lineWidth, sciMode);
    }

    /** These with another threshold. */
    public PrintOptions threshold(long elements) {
        return new PrintOptions(precision, elements, edgeItems, lineWidth, sciMode);
    }

    /** These with another number of edge items. */
    public PrintOptions edgeItems(int items) {
        return new PrintOptions(precision, threshold, items, lineWidth, sciMode);
    }

    /** These with another line width. */
    public PrintOptions lineWidth(int columns) {
        return new PrintOptions(precision, threshold, edgeItems, columns, sciMode);
    }

    /** These with scientific notation on, off, or with null decided for each tensor. */
    public PrintOptions sciMode(@Nullable Boolean scientific) {
        return new PrintOptions(precision, threshold, edgeItems, lineWidth, scientific);
    }
}
