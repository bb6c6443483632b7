package io.gatun.tensor;

import io.gatun.tensor.op.ScatterKind;

/** How {@link IndexingOps#scatterReduce} makes one element of several. */
public enum ScatterReduction {
    /** The sum. */
    SUM,
    /** The product. */
    PROD,
    /** The mean; of integers rounded down. */
    MEAN,
    /** The largest; NaN if any is. */
    AMAX,
    /** The smallest; NaN if any is. */
    AMIN;

    /** What brings each element to its place; a mean is divided afterwards. */
    ScatterKind kind() {
        return switch (this) {
            case SUM, MEAN -> ScatterKind.ADD;
            case PROD -> ScatterKind.MULTIPLY;
            case AMAX -> ScatterKind.MAXIMUM;
            case AMIN -> ScatterKind.MINIMUM;
        };
    }

    /** What changes nothing. */
    Scalar neutral(DType dtype) {
        return switch (this) {
            case SUM, MEAN -> Scalar.of(0);
            case PROD -> Scalar.of(1);
            case AMAX -> Elementwise.extreme(dtype, true);
            case AMIN -> Elementwise.extreme(dtype, false);
        };
    }
}
