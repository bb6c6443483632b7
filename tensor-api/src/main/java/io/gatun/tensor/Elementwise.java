package io.gatun.tensor;

import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.op.OpRules;
import io.gatun.tensor.op.UnaryKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From PyTorch's forgiving element-wise calls to strict primitives: promotion becomes a cast, broadcasting an expand, a
 * Java number a zero-dimensional tensor; in-place forms compute into their target where the dtypes allow it.
 */
final class Elementwise {
    private static final Map<UnaryKind, Op.Unary> UNARY = new EnumMap<>(UnaryKind.class);
    private static final Map<BinaryKind, Op.Binary> BINARY = new EnumMap<>(BinaryKind.class);
    private static final Map<CompareKind, Op.Compare> COMPARE = new EnumMap<>(CompareKind.class);

    static {
        for (UnaryKind kind : UnaryKind.values()) {
            UNARY.put(kind, new Op.Unary(kind));
        }
        for (BinaryKind kind : BinaryKind.values()) {
            BINARY.put(kind, new Op.Binary(kind));
        }
        for (CompareKind kind : CompareKind.values()) {
            COMPARE.put(kind, new Op.Compare(kind));
        }
    }

    private Elementwise() {}

    private static <K, T> T token(Map<K, T> tokens, K kind) {
        return Objects.requireNonNull(tokens.get(kind));
    }

    static Tensor unary(UnaryKind kind, Tensor x) {
        if (x.dtype() == DType.BOOL && kind == UnaryKind.SIGN) {
            return x.clone();
        }
        if (x.dtype() == DType.BOOL && kind == UnaryKind.SQUARE) {
            return unary(kind, x.to(DType.I64)); // a power, which promotes with its exponent
        }
        boolean needsFloat = kind.isFloatingPoint() || kind.isPredicate() && kind != UnaryKind.LOGICAL_NOT;
        return Dispatch.run(token(UNARY, kind), needsFloat ? x.to(Promotion.floating(x.dtype())) : x);
    }

    static Tensor unaryInPlace(UnaryKind kind, Tensor target) {
        Op.Unary op = token(UNARY, kind);
        if (kind.isPredicate() && target.dtype() != DType.BOOL) {
            return assign(kind.operatorName(), target, unary(kind, target));
        }
        if (kind.isFloatingPoint() && !target.dtype().isInexact()) {
            throw cannotStore(kind.operatorName(), DType.F32, target);
        }
        DType dtype = OpRules.outputs(op, target)[0].dtype();
        if (dtype != target.dtype() && !kind.isPredicate()) { // |z| is real
            throw new DTypeException(kind.operatorName() + "_: the result is " + dtype + ", not " + target.dtype()
                    + ": use " + kind.operatorName() + " without the underscore");
        }
        return Dispatch.inPlace(op, target, target);
    }

    /** As in PyTorch: whoever subtracts a mask means something else. */
    private static void refuseMask(BinaryKind kind, Tensor operand) {
        if (kind == BinaryKind.SUB && operand.dtype() == DType.BOOL) {
            throw new DTypeException("sub: not defined with a tensor of BOOL: use logicalXor, or logicalNot to invert a"
                    + " mask, or cast with to(DType) first");
        }
    }

    static Tensor binary(BinaryKind kind, Tensor a, Tensor b) {
        refuseMask(kind, a);
        refuseMask(kind, b);
        Op.Binary op = token(BINARY, kind);
        if (a.dtype() == b.dtype() && a.layout().shape().equals(b.layout().shape()) && !needsFloat(kind, a.dtype())) {
            return Dispatch.run(op, a, b);
        }
        DType dtype = computeType(kind, Promotion.of(a, b));
        Shape shape = Shape.broadcast(kind.operatorName(), a.shape(), b.shape());
        return Dispatch.run(op, a.to(dtype).expand(shape), b.to(dtype).expand(shape));
    }

    static Tensor binary(BinaryKind kind, Tensor a, Scalar b) {
        refuseMask(kind, a);
        DType dtype = computeType(kind, Promotion.of(a, b));
        return Dispatch.run(token(BINARY, kind), a.to(dtype), scalar(b, dtype, a));
    }

