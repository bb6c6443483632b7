package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;

/**
 * The reductions of {@link Tensor}, over all elements, one dimension, or several ({@link Axes}). A reduced dimension is
 * dropped, or kept with size 1 where {@code keepDim} is true; negative numbers count from the end.
 *
 * <p>Sums and products of integers and bool are {@code I64}. {@code mean}, {@code var}, {@code std}, {@code norm} and
 * {@code logsumexp} want a floating-point dtype. NaN wins in {@code max} and {@code min}. A number of threads never
 * changes a result.
 */
public sealed interface ReductionOps permits Tensor {
    /** The sum of all elements, a zero-dimensional tensor. */
    default Tensor sum() {
        return sum(Axes.all(((Tensor) this).dim()), false);
    }

    /** The sums along {@code dim}. */
    default Tensor sum(int dim) {
        return sum(Axes.of(dim), false);
    }

    /** The sums along {@code dim}. */
    default Tensor sum(int dim, boolean keepDim) {
        return sum(Axes.of(dim), keepDim);
    }

    /** {@link #sum(Axes, boolean)}, without the reduced dimensions. */
    default Tensor sum(Axes axes) {
        return sum(axes, false);
    }

    /** The sums over {@code axes}; over all if none is listed. */
    default Tensor sum(Axes axes, boolean keepDim) {
        return Reductions.reduce(ReduceKind.SUM, Reductions.accumulable((Tensor) this), axes, keepDim);
    }

    /** The mean of all elements. */
    default Tensor mean() {
        return mean(Axes.all(((Tensor) this).dim()), false);
    }

    /** The means along {@code dim}. */
    default Tensor mean(int dim) {
        return mean(Axes.of(dim), false);
    }

    /** The means along {@code dim}. */
    default Tensor mean(int dim, boolean keepDim) {
        return mean(Axes.of(dim), keepDim);
    }

    /** {@link #mean(Axes, boolean)}, without the reduced dimensions. */
    default Tensor mean(Axes axes) {
        return mean(axes, false);
    }

    /** The means over {@code axes}; over all if none is listed. */
    default Tensor mean(Axes axes, boolean keepDim) {
        return Reductions.reduce(ReduceKind.MEAN, (Tensor) this, axes, keepDim);
    }

    /** The product of all elements. */
    default Tensor prod() {
        return Reductions.reduce(
                ReduceKind.PROD, Reductions.accumulable((Tensor) this), Axes.all(((Tensor) this).dim()), false);
    }

    /** The products along {@code dim}. */
    default Tensor prod(int dim) {
        return prod(dim, false);
    }

    /** The products along {@code dim}. */
    default Tensor prod(int dim, boolean keepDim) {
        return Reductions.reduce(ReduceKind.PROD, Reductions.accumulable((Tensor) this), Axes.of(dim), keepDim);
    }

    /** The largest of all elements; its gradient is shared evenly among equals. */
    default Tensor max() {
        return amax(Axes.all(((Tensor) this).dim()), false);
    }

    /** The smallest of all elements; its gradient is shared evenly among equals. */
    default Tensor min() {
        return amin(Axes.all(((Tensor) this).dim()), false);
    }

    /** The largest elements along {@code dim} and where they are, the first of equals. */
    default ValuesAndIndices max(int dim) {
        return max(dim, false);
    }

    /** The largest elements along {@code dim} and where they are, the first of equals. */
    default ValuesAndIndices max(int dim, boolean keepDim) {
        return Reductions.extremes((Tensor) this, true, dim, keepDim);
    }

    /** The smallest elements along {@code dim} and where they are, the first of equals. */
    default ValuesAndIndices min(int dim) {
        return min(dim, false);
    }

    /** The smallest elements along {@code dim} and where they are, the first of equals. */
    default ValuesAndIndices min(int dim, boolean keepDim) {
        return Reductions.extremes((Tensor) this, false, dim, keepDim);
    }

    /** {@link ElementwiseOps#maximum}. */
    default Tensor max(Tensor other) {
        return ((Tensor) this).maximum(other);
    }

    /** {@link ElementwiseOps#minimum}. */
    default Tensor min(Tensor other) {
        return ((Tensor) this).minimum(other);
    }

    /** The largest element. */
    default Tensor amax() {
        return amax(Axes.all(((Tensor) this).dim()), false);
    }

    /** The largest elements along {@code dim}; the gradient is shared evenly among equals. */
    default Tensor amax(int dim) {
        return amax(Axes.of(dim), false);
    }

