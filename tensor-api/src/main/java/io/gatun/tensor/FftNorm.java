package io.gatun.tensor;

/** Which direction of a discrete Fourier transform of n points divides, and by what. */
public enum FftNorm {
    /** The inverse divides by n: PyTorch's {@code "backward"}, the default. */
    BACKWARD,
    /** Both divide by the square root of n, which makes them unitary. */
    ORTHO,
    /** The forward transform divides by n. */
    FORWARD;

    /** What a transform of {@code n} points is multiplied by. */
    double scale(boolean inverse, double n) {
        return switch (this) {
            case BACKWARD -> inverse ? 1 / n : 1;
            case ORTHO -> 1 / Math.sqrt(n);
            case FORWARD -> inverse ? 1 : 1 / n;
        };
    }

    /** What the same numbers are called where forward and inverse change places. */
    FftNorm opposite() {
        return switch (this) {
            case BACKWARD -> FORWARD;
            case ORTHO -> ORTHO;
            case FORWARD -> BACKWARD;
        };
    }
}
