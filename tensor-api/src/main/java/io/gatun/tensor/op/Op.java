package io.gatun.tensor.op;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import java.util.List;

/**
 * The closed list of operators. An operator is a value: what is to be done, without the tensors it is done to.
 *
 * <p>Primitives are strict: operands have equal shapes and equal dtypes. Broadcasting is an explicit {@link Expand} and
 * promotion an explicit {@link Cast} before them, so that each is differentiated once, in its own rule.
 *
 * <p>Three groups:
 *
 * <ul>
 *   <li>{@link View}: layout arithmetic. The result shares the operand's storage; no backend sees these.
 *   <li>{@link Kernel}: what every backend executes.
 *   <li>{@link Composite}: defined by its decomposition into the other two ({@link Decompositions}), which a backend may
 *       claim and do in one pass. Gradient rules exist for the whole, so a graph is the same on every backend.
 * </ul>
 *
 * <p>Complex operands: no backend sees any. What a kernel means for them is said in terms of kernels on their real and
 * imaginary parts, which are strided views; {@code ComplexKernels} does that between the rules and the backend.
 *
 * <p>Dimension numbers inside operators are counted from the front and already checked.
 */
public sealed interface Op {
    /** The method's name, as in messages and graph printouts: {@code add}, {@code indexSelect}. */
    default String operatorName() {
        String simple = getClass().getSimpleName();
        return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
    }

    /** Layout arithmetic on one operand. */
    sealed interface View extends Op {}

    /** Executed by every backend. */
    sealed interface Kernel extends Op {}

    /** Defined by a decomposition; a backend may claim it. */
    sealed interface Composite extends Op {}

    /**
     * Composites that solve and decompose matrices, in {@code F32} and {@code F64}. A shape (..., n, n) is a batch of
     * matrices. What is left unclaimed is computed on the host, by a library
     * ({@link io.gatun.tensor.spi.MatrixDecompositions}).
     */
    sealed interface LinearAlgebra extends Composite {}

    /**
     * Composites without a gradient rule: themselves parts of gradients, or of functions that have gradients of their own,
     * which run where nothing is recorded; where a gradient is to be differentiated again, other operators run instead.
     */
    sealed interface Unrecorded extends Composite {}

    /**
     * A step of an optimiser, for any number of parameters at once: what is said of the operands of one holds for each
     * {@link #operands} of them. The results, likewise parameter by parameter, are the new values of all of these but the
     * gradient, which is the second. Parameters may differ in shape.
     */
    sealed interface Step extends Unrecorded {
        /** How many operands are about one parameter. */
        int operands();

        /**
         * Whether the last of these is how many steps the parameter took before, {@code F64} of shape (). It too has a new
         * value, one more.
         */
        default boolean counts() {
            return false;
        }
    }

    // ---- views

    /** Dimensions reordered: dimension i of the result is dimension {@code order.get(i)} of the operand. */
    record Permute(Axes order) implements View {}

    /** Stretched to {@code shape}: sizes of 1 repeat, new dimensions appear in front. */
    record Expand(Shape shape) implements View {}

    /** Indices {@code start}, {@code start + step}, ... below {@code end} of one dimension; {@code step} positive. */
    record Slice(int dim, long start, long end, long step) implements View {}

    /** One index of a dimension, which is dropped. */
    record Select(int dim, long index) implements View {}

    /** The same elements in the same order under another shape. */
    record ViewAs(Shape shape) implements View {
        @Override
        public String operatorName() {
            return "view";
        }
    }

    /** The elements where two dimensions' indices agree up to {@code shift}, as a last dimension. */
    record Diagonal(long shift, int dim1, int dim2) implements View {}

    /** Windows of {@code size} along a dimension, one every {@code step}; a window's elements become the last dimension. */
    record Unfold(int dim, long size, long step) implements View {}

    /** Dimensions walked backwards. Always followed by a {@link Copy}: users never hold negative strides. */
    record Flip(Axes dims) implements View {}

    /** Any shape and strides over the operand's storage. */
    record AsStrided(Shape shape, List<Long> strides, long offset) implements View {}

    /** Complex numbers (...) as their parts (..., 2), of the real dtype. */
    record ViewAsReal() implements View {}

