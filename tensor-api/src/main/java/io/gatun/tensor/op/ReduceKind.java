package io.gatun.tensor.op;

import io.gatun.tensor.DType;
import java.util.Locale;

/**
 * The reductions to one value. Sums of floating-point elements are accurate to the error of pairwise summation, at
 * least, and the same for any number of threads.
 */
public enum ReduceKind {
    /** The sum; {@code F16} and {@code BF16} accumulate in 32 bits and round once; integers wrap around. */
    SUM,
    /** The product, likewise. */
    PROD,
    /** The sum divided by the count, rounded once; floating-point only. NaN without elements. */
    MEAN,
    /** The largest; NaN if any is. */
    AMAX,
    /** The smallest; NaN if any is. */
    AMIN,
    /** Whether all are true; bool only. */
    ALL,
    /** Whether any is true; bool only. */
    ANY;

    /** Whether the reduction is defined on elements of {@code dtype}. */
    public boolean takes(DType dtype) {
        return switch (this) {
            case SUM -> dtype != DType.BOOL;
            case PROD -> dtype.isFloatingPoint() || dtype.isIntegral();
            case MEAN -> dtype.isInexact();
            case AMAX, AMIN -> !dtype.isComplex();
            case ALL, ANY -> dtype == DType.BOOL;
        };
    }

    /** The method's name, as in messages. */
    public String operatorName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a reduction of no elements has no value: it is refused before a backend sees it. */
    public boolean needsElements() {
        return this == AMAX || this == AMIN;
    }
}
