package io.gatun.backend.tck;

import io.gatun.tensor.Operators;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.Op;
import java.util.List;

/** Recurrent layers: steps, samples and sizes of states. */
final class RecurrentSpecs {
    /** No gate is closed by these. */
    private static final Domain SMALL = new Domain(-0.5, 0.5, false, true);

    private static final Domain UNIT = new Domain(-1, 1, false, true);

    private static final List<Shape> SIZES = List.of(
            Shape.of(0, 2, 3),
            Shape.of(2, 0, 3),
            Shape.of(1, 1, 1),
            Shape.of(3, 2, 5),
            Shape.of(3, 7, 17),
            Shape.of(2, 4, 64),
            Shape.of(4, 15, 33),
            Shape.of(2, 3, 150));

    private static final long INPUT = 9;

    private RecurrentSpecs() {}

    static void addTo(List<OperatorSpec> specs) {
        specs.add(new OperatorSpec("lstm", OperatorSpecs.FLOATING, draw -> {
            for (Shape size : SIZES) {
                for (boolean reverse : new boolean[] {false, true}) {
                    draw.add(Trial.of(new Op.LstmSteps(reverse), lstm(draw, size)));
                }
            }
        }));
        specs.add(new OperatorSpec("lstmGradient", OperatorSpecs.FLOATING, draw -> {
            for (Shape size : SIZES) {
                for (boolean reverse : new boolean[] {false, true}) {
                    Tensor[] in = lstm(draw, size);
                    Tensor[] of = Operators.runAll(new Op.LstmSteps(reverse), in);
                    Tensor g = draw.operand(UNIT, size);
                    Tensor ofCell = draw.operand(UNIT, size.slice(1, 3));
                    draw.add(Trial.of(new Op.LstmStepsGradient(reverse), g, ofCell, in[2], in[4], of[1], of[2]));
                }
            }
        }));
    }

    private static Tensor[] lstm(OperatorSpec.Draw draw, Shape size) {
        Shape state = size.slice(1, 3);
        long gates = 4 * size.size(2);
        return new Tensor[] {
            draw.operand(UNIT, size.with(2, INPUT)),
            draw.operand(UNIT, state),
            draw.operand(UNIT, state),
            draw.operand(SMALL, Shape.of(gates, INPUT)),
            draw.operand(SMALL, Shape.of(gates, size.size(2))),
            draw.operand(SMALL, Shape.of(gates))
        };
    }
}
