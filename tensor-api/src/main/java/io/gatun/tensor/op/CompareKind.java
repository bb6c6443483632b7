package io.gatun.tensor.op;

import java.util.Locale;

/** The comparisons of two operands of one dtype; the result is bool. With NaN all are false but {@link #NE}. */
public enum CompareKind {
    /** a = b. */
    EQ,
    /** a ≠ b. */
    NE,
    /** a &lt; b. */
    LT,
    /** a ≤ b. */
    LE,
    /** a &gt; b. */
    GT,
    /** a ≥ b. */
    GE;

    /** The method's name, as in messages. */
    public String operatorName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