    /** Parts (..., 2) as complex numbers (...). */
    record ViewAsComplex() implements View {}

    // ---- kernels: one element from the elements at the same place

    /** A function of one operand. Result dtype: the operand's; bool for predicates; of complex {@code ABS} the real one. May write over its operand. */
    record Unary(UnaryKind kind) implements Kernel {
        @Override
        public String operatorName() {
            return kind.operatorName();
        }
    }

    /** A function of two operands of one dtype. May write over either operand. */
    record Binary(BinaryKind kind) implements Kernel {
        @Override
        public String operatorName() {
            return kind.operatorName();
        }
    }

    /** A comparison of two operands of one dtype; result bool. */
    record Compare(CompareKind kind) implements Kernel {
        @Override
        public String operatorName() {
            return kind.operatorName();
        }
    }

    /** (condition: bool, a, b): a where the condition holds, else b. May write over a or b. */
    record Where() implements Kernel {}

    /** (x, low, high) of one dtype: min(max(x, low), high); NaN where any is NaN. May write over x. */
    record Clamp() implements Kernel {}

    /**
     * Elements converted to another dtype. Floating-point to integer truncates towards zero, and then keeps the low bits
     * (what is outside {@code long}, and NaN, is unspecified); anything to bool is whether it is not zero; to a narrower
     * floating-point type rounds to nearest, ties to even. Complex to real drops the imaginary part.
     */
    record Cast(DType dtype) implements Kernel {}

    /** The elements unchanged, into another layout. */
    record Copy() implements Kernel {}

    // ---- kernels: no operands

    /** One value everywhere, converted to the output's dtype as by {@link Cast}. */
    record Fill(Scalar value, Shape shape, DType dtype) implements Kernel {}

    /** Element i is {@code start + i * step}, computed in double (in long for integer dtypes); shape (n). */
    record Arange(Scalar start, Scalar step, long count, DType dtype) implements Kernel {}

    /** Random numbers, as {@link io.gatun.tensor.spi.Philox} defines them for a seed and a counter. */
    record Random(RandomKind kind, Scalar first, Scalar second, long seed, long counter, Shape shape, DType dtype)
            implements Kernel {}

    // ---- kernels: along dimensions

    /** A reduction over {@code axes}, which are ascending; with none listed, the operand itself. */
    record Reduce(ReduceKind kind, Axes axes, boolean keepDims) implements Kernel {
        @Override
        public String operatorName() {
            return kind.operatorName();
        }
    }

    /** The index (I64) of the largest or smallest element along a dimension; the first of equals; a NaN wins. */
    record ArgReduce(boolean largest, int dim, boolean keepDim) implements Kernel {
        @Override
        public String operatorName() {
            return largest ? "argmax" : "argmin";
        }
    }

    /** Running sums, or products, along a dimension. May write over its operand. */
    record Scan(boolean product, int dim) implements Kernel {
        @Override
        public String operatorName() {
            return product ? "cumprod" : "cumsum";
        }
    }

    /**
     * The index (I64) of the largest or smallest of the elements so far along a dimension; the last of equals; a NaN wins, the
     * last one.
     */
    record ArgScan(boolean largest, int dim) implements Kernel {
        @Override
        public String operatorName() {
            return largest ? "cummax" : "cummin";
        }
    }

    /**
     * (values, indices: I64): sorted along a dimension, and of that the {@code count} from index {@code first} on; stable; NaN
     * is the largest.
     */
    record Sort(int dim, boolean descending, long first, long count) implements Kernel {}

    // ---- kernels: products and indices

    /** (..., m, k) times (..., k, n), equal leading dimensions, one dtype: (..., m, n). Any dtype but bool. */
    record MatMul() implements Kernel {
        @Override
        public String operatorName() {
            return "matmul";
        }
    }

    /** (x, index: I64): out[i][j] = x[index[i][j]][j] for dim 0, and so on. Index no larger than x elsewhere. */
    record Gather(int dim) implements Kernel {}

    /**
     * (x, index: I64, source): x with source's elements put, or combined with what is there, at the indices:
     * x[index[i][j]][j] for dim 0. In row-major order of the index: of two puts in one place the later stays. May write
     * over x.
     */
    record Scatter(int dim, ScatterKind kind) implements Kernel {
        @Override
        public String operatorName() {
            return kind.operatorName();
        }
    }

