package io.gatun.tensor;

/**
 * Comparisons and predicates of {@link Tensor} beside those of {@link ElementwiseOps}. Results are bool, but for the forms
 * in place: they store 1 for true and 0 for false in whatever dtype this tensor has. None has a gradient.
 */
public sealed interface ComparisonOps permits Tensor {
    /** {@link ElementwiseOps#eq(Tensor)} in place. */
    default Tensor eq_(Tensor other) {
        return Elementwise.assign("eq", (Tensor) this, ((Tensor) this).eq(other));
    }

    /** {@link ElementwiseOps#eq(double)} in place. */
    default Tensor eq_(double other) {
        return Elementwise.assign("eq", (Tensor) this, ((Tensor) this).eq(other));
    }

    /** {@link ElementwiseOps#eq(long)} in place. */
    default Tensor eq_(long other) {
        return Elementwise.assign("eq", (Tensor) this, ((Tensor) this).eq(other));
    }

    /** {@link ElementwiseOps#ne(Tensor)} in place. */
    default Tensor ne_(Tensor other) {
        return Elementwise.assign("ne", (Tensor) this, ((Tensor) this).ne(other));
    }

    /** {@link ElementwiseOps#ne(double)} in place. */
    default Tensor ne_(double other) {
        return Elementwise.assign("ne", (Tensor) this, ((Tensor) this).ne(other));
    }

    /** {@link ElementwiseOps#ne(long)} in place. */
    default Tensor ne_(long other) {
        return Elementwise.assign("ne", (Tensor) this, ((Tensor) this).ne(other));
    }

    /** {@link ElementwiseOps#lt(Tensor)} in place. */
    default Tensor lt_(Tensor other) {
        return Elementwise.assign("lt", (Tensor) this, ((Tensor) this).lt(other));
    }

    /** {@link ElementwiseOps#lt(double)} in place. */
    default Tensor lt_(double other) {
        return Elementwise.assign("lt", (Tensor) this, ((Tensor) this).lt(other));
    }

    /** {@link ElementwiseOps#lt(long)} in place. */
    default Tensor lt_(long other) {
        return Elementwise.assign("lt", (Tensor) this, ((Tensor) this).lt(other));
    }

    /** {@link ElementwiseOps#le(Tensor)} in place. */
    default Tensor le_(Tensor other) {
        return Elementwise.assign("le", (Tensor) this, ((Tensor) this).le(other));
    }

    /** {@link ElementwiseOps#le(double)} in place. */
    default Tensor le_(double other) {
        return Elementwise.assign("le", (Tensor) this, ((Tensor) this).le(other));
    }

    /** {@link ElementwiseOps#le(long)} in place. */
    default Tensor le_(long other) {
        return Elementwise.assign("le", (Tensor) this, ((Tensor) this).le(other));
    }

    /** {@link ElementwiseOps#gt(Tensor)} in place. */
    default Tensor gt_(Tensor other) {
        return Elementwise.assign("gt", (Tensor) this, ((Tensor) this).gt(other));
    }

    /** {@link ElementwiseOps#gt(double)} in place. */
    default Tensor gt_(double other) {
        return Elementwise.assign("gt", (Tensor) this, ((Tensor) this).gt(other));
    }

    /** {@link ElementwiseOps#gt(long)} in place. */
    default Tensor gt_(long other) {
        return Elementwise.assign("gt", (Tensor) this, ((Tensor) this).gt(other));
    }

    /** {@link ElementwiseOps#ge(Tensor)} in place. */
    default Tensor ge_(Tensor other) {
        return Elementwise.assign("ge", (Tensor) this, ((Tensor) this).ge(other));
    }

    /** {@link ElementwiseOps#ge(double)} in place. */
    default Tensor ge_(double other) {
        return Elementwise.assign("ge", (Tensor) this, ((Tensor) this).ge(other));
    }