    /** The largest elements along {@code dim}. */
    default Tensor amax(int dim, boolean keepDim) {
        return amax(Axes.of(dim), keepDim);
    }

    /** {@link #amax(Axes, boolean)}, without the reduced dimensions. */
    default Tensor amax(Axes axes) {
        return amax(axes, false);
    }

    /** The largest elements over {@code axes}; over all if none is listed. */
    default Tensor amax(Axes axes, boolean keepDim) {
        return Reductions.reduce(ReduceKind.AMAX, (Tensor) this, axes, keepDim);
    }

    /** The smallest element. */
    default Tensor amin() {
        return amin(Axes.all(((Tensor) this).dim()), false);
    }

    /** The smallest elements along {@code dim}; the gradient is shared evenly among equals. */
    default Tensor amin(int dim) {
        return amin(Axes.of(dim), false);
    }

    /** The smallest elements along {@code dim}. */
    default Tensor amin(int dim, boolean keepDim) {
        return amin(Axes.of(dim), keepDim);
    }

    /** {@link #amin(Axes, boolean)}, without the reduced dimensions. */
    default Tensor amin(Axes axes) {
        return amin(axes, false);
    }

    /** The smallest elements over {@code axes}; over all if none is listed. */
    default Tensor amin(Axes axes, boolean keepDim) {
        return Reductions.reduce(ReduceKind.AMIN, (Tensor) this, axes, keepDim);
    }

    /** The position of the largest element in row-major order, the first of equals; {@code I64}. */
    default Tensor argmax() {
        return ((Tensor) this).reshape(-1).argmax(0, false);
    }

    /** The positions of the largest elements along {@code dim}, {@code I64}. */
    default Tensor argmax(int dim) {
        return argmax(dim, false);
    }

    /** The positions of the largest elements along {@code dim}, {@code I64}. */
    default Tensor argmax(int dim, boolean keepDim) {
        return Reductions.argReduce((Tensor) this, true, dim, keepDim);
    }

    /** The position of the smallest element in row-major order, the first of equals; {@code I64}. */
    default Tensor argmin() {
        return ((Tensor) this).reshape(-1).argmin(0, false);
    }

    /** The positions of the smallest elements along {@code dim}, {@code I64}. */
    default Tensor argmin(int dim) {
        return argmin(dim, false);
    }

    /** The positions of the smallest elements along {@code dim}, {@code I64}. */
    default Tensor argmin(int dim, boolean keepDim) {
        return Reductions.argReduce((Tensor) this, false, dim, keepDim);
    }

    /** Whether all elements are other than zero; bool, but of {@code U8} itself {@code U8}. */
    default Tensor all() {
        return Reductions.truth(ReduceKind.ALL, (Tensor) this, Axes.all(((Tensor) this).dim()), false);
    }

    /** Whether all elements along {@code dim} are other than zero; bool, but of {@code U8} itself {@code U8}. */
    default Tensor all(int dim) {
        return all(dim, false);
    }

    /** Whether all elements along {@code dim} are other than zero; bool, but of {@code U8} itself {@code U8}. */
    default Tensor all(int dim, boolean keepDim) {
        return Reductions.truth(ReduceKind.ALL, (Tensor) this, Axes.of(dim), keepDim);
    }

    /** Whether any element is other than zero; bool, but of {@code U8} itself {@code U8}. */
    default Tensor any() {
        return Reductions.truth(ReduceKind.ANY, (Tensor) this, Axes.all(((Tensor) this).dim()), false);
    }

    /** Whether any element along {@code dim} is other than zero; bool, but of {@code U8} itself {@code U8}. */
    default Tensor any(int dim) {
        return any(dim, false);
    }

    /** Whether any element along {@code dim} is other than zero; bool, but of {@code U8} itself {@code U8}. */
    default Tensor any(int dim, boolean keepDim) {
        return Reductions.truth(ReduceKind.ANY, (Tensor) this, Axes.of(dim), keepDim);
    }

    /** How many elements are other than zero; {@code I64}. */
    default Tensor countNonzero() {
        return ((Tensor) this).ne(0).sum();
    }

    /** How many elements along {@code dim} are other than zero; {@code I64}. */
    default Tensor countNonzero(int dim) {
        return ((Tensor) this).ne(0).sum(dim);
    }

    /** The unbiased variance of all elements (divisor n - 1). */
    default Tensor var() {
        return var(Axes.all(((Tensor) this).dim()), 1, false);
    }

