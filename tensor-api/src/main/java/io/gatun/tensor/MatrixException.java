package io.gatun.tensor;

/**
 * A matrix that has not what is asked for: an inverse, a Cholesky factor, singular values. Shapes and dtypes were right;
 * it is the values that are not.
 */
public final class MatrixException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** With a message that names the operator first. */
    public MatrixException(String message) {
        super(message);
    }
}