    /** (x, index: I64 of rank 1): slices of x along a dimension. */
    record IndexSelect(int dim) implements Kernel {}

    /** (x, index: I64 of rank 1, source): x with slices of source added at the indices, in order. May write over x. */
    record IndexAdd(int dim) implements Kernel {}

    /** The positions of the elements that are not zero, (count, rank) I64, in row-major order; count is known before. */
    record Nonzero(long count) implements Kernel {}

    // ---- composites

    /**
     * The discrete Fourier transform along each of {@code dims}, or with {@code inverse} the one with the opposite sign,
     * times {@code scale}; complex operands only.
     */
    record Fft(Axes dims, boolean inverse, double scale) implements Composite {
        @Override
        public String operatorName() {
            return inverse ? "ifft" : "fft";
        }
    }

    /** The complex conjugate; complex operands only. */
    record Conj() implements Composite {}

    /** All operands one after another along a dimension. */
    record Concat(int dim) implements Composite {
        @Override
        public String operatorName() {
            return "cat";
        }
    }

    /** Surrounded by {@code value}: {@code before} and {@code after} give the elements added to each dimension. */
    record Pad(List<Long> before, List<Long> after, Scalar value) implements Composite {}

    /** exp(x) / sum(exp(x)) along a dimension. */
    record Softmax(int dim) implements Composite {}

    /** log(softmax(x)) along a dimension. */
    record LogSoftmax(int dim) implements Composite {}

    /** (g, y): the gradient of {@link Softmax}, or of {@link LogSoftmax} if {@code log}, with result y. */
    record SoftmaxGradient(int dim, boolean log) implements Unrecorded {}

    /**
     * (scores: (M, C), classes: I64 (M)): (minus the logarithm of the softmax of each row at its class: (M), the logarithm of
     * each row's sum of exponentials: (M)). The first is 0 where the class is {@code ignored}.
     */
    record CrossEntropy(long ignored) implements Composite {}

    /** (g: (M), scores, the second result, classes): the gradient of the first result of {@link CrossEntropy}. */
    record CrossEntropyGradient(long ignored) implements Unrecorded {}

    /**
     * (x: (M, N), weight: (N), bias: (N)): (each row less its mean, divided by the root of its biased variance plus {@code eps},
     * times the weight plus the bias; the means: (M); the variances: (M)). Or (x: (N, C, S), weight: (C), bias: (C)): the same
     * for each channel, with means and variances (C).
     */
    record Normalize(double eps) implements Composite {}

    /** (g, x, the second and third results, weight): the gradient of {@link Normalize} in x. */
    record NormalizeGradient(double eps) implements Unrecorded {}

    /** (g, x, the second and third results): the gradient of {@link Normalize} in its weight. */
    record NormalizeWeight(double eps) implements Unrecorded {}

    /** (x: (N, C, S), scale: (C), shift: (C)): each channel times its scale plus its shift. */
    record ChannelScale() implements Composite {}

    /** x times the normal distribution's probability of less than x, which {@code tanh} approximates by a hyperbolic tangent. */
    record Gelu(boolean tanh) implements Composite {}

    /** (g, x): the gradient of {@link Gelu}. */
    record GeluGradient(boolean tanh) implements Unrecorded {}

    /**
     * Each element times {@link #mask}: 0 with probability {@code p}, from 0 to 1, else 1 / (1 - {@code p}). It is linear, and so its own
     * gradient: nothing is kept for that but seed and counter.
     */
    record Dropout(double p, long seed, long counter) implements Composite {
        /** What is kept is multiplied by this. */
        public double scale() {
            return p == 1 ? 0 : 1 / (1 - p);
        }

        /** What elements of {@code dtype} are multiplied by. */
        public Random mask(Shape shape, DType dtype) {
            return new Random(RandomKind.BERNOULLI, Scalar.of(1 - p), Scalar.of(scale()), seed, counter, shape, dtype);
        }
    }

