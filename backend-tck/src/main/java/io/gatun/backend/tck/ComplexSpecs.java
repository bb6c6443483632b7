package io.gatun.backend.tck;

import io.gatun.tensor.Axes;
import io.gatun.tensor.DType;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.ReduceKind;
import io.gatun.tensor.op.ScatterKind;
import io.gatun.tensor.op.UnaryKind;
import java.util.List;

/** Operators on complex numbers: what backends make of their parts, strided as those are. */
final class ComplexSpecs {
    private static final List<DType> COMPLEX = List.of(DType.C64, DType.C128);
    private static final List<Shape> SHAPES = List.of(
            Shape.scalar(), Shape.of(0), Shape.of(1), Shape.of(7), Shape.of(65), Shape.of(3, 5), Shape.of(2, 3, 4));
    private static final List<UnaryKind> FUNCTIONS = List.of(
            UnaryKind.ABS,
            UnaryKind.NEG,
            UnaryKind.SQUARE,
            UnaryKind.EXP,
            UnaryKind.LOG,
            UnaryKind.LOG2,
            UnaryKind.LOG10,
            UnaryKind.SQRT,
            UnaryKind.RSQRT,
            UnaryKind.RECIPROCAL,
            UnaryKind.SIN,
            UnaryKind.COS,
            UnaryKind.TAN,
            UnaryKind.SINH,
            UnaryKind.COSH,
            UnaryKind.TANH,
            UnaryKind.SIGMOID,
            UnaryKind.LOGICAL_NOT,
            UnaryKind.ISNAN,
            UnaryKind.ISINF,
            UnaryKind.ISFINITE);

    private ComplexSpecs() {}

    static void addTo(List<OperatorSpec> specs) {
        FUNCTIONS.forEach(kind -> add(specs, kind.operatorName(), new Op.Unary(kind), 1));
        for (BinaryKind kind :
                List.of(BinaryKind.ADD, BinaryKind.SUB, BinaryKind.MUL, BinaryKind.DIV, BinaryKind.POW)) {
            add(specs, kind.operatorName(), new Op.Binary(kind), 2);
        }
        add(specs, "eq", new Op.Compare(CompareKind.EQ), 2);
        add(specs, "ne", new Op.Compare(CompareKind.NE), 2);
        add(specs, "copy", new Op.Copy(), 1);
        add(specs, "conj", new Op.Conj(), 1);
        for (DType to : List.of(DType.C64, DType.C128, DType.F32, DType.F64, DType.BOOL)) {
            add(specs, "cast to " + to, new Op.Cast(to), 1);
        }
        specs.add(new OperatorSpec("fft", COMPLEX, ComplexSpecs::transforms));
        specs.add(new OperatorSpec("complex rows", COMPLEX, ComplexSpecs::rows));
        specs.add(new OperatorSpec("complex indexing", COMPLEX, ComplexSpecs::indexing));
    }

    private static void add(List<OperatorSpec> specs, String name, Op op, int operands) {
        specs.add(new OperatorSpec("complex " + name, COMPLEX, draw -> {
            for (Shape shape : SHAPES) {
                Tensor[] inputs = new Tensor[operands];
                for (int i = 0; i < operands; i++) {
                    inputs[i] = draw.operand(Domain.FINITE, shape);
                }
                draw.add(Trial.of(op, inputs));
            }
        }));
    }

    /** Lengths of one matrix, of several factors, and primes that become convolutions. */
    private static void transforms(OperatorSpec.Draw draw) {
        for (long n : new long[] {1, 2, 3, 8, 60, 64, 65, 67, 134, 260}) {
            Tensor x = draw.operand(Domain.FINITE, Shape.of(3, n));
            draw.add(Trial.of(new Op.Fft(Axes.of(1), false, 1), x));
            draw.add(Trial.of(new Op.Fft(Axes.of(0, 1), true, 0.25), x));
        }
        draw.add(Trial.of(new Op.Fft(Axes.of(1), false, 1), draw.operand(Domain.FINITE, Shape.of(0, 6))));
    }

    private static void rows(OperatorSpec.Draw draw) {
        Tensor x = draw.operand(Domain.FINITE, Shape.of(5, 33, 3));
        for (Axes axes : List.of(Axes.of(0), Axes.of(1), Axes.of(2), Axes.of(0, 2), Axes.of(0, 1, 2))) {
            draw.add(Trial.of(new Op.Reduce(ReduceKind.SUM, axes, false), x));
            draw.add(Trial.of(new Op.Reduce(ReduceKind.MEAN, axes, true), x));
        }
        draw.add(Trial.of(new Op.Scan(false, 1), x));
        draw.add(Trial.of(new Op.Concat(2), x, draw.operand(Domain.FINITE, Shape.of(5, 33, 2))));
        draw.add(Trial.of(new Op.Pad(List.of(1L, 0L, 2L), List.of(0L, -3L, 1L), Scalar.of(7)), x));
        draw.add(Trial.of(new Op.MatMul(), x.transpose(1, 2).contiguous(), x));
        draw.add(Trial.of(new Op.MatMul(), x, draw.operand(Domain.FINITE, Shape.of(5, 3, 70))));
    }

    private static void indexing(OperatorSpec.Draw draw) {
        Tensor x = draw.operand(Domain.FINITE, Shape.of(6, 5));
        Tensor source = draw.operand(Domain.FINITE, Shape.of(4, 5));
        Tensor index = draw.indices(6, Shape.of(4, 5));
        Tensor rows = draw.indices(6, Shape.of(4));
        draw.add(Trial.of(new Op.Gather(0), x, index));
        draw.add(Trial.of(new Op.Scatter(0, ScatterKind.PUT), x, index, source));
        draw.add(Trial.of(new Op.Scatter(0, ScatterKind.ADD), x, index, source));
        draw.add(Trial.of(new Op.IndexSelect(0), x, rows));
        draw.add(Trial.of(new Op.IndexAdd(0), x, rows, source));
        Tensor number = draw.operand(Domain.FINITE, Shape.scalar());
        draw.add(Trial.of(new Op.Scatter(0, ScatterKind.ADD), number, draw.indices(1, Shape.scalar()), number));
        Tensor mask = draw.operand(DType.BOOL, Domain.ANY, Shape.of(6, 5));
        Tensor sparse = Tensor.where(mask, x, Tensor.zerosLike(x));
        draw.add(Trial.of(new Op.Where(), mask, x, draw.operand(Domain.FINITE, Shape.of(6, 5))));
        draw.add(Trial.of(new Op.Nonzero(sparse.countNonzero().itemLong()), sparse));
    }
}
