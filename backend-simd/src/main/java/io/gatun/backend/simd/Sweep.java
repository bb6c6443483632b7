package io.gatun.backend.simd;

import java.util.ArrayList;
import java.util.List;

/**
 * What a convolution or its adjoint in the input does along one dimension: position {@code first + i * step} of the result,
 * for {@code 0 <= i < count}, is a sum over the kernel's elements {@code taps[t]} times the source's elements {@code i *
 * stride + at[t]}, which are 0 outside the source. {@code at} ascends.
 *
 * <p>The convolution is one sweep. Its adjoint with a stride of s falls into s sweeps, one for each remainder of the
 * position: only every s-th element of the kernel meets an element of the source, and none is multiplied with the zeros
 * that a stretched source would have. Example, a kernel of 3 with stride 2 and padding 1: positions 0, 2, 4, ... see element
 * 1 alone, positions 1, 3, 5, ... elements 2 and 0.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Sweep(int first, int step, int count, int stride, int[] taps, int[] at) {
    /** A convolution with {@code out} results. */
    static Sweep forward(int kernel, int stride, int padding, int dilation, int out) {
        int[] taps = new int[kernel];
        int[] at = new int[kernel];
        for (int k = 0; k < kernel; k++) {
            taps[k] = k;
            at[k] = k * dilation - padding;
        }
        return new Sweep(0, 1, out, stride, taps, at);
    }

    /** Its adjoint, from the convolution's results to its input of size {@code in}. */
    static List<Sweep> adjoint(int kernel, int stride, int padding, int dilation, int in) {
        List<Sweep> sweeps = new ArrayList<>();
        for (int r = 0; r < Math.min(stride, in); r++) {
            int[] taps = new int[kernel];
            int[] at = new int[kernel];
            int n = 0;
            for (int k = kernel - 1; k >= 0; k--) {
                int distance = r + padding - k * dilation;
                if (distance % stride == 0) {
                    taps[n] = k;
                    at[n++] = distance / stride;
                }
            }
            sweeps.add(new Sweep(
                    r,
                    stride,
                    Math.ceilDiv(in - r, stride),
                    1,
                    java.util.Arrays.copyOf(taps, n),
                    java.util.Arrays.copyOf(at, n)));
        }
        return sweeps;
    }

    /** Whether no element of the kernel meets one of the source: the results are 0. */
    boolean isEmpty() {
        return taps.length == 0;
    }

    /** Of how many source elements in a row {@code results} results are made. */
    int span(int results) {
        return (results - 1) * stride + at[at.length - 1] - at[0] + 1;
    }

    /** Whether neighbouring taps see neighbouring elements. */
    boolean isDense() {
        return at[at.length - 1] - at[0] == at.length - 1;
    }
}
