package io.gatun.tensor;

import io.gatun.tensor.op.BinaryKind;

/**
 * The operators of {@link Tensor} that make complex numbers of real ones and the reverse, and arithmetic with one {@link
 * Complex} number. Arithmetic among tensors, the analytic functions, {@code eq}, sums, products and whatever moves
 * elements are the methods that real tensors have; what compares, rounds or sorts refuses complex operands with a {@link
 * DTypeException}.
 *
 * <p>Gradients follow PyTorch's convention: that of a real result by z = x + iy is the derivative by x plus i times that
 * by y, so that a step against it goes downhill.
 */
public sealed interface ComplexOps permits Tensor {
    /** Whether the elements are complex. */
    default boolean isComplex() {
        return ((Tensor) this).dtype().isComplex();
    }

    /** The real parts, as a view; a tensor that is not complex itself. */
    default Tensor real() {
        return ComplexTensors.real((Tensor) this);
    }

    /**
     * The imaginary parts, as a view.
     *
     * @throws DTypeException if this is not complex
     */
    default Tensor imag() {
        return ComplexTensors.imag((Tensor) this);
    }

    /**
     * A view of shape (..., 2) of the real and imaginary parts.
     *
     * @throws DTypeException if this is not complex
     */
    default Tensor viewAsReal() {
        return ComplexTensors.viewAsReal((Tensor) this);
    }

    /**
     * A view of shape (...) that takes the last dimension, of size 2, for the parts of complex numbers; {@code F32} and
     * {@code F64} only.
     *
     * @throws ShapeException if the last dimension is not of size 2 with stride 1, or another stride or the offset is odd
     */
    default Tensor viewAsComplex() {
        return ComplexTensors.viewAsComplex((Tensor) this);
    }

    /**
     * The complex conjugates, a copy (PyTorch's is a view that conjugates when it is read); a tensor that is not complex
     * itself.
     */
    default Tensor conj() {
        return ComplexTensors.conj((Tensor) this);
    }

    /** The angles to the positive real axis, from -π to π, of the real dtype; of real numbers 0, π or NaN. */
    default Tensor angle() {
        return ComplexTensors.angle((Tensor) this);
    }

    /** z / |z|, and 0 for 0; of real numbers the sign. */
    default Tensor sgn() {
        return ComplexTensors.sgn((Tensor) this);
    }

    /** {@code this + other}; of real tensors a complex result. */
    default Tensor add(Complex other) {
        return Elementwise.binary(BinaryKind.ADD, (Tensor) this, Scalar.of(other));
    }

    /** {@link #add(Complex)} in place. */
    default Tensor add_(Complex other) {
        return Elementwise.binaryInPlace(BinaryKind.ADD, (Tensor) this, Scalar.of(other));
    }

    /** {@code this - other}; of real tensors a complex result. */
    default Tensor sub(Complex other) {
        return Elementwise.binary(BinaryKind.SUB, (Tensor) this, Scalar.of(other));
    }

    /** {@link #sub(Complex)} in place. */
    default Tensor sub_(Complex other) {
        return Elementwise.binaryInPlace(BinaryKind.SUB, (Tensor) this, Scalar.of(other));
    }

    /** {@code this * other}; of real tensors a complex result. */
    default Tensor mul(Complex other) {
        return Elementwise.binary(BinaryKind.MUL, (Tensor) this, Scalar.of(other));
    }

    /** {@link #mul(Complex)} in place. */
    default Tensor mul_(Complex other) {
        return Elementwise.binaryInPlace(BinaryKind.MUL, (Tensor) this, Scalar.of(other));
    }

    /** {@code this / other}; of real tensors a complex result. */
    default Tensor div(Complex other) {
        return Elementwise.binary(BinaryKind.DIV, (Tensor) this, Scalar.of(other));
    }

    /** {@link #div(Complex)} in place. */
    default Tensor div_(Complex other) {
        return Elementwise.binaryInPlace(BinaryKind.DIV, (Tensor) this, Scalar.of(other));
    }

    /** Sets every element. */
    default Tensor fill_(Complex value) {
        return Elementwise.fill((Tensor) this, Scalar.of(value));
    }
}
