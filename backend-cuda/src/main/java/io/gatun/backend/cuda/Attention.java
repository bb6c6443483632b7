package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.TensorView;
import org.jspecify.annotations.Nullable;

/**
 * Attention and its gradient: of all the scores there is never more than a tile (attention.cu). Sizes of heads are any; results
 * wider than a tile have the scores computed again for each.
 *
 * <p>The gradient is four launches: for each query the sum that the gradient of its softmax subtracts, then the gradients in query, key
 * and value, each by blocks that own their rows, so that nothing is added by two of them.
 */
final class Attention {
    private static final int TILE = 64; // of rows, as in attention.cu
    private static final int NARROW = 64; // tiles of results
    private static final int WIDE = 128; // takes more registers than there are for F64
    private static final int NO_MASK = 0;
    private static final int HIDES = 1;
    private static final int ADDED = 2;

    // By width.
    private static final KernelName[] FORWARD = names("forward");
    private static final KernelName[] DOTS = names("dots");
    private static final KernelName[] QUERY_GRADIENTS = names("queryGradient");
    private static final KernelName[] KEY_GRADIENTS = names("keyGradient");
    private static final KernelName[] VALUE_GRADIENTS = names("valueGradient");

    // Places of views.
    private static final int QUERY = 0;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int RESULT = 3; // or its gradient
    private static final int SUMS = 4;
    private static final int GRADIENTS = 5; // in query, key and value

    private final DeviceContext device;
    private final double scale;
    private final boolean causal;
    private final @Nullable TensorView mask; // what is hidden, or added to the scores
    private final TensorView[] views;

    private Attention(
            DeviceContext device, double scale, boolean causal, @Nullable TensorView mask, TensorView... views) {
        this.device = device;
        this.scale = scale;
        this.causal = causal;
        this.mask = mask;
        this.views = views;
    }

    /** For query, key, value and perhaps a mask; the result and the sums. */
    static void run(DeviceContext device, Op.Attention op, TensorView[] in, TensorView[] out) {
        TensorView mask = in.length > 3 ? in[3] : null;
        new Attention(device, op.scale(), op.causal(), mask, in[0], in[1], in[2], out[0], out[1]).forward();
    }

    /** For the result's gradient, query, key, value, the sums and perhaps a mask; three gradients. */
    static void run(DeviceContext device, Op.AttentionGradient op, TensorView[] in, TensorView[] out) {
        TensorView mask = in.length > 5 ? in[5] : null;
        TensorView[] views = {in[1], in[2], in[3], in[0], in[4], out[0], out[1], out[2]};
        new Attention(device, op.scale(), op.causal(), mask, views).gradient();
    }

    private static KernelName[] names(String name) {
        return new KernelName[] {
            Products.kernel("attention", name, "GATUN_WIDTH=" + NARROW),
            Products.kernel("attention", name, "GATUN_WIDTH=" + WIDE)
        };
    }

    /** Whether there is something to attend to. */
    static boolean claims(TensorView query, TensorView key, TensorView value) {
        return !query.layout().shape().isEmpty()
                && !key.layout().shape().isEmpty()
                && !value.layout().shape().isEmpty();
    }

    private void forward() {
        TensorView out = views[RESULT];
        launch(FORWARD, views[QUERY], out, out, columns(out));
    }

    private void gradient() {
        TensorView query = views[QUERY];
        TensorView key = views[KEY];
        Shape shape = query.layout().shape().with(-1, 1);
        try (Copies.Temporary dots = Copies.temporary(device, shape, Products.wide(query.dtype()))) {
            launch(DOTS, query, views[RESULT], dots, 1);
            launch(QUERY_GRADIENTS, query, views[GRADIENTS], dots, columns(query));
            launch(KEY_GRADIENTS, key, views[GRADIENTS + 1], dots, columns(key));
            launch(VALUE_GRADIENTS, key, views[GRADIENTS + 2], dots, columns(views[VALUE]));
        }
    }

    private static long rows(TensorView view) {
        return view.layout().shape().size(-2);
    }

    private static long columns(TensorView view) {
        return view.layout().shape().size(-1);
    }

    /** Queues a kernel for {@code results} of as many rows as {@code like} and of {@code columns}; it leaves what it does not need. */
    private void launch(KernelName[] names, TensorView like, TensorView results, TensorView dots, long columns) {
        DType dtype = like.dtype();
        int width = columns <= NARROW || dtype == DType.F64 ? NARROW : WIDE;
        long rowTiles = Math.ceilDiv(rows(like), TILE);
        long resultTiles = Math.ceilDiv(columns, width);
        Kernel kernel = device.kernel(names[width == NARROW ? 0 : 1], dtype);
        TensorView hiding = mask == null ? views[RESULT] : mask;
        TensorView[] operands = {
            views[QUERY], views[KEY], views[VALUE], hiding, views[SUMS], views[RESULT], results, dots
        };
        int rank = like.layout().rank();
        Axes matrices = Axes.of(rank - 2, rank - 1);
        try (Nest batches = Nest.open()) {
            for (TensorView operand : operands) {
                batches.addStarts(operand, matrices);
            }
            while (batches.next()) {
                Params params = device.params();
                batches.write(params);
                for (TensorView operand : operands) {
                    Layout layout = operand.layout();
                    params.add(layout.stride(rank - 2)).add(layout.stride(rank - 1));
                }
                params.add(rows(views[QUERY])).add(rows(views[KEY]));
                params.add(columns(views[QUERY])).add(columns(views[VALUE]));
                params.add(scale).add(causal).add(maskKind()).add(rowTiles).add(resultTiles);
                device.launch(kernel, batches.count() * rowTiles * resultTiles, Products.THREADS, params);
            }
        }
    }

    private int maskKind() {
        return mask == null ? NO_MASK : mask.dtype() == DType.BOOL ? HIDES : ADDED;
    }
}
