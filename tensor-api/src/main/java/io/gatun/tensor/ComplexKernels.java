package io.gatun.tensor;

import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.Backend;

/**
 * What kernels mean for complex operands: themselves, or others, on the parts. So every backend computes with complex
 * numbers, and none knows of them.
 *
 * <p>Three kinds. What treats both parts alike and apart (sums, copies, anything that moves elements) is the same operator
 * on views of shape (..., 2), straight into the output: dimensions are counted from the front, so that one more at the end
 * changes nothing. Products and functions are formulas on {@link ComplexParts}. The rest ends in bool or begins with real
 * numbers.
 *
 * <p>It runs between the rules and the backend: operands have passed {@link io.gatun.tensor.op.OpRules}, the whole is
 * recorded as the one operator that it is, and temporaries are gone when it is done.
 */
final class ComplexKernels {
    private final Backend backend;
    private final Tensor[] in;
    private final Tensor out;

    private ComplexKernels(Backend backend, Tensor[] in, Tensor out) {
        this.backend = backend;
        this.in = new Tensor[in.length];
        for (int i = 0; i < in.length; i++) {
            this.in[i] = in[i].detach();
        }
        this.out = out.detach();
    }

    /** Executes {@code op}, of which an operand or the result is complex; the result may be an operand. */
    static void execute(Backend backend, Op.Kernel op, Tensor[] in, Tensor out) {
        try (TensorScope _ = TensorScope.open()) {
            new ComplexKernels(backend, in, out).execute(op);
        }
    }

    private void execute(Op.Kernel op) {
        switch (op) {
            case Op.Unary(var kind) -> unary(op, kind);
            case Op.Binary(var kind) -> binary(op, kind);
            case Op.Compare(var kind) -> {
                Tensor equal = in[0].viewAsReal().eq(in[1].viewAsReal()).all(-1);
                store(kind == CompareKind.EQ ? equal : equal.logicalNot());
            }
            case Op.Cast(var dtype) -> cast(dtype);
            case Op.Fill(var value, var shape, var _) -> {
                DType part = out.dtype().toReal();
                into(out.real(), new Op.Fill(Scalar.of(value.doubleValue()), shape, part));
                into(out.imag(), new Op.Fill(Scalar.of(value.imaginaryValue()), shape, part));
            }
            case Op.Nonzero _ -> into(out, op, nonzero());
            case Op.MatMul _ -> store(ComplexParts.of(in[0]).matmul(ComplexParts.of(in[1])));
            case Op.Where _ -> alike(op, pairs(in[0]), in[1].viewAsReal(), in[2].viewAsReal());
            case Op.Gather _ -> alike(op, in[0].viewAsReal(), pairs(in[1]));
            case Op.Scatter _ -> scatter(op);
            case Op.IndexSelect _ -> alike(op, in[0].viewAsReal(), in[1]);
            case Op.IndexAdd _ -> alike(op, in[0].viewAsReal(), in[1], in[2].viewAsReal());
            case Op.Copy _, Op.Reduce _, Op.Scan _ -> alike(op, in[0].viewAsReal());
            case Op.Clamp _, Op.Arange _, Op.Random _, Op.ArgReduce _, Op.ArgScan _, Op.Sort _ -> throw undefined(op);
        }
    }

    private static IllegalStateException undefined(Op op) {
        return new IllegalStateException("OpRules refuses " + op.operatorName() + " of complex numbers");
    }

    // ---- both parts alike

    private void alike(Op.Kernel op, Tensor... parts) {
        into(out.viewAsReal(), op, parts);
    }

    /** A mask, or an index, of shape (...) for both parts: (..., 2). */
    private static Tensor pairs(Tensor x) {
        return x.unsqueeze(-1).expand(x.shape().insert(x.dim(), 2));
    }

    private void scatter(Op.Kernel op) {
        if (in[1].dim() > 0) {
            alike(op, in[0].viewAsReal(), pairs(in[1]), in[2].viewAsReal());
        } else { // along the only dimension of a number, which is none
            Tensor target = out.unsqueeze(0).viewAsReal();
            Tensor index = pairs(in[1].unsqueeze(0));
            into(
                    target,
                    op,
                    in[0].unsqueeze(0).viewAsReal(),
                    index,
                    in[2].unsqueeze(0).viewAsReal());
        }
    }

    private void into(Tensor target, Op.Kernel op, Tensor... operands) {
        Dispatch.execute(backend, op, operands, new Tensor[] {target});
    }

    private void store(Tensor value) {
        into(out, new Op.Copy(), value);
    }

    private void store(ComplexParts value) {
        into(out.real(), new Op.Copy(), value.re());
        into(out.imag(), new Op.Copy(), value.im());
    }

    // ---- formulas

    private void unary(Op.Kernel op, UnaryKind kind) {
        ComplexParts z = ComplexParts.of(in[0]);
        switch (kind) {
            case NEG -> alike(op, in[0].viewAsReal());
            case ABS -> store(z.abs());
            case SQUARE -> store(z.mul(z));
            case EXP -> store(z.exp());
            case LOG -> store(z.log());
            case LOG2 -> store(z.log().div(Math.log(2)));
            case LOG10 -> store(z.log().div(Math.log(10)));
            case SQRT -> store(z.sqrt());
            case RSQRT -> store(z.sqrt().reciprocal());
            case RECIPROCAL -> store(z.reciprocal());
            case SIN -> store(z.timesI().sinh().overI());
            case COS -> store(z.timesI().cosh());
            case TAN -> store(z.timesI().tanh().overI());
            case SINH -> store(z.sinh());
            case COSH -> store(z.cosh());
            case TANH -> store(z.tanh());
            case SIGMOID -> store(z.sigmoid());
            case LOGICAL_NOT -> store(nonzero().logicalNot());
            case ISNAN -> store(in[0].viewAsReal().isnan().any(-1));
            case ISINF -> store(in[0].viewAsReal().isinf().any(-1));
            case ISFINITE -> store(in[0].viewAsReal().isfinite().all(-1));
            default -> throw undefined(op);
        }
    }

    private void binary(Op.Kernel op, BinaryKind kind) {
        if (kind == BinaryKind.ADD || kind == BinaryKind.SUB) {
            alike(op, in[0].viewAsReal(), in[1].viewAsReal());
            return;
        }
        ComplexParts a = ComplexParts.of(in[0]);
        ComplexParts b = ComplexParts.of(in[1]);
        if (kind == BinaryKind.MUL) {
            store(a.mul(b));
        } else if (kind == BinaryKind.DIV) {
            store(a.div(b));
        } else if (kind == BinaryKind.POW) {
            store(a.pow(b));
        } else {
            throw undefined(op);
        }
    }

    private Tensor nonzero() {
        return in[0].viewAsReal().ne(0).any(-1);
    }

    private void cast(DType dtype) {
        if (dtype == DType.BOOL) {
            store(nonzero());
        } else if (!dtype.isComplex()) {
            store(in[0].real().to(dtype));
        } else if (in[0].isComplex()) {
            alike(new Op.Cast(dtype.toReal()), in[0].viewAsReal());
        } else {
            into(out.real(), new Op.Copy(), in[0].to(dtype.toReal()));
            into(out.imag(), new Op.Fill(Scalar.of(0), out.shape(), dtype.toReal()));
        }
    }
}
