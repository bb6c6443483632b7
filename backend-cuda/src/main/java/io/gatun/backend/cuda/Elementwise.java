package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.CompareKind;
import io.gatun.tensor.op.UnaryKind;
import io.gatun.tensor.spi.LoopNest;
import io.gatun.tensor.spi.TensorView;
import java.util.function.Consumer;

/** Operators whose every element depends on the elements at the same place alone. */
final class Elementwise {
    /** For a kernel that knows what it does. */
    static final int NO_KIND = -1;

    private Elementwise() {}

    static void unary(DeviceContext device, UnaryKind kind, TensorView x, TensorView out) {
        if (x.dtype() == DType.BOOL && kind == UnaryKind.BITWISE_NOT) {
            unary(device, UnaryKind.LOGICAL_NOT, x, out); // of a truth value: ~1 would be -2, which is true
            return;
        }
        String name = kind.isPredicate() ? "predicate" : "unary";
        run(device, device.kernel("unary", name, x.dtype()), KernelUnit.code(kind), out, x);
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
        Kernel kernel = switch (kind) {
            case FLOOR_DIVIDE, TRUNC_DIVIDE, FMOD, REMAINDER -> device.kernel("divide", "divide", a.dtype());
            case POW, ATAN2, HYPOT, GCD -> device.kernel("power", "power", a.dtype());
            case ZETA -> device.kernel("zeta", "hurwitzZeta", a.dtype());
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
                    SHIFT_RIGHT -> device.kernel("binary", "binary", a.dtype());
        };
        run(device, kernel, KernelUnit.code(kind), out, a, b);
    }

    static void compare(DeviceContext device, CompareKind kind, TensorView a, TensorView b, TensorView out) {
        run(device, device.kernel("binary", "compare", a.dtype()), KernelUnit.code(kind), out, a, b);
    }

    static void clamp(DeviceContext device, TensorView x, TensorView low, TensorView high, TensorView out) {
        run(device, device.kernel("binary", "clamp", x.dtype()), NO_KIND, out, x, low, high);
    }

    static void where(DeviceContext device, TensorView condition, TensorView a, TensorView b, TensorView out) {
        Kernel kernel = device.kernel("move", "where" + out.dtype().byteSize());
        run(device, kernel, NO_KIND, out, condition, a, b);
    }

    static void cast(DeviceContext device, TensorView x, TensorView out) {
        run(device, device.kernel("cast", "to" + out.dtype(), x.dtype()), NO_KIND, out, x);
    }

    /** Queues {@code kernel} of the structure (kind, nest of all {@code views}), without the first if it is {@link #NO_KIND}. */
    static void run(DeviceContext device, Kernel kernel, int kind, TensorView... views) {
        run(
                device,
                kernel,
                params -> {
                    if (kind != NO_KIND) {
                        params.add((long) kind);
                    }
                },
                views);
    }

    /** The same with whatever {@code first} writes before the nest. */
    static void run(DeviceContext device, Kernel kernel, Consumer<Params> first, TensorView... views) {
        Layout[] layouts = new Layout[views.length];
        for (int i = 0; i < views.length; i++) {
            layouts[i] = views[i].layout();
        }
        Nests.forEachPart(
                LoopNest.of(layouts),
                part -> device.forEach(kernel, part.count(), params -> {
                    first.accept(params);
                    part.write(params, views);
                }));
    }

    private static Kernel firstZero(DeviceContext device, TensorView divisor) {
        return device.kernel("divide", "firstZero", divisor.dtype());
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
