package io.gatun.backend.cuda;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.spi.TensorView;

/**
 * All steps of a layer of long short-term memory: one product for the inputs of all of them, and for each step one for its state
 * and a kernel for all that is done to the elements of the state.
 *
 * @param reverse whether the last step is taken first
 * @param steps how many
 * @param state (N, H)
 */
record Lstm(DeviceContext device, MatMuls products, boolean reverse, long steps, Shape state, DType dtype) {
    private static final int GATES = 4;
    private static final KernelName FORWARD = KernelName.typed("lstm", "forward");
    private static final KernelName BACKWARD = KernelName.typed("lstm", "backward");

    /** For operands of which {@code first} is of all steps and {@code cell} (N, H). */
    static Lstm of(DeviceContext device, MatMuls products, boolean reverse, TensorView first, TensorView cell) {
        return new Lstm(
                device,
                products,
                reverse,
                first.layout().shape().size(0),
                cell.layout().shape(),
                cell.dtype());
    }

    private long place(long step) {
        return reverse ? steps - 1 - step : step;
    }

    private static TensorView at(TensorView view, long step) {
        return Copies.as(view, view.layout().select(0, step));
    }

    private static TensorView transposed(TensorView matrix) {
        return Copies.as(matrix, matrix.layout().permute(Axes.of(1, 0)));
    }

    /** The first gate of (N, 4 H). */
    private TensorView firstGate(TensorView gates) {
        return Copies.as(gates, gates.layout().slice(1, 0, state.size(1), 1));
    }

    /** From a gate of (N, 4 H) to the next. */
    private long gateStep(TensorView gates) {
        return gates.layout().stride(1) * state.size(1);
    }

    private Shape gates() {
        return state.with(1, GATES * state.size(1));
    }

    /** (x, h, c, U, W, b): the states, the cells and the gates after each step. */
    void forward(TensorView[] in, TensorView[] out) {
        Shape gates = gates();
        Shape each = Shape.of(steps, gates.size(0), gates.size(1));
        Layout bias = in[5].layout();
        TensorView everywhere = Copies.as(in[5], Layout.of(gates, new long[] {0, bias.stride(0)}, bias.offset()));
        try (Copies.Temporary ofInput = Copies.temporary(device, each, dtype);
                Copies.Temporary ofState = Copies.temporary(device, gates, dtype)) {
            inputs(in[0], transposed(in[3]), ofInput);
            TensorView before = in[1];
            TensorView cell = in[2];
            for (long i = 0; i < steps; i++) {
                long t = place(i);
                products.multiply(before, transposed(in[4]), ofState);
                before = at(out[0], t);
                forward(cell, at(out[1], t), before, at(out[2], t), ofState, at(ofInput, t), everywhere);
                cell = at(out[1], t);
            }
        }
    }

    /** (L, N, I) times (I, 4 H), as one product where steps follow one another. */
    private void inputs(TensorView x, TensorView weight, Copies.Temporary out) {
        Shape shape = x.layout().shape();
        long rows = shape.size(0) * shape.size(1);
        Layout together = x.layout().view(Shape.of(rows, shape.size(2)));
        if (together != null) {
            Layout results = Layout.contiguous(Shape.of(rows, gates().size(1)));
            products.multiply(Copies.as(x, together), weight, Copies.as(out, results));
        } else {
            Layout one = weight.layout();
            Shape batch =
                    Shape.of(shape.size(0), one.shape().size(0), one.shape().size(1));
            TensorView repeated =
                    Copies.as(weight, Layout.of(batch, new long[] {0, one.stride(0), one.stride(1)}, one.offset()));
            products.multiply(x, repeated, out);
        }
    }

    private void forward(
            TensorView cellBefore, TensorView cell, TensorView hidden, TensorView gates, TensorView... sums) {
        try (Nest nest = Nest.open().add(cellBefore).add(cell).add(hidden).add(firstGate(gates))) {
            for (TensorView sum : sums) {
                nest.add(firstGate(sum));
            }
            while (nest.next()) {
                Params params = device.params().add(gateStep(gates));
                for (TensorView sum : sums) {
                    params.add(gateStep(sum));
                }
                nest.write(params);
                device.forEach(device.kernel(FORWARD, dtype), nest.count(), params);
            }
        }
    }

    /** (g, g of the last cell, c, W, cells, gates): the gradients of what gates are functions of, of h and of c. */
    void gradient(TensorView[] in, TensorView[] out) {
        TensorView ofCell = in[1];
        for (long i = steps - 1; i >= 0; i--) {
            long t = place(i);
            boolean first = i == steps - 1;
            TensorView before = i == 0 ? in[2] : at(in[4], place(i - 1));
            TensorView gates = at(in[5], t);
            TensorView down = at(out[0], t);
            try (Nest nest = Nest.open().add(ofCell).add(out[2]).add(out[1]).add(at(in[0], t))) {
                nest.add(before).add(at(in[4], t)).add(firstGate(gates)).add(firstGate(down));
                while (nest.next()) {
                    Params params =
                            device.params().add(first).add(gateStep(gates)).add(gateStep(down));
                    nest.write(params);
                    device.forEach(device.kernel(BACKWARD, dtype), nest.count(), params);
                }
            }
            products.multiply(down, in[3], out[1]);
            ofCell = out[2];
        }
    }
}
