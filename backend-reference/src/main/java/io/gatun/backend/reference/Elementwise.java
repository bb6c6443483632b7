package io.gatun.backend.reference;

import io.gatun.tensor.DType;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.TensorView;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Operators whose every element depends on the elements at the same place alone. */
final class Elementwise {
    private Elementwise() {}

    static void unary(UnaryKind kind, TensorView a, TensorView out) {
        if (a.dtype().isFloatingPoint()) {
            DoubleUnaryOperator f = UnaryFunctions.ofDoubles(kind);
            double[] x = RowMajor.doubles(a);
            for (int i = 0; i < x.length; i++) {
                x[i] = f.applyAsDouble(x[i]);
            }
            RowMajor.store(out, x);
        } else if (a.dtype() == DType.BOOL && kind == UnaryKind.BITWISE_NOT) {
            unary(UnaryKind.LOGICAL_NOT, a, out); // of a truth value: ~1 would be -2, which is true
        } else {
            LongUnaryOperator f = UnaryFunctions.ofLongs(kind);
            long[] x = RowMajor.longs(a);
            for (int i = 0; i < x.length; i++) {
                x[i] = f.applyAsLong(x[i]);
            }
            RowMajor.store(out, x);
        }
    }

    static void binary(BinaryKind kind, TensorView a, TensorView b, TensorView out) {
        if (a.dtype().isFloatingPoint()) {
            DoubleBinaryOperator f = BinaryFunctions.ofDoubles(kind, a.dtype());
            double[] x = RowMajor.doubles(a);
            double[] y = RowMajor.doubles(b);
            for (int i = 0; i < x.length; i++) {
                x[i] = f.applyAsDouble(x[i], y[i]);
            }
            RowMajor.store(out, x);
        } else {
            LongBinaryOperator f = BinaryFunctions.ofLongs(kind, a.dtype());
            long[] x = RowMajor.longs(a);
            long[] y = RowMajor.longs(b);
            if (kind.divides()) {
                refuseZero(kind, b, y);
            }
            for (int i = 0; i < x.length; i++) {
                x[i] = f.applyAsLong(x[i], y[i]);
            }
            RowMajor.store(out, x);
        }
    }

    private static void refuseZero(BinaryKind kind, TensorView divisor, long[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == 0) {
                throw new ValueException(kind.operatorName()
                        + ": integer division by zero: the divisor is 0 at " + RowMajor.position(divisor.layout(), i)
                        + "; floating-point operands would give inf or nan");
            }
        }
    }

    static void compare(CompareKind kind, TensorView a, TensorView b, TensorView out) {
        long[] truth;
        if (a.dtype().isFloatingPoint()) {
            double[] x = RowMajor.doubles(a);
            double[] y = RowMajor.doubles(b);
            truth = new long[x.length];
            for (int i = 0; i < x.length; i++) {
                truth[i] = holds(kind, x[i], y[i]) ? 1 : 0;
            }
        } else {
            long[] x = RowMajor.longs(a);
            long[] y = RowMajor.longs(b);
            truth = new long[x.length];
            for (int i = 0; i < x.length; i++) {
                truth[i] = holds(kind, x[i], y[i]) ? 1 : 0;
            }
        }
        RowMajor.store(out, truth);
    }

    private static boolean holds(CompareKind kind, double x, double y) {
        if (kind == CompareKind.EQ) {
            return x == y;
        } else if (kind == CompareKind.NE) {
            return x != y;
        } else if (kind == CompareKind.LT) {
            return x < y;
        } else if (kind == CompareKind.LE) {
            return x <= y;
        }
        return kind == CompareKind.GT ? x > y : x >= y;
    }

    private static boolean holds(CompareKind kind, long x, long y) {
        if (kind == CompareKind.EQ) {
            return x == y;
        } else if (kind == CompareKind.NE) {
            return x != y;
        } else if (kind == CompareKind.LT) {
            return x < y;
        } else if (kind == CompareKind.LE) {
            return x <= y;
        }
        return kind == CompareKind.GT ? x > y : x >= y;
    }

    static void where(TensorView condition, TensorView a, TensorView b, TensorView out) {
        long[] truth = RowMajor.longs(condition);
        long[] x = RowMajor.bits(a);
        long[] y = RowMajor.bits(b);
        for (int i = 0; i < x.length; i++) {
            x[i] = truth[i] != 0 ? x[i] : y[i];
        }
        RowMajor.storeBits(out, x);
    }

    static void clamp(TensorView a, TensorView low, TensorView high, TensorView out) {
        if (a.dtype().isFloatingPoint()) {
            double[] x = RowMajor.doubles(a);
            double[] min = RowMajor.doubles(low);
            double[] max = RowMajor.doubles(high);
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.min(Math.max(x[i], min[i]), max[i]); // NaN if any is; the upper bound wins over the lower
            }
            RowMajor.store(out, x);
        } else {
            long[] x = RowMajor.longs(a);
            long[] min = RowMajor.longs(low);
            long[] max = RowMajor.longs(high);
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.min(Math.max(x[i], min[i]), max[i]);
            }
            RowMajor.store(out, x);
        }
    }

    static void cast(TensorView a, TensorView out) {
        if (a.dtype().isFloatingPoint()) {
            RowMajor.store(out, RowMajor.doubles(a));
        } else {
            RowMajor.store(out, RowMajor.longs(a));
        }
    }

    static void copy(TensorView a, TensorView out) {
        RowMajor.storeBits(out, RowMajor.bits(a));
    }
}
