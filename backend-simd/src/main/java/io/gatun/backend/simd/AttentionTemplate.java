package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of attention. Class data: dtype (F32 or F64); {@link FloatVector} stands for the dtype's vectors ({@link
 * Stamp#exact}). Sums and extremes have two vectors that take turns, which hides the latency of an addition.
 */
@SuppressWarnings("unchecked")
final class AttentionTemplate implements AttentionKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final VectorSpecies<Float> SPECIES = (VectorSpecies<Float>) Lanes.species(DTYPE);
    private static final long BYTES = SPECIES.vectorByteSize();

    AttentionTemplate() {}

    @Override
    public void largest(MemorySegment x, long at, long step, int rows, int vectors, double scale, long numbersAt) {
        FloatVector factor = number(scale);
        for (int v = 0; v < vectors; v++) {
            FloatVector first = number(Double.NEGATIVE_INFINITY);
            FloatVector second = first;
            for (int i = 0; i < rows; i++) {
                FloatVector next = larger(load(x, at + i * step + v * BYTES).mul(factor), first);
                first = second;
                second = next;
            }
            larger(first, second).intoMemorySegment(x, numbersAt + v * BYTES, Lanes.ORDER);
        }
    }

    @Override
    public void exponentials(MemorySegment x, long at, long step, int rows, int vectors, double scale, long numbersAt) {
        FloatVector factor = number(scale);
        for (int v = 0; v < vectors; v++) {
            FloatVector largest = load(x, numbersAt + v * BYTES);
            FloatVector first = number(0);
            FloatVector second = first;
            for (int i = 0; i < rows; i++) {
                long place = at + i * step + v * BYTES;
                FloatVector e = exp(load(x, place).mul(factor).sub(largest));
                e.intoMemorySegment(x, place, Lanes.ORDER);
                FloatVector sum = e.add(first);
                first = second;
                second = sum;
            }
            first.add(second)
                    .mul(number(1 / FusedPass.RAISED))
                    .intoMemorySegment(x, numbersAt + step + v * BYTES, Lanes.ORDER);
        }
    }

    @Override
    public void weights(MemorySegment x, long at, long step, int rows, int vectors, long numbersAt) {
        for (int v = 0; v < vectors; v++) {
            FloatVector share = share(x, numbersAt + step + v * BYTES);
            for (int i = 0; i < rows; i++) {
                long place = at + i * step + v * BYTES;
                load(x, place).mul(share).intoMemorySegment(x, place, Lanes.ORDER);
            }
        }
    }

    @Override
    public void sums(
            MemorySegment x, long at, long more, long step, int rows, int vectors, double scale, long numbersAt) {
        FloatVector factor = number(scale);
        for (int v = 0; v < vectors; v++) {
            FloatVector largest = load(x, numbersAt + v * BYTES);
            FloatVector share = share(x, numbersAt + step + v * BYTES);
            FloatVector first = number(0);
            FloatVector second = first;
            for (int i = 0; i < rows; i++) {
                long place = at + i * step + v * BYTES;
                FloatVector weight =
                        exp(load(x, place).mul(factor).sub(largest)).mul(share);
                weight.intoMemorySegment(x, place, Lanes.ORDER);
                FloatVector sum = weight.fma(load(x, place + more), first);
                first = second;
                second = sum;
            }
            first.add(second).intoMemorySegment(x, numbersAt + 2 * step + v * BYTES, Lanes.ORDER);
        }
    }

    @Override
    public void slopes(
            MemorySegment x, long at, long more, long step, int rows, int vectors, double scale, long numbersAt) {
        FloatVector factor = number(scale);
        for (int v = 0; v < vectors; v++) {
            FloatVector sum = load(x, numbersAt + 2 * step + v * BYTES);
            for (int i = 0; i < rows; i++) {
                long place = at + i * step + v * BYTES;
                load(x, place + more)
                        .sub(sum)
                        .mul(load(x, place))
                        .mul(factor)
                        .intoMemorySegment(x, place + more, Lanes.ORDER);
            }
        }
    }

    private static FloatVector share(MemorySegment x, long at) {
        return number(1 / FusedPass.RAISED).div(load(x, at));
    }

    private static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(SPECIES, x, at, Lanes.ORDER);
    }

    private static FloatVector number(double value) {
        return FloatVector.broadcast(SPECIES, (float) value);
    }

    /** The larger of each pair of lanes, b where a is not a number. */
    private static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, a.compare(VectorOperators.GT, b).not());
    }

    private static FloatVector exp(FloatVector x) {
        return DTYPE == DType.F32
                ? MathF32.raisedExp(x)
                : (FloatVector) (Vector<?>) MathF64.raisedExp((DoubleVector) (Vector<?>) x);
    }
}
