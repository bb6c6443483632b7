package io.gatun.tensor;

import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.spi.GradHook;
import io.gatun.tensor.spi.GradRecorder;
import io.gatun.tensor.spi.GradSlot;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A strided tensor: numbers of one {@link DType} in a {@link Storage}, seen through a {@link Layout}.
 *
 * <p>Its operators are PyTorch's in lowerCamelCase, with PyTorch's argument order and defaults; a trailing underscore
 * marks those that work in place. They are inherited from interfaces by subject: {@link ElementwiseOps}, {@link
 * ReductionOps}, {@link ShapeOps}, {@link IndexingOps}, {@link LinearAlgebraOps}, {@link DecompositionOps}, {@link
 * RandomOps}, {@link ComplexOps}. Static methods make tensors; they take
 * sizes, or a {@link Shape} where dtype and device follow.
 *
 * <pre>{@code
 * Tensor x = Tensor.linspace(-Math.PI, Math.PI, 2000);
 * Tensor y = x.sin();
 * System.out.println(y.get(Index.to(3)));
 * }</pre>
 *
 * <p>Memory comes back when a tensor is unreachable, or when the {@link TensorScope} it was made in closes. A tensor may
 * be read by many threads; changing it while another thread uses it is a race, as for a Java array.
 */
public final class Tensor
        implements TensorView,
                ElementwiseOps,
                SpecialOps,
                ComparisonOps,
                ReductionOps,
                StatisticsOps,
                ShapeOps,
                IndexingOps,
                LinearAlgebraOps,
                DecompositionOps,
                RandomOps,
                InterchangeOps,
                ComplexOps {
    private final Tensor viewRoot;
    private DType dtype;
    private Storage storage;
    private Layout layout;
    private @Nullable GradSlot gradSlot;
    private int historyVersion;

    /** {@code viewRoot} is the tensor that this is a view of, or null. */
    Tensor(Storage storage, Layout layout, DType dtype, @Nullable Tensor viewRoot) {
        this.storage = storage;
        this.layout = layout;
        this.dtype = dtype;
        this.viewRoot = viewRoot == null ? this : viewRoot;
        this.historyVersion = storage.version();
    }

    // ---- making tensors

    /** A tensor over a storage that something other than a backend made: for file formats and interchange. */
    public static Tensor over(Storage storage, Layout layout, DType dtype) {
        if (!layout.fitsInto(storage.byteSize() / dtype.byteSize())) {
            throw new ShapeException("over: " + layout + " of " + dtype + " reaches outside a storage of "
                    + storage.byteSize() + " bytes");
        }
        return new Tensor(storage, layout, dtype, null);
    }

    /**
     * A tensor that shares the memory of {@code segment}, which must stay alive: row-major, in the machine's byte order,
     * on the CPU. A read-only segment gives a tensor that refuses in-place operators.
     *
     * @throws ShapeException if the segment is smaller than the shape
     */
    public static Tensor fromSegment(MemorySegment segment, Shape shape, DType dtype) {
        return over(new SegmentStorage(Device.cpu(), segment, dtype), Layout.contiguous(shape), dtype);
    }

    /**
     * A row-major tensor of the elements from {@code buffer}'s position to its limit, of the buffer's own type ({@code byte}
     * I8, {@code short} I16, {@code int} I32, {@code long} I64, {@code float} F32, {@code double} F64). It shares the memory
     * of a direct buffer in the machine's byte order, which is kept as long as the tensor; others are copied, to the default
     * device. A shared buffer that is read-only gives a tensor that refuses in-place operators.
     *
     * @throws ShapeException if the buffer has another number of elements
     */
    public static Tensor fromBuffer(Buffer buffer, Shape shape) {
        return fromBuffer(buffer, shape, Buffers.dtypeOf(buffer));
    }

    /**
     * {@link #fromBuffer(Buffer, Shape)} with the buffer's bits taken as {@code dtype}, whose elements are as wide as the
     * buffer's; a byte buffer holds any dtype.
     *
     * @throws DTypeException if the widths differ
     */
    public static Tensor fromBuffer(Buffer buffer, Shape shape, DType dtype) {
        return Buffers.toTensor(buffer, shape, dtype);
    }

    /**
     * The rows of {@code rows} joined along a new first dimension: a copy. Rows are all Java arrays of one type, as {@link
     * #of(Object)} takes them, or all tensors of one shape.
     *
     * @throws ShapeException if there is none, or their shapes differ; the message names the place
     */
    public static Tensor ofRows(Stream<?> rows) {
        return NestedArrays.ofRows(rows.toList());
    }

    /** A zero-dimensional {@code F32} tensor. */
    public static Tensor of(double value) {
        return full(Shape.scalar(), Scalar.of(value), DType.F32, Device.getDefault());
    }

    /** A zero-dimensional {@code I64} tensor. */
    public static Tensor of(long value) {
        return full(Shape.scalar(), Scalar.of(value), DType.I64, Device.getDefault());
    }

    /** A zero-dimensional {@code BOOL} tensor. */
    public static Tensor of(boolean value) {
        return full(Shape.scalar(), Scalar.of(value), DType.BOOL, Device.getDefault());
    }

    /**
     * A copy of a Java array of primitives, nested to any depth: the dtype is the array's own ({@code float} F32, {@code
     * double} F64, {@code byte} I8, {@code short} I16, {@code int} I32, {@code long} I64, {@code boolean} BOOL).
     *
     * @throws ShapeException if it is ragged; the message names the place
     */
    public static Tensor of(Object array) {
        return NestedArrays.toTensor(array, null, Device.getDefault());
    }

    /** {@link #of(Object)}, converted to {@code dtype}. */
    public static Tensor of(Object array, DType dtype) {
        return NestedArrays.toTensor(array, dtype, Device.getDefault());
    }

    /** {@link #of(Object)}, converted to {@code dtype}, on {@code device}. */
    public static Tensor of(Object array, DType dtype, Device device) {
        return NestedArrays.toTensor(array, dtype, device);
    }

    /** Uninitialised memory of this shape, {@code F32}. */
    public static Tensor empty(long... shape) {
        return empty(Shape.of(shape), DType.F32);
    }

    /** Uninitialised memory. */
    public static Tensor empty(Shape shape, DType dtype) {
        return empty(shape, dtype, Device.getDefault());
    }

    /** Uninitialised memory. */
    public static Tensor empty(Shape shape, DType dtype, Device device) {
        return Dispatch.allocate(null, device, shape, dtype);
    }

    /** Zeros of this shape, {@code F32}. */
    public static Tensor zeros(long... shape) {
        return zeros(Shape.of(shape), DType.F32);
    }

    /** Zeros. */
    public static Tensor zeros(Shape shape, DType dtype) {
        return zeros(shape, dtype, Device.getDefault());
    }

    /** Zeros. */
    public static Tensor zeros(Shape shape, DType dtype, Device device) {
        return full(shape, Scalar.of(0), dtype, device);
    }

    /** Ones of this shape, {@code F32}. */
    public static Tensor ones(long... shape) {
        return ones(Shape.of(shape), DType.F32);
    }

    /** Ones. */
    public static Tensor ones(Shape shape, DType dtype) {
        return ones(shape, dtype, Device.getDefault());
    }

    /** Ones. */
    public static Tensor ones(Shape shape, DType dtype, Device device) {
        return full(shape, Scalar.of(1), dtype, device);
    }

    /** One floating-point number everywhere, {@code F32}. */
    public static Tensor full(Shape shape, double value) {
        return full(shape, Scalar.of(value), DType.F32, Device.getDefault());
    }

    /** One integer everywhere, {@code I64}. */
    public static Tensor full(Shape shape, long value) {
        return full(shape, Scalar.of(value), DType.I64, Device.getDefault());
    }

    /** One value everywhere. */
    public static Tensor full(Shape shape, Scalar value, DType dtype, Device device) {
        return Dispatch.create(new Op.Fill(value, shape, dtype), device);
    }

    /** Zeros with the shape, dtype and device of {@code other}. */
    public static Tensor zerosLike(Tensor other) {
        return zeros(other.shape(), other.dtype, other.device());
    }

    /** Ones with the shape, dtype and device of {@code other}. */
    public static Tensor onesLike(Tensor other) {
        return ones(other.shape(), other.dtype, other.device());
    }

    /** Uninitialised memory with the shape, dtype and device of {@code other}. */
    public static Tensor emptyLike(Tensor other) {
        return empty(other.shape(), other.dtype, other.device());
    }

    /** One value everywhere, with the shape, dtype and device of {@code other}. */
    public static Tensor fullLike(Tensor other, double value) {
        return full(other.shape(), Scalar.of(value), other.dtype, other.device());
    }

    /** Zeros with the shape and device of {@code other}. */
    public static Tensor zerosLike(Tensor other, DType dtype) {
        return zeros(other.shape(), dtype, other.device());
    }

    /** Ones with the shape and device of {@code other}. */
    public static Tensor onesLike(Tensor other, DType dtype) {
        return ones(other.shape(), dtype, other.device());
    }

    /** Uninitialised memory with the shape and device of {@code other}. */
    public static Tensor emptyLike(Tensor other, DType dtype) {
        return empty(other.shape(), dtype, other.device());
    }

    /** One integer everywhere, exactly, with the shape, dtype and device of {@code other}. */
    public static Tensor fullLike(Tensor other, long value) {
        return full(other.shape(), Scalar.of(value), other.dtype, other.device());
    }

    /** One value everywhere, with the shape and device of {@code other}. */
    public static Tensor fullLike(Tensor other, Scalar value, DType dtype) {
        return full(other.shape(), value, dtype, other.device());
    }

    /** Uninitialised memory in which indices reach elements by these strides. */
    public static Tensor emptyStrided(Shape shape, long[] strides, DType dtype) {
        long last = shape.isEmpty() ? -1 : 0;
        for (int i = 0; i < shape.rank() && last >= 0; i++) {
            last += (shape.size(i) - 1) * strides[i];
        }
        return empty(Shape.of(last + 1), dtype).asStrided(shape, strides, 0);
    }

    /** Uninitialised memory with the dtype and device of this. */
    public Tensor newEmpty(long... shape) {
        return empty(Shape.of(shape), dtype, device());
    }

    /** Zeros with the dtype and device of this. */
    public Tensor newZeros(long... shape) {
        return zeros(Shape.of(shape), dtype, device());
    }

    /** Ones with the dtype and device of this. */
    public Tensor newOnes(long... shape) {
        return ones(Shape.of(shape), dtype, device());
    }

    /** One number everywhere with the dtype and device of this. */
    public Tensor newFull(Shape shape, double value) {
        return full(shape, Scalar.of(value), dtype, device());
    }

    /** One integer everywhere, exactly, with the dtype and device of this. */
    public Tensor newFull(Shape shape, long value) {
        return full(shape, Scalar.of(value), dtype, device());
    }

    /** The n x n identity matrix, {@code F32}. */
    public static Tensor eye(long n) {
        return eye(n, n, DType.F32, Device.getDefault());
    }

    /** An n x m matrix with ones on the diagonal. */
    public static Tensor eye(long n, long m, DType dtype, Device device) {
        Tensor matrix = zeros(Shape.of(n, m), dtype, device);
        matrix.detach().diagonal().fill_(1);
        return matrix;
    }

    /** 0, 1, ... up to {@code end}, exclusive; {@code I64}. */
    public static Tensor arange(long end) {
        return arange(0, end, 1);
    }

    /** From {@code start} to {@code end}, exclusive; {@code I64}. */
    public static Tensor arange(long start, long end) {
        return arange(start, end, 1);
    }

    /** From {@code start} to {@code end}, exclusive, in steps; {@code I64}. */
    public static Tensor arange(long start, long end, long step) {
        return arange(start, end, step, Device.getDefault());
    }

    static Tensor arange(long start, long end, long step, Device device) {
        if (step == 0 || (end - start) / step < 0) {
            throw new ShapeException("arange: " + start + " never reaches " + end + " in steps of " + step);
        }
        long count = Math.ceilDiv(end - start, step);
        return Dispatch.create(new Op.Arange(Scalar.of(start), Scalar.of(step), count, DType.I64), device);
    }

    /** From {@code start} to {@code end}, exclusive, in steps; {@code F32}. */
    public static Tensor arange(double start, double end, double step) {
        return arange(start, end, step, DType.F32);
    }

    /** From {@code start} to {@code end}, exclusive, in steps, computed in double. */
    public static Tensor arange(double start, double end, double step, DType dtype) {
        double count = Math.ceil((end - start) / step);
        if (!(count >= 0) || Double.isInfinite(count)) {
            throw new ShapeException("arange: " + start + " never reaches " + end + " in steps of " + step);
        }
        if (!dtype.isInexact() && (long) step == 0) {
            throw new ValueException("arange: a step of " + step + " is 0 as " + dtype);
        }
        return Dispatch.create(
                new Op.Arange(Scalar.of(start), Scalar.of(step), (long) count, dtype), Device.getDefault());
    }

    /** {@code steps} numbers evenly spaced from {@code start} to {@code end}, both included; {@code F32}. */
    public static Tensor linspace(double start, double end, long steps) {
        return linspace(start, end, steps, DType.F32);
    }

    /** {@code steps} numbers evenly spaced from {@code start} to {@code end}, both included. */
    public static Tensor linspace(double start, double end, long steps, DType dtype) {
        if (steps < 0) {
            throw new ShapeException(
                    "linspace: " + steps + " steps from " + start + " to " + end + ": must not be negative");
        }
        if (!dtype.isInexact()) {
            return Arithmetic.linspaceOfIntegers((long) start, (long) end, steps, dtype);
        }
        double step = steps > 1 ? (end - start) / (steps - 1) : 0;
        Op op = new Op.Arange(Scalar.of(start), Scalar.of(step), steps, dtype);
        Tensor line = Dispatch.create((Op.Kernel) op, Device.getDefault());
        if (steps > 1) {
            line.select(0, -1).fill_(end); // exactly, as start + (steps - 1) * step need not be
        }
        return line;
    }

    /** {@link #logspace(double, double, long, double, DType)} with base 10, {@code F32}. */
    public static Tensor logspace(double start, double end, long steps) {
        return logspace(start, end, steps, 10, DType.F32);
    }

    /** {@code base} to the powers of {@code steps} numbers evenly spaced from {@code start} to {@code end}. */
    public static Tensor logspace(double start, double end, long steps, double base, DType dtype) {
        return linspace(start, end, steps, DType.F64).rpow(base).to(dtype);
    }

    /** Uniform on [0, 1), {@code F32}. */
    public static Tensor rand(long... shape) {
        return rand(Shape.of(shape), DType.F32);
    }

    /** Uniform on [0, 1). */
    public static Tensor rand(Shape shape, DType dtype) {
        return rand(shape, dtype, Random.defaultGenerator());
    }

    /** Uniform on [0, 1). */
    public static Tensor rand(Shape shape, DType dtype, Generator generator) {
        return rand(shape, dtype, Device.getDefault(), generator);
    }

    /** Uniform on [0, 1); a floating-point dtype. */
    public static Tensor rand(Shape shape, DType dtype, Device device, Generator generator) {
        return Random.create("rand", RandomKind.UNIFORM, 0, 1, shape, dtype, device, generator);
    }

    /** Uniform on [0, 1), with the shape, dtype and device of {@code other}. */
    public static Tensor randLike(Tensor other) {
        return randLike(other, Random.defaultGenerator());
    }

    /** Uniform on [0, 1), with the shape, dtype and device of {@code other}. */
    public static Tensor randLike(Tensor other, Generator generator) {
        return rand(other.shape(), other.dtype, other.device(), generator);
    }

    /** Standard normal, {@code F32}. */
    public static Tensor randn(long... shape) {
        return randn(Shape.of(shape), DType.F32);
    }

    /** Standard normal. */
    public static Tensor randn(Shape shape, DType dtype) {
        return randn(shape, dtype, Random.defaultGenerator());
    }

    /** Standard normal. */
    public static Tensor randn(Shape shape, DType dtype, Generator generator) {
        return randn(shape, dtype, Device.getDefault(), generator);
    }

    /** Standard normal; a floating-point dtype. */
    public static Tensor randn(Shape shape, DType dtype, Device device, Generator generator) {
        return Random.create("randn", RandomKind.NORMAL, 0, 1, shape, dtype, device, generator);
    }

    /** Standard normal, with the shape, dtype and device of {@code other}. */
    public static Tensor randnLike(Tensor other) {
        return randnLike(other, Random.defaultGenerator());
    }

    /** Standard normal, with the shape, dtype and device of {@code other}. */
    public static Tensor randnLike(Tensor other, Generator generator) {
        return randn(other.shape(), other.dtype, other.device(), generator);
    }

    /** Integers from 0 to {@code high}, exclusive; {@code I64}. */
    public static Tensor randint(long high, Shape shape) {
        return randint(0, high, shape);
    }

    /** Integers from {@code low} to {@code high}, exclusive; {@code I64}. */
    public static Tensor randint(long low, long high, Shape shape) {
        return randint(low, high, shape, DType.I64, Random.defaultGenerator());
    }

    /** Integers from {@code low} to {@code high}, exclusive. */
    public static Tensor randint(long low, long high, Shape shape, DType dtype, Generator generator) {
        return randint(low, high, shape, dtype, Device.getDefault(), generator);
    }

    /**
     * Integers from {@code low} to {@code high}, exclusive; any dtype in which they are exact.
     *
     * @throws ValueException if there are none, or not all of them are exact
     */
    public static Tensor randint(long low, long high, Shape shape, DType dtype, Device device, Generator generator) {
        if (high <= low) {
            throw new ValueException("randint: there is no integer from " + low + " to " + high + ", exclusive");
        }
        return Random.fillIntegers("randint", empty(shape, dtype, device), low, high - 1, generator);
    }

    /** Integers from {@code low} to {@code high}, exclusive, with the shape, dtype and device of {@code other}. */
    public static Tensor randintLike(Tensor other, long low, long high) {
        return randintLike(other, low, high, Random.defaultGenerator());
    }

    /** Integers from {@code low} to {@code high}, exclusive, with the shape, dtype and device of {@code other}. */
    public static Tensor randintLike(Tensor other, long low, long high, Generator generator) {
        return randint(low, high, other.shape(), other.dtype, other.device(), generator);
    }

    /** A random order of 0 to n - 1; {@code I64}. */
    public static Tensor randperm(long n) {
        return randperm(n, Random.defaultGenerator());
    }

    /** A random order of 0 to n - 1; {@code I64}. */
    public static Tensor randperm(long n, Generator generator) {
        return randperm(n, DType.I64, Device.getDefault(), generator);
    }

    /**
     * A random order of 0 to n - 1; any dtype but bool in which they are exact.
     *
     * @throws DTypeException if they are not all exact in {@code dtype}
     */
    public static Tensor randperm(long n, DType dtype, Device device, Generator generator) {
        return Sampling.permutation(n, dtype, device, generator);
    }

    /** Normal with a mean and a standard deviation for each element; they broadcast, and are promoted. */
    public static Tensor normal(Tensor mean, Tensor std) {
        return normal(mean, std, Random.defaultGenerator());
    }

    /** Normal with a mean and a standard deviation for each element; they broadcast, and are promoted. */
    public static Tensor normal(Tensor mean, Tensor std, Generator generator) {
        return Sampling.normal(mean, std, generator);
    }

    /** Normal with a mean for each element; of its shape and dtype. */
    public static Tensor normal(Tensor mean, double std) {
        return normal(mean, std, Random.defaultGenerator());
    }

    /** Normal with a mean for each element; of its shape and dtype. */
    public static Tensor normal(Tensor mean, double std, Generator generator) {
        return normal(
                mean, full(Shape.scalar(), Scalar.of(std), Promotion.floating(mean.dtype), mean.device()), generator);
    }

    /** Normal with a standard deviation for each element; of its shape and dtype. */
    public static Tensor normal(double mean, Tensor std) {
        return normal(mean, std, Random.defaultGenerator());
    }

    /** Normal with a standard deviation for each element; of its shape and dtype. */
    public static Tensor normal(double mean, Tensor std, Generator generator) {
        return normal(
                full(Shape.scalar(), Scalar.of(mean), Promotion.floating(std.dtype), std.device()), std, generator);
    }

    /** Normal; {@code F32}. */
    public static Tensor normal(double mean, double std, Shape shape) {
        return normal(mean, std, shape, DType.F32, Random.defaultGenerator());
    }

    /** Normal; a floating-point dtype. */
    public static Tensor normal(double mean, double std, Shape shape, DType dtype, Generator generator) {
        return empty(shape, dtype).normal_(mean, std, generator);
    }

    /** Joined along {@code dim}: a copy. Shapes agree outside it; dtypes are promoted. */
    public static Tensor cat(List<Tensor> tensors, int dim) {
        return Shapes.cat(tensors, dim);
    }

    /** Joined along a new dimension {@code dim}: a copy. Shapes agree; dtypes are promoted. */
    public static Tensor stack(List<Tensor> tensors, int dim) {
        return Shapes.stack(tensors, dim);
    }

    /**
     * Complex numbers of their parts, which broadcast and are of one dtype, {@code F32} or {@code F64}.
     *
     * @throws DTypeException if they are not
     */
    public static Tensor complex(Tensor real, Tensor imag) {
        return ComplexTensors.complex("complex", real, imag);
    }

    /** Complex numbers of their absolute values and angles, which broadcast and are of one dtype, F32 or F64. */
    public static Tensor polar(Tensor abs, Tensor angle) {
        return ComplexTensors.complex("polar", abs.mul(angle.cos()), abs.mul(angle.sin()));
    }

    /** Joined along dimension 1, tensors of one dimension along that: a copy. */
    public static Tensor hstack(List<Tensor> tensors) {
        return Joins.horizontally(tensors);
    }

    /** Joined along dimension 0, after {@link #atleast2d()}: a copy. */
    public static Tensor vstack(List<Tensor> tensors) {
        return cat(tensors.stream().map(Tensor::atleast2d).toList(), 0);
    }

    /** Joined along dimension 2, after {@link #atleast3d()}: a copy. */
    public static Tensor dstack(List<Tensor> tensors) {
        return cat(tensors.stream().map(Tensor::atleast3d).toList(), 2);
    }

    /** {@link #hstack} with tensors of one dimension as columns: a copy. */
    public static Tensor columnStack(List<Tensor> tensors) {
        return Joins.columns(tensors);
    }

    /** A matrix with these, of two dimensions at most, along its diagonal and zeros elsewhere: a copy. */
    public static Tensor blockDiag(List<Tensor> tensors) {
        return Joins.blockDiagonal(tensors);
    }

    /** All expanded to the shape that they broadcast to: views. */
    public static List<Tensor> broadcastTensors(List<Tensor> tensors) {
        return Joins.broadcast(tensors);
    }

    /** {@link #meshgrid(List, String)} with matrix indexing, "ij". */
    public static List<Tensor> meshgrid(List<Tensor> tensors) {
        return meshgrid(tensors, "ij");
    }

    /**
     * Coordinates of a grid: of (n), (m), ... views of shape (n, m, ...), the i-th changing along dimension i; with "xy"
     * the first two dimensions change places.
     */
    public static List<Tensor> meshgrid(List<Tensor> tensors, String indexing) {
        return Joins.grid("meshgrid", tensors, indexing);
    }

    /** All tuples of elements of (n), (m), ...: (n * m * ..., count); of a single tensor itself. */
    public static Tensor cartesianProd(List<Tensor> tensors) {
        return Joins.product(tensors);
    }

    /** The positions of the lower triangle of a matrix, row by row: (2, count), {@code I64}. */
    public static Tensor trilIndices(long rows, long columns, long offset) {
        return Diagonals.triangleIndices("trilIndices", rows, columns, offset, true);
    }

    /** The positions of the upper triangle of a matrix, row by row: (2, count), {@code I64}. */
    public static Tensor triuIndices(long rows, long columns, long offset) {
        return Diagonals.triangleIndices("triuIndices", rows, columns, offset, false);
    }

    /** {@code a} where {@code condition} (bool) holds, else {@code b}; all broadcast. */
    public static Tensor where(Tensor condition, Tensor a, Tensor b) {
        Masks.require("where", condition);
        return Elementwise.where(condition, a, b);
    }

    /**
     * Einstein summation, such as {@code einsum("bij,bjk->bik", a, b)}: letters name dimensions, those missing after the
     * arrow are summed over; {@code ...} stands for dimensions that broadcast.
     *
     * @throws ShapeException if equation and operands do not fit
     */
    public static Tensor einsum(String equation, Tensor... operands) {
        return Einsum.compute(equation, operands);
    }

    /**
     * The product of two or more matrices, in the order of the fewest multiplications, as {@code torch.linalg.multi_dot};
     * the first may be a vector, taken as a row, and the last one, taken as a column.
     *
     * @throws ShapeException if there are fewer than two, or they do not fit
     */
    public static Tensor multiDot(Tensor... matrices) {
        return MatrixChain.multiDot(matrices);
    }

    /** {@link #multiDot} of matrices only, of which one is enough. */
    public static Tensor chainMatmul(Tensor... matrices) {
        return MatrixChain.chainMatmul(matrices);
    }

    // ---- what it is

    @Override
    public Storage storage() {
        Storage memory = storage;
        if (memory.isClosed()) {
            throw memory.closedException();
        }
        return memory;
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    /** Where it is computed on. */
    public Device device() {
        return storage.device();
    }

    /** The sizes. */
    public Shape shape() {
        return layout.shape();
    }

    /** The size of dimension {@code dim}; negative numbers count from the end. */
    public long size(int dim) {
        return layout.shape().size(dim);
    }

    /** The number of dimensions. */
    public int dim() {
        return layout.rank();
    }

    /** The number of elements. */
    public long numel() {
        return layout.shape().numel();
    }

    /** The strides, in elements. */
    public long[] strides() {
        return layout.strides();
    }

    /** The stride of dimension {@code dim}, in elements; negative numbers count from the end. */
    public long stride(int dim) {
        return layout.stride(layout.shape().normalise("stride", dim));
    }

    /** The element number, in the storage, of the first element. */
    public long storageOffset() {
        return layout.offset();
    }

    /** Whether the elements lie in row-major order without gaps. */
    public boolean isContiguous() {
        return layout.isContiguous();
    }

    /** Whether this was made as a view of another tensor. */
    public boolean isView() {
        return viewRoot != this;
    }

    /**
     * What this is, directly or through other views, a view of; itself if it is none. For the {@link GradRecorder}: a
     * change in place through a view changes the history of this.
     */
    public Tensor viewRoot() {
        return viewRoot;
    }

    // ---- conversions

    /** This tensor if it has that dtype already, else a converted copy; see {@link Op.Cast} for the rounding. */
    public Tensor to(DType dtype) {
        return this.dtype == dtype ? this : Dispatch.run(new Op.Cast(dtype), this);
    }

    /** This tensor if it is there already, else a row-major copy on {@code device}, whose gradient comes back to this one's. */
    public Tensor to(Device device) {
        return device.equals(device()) ? this : Transfers.copyTo(device, this);
    }

    /** {@link #to(DType)} the dtype of {@code other}. */
    public Tensor typeAs(Tensor other) {
        return to(other.dtype);
    }

    /** {@link #to(Device)} the CPU. */
    public Tensor cpu() {
        return to(Device.cpu());
    }

    /** {@link #to(DType)} {@code F32}. */
    public Tensor toFloat() {
        return to(DType.F32);
    }

    /** {@link #to(DType)} {@code F64}. */
    public Tensor toDouble() {
        return to(DType.F64);
    }

    /** {@link #to(DType)} {@code F16}. */
    public Tensor toHalf() {
        return to(DType.F16);
    }

    /** {@link #to(DType)} {@code I16}. */
    public Tensor toShort() {
        return to(DType.I16);
    }

    /** {@link #to(DType)} {@code I32}. */
    public Tensor toInt() {
        return to(DType.I32);
    }

    /** {@link #to(DType)} {@code I64}. */
    public Tensor toLong() {
        return to(DType.I64);
    }

    /** {@link #to(DType)} {@code BOOL}: whether each element is other than zero. */
    public Tensor toBool() {
        return to(DType.BOOL);
    }

    /** A contiguous copy. */
    @Override
    @SuppressWarnings("MethodDoesntCallSuperMethod") // PyTorch's name; nothing of Object.clone is meant
    public Tensor clone() {
        return Dispatch.run(new Op.Copy(), this);
    }

    // ---- in place, whole

    /** Copies {@code source}, broadcast and converted, into this tensor. */
    public Tensor copy_(Tensor source) {
        return Elementwise.copyInto("copy", this, source);
    }

    /** Sets every element. */
    public Tensor fill_(double value) {
        return Elementwise.fill(this, Scalar.of(value));
    }

    /** Sets every element to an integer, exactly. */
    public Tensor fill_(long value) {
        return Elementwise.fill(this, Scalar.of(value));
    }

    /** Sets every element to the one of a zero-dimensional tensor, which gets its gradient. */
    public Tensor fill_(Tensor value) {
        if (value.dim() != 0) {
            throw new ShapeException("fill_: the value of shape " + value.shape() + " must have no dimensions");
        }
        return Elementwise.copyInto("fill", this, value);
    }

    /** Sets every element to zero. */
    public Tensor zero_() {
        return fill_(0);
    }

    // ---- gradients

    /** Whether gradients flow to this tensor. */
    public boolean requiresGrad() {
        GradSlot slot = history();
        return slot != null && slot.requiresGrad();
    }

    /**
     * Makes this leaf require a gradient, or not.
     *
     * @throws TensorStateException if it is not a leaf, or gatun-autograd is not on the path
     * @throws DTypeException if it is neither floating-point nor complex
     */
    public Tensor requiresGrad_(boolean required) {
        recorder("requiresGrad_").requiresGrad(this, required);
        return this;
    }

    /**
     * Whether its memory was made in inference mode. Outside of that mode it may be read, but neither changed in place,
     * nor made to require a gradient, nor saved for one: {@code clone()} is a tensor like any other.
     */
    public boolean isInference() {
        return storage.isInference();
    }

    /** Whether no recorded operator made it. */
    public boolean isLeaf() {
        GradSlot slot = history();
        return slot == null || slot.isLeaf();
    }

    /** The gradient accumulated by backward passes, of this shape, or null. */
    public @Nullable Tensor grad() {
        GradSlot slot = gradSlot;
        return slot == null ? null : slot.grad();
    }

    /** Forgets the accumulated gradient: PyTorch's {@code x.grad = None}. */
    public void clearGrad() {
        GradSlot slot = gradSlot;
        if (slot != null) {
            slot.setGrad(null);
        }
    }

    /** The recorded operator that made it, such as {@code <MulBackward>}, or null. */
    public @Nullable String gradFn() {
        GradSlot slot = history();
        String name = slot == null ? null : slot.gradFn();
        return name == null ? null : "<" + name + ">";
    }

    /** Accumulates the gradient of this number in the leaves it was computed from; the graph is freed. */
    public void backward() {
        backward(null, Backward.standard());
    }

    /** {@link #backward()} with options. */
    public void backward(Backward options) {
        backward(null, options);
    }

    /** {@link #backward()} of a tensor of any shape: {@code gradient}, of this shape, is what flows into it. */
    public void backward(Tensor gradient) {
        backward(gradient, Backward.standard());
    }

    /**
     * Accumulates gradients in the leaves that this was computed from.
     *
     * @param gradient what flows into this tensor, of its shape; may be null (1) for a single number only
     * @throws TensorStateException if this does not require a gradient, or its graph was freed
     */
    public void backward(@Nullable Tensor gradient, Backward options) {
        recorder("backward").backward(this, gradient, options);
    }

    /** Makes {@link #grad} available after a backward pass although this is not a leaf. */
    public Tensor retainGrad() {
        recorder("retainGrad").retainGrad(this);
        return this;
    }

    /**
     * Calls {@code hook} with the gradient of this tensor whenever a pass computes it; what it returns, unless null, takes
     * its place. The result removes it.
     */
    public RemovableHandle registerHook(GradHook hook) {
        return recorder("registerHook").registerHook(this, hook);
    }

    /** The same memory, cut off from the graph: gradients do not flow through the result. */
    public Tensor detach() {
        return new Tensor(storage(), layout, dtype, null);
    }

    /** {@link #detach()} in place. */
    public Tensor detach_() {
        gradSlot(null);
        return this;
    }

    /**
     * Gives this tensor the memory of {@code other}, which is then shared: PyTorch's {@code x.data = other}. Its gradient
     * history stays, and so does its identity: a module moved to another dtype or device keeps the parameters that an
     * optimiser already knows. Where this tensor outlives the {@link TensorScope} that {@code other} was made in, so does
     * the memory.
     *
     * @throws ShapeException if the shapes differ
     * @throws DTypeException if this has a gradient slot and {@code other} is neither floating-point nor complex, or this is not a leaf
     *     and the dtypes differ
     */
    public void setData(Tensor other) {
        if (!shape().equals(other.shape())) {
            throw new ShapeException("setData: shape " + other.shape() + " does not fit shape " + shape());
        }
        boolean fits = gradSlot == null || isLeaf() && other.dtype.isInexact();
        if (dtype != other.dtype && !fits) {
            throw new DTypeException("setData: " + other.dtype + " does not fit " + dtype);
        }
        Storage data = other.storage();
        TensorScope.follow(storage, data);
        storage = data;
        historyVersion = data.version();
        layout = other.layout;
        dtype = other.dtype;
        if (gradSlot != null) {
            gradSlot.moved(dtype, device());
        }
    }

    /** For the {@link GradRecorder}: what it hung on this tensor, or null. */
    public @Nullable GradSlot gradSlot() {
        return gradSlot;
    }

    /** For the {@link GradRecorder}: replaces its slot. */
    public void gradSlot(@Nullable GradSlot slot) {
        gradSlot = slot;
        historyVersion = storage.version();
    }

    /**
     * For the {@link GradRecorder}: the version that the memory had when this got its slot, or was left without one. A view
     * whose memory has been changed since may have to do with a graph by now.
     */
    public int historyVersion() {
        return historyVersion;
    }

    /** The slot; of a view, as it is after all changes in place of what it shows. */
    private @Nullable GradSlot history() {
        GradRecorder recorder = Dispatch.RECORDER;
        if (recorder != null && Dispatch.takesPart(this)) {
            recorder.refresh(this);
        }
        return gradSlot;
    }

    private static GradRecorder recorder(String operator) {
        GradRecorder recorder = Dispatch.RECORDER;
        if (recorder == null) {
            throw new TensorStateException(operator
                    + ": gradients need gatun-autograd, which is neither on the class path nor on the module path");
        }
        return recorder;
    }

    /**
     * As PyTorch prints it: the elements in aligned columns, summarised when many, then dtype, device and history, by the
     * options last set with {@link PrintOptions#setDefault}.
     */
    @Override
    public String toString() {
        return toString(PrintOptions.getDefault());
    }

    /** {@link #toString()} by these options. */
    public String toString(PrintOptions options) {
        return TensorPrinter.print(this, options);
    }
}
