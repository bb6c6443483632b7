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

    AttentionTemplate() {}

    @Override
    public void largest(MemorySegment x, long at, long step, int rows, double scale, long numbersAt) {
        FloatVector factor = number(scale);
        FloatVector first = load(x, numbersAt);
        FloatVector second = first;
        for (int i = 0; i < rows; i++) {
            FloatVector next = larger(load(x, at + i * step).mul(factor), first);
            first = second;
            second = next;
        }
        larger(first, second).intoMemorySegment(x, numbersAt, Lanes.ORDER);
    }

    @Override
    public void exponentials(MemorySegment x, long at, long step, int rows, double scale, long numbersAt) {
        FloatVector factor = number(scale);
        FloatVector largest = load(x, numbersAt);
        FloatVector first = number(0);
        FloatVector second = first;
        for (int i = 0; i < rows; i++) {
            long place = at + i * step;
            FloatVector e = exp(load(x, place).mul(factor).sub(largest));
            e.intoMemorySegment(x, place, Lanes.ORDER);
            FloatVector sum = e.add(first);
            first = second;
            second = sum;
        }
        first.add(second)
                .fma(number(1 / FusedPass.RAISED), load(x, numbersAt + step))
                .intoMemorySegment(x, numbersAt + step, Lanes.ORDER);
    }

    @Override
    public void weights(MemorySegment x, long at, long step, int rows, long numbersAt) {
        FloatVector share = share(x, numbersAt + step);
        for (int i = 0; i < rows; i++) {
            long place = at + i * step;
            load(x, place).mul(share).intoMemorySegment(x, place, Lanes.ORDER);
        }
    }

    @Override
    public void sums(MemorySegment x, long at, long more, long step, int rows, double scale, long numbersAt) {
        FloatVector factor = number(scale);
        FloatVector largest = load(x, numbersAt);
        FloatVector share = share(x, numbersAt + step);
        FloatVector first = number(0);
        FloatVector second = first;
        for (int i = 0; i < rows; i++) {
            long place = at + i * step;
            FloatVector weight = exp(load(x, place).mul(factor).sub(largest)).mul(share);
            weight.intoMemorySegment(x, place, Lanes.ORDER);
            FloatVector sum = weight.fma(load(x, place + more), first);
            first = second;
            second = sum;
        }
        first.add(second).add(load(x, numbersAt + 2 * step)).intoMemorySegment(x, numbersAt + 2 * step, Lanes.ORDER);
    }

    @Override
    public void slopes(MemorySegment x, long at, long more, long step, int rows, double scale, long numbersAt) {
        FloatVector factor = number(scale);
        FloatVector sum = load(x, numbersAt + 2 * step);
        for (int i = 0; i < rows; i++) {
            long place = at + i * step;
            load(x, place + more)
                    .sub(sum)
                    .mul(load(x, place))
                    .mul(factor)
                    .intoMemorySegment(x, place + more, Lanes.ORDER);
        }
    }

    @Expanded
    private static FloatVector share(MemorySegment x, long at) {
        return number(1 / FusedPass.RAISED).div(load(x, at));
    }

    @Expanded
    private static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(SPECIES, x, at, Lanes.ORDER);
    }

    @Expanded
    private static FloatVector number(double value) {
        return FloatVector.broadcast(SPECIES, (float) value);
    }

    /** The larger of each pair of lanes, b where a is not a number. */
    @Expanded
    private static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, a.compare(VectorOperators.GT, b).not());
    }

    /** e^x, raised ({@link MathF32#raisedExp}). */
    @Expanded
    private static FloatVector exp(FloatVector x) {
        if (DTYPE == DType.F32) {
            return MathF32.raisedExp(x);
        }
        DoubleVector wide = (DoubleVector) (Vector<?>) x;
        return (FloatVector) (Vector<?>) MathF64.exp(wide, wide.broadcast(0), MathF64.RAISED);
    }
}
