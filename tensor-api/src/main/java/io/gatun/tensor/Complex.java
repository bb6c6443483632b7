package io.gatun.tensor;

/**
 * A complex number, on its way into a tensor or out of one.
 *
 * @param re the real part
 * @param im the imaginary part
 */
public record Complex(double re, double im) {
    /** As Python writes it: {@code 1.0+2.0j}. */
    @Override
    public String toString() {
        boolean minus = Double.doubleToRawLongBits(im) < 0;
        return re + (minus ? "-" : "+") + Math.abs(im) + "j";
    }
}