    static Tensor binary(BinaryKind kind, Scalar a, Tensor b) {
        refuseMask(kind, b);
        DType dtype = computeType(kind, Promotion.of(b, a));
        return Dispatch.run(token(BINARY, kind), scalar(a, dtype, b), b.to(dtype));
    }

    static Tensor binaryInPlace(BinaryKind kind, Tensor target, Tensor other) {
        return binaryInPlace(kind, target, computeType(kind, Promotion.of(target, other)), other);
    }

    static Tensor binaryInPlace(BinaryKind kind, Tensor target, Scalar other) {
        DType dtype = computeType(kind, Promotion.of(target, other));
        return binaryInPlace(kind, target, dtype, scalar(other, dtype, target));
    }

    private static Tensor binaryInPlace(BinaryKind kind, Tensor target, DType dtype, Tensor other) {
        refuseMask(kind, target);
        refuseMask(kind, other);
        String operator = kind.operatorName();
        if (!Promotion.canStore(dtype, target.dtype())) {
            throw cannotStore(operator, dtype, target);
        }
        Tensor operand = expandTo(operator, other, target);
        boolean mayFail = // by zero, or a negative power: nothing may be half done
                !dtype.isInexact() && (kind.divides() || kind == BinaryKind.POW);
        if (dtype != target.dtype() || mayFail) {
            return assign(operator, target, binary(kind, target, other));
        }
        Op.Binary op = token(BINARY, kind);
        Tensor cast = operand.to(dtype);
        OpRules.outputs(op, target, cast);
        return Dispatch.inPlace(op, target, target, cast);
    }

    static Tensor compare(CompareKind kind, Tensor a, Tensor b) {
        DType dtype = Promotion.of(a, b);
        Shape shape = Shape.broadcast(kind.operatorName(), a.shape(), b.shape());
        return Dispatch.run(
                token(COMPARE, kind), a.to(dtype).expand(shape), b.to(dtype).expand(shape));
    }

    static Tensor compare(CompareKind kind, Tensor a, Scalar b) {
        DType dtype = Promotion.of(a, b);
        return Dispatch.run(token(COMPARE, kind), a.to(dtype), scalar(b, dtype, a));
    }

    static Tensor where(Tensor condition, Tensor a, Tensor b) {
        DType dtype = Promotion.of(a, b);
        Shape shape = Shape.broadcast("where", condition.shape(), Shape.broadcast("where", a.shape(), b.shape()));
        return Dispatch.run(
                new Op.Where(),
                condition.expand(shape),
                a.to(dtype).expand(shape),
                b.to(dtype).expand(shape));
    }

    /** Bounds may be null for none. */
    static Tensor clamp(Tensor x, @Nullable Scalar low, @Nullable Scalar high) {
        DType dtype = x.dtype();
        dtype = low == null ? dtype : Promotion.of(x, low);
        Tensor cast = high == null ? x.to(dtype) : x.to(Promotion.of(x.to(dtype), high));
        return Dispatch.run(new Op.Clamp(), cast, bound(low, cast, true), bound(high, cast, false));
    }

    /** Bounds may be null for none. */
    static Tensor clamp(Tensor x, @Nullable Tensor low, @Nullable Tensor high) {
        DType dtype = Promotion.of(x, low == null ? x : low, high == null ? x : high);
        Shape shape = x.shape();
        for (Tensor bound : new Tensor[] {low, high}) {
            if (bound != null) {
                shape = Shape.broadcast("clamp", shape, bound.shape());
            }
        }
        Tensor cast = x.to(dtype).expand(shape);
        return Dispatch.run(
                new Op.Clamp(),
                cast,
                low == null ? bound(null, cast, true) : low.to(dtype).expand(shape),
                high == null ? bound(null, cast, false) : high.to(dtype).expand(shape));
    }

    static Tensor clampInPlace(Tensor target, @Nullable Scalar low, @Nullable Scalar high) {
        for (Scalar scalar : new Scalar[] {low, high}) {
            if (scalar != null && !Promotion.canStore(Promotion.of(target, scalar), target.dtype())) {
                throw cannotStore("clamp", scalar.defaultDType(), target);
            }
        }
        return Dispatch.inPlace(new Op.Clamp(), target, target, bound(low, target, true), bound(high, target, false));
    }