    /** {@link ElementwiseOps#ge(long)} in place. */
    default Tensor ge_(long other) {
        return Elementwise.assign("ge", (Tensor) this, ((Tensor) this).ge(other));
    }

    /** {@link ElementwiseOps#logicalNot()} in place. */
    default Tensor logicalNot_() {
        return Elementwise.assign("logicalNot", (Tensor) this, ((Tensor) this).logicalNot());
    }

    /** {@link ElementwiseOps#logicalAnd(Tensor)} in place. */
    default Tensor logicalAnd_(Tensor other) {
        return Elementwise.assign("logicalAnd", (Tensor) this, ((Tensor) this).logicalAnd(other));
    }

    /** {@link ElementwiseOps#logicalOr(Tensor)} in place. */
    default Tensor logicalOr_(Tensor other) {
        return Elementwise.assign("logicalOr", (Tensor) this, ((Tensor) this).logicalOr(other));
    }

    /** {@link ElementwiseOps#logicalXor(Tensor)} in place. */
    default Tensor logicalXor_(Tensor other) {
        return Elementwise.assign("logicalXor", (Tensor) this, ((Tensor) this).logicalXor(other));
    }

    /** Whether each element is positive infinity. */
    default Tensor isposinf() {
        Tensor x = (Tensor) this;
        return x.isinf().logicalAnd(x.gt(0));
    }

    /** Whether each element is negative infinity. */
    default Tensor isneginf() {
        Tensor x = (Tensor) this;
        return x.isinf().logicalAnd(x.lt(0));
    }

    /** Whether each element's sign is negative, that of -0.0 and of a NaN included. */
    default Tensor signbit() {
        return Comparisons.signBit((Tensor) this);
    }

    /** {@link #isclose(Tensor, double, double, boolean)} with PyTorch's tolerances, 1e-5 and 1e-8, NaN unequal. */
    default Tensor isclose(Tensor other) {
        return isclose(other, 1e-5, 1e-8, false);
    }

    /** {@link #isclose(Tensor, double, double, boolean)}; NaN is close to nothing. */
    default Tensor isclose(Tensor other, double rtol, double atol) {
        return isclose(other, rtol, atol, false);
    }

    /**
     * Whether {@code |this - other| <= atol + rtol * |other|}, broadcast; equal infinities are close.
     *
     * @param equalNan whether two NaN are close
     * @throws DTypeException if the dtypes differ
     * @throws ValueException if a tolerance is negative
     */
    default Tensor isclose(Tensor other, double rtol, double atol, boolean equalNan) {
        return Comparisons.isClose((Tensor) this, other, rtol, atol, equalNan);
    }

    /** Whether all elements are {@link #isclose(Tensor) close}. */
    default boolean allclose(Tensor other) {
        return isclose(other).all().itemBoolean();
    }

    /** {@link #allclose(Tensor, double, double, boolean)}; NaN is close to nothing. */
    default boolean allclose(Tensor other, double rtol, double atol) {
        return allclose(other, rtol, atol, false);
    }

    /** Whether all elements are {@link #isclose(Tensor, double, double, boolean) close}. */
    default boolean allclose(Tensor other, double rtol, double atol, boolean equalNan) {
        return isclose(other, rtol, atol, equalNan).all().itemBoolean();
    }

    /**
     * Whether the shapes are the same and so are all elements; a NaN equals nothing.
     *
     * @throws DTypeException if the dtypes differ
     */
    default boolean equal(Tensor other) {
        Tensor x = (Tensor) this;
        Comparisons.sameDType("equal", x, other);
        return x.shape().equals(other.shape()) && x.eq(other).all().itemBoolean();
    }

    /** Whether each element occurs in {@code testElements}, of any shape. */
    default Tensor isin(Tensor testElements) {
        return Searches.isIn((Tensor) this, testElements);
    }

    /** {@link #isin(Tensor)}, or with {@code invert} its opposite. */
    default Tensor isin(Tensor testElements, boolean invert) {
        return invert ? isin(testElements).logicalNot() : isin(testElements);
    }
}
