package io.gatun.backend.tck;

import io.gatun.tensor.DType;
import io.gatun.tensor.Operators;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import java.util.Arrays;
import java.util.List;

/** Attention and its gradient: few and many queries, causal or not, without and with masks of either kind. */
final class AttentionSpecs {
    private static final Domain MEDIUM = new Domain(-1.5, 1.5, false, true);
    /** Where sums of other rows, as repeated operands have them, still give weights below some ten. */
    private static final Domain SMALL = new Domain(-0.5, 0.5, false, true);

    private static final long[][] SIZES = { // queries, keys, width, width of values
        {0, 3, 2, 2},
        {2, 0, 3, 2},
        {2, 3, 0, 2},
        {2, 3, 2, 0},
        {1, 1, 1, 1},
        {3, 5, 4, 2},
        {1, 70, 8, 5},
        {4, 67, 5, 33},
        {9, 4, 16, 16},
        {17, 33, 9, 3},
        {64, 64, 32, 32},
        {130, 35, 7, 20},
        {5, 6, 66, 65} // more than tiles of 64 have
    };

    private AttentionSpecs() {}

    static void addTo(List<OperatorSpec> specs) {
        for (boolean gradient : new boolean[] {false, true}) {
            String name = gradient ? "attentionGradient" : "attention";
            specs.add(new OperatorSpec(name, OperatorSpecs.FLOATING, draw -> {
                for (long[] size : SIZES) {
                    for (Shape batch : List.of(gradient ? Shape.of(1) : Shape.scalar(), Shape.of(2, 3))) {
                        add(draw, gradient, 0.6, batch, size);
                    }
                }
                add(draw, gradient, -0.4, Shape.of(2), 20, 18, 6, 6); // a scale that turns what is hidden around
            }));
        }
    }

    private static void add(OperatorSpec.Draw draw, boolean gradient, double scale, Shape batch, long... size) {
        Shape corner = batch.concat(Shape.of(size[0], size[1]));
        Domain domain = gradient ? SMALL : MEDIUM;
        Tensor q = draw.operand(domain, batch.concat(Shape.of(size[0], size[2])));
        Tensor k = draw.operand(domain, batch.concat(Shape.of(size[1], size[2])));
        Tensor v = draw.operand(domain, batch.concat(Shape.of(size[1], size[3])));
        Tensor g = draw.operand(domain, batch.concat(Shape.of(size[0], size[3])));
        Tensor seen = draw.operand(DType.BOOL, Domain.FINITE, corner);
        Tensor added = draw.operand(domain, corner);
        if (!corner.isEmpty()) {
            seen.select(-1, 0).fill_(1); // a row without any is not a number
            added.select(-1, size[1] - 1).fill_(size[1] > 1 ? Double.NEGATIVE_INFINITY : 0);
        }
        for (boolean causal : new boolean[] {false, true}) {
            trial(draw, gradient, new Op.Attention(scale, causal), g, q, k, v);
            trial(draw, gradient, new Op.Attention(scale, causal), g, q, k, v, seen);
            trial(draw, gradient, new Op.Attention(scale, causal), g, q, k, v, added);
        }
    }

    private static void trial(OperatorSpec.Draw draw, boolean gradient, Op.Attention op, Tensor g, Tensor... in) {
        if (!gradient) {
            draw.add(Trial.of(op, in));
            return;
        }
        Tensor[] all = Arrays.copyOf(new Tensor[] {g, in[0], in[1], in[2], Operators.runAll(op, in)[1]}, in.length + 2);
        if (in.length > 3) {
            all[5] = in[3];
        }
        draw.add(Trial.of(new Op.AttentionGradient(op.scale(), op.causal()), all));
    }
}
