package io.gatun.backend.simd;

import io.gatun.tensor.op.UnaryKind;
import java.lang.foreign.MemorySegment;

/**
 * A sine, cosine or tangent of angles of any size: {@code kernel}, and after it, an element at a time, the angles that are
 * too large for it. Those take a product with some hundred digits of 2/pi, which {@link StrictMath} knows; they have no
 * place where speed counts, but are to be right.
 *
 * @param wide whether elements are F64, else F32
 */
record LargeAngles(ElementKernel kernel, UnaryKind kind, boolean wide) implements ElementKernel {
    private static final int BLOCK = 1024;
    private static final int LIMIT_32 = Float.floatToRawIntBits(AngleF32.LIMIT);
    private static final long LIMIT_64 = Double.doubleToRawLongBits(AngleF64.LIMIT);

    @Override
    public void run(
            MemorySegment out,
            long outAt,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt,
            int n) {
        if (wide ? areSmall64(a, aAt, n) : areSmall32(a, aAt, n)) {
            kernel.run(out, outAt, a, aAt, a, aAt, a, aAt, n);
            return;
        }
        double[] values = new double[BLOCK]; // what the kernel may overwrite
        for (int i = 0; i < n; i += BLOCK) {
            int length = Math.min(BLOCK, n - i);
            long at = (long) i * (wide ? Double.BYTES : Float.BYTES);
            for (int k = 0; k < length; k++) {
                values[k] = wide
                        ? a.get(Lanes.DOUBLE, aAt + at + (long) k * Double.BYTES)
                        : a.get(Lanes.FLOAT, aAt + at + (long) k * Float.BYTES);
            }
            kernel.run(out, outAt + at, a, aAt + at, a, aAt + at, a, aAt + at, length);
            for (int k = 0; k < length; k++) {
                if (Math.abs(values[k]) > (wide ? AngleF64.LIMIT : AngleF32.LIMIT)) {
                    set(out, outAt + at, k, apply(values[k]));
                }
            }
        }
    }

    private double apply(double angle) {
        if (kind == UnaryKind.SIN) {
            return StrictMath.sin(angle);
        }
        if (kind == UnaryKind.COS) {
            return StrictMath.cos(angle);
        }
        return StrictMath.tan(angle);
    }

    private void set(MemorySegment out, long at, int index, double value) {
        if (wide) {
            out.set(Lanes.DOUBLE, at + (long) index * Double.BYTES, value);
        } else {
            out.set(Lanes.FLOAT, at + (long) index * Float.BYTES, (float) value);
        }
    }

    /** Whether no magnitude's bits are above the limit's: a loop that the JIT makes vectors of. */
    private static boolean areSmall32(MemorySegment a, long at, int n) {
        int signs = 0;
        for (long i = 0; i < n; i++) {
            signs |= LIMIT_32 - (a.get(Lanes.INT, at + i * Float.BYTES) & Integer.MAX_VALUE);
        }
        return signs >= 0;
    }

    private static boolean areSmall64(MemorySegment a, long at, int n) {
        long signs = 0;
        for (long i = 0; i < n; i++) {
            signs |= LIMIT_64 - (a.get(Lanes.LONG, at + i * Double.BYTES) & Long.MAX_VALUE);
        }
        return signs >= 0;
    }
}
