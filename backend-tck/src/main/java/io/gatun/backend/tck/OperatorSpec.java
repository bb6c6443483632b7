package io.gatun.backend.tck;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * An operator, described for testing: the dtypes it is defined for, and operands of the shapes at which kernels tend to
 * go wrong. {@link BackendConformance} multiplies the trials by layouts and backends; {@link Tolerances} says how near
 * the results must be.
 *
 * @param name the operator's name, with what else identifies it: {@code cast to F16}
 * @param dtypes the dtypes of its operands
 * @param trials makes the trials for one of them
 */
public record OperatorSpec(String name, List<DType> dtypes, Consumer<Draw> trials) {
    /** Where operands are made, and whose results are expected. */
    static final Device REFERENCE = Device.of("reference");

    /** Takes a copy of the list. */
    public OperatorSpec {
        dtypes = List.copyOf(dtypes);
    }

    /** The trials for operands of {@code dtype}: the same on every call. */
    public List<Trial> trials(DType dtype) {
        Draw draw = new Draw(
                dtype, new SplittableRandom(31L * name.hashCode() + dtype.name().hashCode()));
        trials.accept(draw);
        return draw.trials;
    }

    /** Draws operands for one dtype, and collects the trials made of them. */
    public static final class Draw {
        private final List<Trial> trials = new ArrayList<>();
        private final DType dtype;
        private final SplittableRandom random;

        private Draw(DType dtype, SplittableRandom random) {
            this.dtype = dtype;
            this.random = random;
        }

        /** The dtype that trials are wanted for. */
        public DType dtype() {
            return dtype;
        }

        /** An operand of the dtype. */
        public Tensor operand(Domain domain, Shape shape) {
            return domain.draw(dtype, shape, REFERENCE, random);
        }

        /** An operand of another dtype. */
        public Tensor operand(DType other, Domain domain, Shape shape) {
            return domain.draw(other, shape, REFERENCE, random);
        }

        /** Indices from 0 to {@code bound}, exclusive. */
        public Tensor indices(long bound, Shape shape) {
            return new Domain(0, Math.max(0, bound - 1.0), false, true).draw(DType.I64, shape, REFERENCE, random);
        }

        /** A fresh random number. */
        public long number() {
            return random.nextLong();
        }

        /** One more trial. */
        public void add(Trial trial) {
            trials.add(trial);
        }
    }
}