    /**
     * (parameter, g, mean, square) of one shape and dtype: the first, third and fourth after a step of Adam. With d = g +
     * {@code decay} parameter the mean moves to d by 1 - {@code beta1}, the square to d² by 1 - {@code beta2}, and the parameter is
     * multiplied by {@code shrink}, and then {@code rate} mean / (sqrt(square) {@code scale} + {@code eps}) is subtracted. May
     * write over what it gives.
     */
    record AdamStep(double beta1, double beta2, double eps, double decay, double shrink, double rate, double scale)
            implements Step {
        @Override
        public int operands() {
            return 4;
        }
    }

    /**
     * (parameter, g, mean, square) of one shape and dtype, and how many steps the parameter took: {@link AdamStep} of the
     * number that this step has, so that it is another each time the same work is done again. What rate and scale are made of
     * is computed in double. May write over what it gives.
     */
    record CountedAdamStep(double beta1, double beta2, double eps, double decay, double shrink, double lr)
            implements Step {
        @Override
        public int operands() {
            return 5;
        }

        @Override
        public boolean counts() {
            return true;
        }

        /** The step of a number that is known, from 1 on: both means are corrected for their start at 0. */
        public AdamStep at(double number) {
            double rate = lr / (1 - Math.pow(beta1, number));
            double scale = 1 / Math.sqrt(1 - Math.pow(beta2, number));
            return new AdamStep(beta1, beta2, eps, decay, shrink, rate, scale);
        }
    }

    /**
     * (parameter, g) of one shape and dtype: the first after a step of gradient descent, which subtracts {@code rate} (g +
     * {@code decay} parameter), or {@code rate} g where the decay is 0. May write over what it gives.
     */
    record GradientStep(double decay, double rate) implements Step {
        @Override
        public int operands() {
            return 2;
        }
    }

    /**
     * (parameter, g, buffer) of one shape and dtype: the first and the third after a step of gradient descent with momentum.
     * With d = g + {@code decay} parameter, or g where the decay is 0, the buffer becomes {@code momentum} buffer + {@code
     * share} d, and {@code rate} times that is subtracted from the parameter; or, if {@code nesterov}, {@code rate} (d + {@code
     * momentum} times that). May write over what it gives.
     */
    record MomentumStep(double momentum, double share, double decay, double rate, boolean nesterov) implements Step {
        @Override
        public int operands() {
            return 3;
        }
    }

    /**
     * (x: (L, N, I), h: (N, H), c: (N, H), U: (4 H, I), W: (4 H, H), b: (4 H)): long short-term memory (after each of the L steps
     * h: (L, N, H); c: (L, N, H); in each step its gates i, f, g, o side by side: (L, N, 4 H)). The gates are the sigmoids, of g
     * the tangent, of x Uᵀ + h Wᵀ + b; then c is f c + i g, and h is o tanh(c). If {@code reverse}, the last step is taken first.
     */
    record LstmSteps(boolean reverse) implements Unrecorded {}

    /**
     * (g of every h: (L, N, H), g of the c after the last step taken: (N, H), the first c: (N, H), W, the second and third
     * results): the gradient of {@link LstmSteps} (in what the gates are functions of: (L, N, 4 H), in h, in c). Those in x, U,
     * W and b are products and sums of the first of these.
     */
    record LstmStepsGradient(boolean reverse) implements Unrecorded {}

    /**
     * (query: (..., L, E), key: (..., S, E), value: (..., S, V)), and perhaps a mask: (..., L, S): (softmax({@code scale} query
     * keyᵀ) value: (..., L, V); the largest of each row of scores, and the sum of its exponentials relative to that: (..., 2, L)).
     * A mask of bool says where to look, one of the other operands' dtype is added to the scores. If {@code causal}, row i looks
     * at columns up to i only.
     */
    record Attention(double scale, boolean causal) implements Composite {}

    /**
     * (g: (..., L, V), query, key, value, the second result), and its mask if it has one: the gradients of {@link Attention} in
     * query, key and value.
     */
    record AttentionGradient(double scale, boolean causal) implements Unrecorded {}

    /** (x: (N, C, ...), weight: (O, C / groups, ...)): cross-correlation, (N, O, ...). */
    record Convolution(ConvolutionGeometry geometry) implements Composite {}

