package io.gatun.tensor.op;

/** What becomes of an element that {@link Op.Scatter} brings to a place where one is. */
public enum ScatterKind {
    /** It replaces what is there. */
    PUT("scatter"),
    /** It is added. */
    ADD("scatterAdd"),
    /** It is multiplied with what is there. */
    MULTIPLY("scatterReduce"),
    /** The larger stays; NaN if either is. */
    MAXIMUM("scatterReduce"),
    /** The smaller stays; NaN if either is. */
    MINIMUM("scatterReduce");

    private final String operatorName;

    ScatterKind(String operatorName) {
        this.operatorName = operatorName;
    }

    /** The method's name, as in messages. */
    public String operatorName() {
        return operatorName;
    }

    /** The function of what is there and what comes; not for {@link #PUT}. */
    public BinaryKind combination() {
        return switch (this) {
            case PUT -> throw new IllegalStateException("what is put is not combined with what was there");
            case ADD -> BinaryKind.ADD;
            case MULTIPLY -> BinaryKind.MUL;
            case MAXIMUM -> BinaryKind.MAXIMUM;
            case MINIMUM -> BinaryKind.MINIMUM;
        };
    }
}
