package io.gatun.nn;

import io.gatun.tensor.Operators;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValuesAndIndices;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.PoolGeometry;
import java.util.List;

/** Pooling over windows of 1 to 3 spatial dimensions, with or without a batch dimension. */
final class Pooling {
    private Pooling() {}

    static ValuesAndIndices max(
            int rank, Tensor input, int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceil) {
        PoolGeometry geometry = geometry("maxPool" + rank + "d", rank, kernel, stride, padding, dilation, ceil);
        boolean single = input.dim() == rank + 1;
        Tensor[] pooled = Operators.runAll(new Op.MaxPool(geometry), single ? input.unsqueeze(0) : input);
        return single
                ? new ValuesAndIndices(pooled[0].squeeze(0), pooled[1].squeeze(0))
                : new ValuesAndIndices(pooled[0], pooled[1]);
    }

    /** @param divisor what sums are divided by; 0 for the number of elements */
    static Tensor average(
            int rank,
            Tensor input,
            int[] kernel,
            int[] stride,
            int[] padding,
            boolean ceil,
            boolean countIncludePad,
            int divisor) {
        String name = "avgPool" + rank + "d";
        PoolGeometry geometry = geometry(name, rank, kernel, stride, padding, new int[] {1}, ceil);
        int lead = input.dim() - rank;
        if (lead != 1 && lead != 2) {
            throw new ShapeException(name + ": input " + input.shape() + " must have " + (rank + 1) + " or "
                    + (rank + 2) + " dimensions: (N, C, ...) or (C, ...)");
        }
        Tensor x = input.dtype().isInexact() ? input : input.toDouble();
        Op.AveragePool pool = new Op.AveragePool(geometry, countIncludePad, divisor);
        Tensor pooled = lead == 1 ? Operators.run(pool, x.unsqueeze(0)).squeeze(0) : Operators.run(pool, x);
        return input.dtype().isInexact() ? pooled : pooled.toFloat();
    }

    private static PoolGeometry geometry(
            String name, int rank, int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceil) {
        List<Integer> window = Convolutions.spread(name, "kernelSize", kernel, rank, 1);
        return new PoolGeometry(
                window,
                stride.length == 0 ? window : Convolutions.spread(name, "stride", stride, rank, 1),
                Convolutions.spread(name, "padding", padding, rank, 0),
                Convolutions.spread(name, "dilation", dilation, rank, 1),
                ceil);
    }
}