    /** The unbiased variances along {@code dim}. */
    default Tensor var(int dim) {
        return var(Axes.of(dim), 1, false);
    }

    /** {@link #var(Axes, long, boolean)} with correction 1, without the reduced dimensions. */
    default Tensor var(Axes axes) {
        return var(axes, 1, false);
    }

    /** The variances over {@code axes} with divisor n - {@code correction}; computed in two passes. */
    default Tensor var(Axes axes, long correction, boolean keepDim) {
        return Reductions.variance("var", (Tensor) this, axes, correction, keepDim);
    }

    /** The unbiased standard deviation of all elements. */
    default Tensor std() {
        return std(Axes.all(((Tensor) this).dim()), 1, false);
    }

    /** The unbiased standard deviations along {@code dim}. */
    default Tensor std(int dim) {
        return std(Axes.of(dim), 1, false);
    }

    /** {@link #std(Axes, long, boolean)} with correction 1, without the reduced dimensions. */
    default Tensor std(Axes axes) {
        return std(axes, 1, false);
    }

    /** The standard deviations over {@code axes} with divisor n - {@code correction}. */
    default Tensor std(Axes axes, long correction, boolean keepDim) {
        return Reductions.root(Reductions.variance("std", (Tensor) this, axes, correction, keepDim));
    }

    /** log(sum(exp(x))) along {@code dim}, without overflow. */
    default Tensor logsumexp(int dim) {
        return logsumexp(Axes.of(dim), false);
    }

    /** {@link #logsumexp(Axes, boolean)} of one dimension. */
    default Tensor logsumexp(int dim, boolean keepDim) {
        return logsumexp(Axes.of(dim), keepDim);
    }

    /** {@link #logsumexp(Axes, boolean)}, without the reduced dimensions. */
    default Tensor logsumexp(Axes axes) {
        return logsumexp(axes, false);
    }

    /** log(sum(exp(x))) over {@code axes}, without overflow. */
    default Tensor logsumexp(Axes axes, boolean keepDim) {
        return Reductions.logSumExp((Tensor) this, axes, keepDim);
    }

    /** The Euclidean norm of all elements. */
    default Tensor norm() {
        return norm(2);
    }

    /** The {@code p}-norm of all elements; p may be infinite. */
    default Tensor norm(double p) {
        return norm(p, Axes.all(((Tensor) this).dim()), false);
    }

    /** {@link #norm(double, Axes, boolean)} of one dimension, which is dropped. */
    default Tensor norm(double p, int dim) {
        return norm(p, Axes.of(dim), false);
    }

    /** {@link #norm(double, Axes, boolean)} of one dimension. */
    default Tensor norm(double p, int dim, boolean keepDim) {
        return norm(p, Axes.of(dim), keepDim);
    }

    /** {@link #norm(double, Axes, boolean)}, without the reduced dimensions. */
    default Tensor norm(double p, Axes axes) {
        return norm(p, axes, false);
    }

    /** The {@code p}-norms over {@code axes}. */
    default Tensor norm(double p, Axes axes, boolean keepDim) {
        return Reductions.norm((Tensor) this, p, axes, keepDim);
    }

    /** The running sums along {@code dim}; integers and bool give {@code I64}. */
    default Tensor cumsum(int dim) {
        return Reductions.scan((Tensor) this, false, dim);
    }

    /** The running products along {@code dim}; integers and bool give {@code I64}. */
    default Tensor cumprod(int dim) {
        return Reductions.scan((Tensor) this, true, dim);
    }

    /** exp(x) / sum(exp(x)) along {@code dim}. */
    default Tensor softmax(int dim) {
        Tensor x = (Tensor) this;
        return Dispatch.composite(new Op.Softmax(x.shape().normalise("softmax", dim)), x)[0];
    }

    /** log(softmax(x)) along {@code dim}, without overflow. */
    default Tensor logSoftmax(int dim) {
        Tensor x = (Tensor) this;
        return Dispatch.composite(new Op.LogSoftmax(x.shape().normalise("logSoftmax", dim)), x)[0];
    }

    /** {@link #cumsum} in place. */
    default Tensor cumsum_(int dim) {
        return Elementwise.assign("cumsum", (Tensor) this, cumsum(dim));
    }

    /** {@link #cumprod} in place. */
    default Tensor cumprod_(int dim) {
        return Elementwise.assign(
                "cumprod", (Tensor) this, Elementwise.old((Tensor) this).cumprod(dim));
    }
}
