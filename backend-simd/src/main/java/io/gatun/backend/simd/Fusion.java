package io.gatun.backend.simd;

/**
 * What a {@link FusedKernel} does to each element of its operands a, b, c and d; p, q, ... are its numbers. Some give an
 * element of the output, some add to one or two sums, some do both. Exponentials are {@link FusedPass#RAISED} by a factor.
 */
enum Fusion {
    /** The largest a that is a number; it takes the place of a sum. */
    LARGEST(1, 0, false, false, 1),
    /** exp(a - p), also summed. */
    EXPONENTIALS(1, 1, true, true, 1),
    /** The sum of exp(a - p). */
    EXPONENTIAL_SUM(1, 1, true, false, 1),
    /** a p. */
    SCALED(1, 1, false, true, 0),
    /** a - p - q. */
    SHIFTED(1, 2, false, true, 0),
    /** exp(a - p) q. */
    WEIGHTED_EXPONENTIALS(1, 2, true, true, 0),
    /** The sum of a b. */
    PRODUCT_SUM(2, 0, false, false, 1),
    /** (a - p) b. */
    CENTRED_PRODUCT(2, 1, false, true, 0),
    /** a - exp(b) p. */
    LESS_EXPONENTIALS(2, 1, true, true, 0),
    /** The sum of (a - p)². */
    SQUARES(1, 1, false, false, 1),
    /** (a - p) q b + c. */
    NORMALIZED(3, 2, false, true, 0),
    /** The sums of a c and of a c (b - p). */
    NORM_SUMS(3, 1, false, false, 2),
    /** a c q - (b - p) r - s. */
    NORM_GRADIENT(3, 4, false, true, 0),
    /** c + a (b - p) q. */
    NORM_WEIGHT(3, 2, false, true, 0),
    /** (a - p) q + r. */
    CENTRED_AND_SCALED(1, 3, false, true, 0),
    /** The sums of a and of a (b - p). */
    CENTRED_SUMS(2, 1, false, false, 2),
    /** a q - (b - p) r - s. */
    CHANNEL_GRADIENT(2, 4, false, true, 0),
    /** a - p b. */
    DESCENT(2, 1, false, true, 0),
    /** a - p (b + q a). */
    DECAYED_DESCENT(2, 2, false, true, 0),
    /** c becomes p c + q b; then a - s c. */
    MOMENTUM(3, 4, false, true, 0),
    /** c becomes p c + q (b + r a); then a - s c. */
    DECAYED_MOMENTUM(3, 4, false, true, 0),
    /** c becomes p c + q b; then a - s (b + p c). */
    NESTEROV(3, 4, false, true, 0),
    /** c becomes p c + q (b + r a); then a - s (b + r a + p c). */
    DECAYED_NESTEROV(3, 4, false, true, 0),
    /** {@link io.gatun.tensor.op.Op.AdamStep} of a, b, c and d; the numbers are as in {@link FusedTemplate}. */
    ADAM(4, 8, false, true, 0);

    final int operands;
    final int numbers;
    final boolean exponential;
    final boolean stores;
    final int sums;

    /** How many of c and d are also changed where they lie, c first. */
    int remembered() {
        return switch (this) {
            case MOMENTUM, DECAYED_MOMENTUM, NESTEROV, DECAYED_NESTEROV -> 1;
            case ADAM -> 2;
            default -> 0;
        };
    }

    Fusion(int operands, int numbers, boolean exponential, boolean stores, int sums) {
        this.operands = operands;
        this.numbers = numbers;
        this.exponential = exponential;
        this.stores = stores;
        this.sums = sums;
    }
}
