package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.spi.TensorView;
import java.util.List;

/**
 * Convolutions of one and two spatial dimensions in F32 and F64, and their two adjoints. What each way costs is estimated
 * from the shape: plane by plane, as a product of matrices, or as sixteen products of transformed tiles.
 */
final class Convolutions {
    private final HostPool pool;

    Convolutions(HostPool pool) {
        this.pool = pool;
    }

    /**
     * Whether there are kernels for a convolution, or an adjoint of one, of these operands, with {@code taps} elements in the
     * kernel. One that sees each position once is a product of matrices already, which the decomposition makes of it.
     */
    static boolean claims(ConvolutionGeometry geometry, TensorView[] in, long taps) {
        DType dtype = in[0].dtype();
        boolean product = geometry.groups() == 1 && geometry.isPointwise(taps);
        return !product
                && geometry.spatialRank() <= 2
                && (dtype == DType.F32 || dtype == DType.F64)
                && !in[0].layout().shape().isEmpty()
                && !in[1].layout().shape().isEmpty();
    }

    void forward(ConvolutionGeometry geometry, TensorView x, TensorView weight, TensorView out) {
        Images w = Images.of(weight);
        Images y = Images.of(out);
        run(
                geometry,
                x,
                Images.of(x),
                w,
                y,
                false,
                forward(geometry, 0, w.height(), y.height()),
                List.of(forward(geometry, 1, w.width(), y.width())));
    }

    void input(ConvolutionGeometry geometry, TensorView g, TensorView weight, TensorView out) {
        Images w = Images.of(weight);
        Images x = Images.of(out);
        List<Sweep> rows = adjoint(geometry, 0, w.height(), x.height());
        List<Sweep> columns = adjoint(geometry, 1, w.width(), x.width());
        if (rows.stream().anyMatch(Sweep::isEmpty) || columns.stream().anyMatch(Sweep::isEmpty)) {
            Creation.fill(out, Scalar.of(0));
        }
        List<Sweep> across = columns.stream().filter(sweep -> !sweep.isEmpty()).toList();
        for (Sweep down : rows) {
            if (!down.isEmpty() && !across.isEmpty()) {
                run(geometry, g, Images.of(g), w, x, true, down, across);
            }
        }
    }

    void weight(ConvolutionGeometry geometry, TensorView x, TensorView g, TensorView out) {
        Images w = Images.of(out);
        Images y = Images.of(g);
        Sweep rows = forward(geometry, 0, w.height(), y.height());
        Sweep columns = forward(geometry, 1, w.width(), y.width());
        PatchType type = PatchType.of(x.dtype());
        int groups = geometry.groups();
        Images source = Images.of(x);
        if (weightByPlanes(type, source.channels() / groups, y.channels() / groups, w.height() * w.width())) {
            new PlaneGradient(type, pool, groups, source, y, w, rows, columns).run();
        } else {
            new PatchGradient(type, pool, groups, source, y, w, rows, columns).run();
        }
    }

    private void run(
            ConvolutionGeometry geometry,
            TensorView operand,
            Images source,
            Images weights,
            Images target,
            boolean adjoint,
            Sweep rows,
            List<Sweep> columns) {
        PatchType type = PatchType.of(operand.dtype());
        int groups = geometry.groups();
        int in = source.channels() / groups;
        int out = target.channels() / groups;
        int taps = rows.taps().length
                * columns.stream().mapToInt(sweep -> sweep.taps().length).sum();
        long planes = costByPlanes(type, in, out, taps);
        long patches = costByPatches(type, in, out, taps, columns.size());
        Sweep first = columns.get(0);
        if (columns.size() == 1 && WinogradProduct.fits(operand.dtype(), source, target, rows, first)) {
            long positions = (long) source.samples() * rows.count() * first.count();
            if (WinogradProduct.cost(groups, source, target, rows, first)
                            < positions * groups * Math.min(planes, patches)
                    && new WinogradProduct(pool, groups, source, weights, target, adjoint, rows, first).run()) {
                return;
            }
        }
        if (planes < patches) {
            for (Sweep across : columns) {
                new PlaneConvolution(type, pool, groups, source, weights, target, adjoint, rows, across).run();
            }
        } else {
            new PatchProduct(type, pool, groups, source, weights, target, adjoint, rows, columns).run();
        }
    }

    /**
     * What a position of each sweep costs plane by plane, in half cycles: a multiply-add of a vector whose operands come from
     * the first-level cache. Few channels make this cheaper.
     */
    private static long costByPlanes(PatchType type, int in, int out, int taps) {
        return 2L * in * taps * out / type.lanes();
    }

    /**
     * And as a product: from registers, but in whole vectors of channels, with some tens of cycles for each tile and with
     * copies of both images.
     */
    private static long costByPatches(PatchType type, int in, int out, int taps, int sweeps) {
        return Math.ceilDiv(out, type.lanes()) * ((long) in * taps + 60L * sweeps) + in + (long) out * sweeps;
    }

    /**
     * Whether the adjoint in the weights costs less plane by plane, in twentieths of a nanosecond, as measured for 1 to 64
     * channels a group.
     */
    private static boolean weightByPlanes(PatchType type, int in, int out, int taps) {
        long weights = (long) in * taps;
        long planes = 48 * weights * out / type.lanes() + 30;
        long patches = 5 * weights * Math.ceilDiv(out, type.lanes()) + 6L * out + 100;
        return planes < patches;
    }

    private static Sweep forward(ConvolutionGeometry geometry, int dim, int kernel, int out) {
        int i = place(geometry, dim);
        return i < 0
                ? Sweep.forward(1, 1, 0, 1, 1)
                : Sweep.forward(
                        kernel,
                        geometry.stride().get(i),
                        geometry.padding().get(i),
                        geometry.dilation().get(i),
                        out);
    }

    private static List<Sweep> adjoint(ConvolutionGeometry geometry, int dim, int kernel, int in) {
        int i = place(geometry, dim);
        return i < 0
                ? Sweep.adjoint(1, 1, 0, 1, 1)
                : Sweep.adjoint(
                        kernel,
                        geometry.stride().get(i),
                        geometry.padding().get(i),
                        geometry.dilation().get(i),
                        in);
    }

    /** Which entry of the geometry is for rows (0) or columns (1): there are columns alone in one dimension. */
    private static int place(ConvolutionGeometry geometry, int dim) {
        return geometry.spatialRank() - 2 + dim;
    }
}