    private static Tensor bound(@Nullable Scalar scalar, Tensor x, boolean low) {
        if (scalar != null) {
            return scalar(scalar, x.dtype(), x);
        }
        return scalar(extreme(x.dtype(), low), x.dtype(), x);
    }

    /** What no element of the dtype is below, or above. */
    static Scalar extreme(DType dtype, boolean low) {
        if (dtype.isFloatingPoint()) {
            return Scalar.of(low ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        }
        int bits = dtype.byteSize() * 8;
        if (dtype == DType.U8 || dtype == DType.BOOL) {
            return Scalar.of(low ? 0 : (1L << (dtype == DType.BOOL ? 1 : bits)) - 1);
        }
        return Scalar.of(low ? -1L << (bits - 1) : ~(-1L << (bits - 1)));
    }

    /** Refuses a number that no cast brings into a tensor of {@code dtype}: fractions are cut off, as PyTorch does. */
    static void requireFits(String operator, Scalar value, DType dtype) {
        double whole = value.doubleValue() < 0 ? Math.ceil(value.doubleValue()) : Math.floor(value.doubleValue());
        boolean complex = value.category() == DType.Category.COMPLEX;
        boolean beyond = value.category() == DType.Category.FLOATING
                && dtype.isIntegral()
                && !(whole >= extreme(dtype, true).doubleValue()
                        && whole <= extreme(dtype, false).doubleValue());
        if (beyond || complex && !dtype.isComplex()) {
            throw new DTypeException(operator + ": the value " + value + " does not fit a tensor of " + dtype
                    + ": cast the tensor first");
        }
    }

    /** A number as an operand of the shape and on the device of {@code like}: one element, expanded. */
    static Tensor scalar(Scalar value, DType dtype, Tensor like) {
        Tensor one = Dispatch.create(new Op.Fill(value, Shape.scalar(), dtype), like.device());
        return like.layout().rank() == 0 ? one : one.expand(like.shape());
    }

    /** Sets every element of {@code target}. */
    static Tensor fill(Tensor target, Scalar value) {
        Op.Fill op = new Op.Fill(value, target.shape(), target.dtype());
        OpRules.outputs(op);
        return Dispatch.inPlace(op, target);
    }

    /**
     * {@code target} as an operand of the formula whose result is going to be stored over it, with {@code others}: a copy
     * where a gradient may need the values that are lost then.
     */
    static Tensor old(Tensor target, Tensor... others) {
        return Dispatch.records(target) || Dispatch.records(others) ? target.clone() : target;
    }

    /** Stores a computed result into {@code target}, recorded as a copy into it. */
    static Tensor assign(String operator, Tensor target, Tensor value) {
        if (!Promotion.canStore(value.dtype(), target.dtype())) {
            throw cannotStore(operator, value.dtype(), target);
        }
        return copyInto(operator, target, value);
    }

    static Tensor copyInto(String operator, Tensor target, Tensor source) {
        Tensor moved = source.to(target.device());
        Tensor operand = expandTo(operator, moved, target);
        Op.Kernel op = operand.dtype() == target.dtype() ? new Op.Copy() : new Op.Cast(target.dtype());
        return Dispatch.inPlace(op, target, operand);
    }

    private static Tensor expandTo(String operator, Tensor other, Tensor target) {
        if (other.layout().shape().equals(target.layout().shape())) {
            return other;
        }
        Shape shape = Shape.broadcast(operator + "_", target.shape(), other.shape());
        if (!shape.equals(target.shape())) {
            throw new ShapeException(operator + "_: the result of shape " + shape + " does not fit the target of shape "
                    + target.shape() + ": use " + operator + " without the underscore");
        }
        return other.expand(shape);
    }

    private static DTypeException cannotStore(String operator, DType result, Tensor target) {
        return new DTypeException(operator + "_: the result is " + result + " and cannot be stored in the target of "
                + target.dtype() + ": use " + operator + " without the underscore, or cast the target first");
    }

    private static boolean needsFloat(BinaryKind kind, DType dtype) {
        return !dtype.isInexact()
                && (kind == BinaryKind.DIV || kind == BinaryKind.ATAN2 || kind == BinaryKind.COPYSIGN);
    }

    private static DType computeType(BinaryKind kind, DType promoted) {
        return needsFloat(kind, promoted) ? DType.F32 : promoted;
    }
}
