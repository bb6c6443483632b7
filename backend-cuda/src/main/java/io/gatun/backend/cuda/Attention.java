package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import org.jspecify.annotations.Nullable;

/**
 * Attention and its gradient: of all the scores there is never more than a tile (attention.cu). Sizes of heads are any; results
 * wider than a tile have the scores computed again for each.
 *
 * <p>The gradient is four launches: for each query the sum that the gradient of its softmax subtracts, then the gradients in query, key
 * and value, each by blocks that own their rows, so that nothing is added by two of them.
 *
 * @param mask what is hidden, or added to the scores; null if nothing
 * @param sums the second result
 */
record Attention(
        DeviceContext device,
        double scale,
        boolean causal,
        TensorView query,
        TensorView key,
        TensorView value,
        @Nullable TensorView mask,
        TensorView sums) {
    private static final String FAMILY = "attention";
    private static final int TILE = 64; // of rows, as in attention.cu
    private static final int NARROW = 64; // tiles of results
    private static final int WIDE = 128; // takes more registers than there are for F64
    private static final int NO_MASK = 0;
    private static final int HIDES = 1;
    private static final int ADDED = 2;

    /** Whether there is something to attend to. */
    static boolean claims(TensorView query, TensorView key, TensorView value) {
        return !query.layout().shape().isEmpty()
                && !key.layout().shape().isEmpty()
                && !value.layout().shape().isEmpty();
    }

    /** The results. */
    void forward(TensorView out) {
        launch("forward", rows(query), out, out, out, columns(out));
    }

    /** The gradients of query, key and value, where {@code g} is that of the first result. */
    void gradient(TensorView g, TensorView queryGradient, TensorView keyGradient, TensorView valueGradient) {
        Shape shape = query.layout().shape().with(-1, 1);
        try (Copies.Temporary dots = Copies.temporary(device, shape, Products.wide(query.dtype()))) {
            launch("dots", rows(query), g, g, dots, 1);
            launch("queryGradient", rows(query), g, queryGradient, dots, columns(query));
            launch("keyGradient", rows(key), g, keyGradient, dots, columns(key));
            launch("valueGradient", rows(key), g, valueGradient, dots, columns(value));
        }
    }

    private static long rows(TensorView view) {
        return view.layout().shape().size(-2);
    }

    private static long columns(TensorView view) {
        return view.layout().shape().size(-1);
    }

    /** Queues a kernel for results of {@code rows} and {@code columns}; it leaves what it does not need. */
    private void launch(String name, long rows, TensorView g, TensorView result, TensorView dots, long columns) {
        TensorView hiding = mask == null ? g : mask;
        TensorView[] operands = {query, key, value, hiding, sums, g, result, dots};
        Layout[] batches = new Layout[operands.length];
        for (int i = 0; i < operands.length; i++) {
            Layout layout = operands[i].layout();
            batches[i] = Rows.starts(layout, Axes.of(layout.rank() - 2, layout.rank() - 1));
        }
        long rowTiles = Math.ceilDiv(rows, TILE);
        int width = columns <= NARROW || query.dtype() == DType.F64 ? NARROW : WIDE;
        long resultTiles = Math.ceilDiv(columns, width);
        Kernel kernel = Products.kernel(device, FAMILY, name, query.dtype(), "GATUN_WIDTH=" + width);
        Nests.forEachPart(LoopNest.of(batches), part -> {
            long blocks = part.count() * rowTiles * resultTiles;
            device.launch(kernel, blocks, Products.THREADS, 0, params -> {
                part.write(params, operands);
                for (TensorView operand : operands) {
                    Layout layout = operand.layout();
                    params.add(layout.stride(layout.rank() - 2)).add(layout.stride(layout.rank() - 1));
                }
                params.add(rows(query)).add(rows(key)).add(columns(query)).add(columns(value));
                params.add(scale).add(causal ? 1L : 0L).add((long) maskKind());
                params.add(rowTiles).add(resultTiles);
            });
        });
    }

    private int maskKind() {
        return mask == null ? NO_MASK : mask.dtype() == DType.BOOL ? HIDES : ADDED;
    }
}
