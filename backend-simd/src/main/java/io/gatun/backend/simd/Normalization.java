package io.gatun.backend.simd;

import io.gatun.backend.simd.FusedPass.Operand;
import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.spi.TensorView;
import java.util.function.ObjLongConsumer;

/**
 * Layer norm of the rows of (M, N) and batch norm of the channels of (N, C, S), and their gradients. A row takes a few passes
 * while it is in the first-level cache. Of a channel sums are taken over its N parts, while it is in the second; the results
 * are computed after that, part by part in the order in which they lie, as that is what memory is fast at.
 */
final class Normalization {
    private static final long MOST_BLOCKS = 32;
    private static final long LEAST_BLOCK = 16;

    private final DType dtype;
    private final boolean columns;
    private final long parts;
    private final long units;
    private final long size;
    private final double count;
    private final Operand[] in;
    private final Operand[] out;

    private Normalization(TensorView x, TensorView[] in, TensorView[] out) {
        Shape shape = x.layout().shape();
        this.dtype = x.dtype();
        this.columns = shape.rank() == 2;
        this.parts = columns ? 1 : shape.size(0);
        this.units = shape.size(-2);
        this.size = shape.size(-1);
        this.count = parts * size;
        this.in = RowFusions.operands(in);
        this.out = RowFusions.operands(out);
    }

    /** Executes one of the composites; operands are contiguous. */
    static void run(HostPool pool, Op.Composite op, TensorView[] in, TensorView[] out) {
        Normalization of = new Normalization(in[0], in, out);
        switch (op) {
            case Op.Normalize(var eps) -> of.normalize(eps);
            case Op.NormalizeGradient(var eps) -> of.gradient(eps);
            case Op.NormalizeWeight(var eps) -> {
                if (of.columns) {
                    of.columnWeights(pool, out[0], eps);
                } else {
                    of.each(of.units, (pass, unit) -> of.weight(pass, unit, eps));
                }
            }
            default ->
                of.each(of.parts * of.units, (pass, row) -> {
                    long channel = row % of.units;
                    of.scaled(pass.with(0, pass.get(of.in[1], channel), pass.get(of.in[2], channel)), row);
                });
        }
    }

    private void each(long works, ObjLongConsumer<FusedPass> work) {
        long elements = units * parts * size / works;
        Workers.shared().run(works, Math.max(1, Elementwise.GRAIN / 4 / elements), (from, to) -> {
            FusedPass pass = new FusedPass(dtype);
            for (long i = from; i < to; i++) {
                work.accept(pass, i);
            }
        });
    }

    private void scaled(FusedPass pass, long row) {
        pass.run(Fusion.CENTRED_AND_SCALED, out[0], in[0], row * size, size);
    }

    private void normalize(double eps) {
        each(units, (pass, unit) -> {
            moments(pass, unit);
            if (columns) {
                long first = unit * size;
                pass.with(pass.get(out[1], unit), scale(pass, out[2], unit, eps))
                        .run(Fusion.NORMALIZED, out[0], first, in[0], first, in[1], 0, in[2], 0, size);
            }
        });
        if (!columns) {
            each(parts * units, (pass, row) -> {
                long channel = row % units;
                double scale = scale(pass, out[2], channel, eps) * pass.get(in[1], channel);
                scaled(pass.with(pass.get(out[1], channel), scale, pass.get(in[2], channel)), row);
            });
        }
    }

    private void moments(FusedPass pass, long unit) {
        double sum = 0;
        for (long i = 0; i < parts; i++) {
            sum += pass.sum(in[0], first(i, unit), size);
        }
        pass.with(sum / count);
        double squares = 0;
        for (long i = 0; i < parts; i++) {
            squares += pass.run(Fusion.SQUARES, in[0], in[0], first(i, unit), size);
        }
        pass.put(out[1], unit, sum / count);
        pass.put(out[2], unit, squares / count);
    }

    /** With t = g weight and the normal z = (x - mean) scale: (t - mean(t) - z mean(t z)) scale. */
    private void gradient(double eps) {
        double[] of = new double[(int) (columns ? 0 : 2 * units)];
        each(units, (pass, unit) -> {
            double[] sums = sums(pass, unit, columns ? Fusion.NORM_SUMS : Fusion.CENTRED_SUMS);
            if (columns) {
                down(pass, Fusion.NORM_GRADIENT, unit, unit, 1, eps, sums);
            } else {
                System.arraycopy(sums, 0, of, (int) (2 * unit), 2);
            }
        });
        if (!columns) {
            each(parts * units, (pass, row) -> {
                int channel = (int) (row % units);
                double[] sums = {of[2 * channel], of[2 * channel + 1]};
                down(pass, Fusion.CHANNEL_GRADIENT, row, channel, pass.get(in[4], channel), eps, sums);
            });
        }
    }

    private void down(FusedPass pass, Fusion kind, long row, long unit, double weight, double eps, double... sums) {
        double scale = scale(pass, in[3], unit, eps);
        double factor = scale * weight;
        long first = row * size;
        pass.with(pass.get(in[2], unit), factor, factor * scale * scale * sums[1] / count, factor * sums[0] / count)
                .run(kind, out[0], first, in[0], first, in[1], first, in[4], 0, size);
    }

    private void weight(FusedPass pass, long channel, double eps) {
        pass.put(out[0], channel, sums(pass, channel, Fusion.CENTRED_SUMS)[1] * scale(pass, in[3], channel, eps));
    }

    private static double scale(FusedPass pass, Operand variances, long unit, double eps) {
        return 1 / Math.sqrt(pass.get(variances, unit) + eps);
    }

    /** Sums of blocks of rows, as many whatever the threads; then the sum of those. */
    private void columnWeights(HostPool pool, TensorView result, double eps) {
        long block = Math.max(LEAST_BLOCK, Math.ceilDiv(units, MOST_BLOCKS));
        long blocks = Math.ceilDiv(units, block);
        Temporary sums = Temporary.allocate(pool, Shape.of(blocks, size), dtype);
        try {
            Creation.fill(sums, Scalar.of(0.0));
            Operand to = RowFusions.operands(sums)[0];
            each(blocks, (pass, i) -> {
                for (long row = i * block; row < Math.min(units, (i + 1) * block); row++) {
                    long first = row * size;
                    pass.with(pass.get(in[2], row), scale(pass, in[3], row, eps))
                            .run(Fusion.NORM_WEIGHT, to, i * size, in[0], first, in[1], first, to, i * size, size);
                }
            });
            Reductions.reduce(pool, new Op.Reduce(ReduceKind.SUM, Axes.of(0), false), sums, result);
        } finally {
            sums.giveBack();
        }
    }

    /** The sums of t = g weight and of t (x - mean), with the weight if columns have it. */
    private double[] sums(FusedPass pass, long unit, Fusion kind) {
        double[] sums = new double[2];
        pass.with(pass.get(in[2], unit));
        for (long i = 0; i < parts; i++) {
            long first = first(i, unit);
            sums[0] += pass.run(kind, out[0], first, in[0], first, in[1], first, in[in.length - 1], 0, size);
            sums[1] += pass.secondSum();
        }
        return sums;
    }

    private long first(long part, long unit) {
        return (part * units + unit) * size;
    }
}
