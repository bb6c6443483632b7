package io.gatun.backend.reference;

import io.gatun.tensor.DType;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.RandomKind;
import io.gatun.tensor.spi.Philox;
import io.gatun.tensor.spi.TensorView;
import java.util.Arrays;

/** Operators without operands. */
final class Creation {
    private Creation() {}

    static void fill(Scalar value, TensorView out) {
        int n = RowMajor.length(out.layout());
        if (value.category() == DType.Category.FLOATING) {
            double[] values = new double[n];
            Arrays.fill(values, value.doubleValue());
            RowMajor.store(out, values);
        } else {
            long[] values = new long[n];
            Arrays.fill(values, value.longValue());
            RowMajor.store(out, values);
        }
    }

    static void arange(Scalar start, Scalar step, TensorView out) {
        int n = RowMajor.length(out.layout());
        if (out.dtype().isFloatingPoint()) {
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = start.doubleValue() + i * step.doubleValue();
            }
            RowMajor.store(out, values);
        } else {
            long[] values = new long[n];
            for (int i = 0; i < n; i++) {
                values[i] = start.longValue() + i * step.longValue();
            }
            RowMajor.store(out, values);
        }
    }

    static void random(Op.Random op, TensorView out) {
        int n = RowMajor.length(out.layout());
        if (op.kind() == RandomKind.INTEGER) {
            long[] values = new long[n];
            Philox.fill(op.first().longValue(), op.second().longValue(), op.seed(), op.counter(), 0, values);
            RowMajor.store(out, values);
        } else {
            double[] values = new double[n];
            double first = op.first().doubleValue();
            double second = op.second().doubleValue();
            Philox.fill(op.kind(), op.dtype(), first, second, op.seed(), op.counter(), 0, values);
            RowMajor.store(out, values);
        }
    }
}
