package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.TensorView;

/** Operators whose every element depends on the elements at the same place alone. */
final class Elementwise {
    /** For a kernel that knows what it does. */
    static final int NO_KIND = -1;

    private static final int TANH = 1; // as in gelu.cu

    private static final KernelName UNARY = KernelName.typed("unary", "unary");
    private static final KernelName PREDICATE = KernelName.typed("unary", "predicate");
    private static final KernelName BINARY = KernelName.typed("binary", "binary");
    private static final KernelName DIVIDE = KernelName.typed("divide", "divide");
    private static final KernelName FIRST_ZERO = KernelName.typed("divide", "firstZero");
    private static final KernelName POWER = KernelName.typed("power", "power");
    private static final KernelName ZETA = KernelName.typed("zeta", "hurwitzZeta");
    private static final KernelName COMPARE = KernelName.typed("binary", "compare");
    private static final KernelName CLAMP = KernelName.typed("binary", "clamp");
    private static final KernelName[] WHERE = KernelName.bySize("move", "where");
    private static final KernelName[] CASTS = KernelName.byType(to -> KernelName.typed("cast", "to" + to));
    private static final KernelName GELU = KernelName.typed("gelu", "gelu");
    private static final KernelName GELU_GRADIENT = KernelName.typed("gelu", "geluGradient");

    private Elementwise() {}

    static void unary(DeviceContext device, UnaryKind kind, TensorView x, TensorView out) {
        if (x.dtype() == DType.BOOL && kind == UnaryKind.BITWISE_NOT) {
            unary(device, UnaryKind.LOGICAL_NOT, x, out); // of a truth value: ~1 would be -2, which is true
            return;
        }
        Kernel kernel = device.kernel(kind.isPredicate() ? PREDICATE : UNARY, x.dtype());
        try (Nest nest = Nest.open().add(out).add(x)) {
            run(device, kernel, KernelUnit.code(kind), nest);
        }
    }

    static void binary(DeviceContext device, BinaryKind kind, TensorView a, TensorView b, TensorView out) {
        Capture capture = device.capture();
        if (!kind.divides() || a.dtype().isFloatingPoint()) {
            combine(device, kind, a, b, out);
        } else if (capture == null) {
            refuseZero(device, kind, b);
            combine(device, kind, a, b, out);
        } else {
            try (Copies.Temporary divisor = divisorInReplays(capture, device, kind, b)) {
                combine(device, kind, a, divisor, out);
            }
        }
    }

    private static void combine(DeviceContext device, BinaryKind kind, TensorView a, TensorView b, TensorView out) {
        KernelName name = switch (kind) {
            case FLOOR_DIVIDE, TRUNC_DIVIDE, FMOD, REMAINDER -> DIVIDE;
            case POW, ATAN2, HYPOT, GCD -> POWER;
            case ZETA -> ZETA;
            case ADD,
                    SUB,
                    MUL,
                    DIV,
                    COPYSIGN,
                    MAXIMUM,
                    MINIMUM,
                    BITWISE_AND,
                    BITWISE_OR,
                    BITWISE_XOR,
                    SHIFT_LEFT,
                    SHIFT_RIGHT -> BINARY;
        };
        try (Nest nest = Nest.open().add(out).add(a).add(b)) {
            run(device, device.kernel(name, a.dtype()), KernelUnit.code(kind), nest);
        }
    }

    static void compare(DeviceContext device, CompareKind kind, TensorView a, TensorView b, TensorView out) {
        try (Nest nest = Nest.open().add(out).add(a).add(b)) {
            run(device, device.kernel(COMPARE, a.dtype()), KernelUnit.code(kind), nest);
        }
    }

    static void clamp(DeviceContext device, TensorView x, TensorView low, TensorView high, TensorView out) {
        try (Nest nest = Nest.open().add(out).add(x).add(low).add(high)) {
            run(device, device.kernel(CLAMP, x.dtype()), NO_KIND, nest);
        }
    }

    static void where(DeviceContext device, TensorView condition, TensorView a, TensorView b, TensorView out) {
        Kernel kernel = device.kernel(KernelName.ofSize(WHERE, out.dtype().byteSize()));
        try (Nest nest = Nest.open().add(out).add(condition).add(a).add(b)) {
            run(device, kernel, NO_KIND, nest);
        }
    }

    static void cast(DeviceContext device, TensorView x, TensorView out) {
        Kernel kernel = device.kernel(KernelName.ofType(CASTS, out.dtype()), x.dtype());
        try (Nest nest = Nest.open().add(out).add(x)) {
            run(device, kernel, NO_KIND, nest);
        }
    }

    static void gelu(DeviceContext device, boolean tanh, TensorView x, TensorView out) {
        try (Nest nest = Nest.open().add(out).add(x)) {
            run(device, device.kernel(GELU, x.dtype()), tanh ? TANH : 0, nest);
        }
    }

    static void geluGradient(DeviceContext device, boolean tanh, TensorView g, TensorView x, TensorView out) {
        try (Nest nest = Nest.open().add(out).add(g).add(x)) {
            run(device, device.kernel(GELU_GRADIENT, x.dtype()), tanh ? TANH : 0, nest);
        }
    }

    /** Queues {@code kernel} of the structure (kind, nest), without the first if it is {@link #NO_KIND}. */
    static void run(DeviceContext device, Kernel kernel, int kind, Nest nest) {
        while (nest.next()) {
            Params params = device.params();
            if (kind != NO_KIND) {
                params.add(kind);
            }
            nest.write(params);
            device.forEach(kernel, nest.count(), params);
        }
    }

    private static Kernel firstZero(DeviceContext device, TensorView divisor) {
        return device.kernel(FIRST_ZERO, divisor.dtype());
    }

    private static void refuseZero(DeviceContext device, BinaryKind kind, TensorView divisor) {
        long first = FirstOf.find(device, firstZero(device, divisor), divisor);
        if (first != FirstOf.NONE) {
            throw zero(kind, "", first, divisor.layout());
        }
    }

    private static ValueException zero(BinaryKind kind, String where, long first, Layout layout) {
        return new ValueException(kind.operatorName() + ": integer division by zero" + where + ": the divisor is 0 at "
                + FirstOf.position(layout, first) + "; floating-point operands would give inf or nan");
    }

    /** A copy of {@code divisor} that each replay makes and checks, with 1 for zeros. */
    private static Copies.Temporary divisorInReplays(
            Capture capture, DeviceContext device, BinaryKind kind, TensorView divisor) {
        Layout layout = divisor.layout();
        Shape shape = layout.shape();
        long found = capture.check(first -> zero(kind, " in a replay of a CudaGraph", first, layout));
        FirstOf.queue(device, firstZero(device, divisor), found, divisor);
        Copies.Temporary safe = Copies.temporary(device, shape, divisor.dtype());
        try (Copies.Temporary isZero = Copies.temporary(device, shape, DType.BOOL);
                Copies.Temporary one = Copies.temporary(device, shape, divisor.dtype())) {
            unary(device, UnaryKind.LOGICAL_NOT, divisor, isZero);
            cast(device, isZero, one);
            combine(device, BinaryKind.ADD, divisor, one, safe);
        }
        return safe;
    }
}
