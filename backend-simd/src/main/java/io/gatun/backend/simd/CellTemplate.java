package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel of a {@link CellKernel.Kind}. Class data: dtype (F32 or F64), kind, the {@link UnaryBody} of the function in it.
 * {@link FloatVector} stands for the dtype's vectors ({@link Stamp#exact}). There is one function in each: more are not
 * inlined.
 */
final class CellTemplate implements CellKernel {
    private static final DType DTYPE = Stamp.data(MethodHandles.lookup(), 0, DType.class);
    private static final Kind KIND = Stamp.data(MethodHandles.lookup(), 1, Kind.class);
    private static final UnaryBody<?> BODY = Stamp.data(MethodHandles.lookup(), 2, UnaryBody.class);
    private static final VectorSpecies<Float> SPECIES = Lanes.exact(DTYPE);
    private static final long BYTES = SPECIES.vectorByteSize();

    CellTemplate() {}

    @Override
    public void run(int rows, long width, Matrix... matrices) {
        long bytes = width * DTYPE.byteSize();
        for (int i = 0; i < rows; i++) {
            if (KIND == Kind.LSTM) {
                lstm(
                        bytes,
                        matrices[0].segment(),
                        at(matrices[0], i),
                        matrices[1].segment(),
                        at(matrices[1], i),
                        matrices[2].segment(),
                        at(matrices[2], i),
                        matrices[3].segment(),
                        at(matrices[3], i));
            } else if (KIND == Kind.LSTM_GRADIENT) {
                lstmGradient(
                        bytes,
                        matrices[0].segment(),
                        at(matrices[0], i),
                        matrices[1].segment(),
                        at(matrices[1], i),
                        matrices[2].segment(),
                        at(matrices[2], i),
                        matrices[3].segment(),
                        at(matrices[3], i),
                        matrices[4].segment(),
                        at(matrices[4], i),
                        matrices[5].segment(),
                        at(matrices[5], i),
                        matrices[6].segment(),
                        at(matrices[6], i),
                        matrices[7].segment(),
                        at(matrices[7], i));
            } else {
                activation(
                        bytes,
                        matrices[0].segment(),
                        at(matrices[0], i),
                        matrices[1].segment(),
                        at(matrices[1], i),
                        matrices[2].segment(),
                        at(matrices[2], i),
                        matrices[3].segment(),
                        at(matrices[3], i));
            }
        }
    }

    private static long at(Matrix x, int row) {
        return (x.offset() + row * x.rowStride()) * DTYPE.byteSize();
    }

    private static void activation(
            long width,
            MemorySegment a,
            long aAt,
            MemorySegment b,
            long bAt,
            MemorySegment c,
            long cAt,
            MemorySegment out,
            long outAt) {
        for (long j = 0; j < width; j += BYTES) {
            long at = Math.min(j, width - BYTES);
            FloatVector sum = FloatVector.fromMemorySegment(SPECIES, a, aAt + at, Lanes.ORDER)
                    .add(FloatVector.fromMemorySegment(SPECIES, b, bAt + at, Lanes.ORDER))
                    .add(FloatVector.fromMemorySegment(SPECIES, c, cAt + at, Lanes.ORDER));
            function(sum).intoMemorySegment(out, outAt + at, Lanes.ORDER);
        }
    }

    private static void lstm(
            long width,
            MemorySegment gates,
            long gatesAt,
            MemorySegment cell,
            long cellAt,
            MemorySegment out,
            long outAt,
            MemorySegment hidden,
            long hiddenAt) {
        for (long j = 0; j < width; j += BYTES) {
            long at = Math.min(j, width - BYTES);
            long gate = gatesAt + at;
            FloatVector input = FloatVector.fromMemorySegment(SPECIES, gates, gate, Lanes.ORDER)
                    .mul(FloatVector.fromMemorySegment(SPECIES, gates, gate + 2 * width, Lanes.ORDER));
            FloatVector next = FloatVector.fromMemorySegment(SPECIES, gates, gate + width, Lanes.ORDER)
                    .fma(FloatVector.fromMemorySegment(SPECIES, cell, cellAt + at, Lanes.ORDER), input);
            FloatVector tanh = function(next);
            next.intoMemorySegment(out, outAt + at, Lanes.ORDER);
            tanh.mul(FloatVector.fromMemorySegment(SPECIES, gates, gate + 3 * width, Lanes.ORDER))
                    .intoMemorySegment(hidden, hiddenAt + at, Lanes.ORDER);
        }
    }

    private static void lstmGradient(
            long width,
            MemorySegment gates,
            long gatesAt,
            MemorySegment tanhs,
            long tanhAt,
            MemorySegment cell,
            long cellAt,
            MemorySegment g,
            long gAt,
            MemorySegment g2,
            long g2At,
            MemorySegment ofCell,
            long ofCellAt,
            MemorySegment out,
            long outAt,
            MemorySegment before,
            long beforeAt) {
        for (long j = 0; j < width; j += BYTES) {
            long at = Math.min(j, width - BYTES);
            long gate = gatesAt + at;
            long to = outAt + at;
            FloatVector o = FloatVector.fromMemorySegment(SPECIES, gates, gate + 3 * width, Lanes.ORDER);
            FloatVector tanh = FloatVector.fromMemorySegment(SPECIES, tanhs, tanhAt + at, Lanes.ORDER);
            FloatVector output = FloatVector.fromMemorySegment(SPECIES, g, gAt + at, Lanes.ORDER)
                    .add(FloatVector.fromMemorySegment(SPECIES, g2, g2At + at, Lanes.ORDER))
                    .mul(o);
            FloatVector slope = output.mul(tanh);
            slope.sub(slope.mul(o)).intoMemorySegment(out, to + 3 * width, Lanes.ORDER);
            FloatVector c = FloatVector.fromMemorySegment(SPECIES, ofCell, ofCellAt + at, Lanes.ORDER)
                    .add(output)
                    .sub(slope.mul(tanh));
            FloatVector f = FloatVector.fromMemorySegment(SPECIES, gates, gate + width, Lanes.ORDER);
            FloatVector down = c.mul(f);
            down.intoMemorySegment(before, beforeAt + at, Lanes.ORDER);
            FloatVector forget = down.mul(FloatVector.fromMemorySegment(SPECIES, cell, cellAt + at, Lanes.ORDER));
            forget.sub(forget.mul(f)).intoMemorySegment(out, to + width, Lanes.ORDER);
            FloatVector i = FloatVector.fromMemorySegment(SPECIES, gates, gate, Lanes.ORDER);
            FloatVector n = FloatVector.fromMemorySegment(SPECIES, gates, gate + 2 * width, Lanes.ORDER);
            FloatVector input = c.mul(i);
            FloatVector next = input.mul(n);
            next.sub(next.mul(i)).intoMemorySegment(out, to, Lanes.ORDER);
            input.sub(next.mul(n)).intoMemorySegment(out, to + 2 * width, Lanes.ORDER);
        }
    }

    @SuppressWarnings("unchecked")
    private static FloatVector function(FloatVector x) {
        return (FloatVector) ((UnaryBody<Float>) BODY).apply(x);
    }
}