    /** (g: (N, O, ...), weight): the adjoint of {@link Convolution} in x; also the transposed convolution. */
    record ConvolutionInput(ConvolutionGeometry geometry, Shape inputSpatial) implements Composite {}

    /** (x, g): the adjoint of {@link Convolution} in its weight. */
    record ConvolutionWeight(ConvolutionGeometry geometry, Shape kernel) implements Composite {}

    /** x (N, C, ...): (the largest of each window, its position in the flattened spatial dimensions of x as I64). */
    record MaxPool(PoolGeometry geometry) implements Composite {}

    /**
     * (g, the second result): the gradient of {@link MaxPool} in x: (N, C, ...), whose spatial dimensions are {@code
     * inputSpatial}. A position that is none of its window's is unspecified.
     */
    record MaxPoolGradient(PoolGeometry geometry, Shape inputSpatial) implements Unrecorded {}

    /**
     * The mean of each window of x (N, C, ...), with zeros around x; dilations are 1. It is divided by {@code divisor}, or where
     * that is 0 by the number of elements that the window covers, of x or, if {@code countsPadding}, of x and its padding.
     */
    record AveragePool(PoolGeometry geometry, boolean countsPadding, int divisor) implements Composite {
        /** Refuses dilations. */
        public AveragePool {
            if (geometry.dilation().stream().anyMatch(step -> step != 1)) {
                throw new IllegalArgumentException(
                        "averagePool: windows have no gaps, not dilation " + geometry.dilation());
            }
        }

        /** What every window of an input of these spatial sizes is divided by; 0 if they differ. */
        public double commonDivisor(Shape spatial) {
            if (divisor != 0) {
                return divisor;
            }
            double elements = 1;
            boolean covered = true;
            for (int i = 0; i < geometry.spatialRank(); i++) {
                int kernel = geometry.kernel().get(i);
                long padding = geometry.padding().get(i);
                long end = (geometry.outputSize(i, spatial.size(i)) - 1)
                                * geometry.stride().get(i)
                        + kernel;
                elements *= kernel;
                covered &= countsPadding || padding == 0;
                covered &= end <= spatial.size(i) + 2 * padding;
            }
            return covered ? elements : 0;
        }
    }

    /** (g: (N, C, ...)): the gradient of {@link AveragePool} in an x with these spatial dimensions. */
    record AveragePoolInput(AveragePool pool, Shape inputSpatial) implements Composite {}

    // ---- composites: linear algebra

    /** The lower (or upper) triangular L with L·Lᵀ (Lᵀ·L) = A, of which that triangle is read. */
    record Cholesky(boolean upper) implements LinearAlgebra {}

    /** (A: (..., n, n), B: (..., n, k)): X with A·X = B, A taken as triangular, and its diagonal as ones if unitriangular. */
    record SolveTriangular(boolean upper, boolean unitriangular) implements LinearAlgebra {}

    /** (A: (..., n, n), B: (..., n, k)): X with A·X = B. */
    record Solve() implements LinearAlgebra {}

    /** A⁻¹. */
    record Inverse() implements LinearAlgebra {}

    /** The determinants, (...). */
    record Det() implements LinearAlgebra {}

    /** (sign: (...), logarithm of the determinant's absolute value: (...)). */
    record SlogDet() implements LinearAlgebra {
        @Override
        public String operatorName() {
            return "slogdet";
        }
    }

    /** A (..., m, n): (Q (..., m, k), R (..., k, n)), k = m if complete, else the smaller of m and n; signs as LAPACK's. */
    record Qr(boolean complete) implements LinearAlgebra {}

    /** A (..., m, n): (U, S descending, Vᵀ): (m, k), (k), (k, n), or (m, m), (k), (n, n) if full. */
    record Svd(boolean fullMatrices) implements LinearAlgebra {}

    /** Of the symmetric matrix of which the lower (or upper) triangle is read: (eigenvalues ascending, eigenvectors). */
    record Eigh(boolean upper) implements LinearAlgebra {}

    /** The Moore-Penrose inverse; singular values not above max(atol, rtol · largest) are taken as zero. */
    record Pinv(double atol, double rtol, boolean hermitian) implements Composite {}
}
