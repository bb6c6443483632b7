package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.FlightEvents;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * The default CPU backend: every operator by Vector API kernels, on all cores.
 *
 * <h2>Where to look</h2>
 *
 * <ul>
 *   <li>{@link Elementwise} brings operands of any layout to kernels, which {@link Stamp} makes from templates;
 *   <li>{@link Reductions} and what it names, {@link Gemm} for products, {@link Indexing}, {@link Copies};
 *   <li>{@link Workers} are the threads, {@link HostPool} the memory.
 * </ul>
 *
 * <h2>What holds for all</h2>
 *
 * <p>The number of threads never shows in a result. Storages are kept reachable to the end of an operator, as their segments
 * alone do not keep their memory.
 */
final class SimdBackend implements Backend {
    /** The provider's name. */
    static final String NAME = "simd";

    private final HostPool pool;
    private final MatMuls products;
    private final Convolutions convolutions;
    private final FileOperands files;

    /** With memory up to the configured limit. */
    SimdBackend() {
        this(new HostPool(Device.of("cpu", 0, NAME), MemoryLimit.configured()));
        FlightEvents.register(PoolEvent.class, () -> PoolEvent.record(pool));
    }

    /** With memory of {@code pool}. */
    SimdBackend(HostPool pool) {
        this.pool = pool;
        this.products = new MatMuls(pool);
        this.convolutions = new Convolutions(pool);
        this.files = new FileOperands(pool);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Storage allocate(Device device, long byteSize) {
        return pool.allocate(byteSize);
    }

    @Override
    public void execute(Op.Kernel op, TensorView[] in, TensorView[] out) {
        try {
            files.run(op, in, out, (operands, results) -> dispatch(op, operands, results));
        } finally {
            Reference.reachabilityFence(in);
            Reference.reachabilityFence(out);
        }
    }

    @Override
    public boolean claims(Op.Composite op, TensorView[] in) {
        return switch (op) {
            case Op.MaxPool(var geometry) -> geometry.spatialRank() <= MaxPools.MOST_DIMENSIONS;
            case Op.Convolution(var geometry) -> Convolutions.claims(geometry, in, taps(in[1]));
            case Op.ConvolutionInput(var geometry, var _) -> Convolutions.claims(geometry, in, taps(in[1]));
            case Op.ConvolutionWeight(var geometry, var kernel) -> Convolutions.claims(geometry, in, kernel.numel());
            case Op.Softmax(var dim) -> RowFusions.claimsLong(in[0], dim);
            case Op.LogSoftmax(var dim) -> RowFusions.claimsLong(in[0], dim);
            case Op.SoftmaxGradient(var dim, var _) -> RowFusions.claimsLong(in[0], dim);
            case Op.CrossEntropy _ -> RowFusions.claims(in[0], 1);
            case Op.CrossEntropyGradient _ -> RowFusions.claims(in[1], 1);
            case Op.Normalize _, Op.NormalizeGradient _, Op.NormalizeWeight _, Op.ChannelScale _ ->
                RowFusions.claims(in[0], 1) || RowFusions.claimsLong(in[0], 2);
            case Op.Attention _ -> Attention.claims(in[0], in[1], in[2]);
            case Op.AttentionGradient _ -> Attention.claims(in[1], in[2], in[3]);
            case Op.Step _ -> OptimizerSteps.claims(in);
            case Op.LstmSteps _, Op.LstmStepsGradient _ -> Lstm.claims(in[0], in[2]);
            case Op.Gelu _, Op.GeluGradient _ -> lanes(in[0]) == DType.F32;
            case Op.Dropout _ ->
                in[0].layout().isContiguous() && !in[0].layout().shape().isEmpty();
            case Op.AveragePool _, Op.AveragePoolInput _ -> false; // convolutions, for which there are kernels
            case Op.MaxPoolGradient _ -> false; // an addition at the positions, as its decomposition has it
            case Op.Conj _, Op.Fft _, Op.Concat _, Op.Pad _, Op.LinearAlgebra _, Op.Pinv _ -> false;
        };
    }

    @Override
    public void execute(Op.Composite op, TensorView[] in, TensorView[] out) {
        try {
            files.run(op, in, out, (operands, results) -> composite(op, operands, results));
        } finally {
            Reference.reachabilityFence(in);
            Reference.reachabilityFence(out);
        }
    }

    private static long taps(TensorView weight) {
        Shape shape = weight.layout().shape();
        return shape.slice(2, shape.rank()).numel();
    }

    private void composite(Op.Composite op, TensorView[] in, TensorView[] out) {
        switch (op) {
            case Op.MaxPool(var geometry) -> MaxPools.pool(pool, geometry, in[0], out[0], out[1]);
            case Op.Convolution(var geometry) -> convolutions.forward(geometry, in[0], in[1], out[0]);
            case Op.ConvolutionInput(var geometry, var _) -> convolutions.input(geometry, in[0], in[1], out[0]);
            case Op.ConvolutionWeight(var geometry, var _) -> convolutions.weight(geometry, in[0], in[1], out[0]);
            case Op.Gelu(var tanh) -> gelu(false, tanh, in, out[0]);
            case Op.GeluGradient(var tanh) -> gelu(true, tanh, in, out[0]);
            case Op.Dropout dropout -> Creation.dropout(dropout, in[0], out[0]);
            case Op.LstmSteps(var reverse) -> new Lstm(pool, products, reverse, in, out).forward();
            case Op.LstmStepsGradient(var reverse) -> new Lstm(pool, products, reverse, in, out).gradient();
            case Op.Attention attention ->
                Attention.of(pool, products, attention, in, out).forward();
            case Op.AttentionGradient attention ->
                Attention.of(pool, products, attention, in, out).gradient();
            case Op.Step step -> OptimizerSteps.run(step, in, out);
            default -> RowFusions.run(pool, op, in, out);
        }
    }

    private void dispatch(Op.Kernel op, TensorView[] in, TensorView[] out) {
        switch (op) {
            case Op.Unary(var kind) -> unary(kind, in[0], out[0]);
            case Op.Binary(var kind) -> binary(kind, in[0], in[1], out[0]);
            case Op.Compare(var kind) -> compare(kind, in[0], in[1], out[0]);
            case Op.Where _ -> where(in, out[0]);
            case Op.Clamp _ -> clamp(in, out[0]);
            case Op.Cast _ -> Casts.cast(out[0], in[0]);
            case Op.Copy _ -> Copies.copy(out[0], in[0]);
            case Op.Fill(var value, var _, var _) -> Creation.fill(out[0], value);
            case Op.Arange arange -> Creation.arange(out[0], arange);
            case Op.Random random -> Creation.random(out[0], random);
            case Op.Reduce reduce -> Reductions.reduce(pool, reduce, in[0], out[0]);
            case Op.ArgReduce reduce -> ArgReductions.reduce(reduce, in[0], out[0]);
            case Op.ArgScan(var largest, var dim) -> Scans.argScan(largest, dim, in[0], out[0]);
            case Op.Scan scan -> Scans.scan(scan, in[0], out[0]);
            case Op.Sort sort -> Sorts.sort(sort, in[0], out[0], out[1]);
            case Op.MatMul _ -> products.multiply(in[0], in[1], out[0]);
            case Op.Gather gather -> Indexing.gather(gather, in[0], in[1], out[0]);
            case Op.Scatter scatter -> Indexing.scatter(scatter, in[0], in[1], in[2], out[0]);
            case Op.IndexSelect select -> Indexing.indexSelect(select, in[0], in[1], out[0]);
            case Op.IndexAdd add -> Indexing.indexAdd(add, in[0], in[1], in[2], out[0]);
            case Op.Nonzero _ -> Indexing.nonzero(in[0], out[0]);
        }
    }

    private static DType lanes(TensorView view) {
        return view.dtype() == DType.BOOL ? DType.BOOL : Lanes.computed(view.dtype());
    }

    private static void unary(UnaryKind kind, TensorView x, TensorView out) {
        boolean narrow = Halves.isHalf(x.dtype()) && UnaryKernels.isCheap(kind);
        @Nullable ElementKernel kernel = UnaryKernels.of(kind, narrow ? x.dtype() : lanes(x));
        if (kernel == null) {
            Copies.copy(out, x);
        } else {
            Elementwise.run((_, _) -> kernel, !narrow, false, false, out, x);
        }
    }

    static void binary(BinaryKind kind, TensorView a, TensorView b, TensorView out) {
        boolean narrow = Halves.isHalf(a.dtype()) && BinaryKernels.isCheap(kind);
        DType lanes = narrow ? a.dtype() : lanes(a);
        Elementwise.run(
                (aBroadcast, bBroadcast) -> BinaryKernels.of(kind, lanes, aBroadcast, bBroadcast),
                !narrow,
                true,
                true,
                out,
                a,
                b);
    }

    private static void compare(CompareKind kind, TensorView a, TensorView b, TensorView out) {
        DType lanes = lanes(a);
        Elementwise.run((_, bBroadcast) -> CompareKernels.of(kind, lanes, bBroadcast), true, false, true, out, a, b);
    }

    static void where(TensorView[] in, TensorView out) {
        ElementKernel kernel = TernaryKernels.where(out.dtype().byteSize());
        Elementwise.run((_, _) -> kernel, false, false, false, out, in);
    }

    private static void gelu(boolean gradient, boolean tanh, TensorView[] in, TensorView out) {
        ElementKernel kernel = UnaryKernels.gelu(gradient, tanh);
        Elementwise.run((_, _) -> kernel, true, false, false, out, in);
    }

    private static void clamp(TensorView[] in, TensorView out) {
        DType lanes = lanes(out);
        Elementwise.run((_, broadcast) -> TernaryKernels.clamp(lanes, broadcast), true, false, true, out, in);
    }
}
